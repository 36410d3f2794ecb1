//! Reading and writing `node.toml`, with errors that name the file, the line and what to write instead.

use anyhow::Context as _;
use node::{home::Home, settings::Settings};

/// Reads the settings of the node in `home`.
pub(crate) fn load(home: &Home) -> anyhow::Result<Settings> {
    let path = home.settings();
    let text = home.read(&path)?;
    toml::from_str(&text).with_context(|| format!("{} cannot be read", path.display()))
}

/// Writes the settings of a new node.
pub(crate) fn save(home: &Home, settings: &Settings) -> anyhow::Result<()> {
    let text = format!(
        "# Settings of this party's node; read when it starts. `chancery doctor` checks them.\n\
         # A C2SP witness is added as:\n\
         #   [[witness]]\n\
         #   url = \"https://witness.example/\"\n\
         #   keys = [\"witness.example/w1+…\"]\n\n{}",
        toml::to_string(settings)?
    );
    Ok(home.write(&home.settings(), text.as_bytes())?)
}
