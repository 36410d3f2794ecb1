//! `chancery`: one binary. Parses the arguments, finds the node, calls one function, maps the error to an exit code.

mod args;
mod commands;
mod config;
mod connect;
mod exit;
mod file;
mod say;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Parser as _;
use node::{Node, home::Home};
use tracing_subscriber::EnvFilter;

use crate::{
    args::{Cli, Command},
    commands::{
        acts, audit, card, care, carry, collection, demo, dialogue, feed, init, key, r#match,
        outbox, pass, prove, serve, status, token, track, user, validate, verify,
    },
    connect::Connection,
    say::Say,
};

/// How long a command waits for another one, or for a node that starts or stops, to leave the directory.
pub(crate) const LOCK_TIME_MAX: Duration = Duration::from_secs(10);
/// How often it looks.
pub(crate) const LOCK_PAUSE: Duration = Duration::from_millis(50);

fn main() -> ExitCode {
    let cli = Cli::parse();
    let out = Say { json: cli.json };
    log_to_standard_error(cli.verbose);
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
            return serve::run(Home::at(&cli.home).existing()?, out, args).await;
        }
        Command::Verify(args) => return verify::run(out, &args),
        Command::Validate(args) => return validate::run(out, &args),
        Command::Match(args) => return r#match::run(out, &args),
        Command::Demo(args) => return demo::run(out, &args).await,
        Command::Card(args) if args.file.is_some() => return card::read(&args, out),
        command => command,
    };
    let connection = connect(&cli.home, cli.url.as_deref(), cli.token).await?;
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
        Command::Init(_)
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
    home: &std::path::Path,
    url: Option<&str>,
    token: Option<String>,
) -> anyhow::Result<Connection> {
    if let Some(url) = url {
        return Connection::to_url(url, token);
    }
    let home = Home::at(home).existing()?;
    let settings = config::load(&home)?;
    let begun = Instant::now();
    loop {
        let held = match Node::open(home.clone(), settings.clone()).await {
            Ok(node) => return Ok(Connection::at_rest(node)),
            Err(error) if error.is_held() => error,
            Err(error) => return Err(error.into()),
        };
        // A running node answers on its socket; another command ends soon, and a node that starts will answer.
        if tokio::net::UnixStream::connect(home.socket()).await.is_ok() {
            return Connection::to_socket(&home.socket());
        }
        if begun.elapsed() > LOCK_TIME_MAX {
            return Err(held.into());
        }
        tokio::time::sleep(LOCK_PAUSE).await;
    }
}

fn log_to_standard_error(verbose: u8) {
    let default = match verbose {
        0 => "error",
        1 => "chancery=info,node=info,store=info",
        2 => "chancery=debug,node=debug,store=debug",
        _ => "debug",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
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
    if out.json {
        eprintln!(
            "{}",
            serde_json::json!({ "error": format!("{error:#}"), "exit": code as u8 })
        );
    } else {
        eprintln!("chancery: {error:#}");
    }
    code.into()
}
