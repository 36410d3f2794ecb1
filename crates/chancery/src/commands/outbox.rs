//! `chancery outbox`: what waits for clearance, and the officers' decisions.

use clap::{Args, Subcommand};
use node::{
    request::{Decide, OutboxAsked},
    view::{DecidedView, OutboxView, WaitingView},
};

use crate::{
    connect::Connection,
    exit::Declined,
    say::{self, Say},
};

/// Arguments of `outbox`.
#[derive(Debug, Args)]
pub(crate) struct Outbox {
    /// What to do; without it, the outbox is listed
    #[command(subcommand)]
    pub command: Option<OutboxCommand>,
}

/// Subcommands of `outbox`.
#[derive(Debug, Subcommand)]
pub(crate) enum OutboxCommand {
    /// What waits, oldest first; nothing of it has left
    #[command(
        after_help = "Examples:\n  chancery outbox\n  chancery outbox list --track cyber --state refused"
    )]
    List(List),
    /// One item with its content, what the standard says against it, and who decided what
    #[command(after_help = "Example:\n  chancery outbox show 12")]
    Show {
        /// Its number
        item: u64,
    },
    /// Let items leave; with the last officer they need they are put on the record
    #[command(
        after_help = "Examples:\n  chancery outbox clear 12 13\n  chancery outbox clear --request 0f6b3a52-5d2e-4a57-9c1a-b8f2f39f0f10"
    )]
    Clear {
        /// Which
        #[command(flatten)]
        which: Which,
        /// What to note with it
        #[arg(long)]
        reason: Option<String>,
    },
    /// Keep items back for good; who posted them is told why, and their content is dropped
    #[command(after_help = "Example:\n  chancery outbox refuse 12 --reason 'Names a source.'")]
    Refuse {
        /// Which
        #[command(flatten)]
        which: Which,
        /// Why
        #[arg(long)]
        reason: String,
    },
}

impl Outbox {
    /// Whether it only reads.
    pub(crate) fn only_looks(&self) -> bool {
        matches!(
            self.command,
            None | Some(OutboxCommand::List(_) | OutboxCommand::Show { .. })
        )
    }
}

/// Which items are listed.
#[derive(Debug, Default, Args)]
pub(crate) struct List {
    /// Those on this track, as NAME or DIALOGUE/NAME
    #[arg(long)]
    pub track: Option<String>,
    /// waiting, cleared, passed, refused or all [default: waiting]
    #[arg(long)]
    pub state: Option<String>,
    /// Those of one request, by the id of its status
    #[arg(long, value_name = "STATUS-ID")]
    pub request: Option<String>,
    /// Those with a larger number
    #[arg(long, value_name = "NUMBER")]
    pub after: Option<u64>,
    /// How many [default: 100]
    #[arg(long, value_name = "ITEMS")]
    pub limit: Option<usize>,
}

/// Which items are decided.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Which {
    /// Their numbers
    #[arg(value_name = "NUMBER")]
    pub items: Vec<u64>,
    /// Everything of one request that waits, by the id of its status
    #[arg(long, value_name = "STATUS-ID")]
    pub request: Option<String>,
}

/// Runs `outbox`.
///
/// # Errors
/// [`Declined`] when the decision counted for nothing; another error when it did for some, which stand then.
pub(crate) async fn run(connection: &Connection, out: Say, outbox: Outbox) -> anyhow::Result<()> {
    let command = outbox
        .command
        .unwrap_or_else(|| OutboxCommand::List(List::default()));
    match command {
        OutboxCommand::List(asked) => list(connection, out, asked).await,
        OutboxCommand::Show { item } => {
            let item: WaitingView = connection.get(&format!("/api/v1/outbox/{item}")).await?;
            out.show(&item, show)
        }
        OutboxCommand::Clear { which, reason } => {
            decide(connection, out, "/api/v1/outbox/clear", which, reason).await
        }
        OutboxCommand::Refuse { which, reason } => {
            decide(
                connection,
                out,
                "/api/v1/outbox/refuse",
                which,
                Some(reason),
            )
            .await
        }
    }
}

async fn list(connection: &Connection, out: Say, asked: List) -> anyhow::Result<()> {
    let asked = OutboxAsked {
        track: asked.track,
        state: asked.state,
        request: asked.request,
        after: asked.after,
        limit: asked.limit,
    };
    let page: OutboxView = connection
        .get(&format!("/api/v1/outbox{}", query(&asked)))
        .await?;
    out.show(&page, |page| {
        for item in &page.items {
            say::line(line(item));
        }
        let mib = page.waiting_bytes.div_ceil(1 << 20);
        say::line(match page.waiting {
            0 => "Nothing waits on this node.".to_owned(),
            waiting => format!(
                "{} on this node, {mib} MiB.",
                say::counted(waiting, "item waits", "items wait")
            ),
        });
        if let Some(next) = page.next {
            say::line(format!("There are more: --after {next}"));
        }
    })
}

fn query(asked: &OutboxAsked) -> String {
    let number = |number: &Option<u64>| number.map(|number| number.to_string());
    let parts = [
        ("track", asked.track.clone()),
        ("state", asked.state.clone()),
        ("request", asked.request.clone()),
        ("after", number(&asked.after)),
        ("limit", asked.limit.map(|limit| limit.to_string())),
    ];
    let mut query = String::new();
    for (name, value) in parts {
        if let Some(value) = value {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(&format!("{name}={}", say::encode(&value)));
        }
    }
    query
}

fn line(item: &WaitingView) -> String {
    let by = item.posts.first().map_or("nobody", |post| post.by.as_str());
    let at = item
        .posts
        .first()
        .map_or_else(String::new, |post| say::time(&post.at));
    let stands = match (item.state.as_str(), item.missing) {
        ("waiting", 1) => "needs one officer".to_owned(),
        ("waiting", missing) => format!("needs {missing} officers"),
        ("passed", _) => format!("passed as {}", item.item.as_deref().unwrap_or("?")),
        ("refused", _) => format!("refused: {}", item.reason.as_deref().unwrap_or_default()),
        (state, _) => state.to_owned(),
    };
    format!(
        "{:>6}  {}  {}  {} bytes, by {by} {at}; {stands}",
        item.id, item.collection, item.stix_id, item.bytes
    )
}

fn show(item: &WaitingView) {
    say::line(line(item));
    if !item.version.is_empty() {
        say::line(format!("  version {}", item.version));
    }
    for post in item.posts.iter().skip(1) {
        say::line(format!(
            "  posted again by {} {}",
            post.by,
            say::time(&post.at)
        ));
    }
    for decision in &item.decisions {
        let what = if decision.clears {
            "cleared"
        } else {
            "refused"
        };
        let why = match &decision.reason {
            Some(reason) => format!(": {reason}"),
            None => String::new(),
        };
        say::line(format!(
            "  {what} by {} {}{why}",
            decision.officer,
            say::time(&decision.at)
        ));
    }
    for note in &item.notes {
        say::line(format!("  note: {note}"));
    }
    if let Some(content) = &item.content {
        // What was parsed from JSON prints as JSON.
        let text = serde_json::to_string_pretty(content).unwrap_or_default();
        say::line(text);
    }
}

async fn decide(
    connection: &Connection,
    out: Say,
    path: &str,
    which: Which,
    reason: Option<String>,
) -> anyhow::Result<()> {
    let request = Decide {
        items: which.items,
        request: which.request,
        reason,
    };
    let decided: DecidedView = connection.post(path, &request).await?;
    out.show(&decided, |decided| {
        for outcome in &decided.outcomes {
            say::line(format!("{}.", outcome.says));
        }
        if let Some(held_back) = &decided.held_back {
            say::line(format!(
                "What is cleared is not on the record yet, and follows by itself: {held_back}"
            ));
        }
    })?;
    let counted = ["passed", "cleared", "counted", "refused"];
    let not: Vec<String> = decided
        .outcomes
        .iter()
        .filter(|outcome| !counted.contains(&outcome.outcome.as_str()))
        .map(|outcome| outcome.id.to_string())
        .collect();
    if not.is_empty() {
        return Ok(());
    }
    let says = format!("the decision did not count for {}", not.join(", "));
    match not.len() == decided.outcomes.len() {
        true => Err(Declined(format!("{says}; nothing was changed")).into()),
        false => Err(anyhow::anyhow!("{says}; for the others it did")),
    }
}
