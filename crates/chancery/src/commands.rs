//! One command per file; the file is named for the command.

pub(crate) mod acts;
pub(crate) mod audit;
pub(crate) mod card;
pub(crate) mod care;
pub(crate) mod carry;
pub(crate) mod collection;
pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod dialogue;
pub(crate) mod feed;
pub(crate) mod generate;
pub(crate) mod health;
pub(crate) mod init;
pub(crate) mod key;
pub(crate) mod r#match;
pub(crate) mod outbox;
pub(crate) mod pass;
pub(crate) mod prove;
pub(crate) mod serve;
pub(crate) mod status;
pub(crate) mod token;
pub(crate) mod track;
pub(crate) mod user;
pub(crate) mod validate;
pub(crate) mod verify;
