//! `chancery`: one binary. Parses the arguments, finds the node, calls one function, maps the error to an exit code.

mod args;
mod commands;
mod config;
mod connect;
mod exit;
mod file;
mod fold;
mod logging;
mod notify;
mod open;
mod say;
mod tame;

use std::process::ExitCode;

use clap::Parser as _;
use node::{Purpose, home::Home};

use crate::{
    args::{Cli, Command},
    commands::{
        acts, audit, card, care, carry, collection, config as config_command, demo, dialogue, feed,
        generate, health, init, key, r#match, outbox, pass, prove, serve, status, token, track,
        user, validate, verify,
    },
    connect::Connection,
    open::{Found, open},
    say::Say,
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let out = Say { json: cli.json };
    // A node that serves logs what its settings ask for, once they are read.
    if !matches!(cli.command, Command::Serve(_)) {
        logging::for_a_command(cli.verbose);
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(out, &error.into()),
    };
    match runtime.block_on(run(cli, out)) {
        Ok(()) => exit::Exit::Done.into(),
        Err(error) => fail(out, &error),
    }
}

async fn run(cli: Cli, out: Say) -> anyhow::Result<()> {
    // Those that need no node, or make one.
    let command = match cli.command {
        Command::Init(args) => return init::run(&cli.home, out, args),
        Command::Restore(args) => return care::restore(&cli.home, out, &args),
        Command::Serve(args) => {
            return serve::run(Home::at(&cli.home).existing()?, out, args, cli.verbose).await;
        }
        Command::Config(command) => {
            return config_command::run(&cli.home, out, &command);
        }
        Command::Generate(command) => return generate::run(out, &command),
        Command::Health => return health::run(&Home::at(&cli.home).existing()?, out).await,
        Command::Verify(args) => return verify::run(out, &args),
        Command::Validate(args) => return validate::run(out, &args),
        Command::Match(args) => return r#match::run(out, &args),
        Command::Demo(args) => return demo::run(out, &args).await,
        Command::Card(args) if args.file.is_some() => return card::read(&args, out),
        command => command,
    };
    let purpose = match command.only_looks() {
        true => Purpose::Look,
        false => Purpose::Work,
    };
    let connection = connect(purpose, &cli.home, cli.url.as_deref(), cli.token).await?;
    let done = with_node(&connection, out, command).await;
    connection.close().await;
    done
}

async fn with_node(connection: &Connection, out: Say, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Card(_) => card::own(connection, out).await,
        Command::Dialogue(command) => dialogue::run(connection, out, command).await,
        Command::Track(command) => track::run(connection, out, command).await,
        Command::Collection(command) => collection::run(connection, out, command).await,
        Command::User(command) => user::run(connection, out, command).await,
        Command::Token(command) => token::run(connection, out, command).await,
        Command::Audit(args) => audit::run(connection, out, args).await,
        Command::Key(command) => key::run(connection, out, command).await,
        Command::Outbox(args) => outbox::run(connection, out, args).await,
        Command::Feed(command) => feed::run(connection, out, command).await,
        Command::Pass(args) => pass::run(connection, out, args).await,
        Command::Inquire(args) => acts::inquire(connection, out, args).await,
        Command::Answer(args) => acts::answer(connection, out, args).await,
        Command::Acknowledge(args) => acts::acknowledge(connection, out, args.item).await,
        Command::Open(args) => acts::open(connection, out, args).await,
        Command::Show(args) => acts::show(connection, out, &args.item).await,
        Command::Status => status::status(connection, out).await,
        Command::Sync => status::sync(connection, out).await,
        Command::Export(args) => carry::export(connection, out, args).await,
        Command::Import(args) => carry::import(connection, out, args).await,
        Command::Prove(args) => prove::item(connection, out, args).await,
        Command::ProveAbsence(args) => prove::absence(connection, out, args).await,
        Command::Evidence(args) => prove::evidence(connection, out, args).await,
        Command::Checkpoint(args) => prove::checkpoint(connection, out, args).await,
        Command::Backup(args) => care::backup(connection, out, args).await,
        Command::Fsck => care::fsck(connection, out).await,
        Command::Doctor => care::doctor(connection, out).await,
        Command::Config(_)
        | Command::Generate(_)
        | Command::Health
        | Command::Init(_)
        | Command::Restore(_)
        | Command::Serve(_)
        | Command::Verify(_)
        | Command::Validate(_)
        | Command::Match(_)
        | Command::Demo(_) => unreachable!("handled before a node was looked for"),
    }
}

/// The node: at a URL, behind its socket, or at rest under its lock.
async fn connect(
    purpose: Purpose,
    home: &std::path::Path,
    url: Option<&str>,
    token: Option<String>,
) -> anyhow::Result<Connection> {
    if let Some(url) = url {
        return Connection::to_url(url, token);
    }
    let home = Home::at(home).existing()?;
    match open(purpose, &home, &config::load(&home)?).await? {
        Found::AtRest(node) => Ok(Connection::at_rest(node)),
        Found::Running(_) => Connection::to_socket(&home.socket()),
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the one place where a command's failure is told"
)]
fn fail(out: Say, error: &anyhow::Error) -> ExitCode {
    let code = exit::of(error);
    if error.is::<exit::Silent>() {
        return code.into();
    }
    let says = told(error);
    if out.json {
        eprintln!(
            "{}",
            serde_json::json!({ "error": says, "exit": code as u8 })
        );
    } else {
        eprintln!(
            "{}",
            say::fitting(&format!("chancery: {}", tame::tame(&says)))
        );
    }
    code.into()
}

/// The error with its causes, each told once: many say themselves what their cause says.
fn told(error: &anyhow::Error) -> String {
    let mut says = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if says.is_empty() {
            says = cause;
        } else if !says.ends_with(&cause) {
            says = format!("{says}: {cause}");
        }
    }
    says
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn a_cause_is_told_once() {
        let error = anyhow::anyhow!("mode 644").context("the key: mode 644");
        assert_eq!(told(&error), "the key: mode 644");
        assert_eq!(
            told(&error.context("not started")),
            "not started: the key: mode 644"
        );
    }
}
