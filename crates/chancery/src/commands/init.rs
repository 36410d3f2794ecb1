//! `chancery init`: directory, settings, keys, card.

use std::{fs, path::Path};

use anyhow::Context as _;
use node::{
    clock::{OsRandom, SystemClock},
    home::Home,
    settings::Settings,
    setup::{self, NewOffice},
};

use crate::{args::Init, config, say, say::Say};

/// Sets up a node.
pub(crate) fn run(home: &Path, out: Say, args: Init) -> anyhow::Result<()> {
    let url = args
        .public_url
        .unwrap_or_else(|| format!("https://{}:8443", args.host));
    let settings = Settings::new(args.host, args.name, url, args.listen);
    let office = NewOffice {
        name: args.office,
        hours: args.hours,
        contact: args.contact,
    };
    let (fresh, left_over) = (!home.exists(), Home::at(home).keys().exists());
    let home = Home::create(home)?;
    let card = match setup::init(&home, &settings, &office, &SystemClock, &OsRandom) {
        Ok(card) => card,
        Err(error) if fresh => {
            // Nobody has seen these keys, and the next attempt would stop at them.
            fs::remove_dir_all(home.dir())
                .with_context(|| format!("{} cannot be removed again", home.dir().display()))?;
            return Err(error.into());
        }
        Err(error) if left_over => {
            return Err(anyhow::Error::from(error).context(format!(
                "{} holds keys but no node, as after an `init` that broke off: name another directory with --home, or \
                 remove it if its card was never handed over",
                home.dir().display()
            )));
        }
        Err(error) => return Err(error.into()),
    };
    // Last, because it is what makes the directory a node.
    config::save(&home, &settings)?;
    out.show(&card, |card| {
        say::party(&card.party);
        say::line(format!(
            "\nThe node is in {}. Hand your card to the other parties (`chancery card > {}.card`), read the fingerprint to \
             them over the telephone, and start the node with `chancery serve`.",
            home.dir().display(),
            settings.host.split('.').next().unwrap_or("our"),
        ));
    })
}
