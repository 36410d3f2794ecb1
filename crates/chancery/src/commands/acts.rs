//! `chancery inquire`, `answer`, `acknowledge`, `open` and `show`.

use node::{
    request::{Answer, Inquire, Step},
    view::{HandedOver, ItemView},
};

use crate::{args, connect::Connection, say, say::Say};

/// Asks.
pub(crate) async fn inquire(
    connection: &Connection,
    out: Say,
    args: args::Inquire,
) -> anyhow::Result<()> {
    let request = Inquire {
        track: args.track,
        to: args.to,
        office: args.office,
        question: args.question,
        lang: args.lang,
        asks: args.asks,
        due: args.due,
    };
    let done: HandedOver = connection.post("/api/v1/inquiries", &request).await?;
    out.show(&done, |done| {
        let number = done.number.unwrap_or(0);
        match done.outbox {
            Some(outbox) => say::line(waits(&format!("Inquiry {number}"), outbox)),
            None => say::line(format!(
                "Inquiry {number} is on the record as {}.",
                done.item
            )),
        }
    })
}

/// Answers.
pub(crate) async fn answer(
    connection: &Connection,
    out: Say,
    args: args::Answer,
) -> anyhow::Result<()> {
    let outcome = match args.outcome {
        args::Outcome::Answered => "answered",
        args::Outcome::Partly => "partly",
        args::Outcome::Declined => "declined",
        args::Outcome::NotOurs => "not_ours",
        args::Outcome::Pending => "pending",
    };
    let request = Answer {
        item: args.item.clone(),
        outcome: outcome.to_owned(),
        reason: args.reason,
        until: args.until,
        lang: args.lang,
        text: args.text,
    };
    let done: HandedOver = connection.post("/api/v1/answers", &request).await?;
    out.show(&done, |done| match done.outbox {
        Some(outbox) => say::line(waits(&format!("The answer to {}", args.item), outbox)),
        None => say::line(format!(
            "Answer to {} is on the record as {}.",
            args.item, done.item
        )),
    })
}

fn waits(what: &str, outbox: u64) -> String {
    format!(
        "{what} waits for clearance as {outbox} in the outbox; nothing has left. An officer who did not write it runs \
         `chancery outbox show {outbox}`, then `chancery outbox clear {outbox}`."
    )
}

/// Acknowledges in the name of an office.
pub(crate) async fn acknowledge(
    connection: &Connection,
    out: Say,
    item: String,
) -> anyhow::Result<()> {
    let done = step(connection, item.clone(), "acknowledged", None).await?;
    out.show(&done, |done| {
        say::line(format!(
            "{item} is acknowledged, on the record as {}.",
            done.item
        ));
    })
}

/// Shows an item and records that a person has read it.
pub(crate) async fn open(
    connection: &Connection,
    out: Say,
    args: args::Open,
) -> anyhow::Result<()> {
    step(connection, args.item.clone(), "opened", Some(args.person)).await?;
    // Read after the step, so that what is shown says it was opened.
    out.show(&item(connection, &args.item).await?, say::item)
}

/// Shows an item; nothing is recorded.
pub(crate) async fn show(connection: &Connection, out: Say, address: &str) -> anyhow::Result<()> {
    out.show(&item(connection, address).await?, say::item)
}

async fn item(connection: &Connection, address: &str) -> anyhow::Result<ItemView> {
    connection
        .get(&format!("/api/v1/items?item={}", say::encode(address)))
        .await
}

async fn step(
    connection: &Connection,
    item: String,
    step: &str,
    person: Option<String>,
) -> anyhow::Result<HandedOver> {
    connection
        .post(
            "/api/v1/steps",
            &Step {
                item,
                step: step.to_owned(),
                person,
            },
        )
        .await
}
