//! `chancery user`: people and tools that may log in.

use std::{
    io::{self, IsTerminal as _, Read as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand, ValueEnum};
use http::Method;
use node::{
    access::PASSWORD_BYTES_MAX,
    request::accounts::{ChangeUser, NewUser},
    tls::Pin,
    view::accounts::UserView,
};
use serde_json::json;

use crate::{
    connect::Connection,
    exit::{Declined, Misused},
    file, say,
    say::Say,
};

/// Subcommands of `user`.
#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Add a user; asks for the password unless told where it is
    #[command(
        after_help = "Examples:\n  chancery user create a.lind --role officer\n  chancery user create opencti --role analyst --password-file opencti.password\n  chancery user create siem --role reader --no-password  # then `chancery token create`"
    )]
    Create(Create),
    /// Every user
    #[command(after_help = "Example:\n  chancery user list")]
    List,
    /// One user, with what was granted
    #[command(after_help = "Example:\n  chancery user show a.lind")]
    Show {
        /// The name
        name: String,
    },
    /// Change a user's role or client certificates, or let a disabled one in again
    #[command(
        after_help = "Examples:\n  chancery user set a.lind --role drafter\n  chancery user set splunk --certificate splunk.pem\n  chancery user set a.lind --enable"
    )]
    Set(Set),
    /// Let a user log in no more, from now on; what is theirs stays
    #[command(after_help = "Example:\n  chancery user disable a.lind")]
    Disable(Remove),
    /// Remove a user with their tokens and grants (rather disable whoever is named in the trail)
    #[command(after_help = "Example:\n  chancery user delete opencti")]
    Delete(Remove),
    /// Set another password; asks for it unless told where it is
    #[command(
        after_help = "Examples:\n  chancery user password a.lind\n  pwgen 24 1 | chancery user password opencti --password-stdin"
    )]
    Password {
        /// The name
        name: String,
        /// Where it is
        #[command(flatten)]
        password: PasswordFrom,
    },
}

/// What a user is to this node.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Role {
    /// Reads the collections granted
    Reader,
    /// Adds and deletes objects too, where that is granted
    Analyst,
    /// Drafts acts too
    Drafter,
    /// Hands acts over, acknowledges and clears the outbox too
    Officer,
    /// Administers; sees content only where that is granted
    Operator,
}

impl Role {
    fn word(self) -> String {
        let role = match self {
            Self::Reader => node::access::Role::Reader,
            Self::Analyst => node::access::Role::Analyst,
            Self::Drafter => node::access::Role::Drafter,
            Self::Officer => node::access::Role::Officer,
            Self::Operator => node::access::Role::Operator,
        };
        role.to_string()
    }
}

/// Where a password is.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct PasswordFrom {
    /// Read the password from this file (a line end at its end is not part of it)
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
}

/// Arguments of `user create`.
#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Lower-case letters, digits, `.`, `_`, `-` and `@`
    name: String,
    /// What they are to this node
    #[arg(long, value_enum)]
    role: Role,
    /// Where the password is
    #[command(flatten)]
    password: PasswordFrom,
    /// No password: they log in with tokens or client certificates only
    #[arg(long, conflicts_with_all = ["password_file", "password_stdin"])]
    no_password: bool,
    /// A client certificate (PEM) that stands for them (repeat for each)
    #[arg(long = "certificate", value_name = "FILE")]
    certificates: Vec<PathBuf>,
}

/// Arguments of `user set`.
#[derive(Debug, Args)]
pub(crate) struct Set {
    /// The name
    name: String,
    /// Another role
    #[arg(long, value_enum)]
    role: Option<Role>,
    /// Let them log in again
    #[arg(long)]
    enable: bool,
    /// A client certificate (PEM) that stands for them from now on (repeat for each)
    #[arg(long = "certificate", value_name = "FILE")]
    certificates: Vec<PathBuf>,
    /// A client certificate that does not any more, as `user show` names it (repeat for each)
    #[arg(long = "without-certificate", value_name = "SHA256")]
    without_certificates: Vec<String>,
    /// Do it even if no enabled operator is left
    #[arg(long)]
    last_operator: bool,
}

/// Arguments of `user disable` and `user delete`.
#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The name
    name: String,
    /// Do it even if no enabled operator is left
    #[arg(long)]
    last_operator: bool,
}

/// Runs a subcommand of `user`.
pub(crate) async fn run(connection: &Connection, out: Say, command: User) -> anyhow::Result<()> {
    let (name, change, says) = match command {
        User::Create(args) => return create(connection, out, args).await,
        User::List => {
            let users: Vec<UserView> = connection.get("/api/v1/users").await?;
            return out.show(&users, |users| list(users));
        }
        User::Show { name } => {
            let path = format!("/api/v1/users/{}", say::segment(&name));
            let user: UserView = connection.get(&path).await?;
            return out.show(&user, show);
        }
        User::Delete(args) => {
            let path = format!(
                "/api/v1/users/{}?last_operator={}",
                say::segment(&args.name),
                args.last_operator
            );
            connection.send(Method::DELETE, &path, None).await?;
            return out.show(&json!({ "deleted": args.name }), |_| {
                say::line(format!("`{}` is gone, with tokens and grants.", args.name));
            });
        }
        User::Set(args) => {
            let change = ChangeUser {
                role: args.role.map(Role::word),
                disabled: args.enable.then_some(false),
                add_certificates: pins(&args.certificates)?,
                remove_certificates: args.without_certificates,
                last_operator: args.last_operator,
                ..ChangeUser::default()
            };
            (args.name, change, "is changed")
        }
        User::Disable(args) => {
            let change = ChangeUser {
                disabled: Some(true),
                last_operator: args.last_operator,
                ..ChangeUser::default()
            };
            (args.name, change, "may log in no more")
        }
        User::Password { name, password } => {
            let change = ChangeUser {
                password: Some(password.read(&name)?),
                ..ChangeUser::default()
            };
            (name, change, "has another password")
        }
    };
    let path = format!("/api/v1/users/{}", say::segment(&name));
    let user: UserView = connection.call(Method::PATCH, &path, Some(&change)).await?;
    out.show(&user, |user| {
        say::line(format!("`{}` {says}, from now on.", user.name));
    })
}

async fn create(connection: &Connection, out: Say, args: Create) -> anyhow::Result<()> {
    let password = match args.no_password {
        true => None,
        false => Some(args.password.read(&args.name)?),
    };
    let new = NewUser {
        name: args.name,
        role: args.role.word(),
        password,
        certificates: pins(&args.certificates)?,
    };
    let user: UserView = connection.post("/api/v1/users", &new).await?;
    out.show(&user, |user| {
        let role = match user.role.parse::<node::access::Role>() {
            Ok(role) => role.with_article(),
            Err(_) => &user.role,
        };
        say::line(format!("`{}` is {role} now.", user.name));
        let next = match (user.role.as_str(), user.password) {
            ("operator", _) => return,
            (_, true) => format!("chancery collection grant NAME --user {} --read", user.name),
            (_, false) => format!("chancery token create --user {} --name 'Tool'", user.name),
        };
        say::line(format!("Next: {next}"));
    })
}

impl PasswordFrom {
    fn read(&self, of: &str) -> anyhow::Result<String> {
        if let Some(path) = &self.password_file {
            return line(file::read(path)?, &path.display().to_string());
        }
        if self.password_stdin {
            let mut bytes = Vec::new();
            let most = PASSWORD_BYTES_MAX as u64 + 3;
            io::stdin().take(most).read_to_end(&mut bytes)?;
            return line(bytes, "standard input");
        }
        if !io::stdin().is_terminal() {
            return Err(Misused(
                "there is no terminal to ask for the password: say --password-file FILE or --password-stdin",
            )
            .into());
        }
        let first = rpassword::prompt_password(format!("Password of {of}: "))?;
        let again = rpassword::prompt_password("Once more: ")?;
        if first != again {
            let says = "the two are not the same; nothing was changed";
            return Err(Declined(says.to_owned()).into());
        }
        Ok(first)
    }
}

/// One line, without its end.
fn line(bytes: Vec<u8>, from: &str) -> anyhow::Result<String> {
    let text = String::from_utf8(bytes).with_context(|| format!("{from} is not UTF-8"))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.contains('\n') {
        bail!("{from} has more than one line; a password is one");
    }
    Ok(text.to_owned())
}

/// The pins of certificates in PEM files.
fn pins(paths: &[PathBuf]) -> anyhow::Result<Vec<String>> {
    let pin = |path: &PathBuf| {
        let pin = Pin::of_pem(&file::read(path)?)
            .with_context(|| format!("{} holds no certificate", Path::display(path)))?;
        Ok(pin.to_hex())
    };
    paths.iter().map(pin).collect()
}

fn list(users: &[UserView]) {
    if users.is_empty() {
        say::line("No users yet: `chancery user create NAME --role operator` makes the first.");
    }
    for user in users {
        let state = match &user.disabled {
            Some(since) => format!("disabled since {}", say::time(since)),
            None if user.password => "password".to_owned(),
            None => "no password".to_owned(),
        };
        say::line(format!(
            "{:<24} {:<9} {state}, tokens: {}, grants: {}",
            user.name,
            user.role,
            user.tokens,
            user.grants.len()
        ));
    }
}

fn show(user: &UserView) {
    list(std::slice::from_ref(user));
    say::line(format!("  since        {}", say::time(&user.created)));
    for certificate in &user.certificates {
        say::line(format!("  certificate  {certificate}"));
    }
    for grant in &user.grants {
        let rights = match (grant.read, grant.write) {
            (true, true) => "read, write",
            (true, false) => "read",
            _ => "write",
        };
        say::line(format!("  granted      {:<30} {rights}", grant.scope));
    }
}
