//! `chancery track list` and `chancery track create`.

use node::{request::NewTrack, view::TrackView};

use crate::{args::Track, connect::Connection, say, say::Say};

/// Runs a subcommand of `track`.
pub(crate) async fn run(connection: &Connection, out: Say, command: Track) -> anyhow::Result<()> {
    match command {
        Track::List => {
            let tracks: Vec<TrackView> = connection.get("/api/v1/tracks").await?;
            out.show(&tracks, |tracks| tracks.iter().for_each(say::track))
        }
        Track::Create {
            name,
            title,
            ceiling,
            clearance,
        } => {
            let request = NewTrack {
                title: title.unwrap_or_else(|| name.clone()),
                name,
                access: "closed".to_owned(),
                window_items: 0,
                window_days: 0,
                marking_ceiling: ceiling,
                clearance,
            };
            let track: TrackView = connection.post("/api/v1/tracks", &request).await?;
            out.show(&track, say::track)
        }
    }
}
