//! `chancery feed`: foreign TAXII 2.1 servers, pulled into a collection or pushed to from one.
//!
//! Passwords, tokens and keys come from files or standard input, never from arguments: those are seen by everyone on
//! the machine, and stay in the history of a shell.

use std::{io::Read as _, path::PathBuf, time::Duration};

use anyhow::{Context as _, bail};
use clap::{ArgGroup, Args, Subcommand};
use http::Method;
use indicatif::ProgressBar;
use jiff::{SignedDuration, Timestamp};
use node::{
    feeds::{AddFeed, Credentials, Direction, INTERVAL_SECS_DEFAULT, PAGE_SIZE_DEFAULT},
    view::{FeedCountsView, FeedView},
};
use serde_json::json;

use crate::{connect::Connection, file, say, say::Say};

/// How often a running round is asked how far it is.
const PROGRESS_PAUSE: Duration = Duration::from_millis(500);
/// Longest password, token or key, in bytes.
const SECRET_BYTES_MAX: u64 = 64 << 10;

/// What to do with feeds.
#[derive(Debug, Subcommand)]
pub(crate) enum Feed {
    /// Make a feed; its first round begins at once when the node runs
    #[command(
        after_help = "Examples:\n  chancery feed add osint --server https://taxii.example/taxii2/ --collection indicators \\\n      --into watchlist --user analyst --password-file secret.txt --every 1h\n  chancery feed add share --server https://isac.example/api/ --collection inbox \\\n      --from cyber --ceiling green --token-file token.txt"
    )]
    Add(Box<Add>),
    /// Every feed, with its state
    #[command(after_help = "Example:\n  chancery feed list")]
    List,
    /// One feed: how far it came, what failed, what was refused
    #[command(after_help = "Example:\n  chancery feed show osint")]
    Show {
        /// The feed
        name: String,
    },
    /// Run a round now and wait for its end
    #[command(after_help = "Example:\n  chancery feed run osint")]
    Run {
        /// The feed
        name: String,
    },
    /// Let a feed rest; a round that runs is stopped
    #[command(after_help = "Example:\n  chancery feed pause osint")]
    Pause {
        /// The feed
        name: String,
    },
    /// Let a resting feed go on
    #[command(after_help = "Example:\n  chancery feed resume osint")]
    Resume {
        /// The feed
        name: String,
    },
    /// Begin again: from the beginning, or with what was added since; nothing is there twice by that
    #[command(after_help = "Example:\n  chancery feed reset osint --since 2026-01-01")]
    Reset {
        /// The feed
        name: String,
        /// Only what was added later: a date, or an instant as 2026-01-01T12:00:00Z
        #[arg(long, value_name = "DATE", value_parser = instant)]
        since: Option<Timestamp>,
    },
    /// Remove a feed and its credentials; what it brought stays
    #[command(after_help = "Example:\n  chancery feed remove osint")]
    Remove {
        /// The feed
        name: String,
    },
}

/// Arguments of `feed add`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("direction").required(true).args(["into", "from"])))]
#[command(group(ArgGroup::new("secret").args(["password_file", "password_stdin", "token_file", "api_key_file", "certificate"])))]
pub(crate) struct Add {
    /// Its name: lower-case letters, digits and `-`
    name: String,
    /// The other server's discovery URL, or an API root of it
    #[arg(long, value_name = "URL")]
    server: String,
    /// The collection there: identifier, alias or title
    #[arg(long, value_name = "COLLECTION")]
    collection: String,
    /// Pull into this collection of ours
    #[arg(long, value_name = "COLLECTION")]
    into: Option<String>,
    /// Push from this collection of ours
    #[arg(long, value_name = "COLLECTION", requires = "ceiling")]
    from: Option<String>,
    /// Log in there as this user
    #[arg(long, value_name = "USER", requires = "secret")]
    user: Option<String>,
    /// The password is the first line of this file
    #[arg(long, value_name = "FILE", requires = "user")]
    password_file: Option<PathBuf>,
    /// The password is the first line of standard input
    #[arg(long, requires = "user")]
    password_stdin: bool,
    /// Show the token that is the first line of this file
    #[arg(long, value_name = "FILE", conflicts_with = "user")]
    token_file: Option<PathBuf>,
    /// Show the key that is the first line of this file
    #[arg(long, value_name = "FILE", conflicts_with = "user")]
    api_key_file: Option<PathBuf>,
    /// The header for the key
    #[arg(
        long,
        value_name = "NAME",
        default_value = "X-API-Key",
        requires = "api_key_file"
    )]
    api_key_header: String,
    /// Show this client certificate: a PEM file with its chain and its key
    #[arg(long, value_name = "FILE", conflicts_with = "user")]
    certificate: Option<PathBuf>,
    /// Believe these certificate authorities (PEM) instead of the machine's
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// From one round to the next, at least 10s
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    every: Option<u32>,
    /// Objects at a time
    #[arg(long, value_name = "N", default_value_t = PAGE_SIZE_DEFAULT)]
    page_size: u32,
    /// Only these STIX types
    #[arg(long, value_name = "TYPE", value_delimiter = ',')]
    types: Vec<String>,
    /// Every version of each object, not the last alone
    #[arg(long)]
    all_versions: bool,
    /// Push nothing that is marked stricter: clear, green, amber, amber+strict or red
    #[arg(long, value_name = "LEVEL", requires = "from")]
    ceiling: Option<String>,
    /// Push objects without a marking of the Traffic Light Protocol too
    #[arg(long, requires = "from")]
    unmarked: bool,
    /// Pull only what was added there later: a date, or an instant
    #[arg(long, value_name = "DATE", value_parser = instant, requires = "into")]
    since: Option<Timestamp>,
    /// Let plain http leave this machine: everyone on the way reads everything
    #[arg(long)]
    insecure_http: bool,
}

/// Runs a subcommand of `feed`.
pub(crate) async fn run(connection: &Connection, out: Say, command: Feed) -> anyhow::Result<()> {
    match command {
        Feed::Add(args) => {
            let feed: FeedView = connection.post("/api/v1/feeds", &asked(*args)?).await?;
            out.show(&feed, |feed| {
                say::line(format!(
                    "Feed {} is made. `chancery feed run {}` runs it now; a node that serves runs it every {}.",
                    feed.name,
                    feed.name,
                    time(feed.interval_secs)
                ));
            })
        }
        Feed::List => {
            let feeds: Vec<FeedView> = connection.get("/api/v1/feeds").await?;
            out.show(&feeds, |feeds| {
                if feeds.is_empty() {
                    say::line("There are no feeds: make one with `chancery feed add`.");
                }
                feeds.iter().for_each(line);
            })
        }
        Feed::Show { name } => {
            let feed: FeedView = connection.get(&path(&name, "")).await?;
            out.show(&feed, show)
        }
        Feed::Run { name } => run_now(connection, out, &name).await,
        Feed::Pause { name } => change(connection, out, &name, "/pause").await,
        Feed::Resume { name } => change(connection, out, &name, "/resume").await,
        Feed::Reset { name, since } => {
            let body = json!({ "since": since });
            let feed: FeedView = connection.post(&path(&name, "/reset"), &body).await?;
            out.show(&feed, line)
        }
        Feed::Remove { name } => {
            connection
                .send(Method::DELETE, &path(&name, ""), None)
                .await?;
            out.show(&json!({ "removed": name }), |_| {
                say::line(format!("Feed {name} is removed; what it brought stays."));
            })
        }
    }
}

async fn change(connection: &Connection, out: Say, name: &str, what: &str) -> anyhow::Result<()> {
    let feed: FeedView = connection.post(&path(name, what), &()).await?;
    out.show(&feed, line)
}

/// Waits for the round, and shows how far it is.
async fn run_now(connection: &Connection, out: Say, name: &str) -> anyhow::Result<()> {
    let before: FeedView = connection.get(&path(name, "")).await?;
    let bar = if out.json {
        ProgressBar::hidden()
    } else {
        ProgressBar::new_spinner()
    };
    bar.set_message(format!("{} is asked", before.url));
    let (target, nothing) = (path(name, "/run"), ());
    let mut round = std::pin::pin!(connection.post::<FeedView>(&target, &nothing));
    let ended = loop {
        tokio::select! {
            ended = &mut round => break ended,
            () = tokio::time::sleep(PROGRESS_PAUSE) => {}
        }
        let shown = path(name, "");
        let asked = connection.get::<FeedView>(&shown);
        tokio::select! {
            ended = &mut round => break ended,
            now = asked => {
                if let Ok(now) = now {
                    bar.set_message(counts(since(now.counts, before.counts)));
                }
                bar.tick();
            }
        }
    };
    bar.finish_and_clear();
    let after = ended?;
    out.show(&after, |after| {
        say::line(format!(
            "Feed {}: {}.",
            after.name,
            counts(since(after.counts, before.counts))
        ));
        refusals(after, true);
    })
}

fn asked(args: Add) -> anyhow::Result<AddFeed> {
    let credentials = credentials(&args)?;
    let (direction, collection) = match (args.into, args.from) {
        (Some(into), None) => (Direction::Pull, into),
        (None, Some(from)) => (Direction::Push, from),
        _ => bail!("say either --into or --from"),
    };
    Ok(AddFeed {
        name: args.name,
        direction,
        collection,
        url: args.server,
        remote_collection: args.collection,
        credentials,
        authorities: args.ca.as_deref().map(file::read_text).transpose()?,
        interval_secs: args.every.unwrap_or(INTERVAL_SECS_DEFAULT),
        page_size: args.page_size,
        types: args.types,
        all_versions: args.all_versions,
        ceiling: args.ceiling,
        unmarked: args.unmarked,
        insecure_http: args.insecure_http,
        since: args.since,
    })
}

fn credentials(args: &Add) -> anyhow::Result<Credentials> {
    if let Some(user) = &args.user {
        let password = match &args.password_file {
            Some(file) => first_line(&file::read_text(file)?)?,
            None => {
                let mut text = String::new();
                let input = std::io::stdin().take(SECRET_BYTES_MAX);
                std::io::BufRead::read_line(&mut std::io::BufReader::new(input), &mut text)
                    .context("the password cannot be read")?;
                first_line(&text)?
            }
        };
        let user = user.clone();
        return Ok(Credentials::Basic { user, password });
    }
    if let Some(file) = &args.token_file {
        let token = first_line(&file::read_text(file)?)?;
        return Ok(Credentials::Bearer { token });
    }
    if let Some(file) = &args.api_key_file {
        let key = first_line(&file::read_text(file)?)?;
        let header = args.api_key_header.clone();
        return Ok(Credentials::ApiKey { header, key });
    }
    if let Some(file) = &args.certificate {
        let pem = file::read_text(file)?;
        return Ok(Credentials::Certificate { pem });
    }
    Ok(Credentials::None)
}

fn first_line(text: &str) -> anyhow::Result<String> {
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => bail!("the first line, where the secret should be, is empty"),
    }
}

fn path(name: &str, what: &str) -> String {
    format!("/api/v1/feeds/{}{what}", say::encode(name))
}

fn instant(text: &str) -> Result<Timestamp, String> {
    let whole = text.parse();
    whole
        .or_else(|_| format!("{text}T00:00:00Z").parse())
        .map_err(|_| format!("`{text}` is neither a date nor an instant as 2026-01-01T12:00:00Z"))
}

fn seconds(text: &str) -> Result<u32, String> {
    let time: SignedDuration = text
        .parse()
        .map_err(|_| format!("`{text}` is no time: 30s, 15m, 6h, 1h30m"))?;
    u32::try_from(time.as_secs()).map_err(|_| format!("`{text}` is out of range"))
}

fn time(secs: u32) -> String {
    format!("{:#}", SignedDuration::from_secs(secs.into()))
}

fn line(feed: &FeedView) {
    let (arrow, ours) = match feed.direction {
        Direction::Pull => ("from", "into"),
        Direction::Push => ("to", "from"),
    };
    let mut text = format!(
        "{:<16} {:<8} {arrow} {} ({}) {ours} {}: {}",
        feed.name,
        feed.state,
        feed.url,
        feed.remote_collection,
        feed.collection,
        counts(feed.counts)
    );
    if feed.failures > 0
        && let Some(failure) = &feed.last_failure
    {
        text.push_str(&format!("\n{:>16} {}", "", failure.says));
    }
    say::line(text);
}

fn show(feed: &FeedView) {
    line(feed);
    let field = |name: &str, value: String| say::line(format!("  {name:<14} {value}"));
    let at = |instant: Option<Timestamp>| instant.map_or("never".to_owned(), say::instant);
    field("credentials", feed.credentials.clone());
    field("every", time(feed.interval_secs));
    field("page size", feed.page_size.to_string());
    if !feed.types.is_empty() {
        field("types", feed.types.join(", "));
    }
    if let Some(ceiling) = &feed.ceiling {
        let unmarked = if feed.unmarked { ", and unmarked" } else { "" };
        field(
            "leaves",
            format!("up to TLP:{}{unmarked}", ceiling.to_uppercase()),
        );
    }
    match (feed.arrival, feed.added_after) {
        (Some(arrival), _) => field("done up to", format!("object {arrival} of the collection")),
        (None, Some(after)) => field("done up to", say::instant(after)),
        (None, None) => field("done up to", "nothing yet".to_owned()),
    }
    field("last round", at(feed.last_attempt));
    field("last success", at(feed.last_success));
    if let Some(failure) = &feed.last_failure {
        field(
            "last failure",
            format!("{}: {}", say::instant(failure.at), failure.says),
        );
    }
    if feed.failures > 0 {
        field("failures", format!("{} in a row", feed.failures));
    }
    field("next round", at(feed.next_round));
    refusals(feed, false);
}

/// Refusals that are shown, the newest.
const REFUSALS_SHOWN_MAX: usize = 20;

/// The newest refusals, those of the last round alone where that is wanted.
fn refusals(feed: &FeedView, of_last_round: bool) {
    let wanted = |at| !of_last_round || feed.last_attempt.is_none_or(|began| at >= began);
    let shown = feed.refusals.iter().filter(|refusal| wanted(refusal.at));
    for refusal in shown.take(REFUSALS_SHOWN_MAX) {
        let id = if refusal.id.is_empty() {
            "an object without id"
        } else {
            &refusal.id
        };
        say::line(format!("  {id} {}: {}", refusal.version, refusal.reason));
    }
}

fn counts(counts: FeedCountsView) -> String {
    let mut text = format!("{} moved, {} there already", counts.moved, counts.held);
    for (count, what) in [
        (counts.pending, "pending"),
        (counts.refused, "refused"),
        (counts.kept_back, "kept back"),
    ] {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    text
}

fn since(now: FeedCountsView, before: FeedCountsView) -> FeedCountsView {
    FeedCountsView {
        moved: now.moved.saturating_sub(before.moved),
        held: now.held.saturating_sub(before.held),
        pending: now.pending.saturating_sub(before.pending),
        refused: now.refused.saturating_sub(before.refused),
        kept_back: now.kept_back.saturating_sub(before.kept_back),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_read_as_people_write_them() {
        let at = |text| instant(text).map(|at| at.to_string());
        assert_eq!(at("2026-01-02").unwrap(), "2026-01-02T00:00:00Z");
        assert_eq!(
            at("2026-01-02T03:04:05+01:00").unwrap(),
            "2026-01-02T02:04:05Z"
        );
        assert!(at("soon").unwrap_err().contains("neither a date nor"));
        assert_eq!(seconds("1h30m"), Ok(5_400));
        assert_eq!(seconds("90s"), Ok(90));
        assert!(seconds("-1s").unwrap_err().contains("out of range"));
        assert!(seconds("often").unwrap_err().contains("is no time"));
    }

    #[test]
    fn a_secret_is_the_first_line() {
        assert_eq!(first_line("open sesame\nx\n").unwrap(), "open sesame");
        assert!(first_line("\nx").is_err());
        assert!(first_line("").is_err());
    }
}
