//! `chancery card`: this party's card, or what another's says.

use anyhow::Context as _;
use node::view::{CardView, PartyView};

use crate::{args::Card, connect::Connection, file, say, say::Say};

/// Prints this node's card, as it is handed over.
pub(crate) async fn own(connection: &Connection, out: Say) -> anyhow::Result<()> {
    let card: CardView = connection.get("/api/v1/card").await?;
    // The card alone on standard output, so that it can be sent into a file.
    out.show(&card, |card| say::text(&card.card))
}

/// Reads another party's card; needs no node.
pub(crate) fn read(args: &Card, out: Say) -> anyhow::Result<()> {
    let Some(path) = &args.file else {
        return Ok(());
    };
    let party: PartyView = node::setup::read_card(&file::read_text(path)?)
        .with_context(|| format!("{} is no card that can be believed", path.display()))?;
    out.show(&party, |party| {
        say::party(party);
        say::line("\nThe signatures hold. Whether it is theirs, the telephone says: compare the fingerprint.");
    })
}
