//! `chancery init`: directory, settings, keys, card.

use std::path::Path;

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
    let home = Home::create(home)?;
    let card = setup::init(&home, &settings, &office, &SystemClock, &OsRandom)?;
    // Last, because it is what makes the directory a node.
    config::save(&home, &settings)?;
    out.show(&card, |card| {
        say::party(&card.party);
        say::line(format!(
            "\nThe node is in {}. Hand your card to the other parties (`chancery card > {}.card`),\n\
             read the fingerprint to them over the telephone, and start the node with `chancery serve`.",
            home.dir().display(),
            settings.host.split('.').next().unwrap_or("our"),
        ));
    })
}
