//! The program as a process: its commands, and what survives `kill -9`.

mod kill;
mod process;
