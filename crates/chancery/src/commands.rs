//! One command per file; the file is named for the command.

pub mod acts;
pub mod card;
pub mod care;
pub mod carry;
pub mod demo;
pub mod dialogue;
pub mod init;
pub mod pass;
pub mod prove;
pub mod serve;
pub mod status;
pub mod track;
pub mod verify;
