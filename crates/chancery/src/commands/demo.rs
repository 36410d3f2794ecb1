//! `chancery demo`: the main job in one command.

use crate::{args::Demo, say::Say};

/// Runs the demo.
pub(crate) async fn run(_out: Say, args: &Demo) -> anyhow::Result<()> {
    anyhow::bail!(
        "the demo is being built; nothing was made in {}",
        args.dir.display()
    )
}
