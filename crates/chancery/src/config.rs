//! The settings of a node: `node.toml`, then the environment, then flags; the last that says something counts. Nothing
//! else reads the environment. What is wrong is told all at once, each with its place and what to write instead.

mod example;
mod kind;
mod layers;
mod machine;
mod table;

use std::path::Path;

use node::{home::Home, settings::Settings};

pub(crate) use self::{
    example::example,
    layers::{Effective, Layers},
    machine::look,
    table::RUST_LOG,
};

/// A flag that overrides a setting: its key, the flag's name, and what it says.
pub(crate) type Override = (&'static str, &'static str, Option<String>);

/// Everything that is wrong with the settings.
#[derive(Debug)]
pub(crate) struct Problems(pub(crate) Vec<Problem>);

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Where it says so: a file with its line, a variable, a flag.
    pub(crate) place: String,
    /// What is wrong, and what to write instead.
    pub(crate) says: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.says)
    }
}

impl std::fmt::Display for Problems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = self.0.len();
        let things = if count == 1 { "thing is" } else { "things are" };
        write!(f, "{count} {things} wrong with the settings")?;
        self.0
            .iter()
            .try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for Problems {}

/// Reads the settings of the node in `home`.
pub(crate) fn load(home: &Home) -> anyhow::Result<Settings> {
    load_with(home, &[])
}

/// Reads the settings of the node in `home`, with flags over them.
pub(crate) fn load_with(home: &Home, flags: &[Override]) -> anyhow::Result<Settings> {
    let layers = layers(home, flags)?;
    Ok(layers.settings().map_err(Problems)?)
}

/// Reads what every layer says, right or wrong.
pub(crate) fn layers(home: &Home, flags: &[Override]) -> anyhow::Result<Layers> {
    let path = home.settings();
    let text = home.read(&path)?;
    Ok(Layers::read(&path, &text, &environment(), flags))
}

/// Writes the settings of a new node: what it must say, and what is not as it comes.
pub(crate) fn save(home: &Home, settings: &Settings) -> anyhow::Result<()> {
    let text = format!(
        "# Settings of this party's node; read when it starts. `chancery config check` says what is wrong with them,\n\
         # `chancery config example` prints every setting with its meaning.\n\n{}",
        layers::written(settings)?
    );
    Ok(home.write(&home.settings(), text.as_bytes())?)
}

/// A variable of the environment that is no setting of the node: what a service manager tells a process.
pub(crate) fn variable(name: &str) -> Option<String> {
    environment()
        .into_iter()
        .find_map(|(known, value)| (known == name).then_some(value))
}

/// The environment; variables that are no text are left out, for none of ours could be one.
fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// A path of the settings: in the file it begins in the node's directory.
fn in_directory(file: &Path, path: &str) -> String {
    let dir = file.parent().unwrap_or(Path::new(""));
    dir.join(path).display().to_string()
}
