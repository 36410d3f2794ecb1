//! `chancery generate`: man pages and shell completions, from the same definitions as the help.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::{Command, CommandFactory as _, Subcommand};
use clap_complete::Shell;
use serde_json::json;

use crate::{
    args::Cli,
    say::{self, Say},
};

/// Subcommands of `generate`.
#[derive(Debug, Subcommand)]
pub(crate) enum Generate {
    /// Write a man page for every command
    #[command(
        after_help = "Example:\n  chancery generate man man1 && man -l man1/chancery-serve.1"
    )]
    Man {
        /// The directory to write them to
        dir: PathBuf,
    },
    /// Print the completions for a shell
    #[command(
        after_help = "Example:\n  chancery generate completions bash > /usr/share/bash-completion/completions/chancery"
    )]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Runs a subcommand.
pub(crate) fn run(out: Say, command: &Generate) -> anyhow::Result<()> {
    match command {
        Generate::Man { dir } => {
            let pages = man(dir)?;
            out.show(&json!({ "dir": dir, "pages": pages }), |_| {
                let first = dir.join("chancery.1");
                say::line(format!(
                    "{pages} pages are in {}; `man -l {}` shows the first.",
                    dir.display(),
                    first.display()
                ));
            })
        }
        Generate::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "chancery", &mut script);
            let script = String::from_utf8(script)?;
            out.show(&json!({ "completions": script }), |_| say::text(&script))
        }
    }
}

/// Writes the pages, and says how many there are.
fn man(dir: &Path) -> anyhow::Result<usize> {
    fs::create_dir_all(dir).with_context(|| dir.display().to_string())?;
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    let mut pages = Vec::new();
    page("chancery", &root, &mut pages)?;
    for (name, page) in &pages {
        let path = dir.join(format!("{name}.1"));
        fs::write(&path, page).with_context(|| path.display().to_string())?;
    }
    Ok(pages.len())
}

/// The page of a command and those of the commands below it.
fn page(name: &str, command: &Command, pages: &mut Vec<(String, Vec<u8>)>) -> anyhow::Result<()> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone())
        .title(name.to_uppercase())
        .section("1")
        .manual("Chancery")
        .source(concat!("chancery ", env!("CARGO_PKG_VERSION")))
        .render(&mut page)?;
    pages.push((name.to_owned(), with_examples(page)?));
    for below in command
        .get_subcommands()
        .filter(|below| !below.is_hide_set())
    {
        self::page(&format!("{name}-{}", below.get_name()), below, pages)?;
    }
    Ok(())
}

/// What stands after the help is examples, in all but the page of the program itself; the generator has one title for it.
fn with_examples(page: Vec<u8>) -> anyhow::Result<Vec<u8>> {
    let mut page = String::from_utf8(page)?;
    for word in ["Examples:", "Example:"] {
        page = page.replace(&format!(".SH EXTRA\n{word}\n"), ".SH EXAMPLES\n.nf\n");
    }
    // Examples end where the next section begins, and are set as they stand.
    if let Some((before, after)) = page.split_once(".SH EXAMPLES\n") {
        let after = after.replacen("\n.SH ", "\n.fi\n.SH ", 1);
        page = format!("{before}.SH EXAMPLES\n{after}");
    }
    Ok(page.replace(".SH EXTRA\n", ".SH NOTES\n").into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls `with` on every command that can be run, with its words.
    fn each(words: &str, command: &Command, with: &mut impl FnMut(&str, &Command)) {
        let below: Vec<_> = command
            .get_subcommands()
            .filter(|below| below.get_name() != "help")
            .collect();
        if below.is_empty() {
            with(words, command);
        }
        for below in below {
            each(&format!("{words} {}", below.get_name()), below, with);
        }
    }

    #[test]
    fn every_command_has_an_example_that_names_it() {
        let mut without = Vec::new();
        each("chancery", &Cli::command(), &mut |words, command| {
            let help = command
                .get_after_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            let examples = help.strip_prefix("Example").unwrap_or_default();
            // Global options may stand between the words.
            let names = words.split(' ').all(|word| examples.contains(word));
            if !names {
                without.push(words.to_owned());
            }
        });
        assert!(without.is_empty(), "{without:?}");
    }

    #[test]
    fn every_command_and_argument_says_what_it_is() {
        let mut silent = Vec::new();
        each("chancery", &Cli::command(), &mut |words, command| {
            if command.get_about().is_none() {
                silent.push(words.to_owned());
            }
            for argument in command
                .get_arguments()
                .filter(|one| one.get_help().is_none())
            {
                silent.push(format!("{words} {}", argument.get_id()));
            }
        });
        assert!(silent.is_empty(), "{silent:?}");
    }

    #[test]
    fn every_command_has_a_man_page() {
        let dir = tempfile::tempdir().unwrap();
        man(dir.path()).unwrap();
        each("chancery", &Cli::command(), &mut |words, _| {
            let path = dir.path().join(format!("{}.1", words.replace(' ', "-")));
            let page = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{words}: {error}"));
            assert!(
                page.contains(".TH CHANCERY") && page.contains(".SH SYNOPSIS"),
                "{words}"
            );
            assert!(
                page.contains(".SH EXAMPLES") && !page.contains(".SH EXTRA"),
                "{words}: its examples are there too"
            );
        });
    }

    #[test]
    fn completions_know_the_commands() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "chancery", &mut script);
            let script = String::from_utf8(script).unwrap();
            for word in ["serve", "config", "web-cert"] {
                assert!(script.contains(word), "{shell}: {word}");
            }
        }
    }
}
