//! `chancery audit`: the trail of what was done here.

use clap::Args;
use node::{
    access::DIRECTORY,
    view::accounts::{AuditPage, AuditView},
};

use crate::{connect::Connection, say, say::Say};

/// Lines asked for at once.
const PAGE_LINES: usize = 1_000;

/// Arguments of `audit`.
#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// How many lines, the newest
    #[arg(long, default_value_t = 50, value_name = "LINES")]
    limit: usize,
    /// Only lines before this number
    #[arg(long, value_name = "LINE")]
    before: Option<u64>,
}

/// Shows the trail, newest first.
pub(crate) async fn run(connection: &Connection, out: Say, args: Audit) -> anyhow::Result<()> {
    let (mut lines, mut before): (Vec<AuditView>, _) = (Vec::new(), args.before);
    while lines.len() < args.limit {
        let wanted = (args.limit - lines.len()).min(PAGE_LINES);
        let from = before.map_or_else(String::new, |line| format!("&before={line}"));
        let path = format!("/api/v1/audit?limit={wanted}{from}");
        let page: AuditPage = connection.get(&path).await?;
        lines.extend(page.lines);
        before = page.before;
        if before.is_none() {
            break;
        }
    }
    out.show(&lines, |lines| {
        lines.iter().for_each(show);
        if lines.iter().any(|line| line.who == DIRECTORY) {
            say::aside(
                "directory: whoever may open the node's directory on its own machine, without logging in",
            );
        }
    })
}

fn show(line: &AuditView) {
    let who = match line.from.as_str() {
        "" => line.who.clone(),
        from => format!("{} ({from})", line.who),
    };
    let times = match line.times {
        1 => String::new(),
        times => format!(", {times} times"),
    };
    say::line(format!(
        "{:>5}  {}  {who:<9}  {}  {}: {}{times}",
        line.id,
        say::time(&line.at),
        line.what,
        line.target,
        line.outcome
    ));
}
