//! `chancery token`: what tools log in with.

use clap::{Args, Subcommand};
use http::Method;
use node::{
    request::accounts::NewToken,
    view::accounts::{TokenMade, TokenView},
};

use crate::{connect::Connection, say, say::Say};

/// Subcommands of `token`.
#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make a token and print it, this once
    #[command(
        after_help = "Examples:\n  chancery token create --user opencti --name 'OpenCTI' --expires 90d\n  chancery token create --user siem --name 'Splunk' --read-only --collection iocs\nTools send it as a bearer token, as the password of any user, or as X-API-Key."
    )]
    Create(Create),
    /// Every token: whose, for what, until when, last used
    #[command(after_help = "Example:\n  chancery token list")]
    List,
    /// Let a token count no more, from now on
    #[command(after_help = "Example:\n  chancery token revoke 3")]
    Revoke {
        /// Its number, as `token list` shows it
        id: u64,
    },
}

/// Arguments of `token create`.
#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Whose it is: it may never do more than they may
    #[arg(long)]
    user: String,
    /// What it is for, as people call it
    #[arg(long)]
    name: String,
    /// When it ends: an instant (RFC 3339), a time from now (90d), or `never` [default: in a year]
    #[arg(long, value_name = "WHEN")]
    expires: Option<String>,
    /// Let it change nothing
    #[arg(long)]
    read_only: bool,
    /// A collection that it is for (repeat for each) [default: all that its user may use]
    #[arg(long = "collection", value_name = "NAME")]
    collections: Vec<String>,
}

/// Runs a subcommand of `token`.
pub(crate) async fn run(connection: &Connection, out: Say, command: Token) -> anyhow::Result<()> {
    match command {
        Token::Create(args) => {
            let new = NewToken {
                user: args.user,
                name: args.name,
                expires: args.expires,
                read_only: args.read_only,
                collections: (!args.collections.is_empty()).then_some(args.collections),
            };
            let made: TokenMade = connection.post("/api/v1/tokens", &new).await?;
            out.show(&made, |made| {
                // Alone on standard output, so that a script can take it.
                say::line(&made.secret);
                say::aside(format!(
                    "Token {} of {}, {}. It is shown this once; `chancery token revoke {0}` ends it.",
                    made.token.id,
                    made.token.user,
                    until(&made.token)
                ));
            })
        }
        Token::List => {
            let tokens: Vec<TokenView> = connection.get("/api/v1/tokens").await?;
            out.show(&tokens, |tokens| {
                if tokens.is_empty() {
                    say::line("No tokens.");
                }
                tokens.iter().for_each(show);
            })
        }
        Token::Revoke { id } => {
            let path = format!("/api/v1/tokens/{id}");
            let token: TokenView = connection.call(Method::DELETE, &path, None::<&()>).await?;
            out.show(&token, |token| {
                say::line(format!(
                    "Token {} ({}) of {} counts no more.",
                    token.id, token.name, token.user
                ));
            })
        }
    }
}

fn until(token: &TokenView) -> String {
    match (&token.revoked, &token.expires) {
        (Some(at), _) => format!("revoked {}", say::time(at)),
        (None, Some(at)) if token.state == "expired" => format!("expired {}", say::time(at)),
        (None, Some(at)) => format!("{} until {}", token.state, say::time(at)),
        (None, None) => format!("{} for ever", token.state),
    }
}

fn show(token: &TokenView) {
    let scope = match &token.collections {
        Some(names) => names.join(", "),
        None => "all that its user may use".to_owned(),
    };
    let rights = if token.read_only { ", read only" } else { "" };
    say::line(format!(
        "{:<4} {:<20} {:<20} {}",
        token.id,
        token.user,
        token.name,
        until(token)
    ));
    let used = token.last_used.as_deref();
    let used = used.map_or_else(|| "never".to_owned(), say::time);
    say::line(format!("     {scope}{rights}; last used: {used}"));
}
