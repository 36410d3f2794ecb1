//! `chancery dialogue found`, `accept` and `show`: a charter goes round as a file until all have signed.

use std::path::Path;

use anyhow::Context as _;
use node::{
    request::{Accept, Found, NewTrack},
    view::DialogueView,
};

use crate::{args, connect::Connection, exit::Declined, file, say, say::Say};

/// Runs a subcommand of `dialogue`.
pub(crate) async fn run(
    connection: &Connection,
    out: Say,
    command: args::Dialogue,
) -> anyhow::Result<()> {
    match command {
        args::Dialogue::Found(found) => self::found(connection, out, found).await,
        args::Dialogue::Accept(accept) => self::accept(connection, out, accept).await,
        args::Dialogue::Show { dialogue } => show(connection, out, dialogue.as_deref()).await,
    }
}

async fn found(connection: &Connection, out: Say, args: args::Found) -> anyhow::Result<()> {
    if args.out.exists() {
        return Err(Declined(format!(
            "{} is there already, and no charter is written over another file: name another with --out",
            args.out.display()
        ))
        .into());
    }
    let with = args
        .with
        .iter()
        .map(|path| file::read_text(path))
        .collect::<Result<_, _>>()?;
    let tracks = args
        .tracks
        .iter()
        .map(|spec| track(spec, &args))
        .collect::<anyhow::Result<_>>()?;
    let request = Found {
        name: args.name,
        purpose: args.purpose,
        with,
        tracks,
    };
    let dialogue: DialogueView = connection.post("/api/v1/dialogues", &request).await?;
    write_document(&dialogue, &args.out)?;
    out.show(&dialogue, say::dialogue)?;
    out.line(format!(
        "\nWritten to {0}. Hand it to {1}, who runs `chancery dialogue accept {0}` and hands it back.",
        args.out.display(),
        dialogue.missing.join(", "),
    ));
    Ok(())
}

/// Reads `NAME[:ACCESS][:ceiling=LEVEL][:clearance=OFFICERS]`.
fn track(spec: &str, args: &args::Found) -> anyhow::Result<NewTrack> {
    let mut words = spec.split(':');
    let mut track = NewTrack {
        name: words.next().unwrap_or_default().to_owned(),
        access: "closed".to_owned(),
        window_items: args.window_items,
        window_days: args.window_days,
        ..NewTrack::default()
    };
    for word in words {
        match word.split_once('=') {
            None => word.clone_into(&mut track.access),
            Some(("ceiling", level)) => track.marking_ceiling = Some(level.to_owned()),
            Some(("clearance", officers)) => {
                track.clearance = officers.parse().with_context(|| {
                    format!("in `{spec}`: clearance is a number of officers: 0, 1 or 2")
                })?;
            }
            Some((other, _)) => anyhow::bail!(
                "in `{spec}`: a track has no `{other}`; write NAME[:ACCESS][:ceiling=LEVEL][:clearance=OFFICERS]"
            ),
        }
    }
    Ok(track)
}

async fn accept(connection: &Connection, out: Say, args: args::Accept) -> anyhow::Result<()> {
    let document = file::read_text(&args.charter)?;
    let dialogue: DialogueView = connection
        .post("/api/v1/dialogues/accept", &Accept { document })
        .await?;
    let path = args.out.as_deref().unwrap_or(&args.charter);
    write_document(&dialogue, path)?;
    out.show(&dialogue, say::dialogue)?;
    if dialogue.in_force {
        out.line(format!(
            "\nIn force here. The other parties bring it into force with `chancery dialogue accept {}`.",
            path.display()
        ));
    } else {
        out.line(format!(
            "\nSigned. {} still waits for {}.",
            path.display(),
            dialogue.missing.join(", ")
        ));
    }
    Ok(())
}

async fn show(connection: &Connection, out: Say, wanted: Option<&str>) -> anyhow::Result<()> {
    let mut dialogues: Vec<DialogueView> = connection.get("/api/v1/dialogues").await?;
    if let Some(wanted) = wanted {
        dialogues.retain(|each| each.name == wanted || each.id == wanted);
        if dialogues.is_empty() {
            let says =
                format!("there is no dialogue `{wanted}` here; `chancery dialogue show` shows all");
            return Err(Declined(says).into());
        }
    }
    out.show(&dialogues, |dialogues| {
        dialogues.iter().for_each(say::dialogue);
    })
}

fn write_document(dialogue: &DialogueView, path: &Path) -> anyhow::Result<()> {
    let document = dialogue
        .document
        .as_deref()
        .context("the node gave no charter back")?;
    file::write_over(path, document.as_bytes())
}
