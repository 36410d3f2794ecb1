//! The contenders in Python, in an environment of their own that is made once.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, ensure};

use super::{Figure, figure};

/// What is measured against, in these versions.
const PACKAGES: [&str; 3] = [
    "stix2-validator==3.3.1",
    "stix2==3.0.2",
    "stix2-matcher==3.0.0",
];
/// Where the schemas are, if nothing else is said.
const SCHEMAS: &str = "../shared/data/oasis-schemas/schemas";

/// A Python with the peers in it.
pub(super) struct Peers {
    python: PathBuf,
    script: PathBuf,
    /// Whether the validator has its schemas.
    schemas: Result<(), String>,
}

impl Peers {
    /// Makes the environment below `dir`, if it is not there yet.
    pub(super) fn make(dir: &Path, schemas: Option<&Path>) -> anyhow::Result<Self> {
        let dir = dir.canonicalize()?;
        let home = dir.join("python");
        let python = home.join("bin/python");
        if !home.join("ready").exists() {
            done(Command::new("python3").args(["-m", "venv"]).arg(&home))?;
            done(
                Command::new(&python)
                    .args(["-m", "pip", "install", "--quiet"])
                    .args(PACKAGES),
            )?;
            fs::write(home.join("ready"), PACKAGES.join("\n"))?;
        }
        let script = dir.join("peers.py");
        fs::write(&script, include_str!("peers.py"))?;
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(SCHEMAS);
        let schemas = lend(&python, schemas.unwrap_or(&root)).map_err(|error| format!("{error:#}"));
        Ok(Self {
            python,
            script,
            schemas,
        })
    }

    fn run(&self, what: &str, files: &[&Path], limit: u32) -> anyhow::Result<Figure> {
        let mut command = Command::new(&self.python);
        command.arg(&self.script).arg(what).args(files);
        figure(command.arg(limit.to_string()))
    }

    /// stix2-validator, with its default options.
    pub(super) fn validate(&self, bundle: &Path, quick: bool) -> anyhow::Result<Figure> {
        if let Err(absent) = &self.schemas {
            anyhow::bail!("{absent}");
        }
        self.run("validate", &[bundle], if quick { 100 } else { 3_000 })
    }

    /// stix2 making its objects, which is how it checks them.
    pub(super) fn parse(&self, bundle: &Path, quick: bool) -> anyhow::Result<Figure> {
        self.run("parse", &[bundle], if quick { 500 } else { 10_000 })
    }

    /// stix2-matcher.
    pub(super) fn matches(
        &self,
        patterns: &Path,
        bundle: &Path,
        quick: bool,
    ) -> anyhow::Result<Figure> {
        self.run("matches", &[patterns, bundle], if quick { 20 } else { 300 })
    }
}

/// Puts the schemas where the validator, whose package lacks them, looks for them.
fn lend(python: &Path, schemas: &Path) -> anyhow::Result<()> {
    ensure!(
        schemas.is_dir(),
        "there are no schemas in {}; name them with --schemas",
        schemas.display()
    );
    let asked = Command::new(python)
        .args([
            "-c",
            "import stix2validator; print(stix2validator.__path__[0])",
        ])
        .output()?;
    let package = String::from_utf8(asked.stdout)?;
    let target = Path::new(package.trim()).join("schemas-2.1/schemas");
    if !target.exists() {
        fs::create_dir_all(&target)?;
        copy(schemas, &target)?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

fn done(command: &mut Command) -> anyhow::Result<()> {
    let says = format!("{command:?}");
    let output = command.output().with_context(|| says.clone())?;
    ensure!(
        output.status.success(),
        "{says}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}
