//! `node.toml` with every setting and its meaning, made from the table.

use super::{
    layers::default,
    table::{Fallback, SETTINGS, Setting},
};

/// Widest line of a comment, characters.
const WIDTH: usize = 100;

/// A complete `node.toml`: what has a default is commented out and says it.
pub(crate) fn example() -> String {
    let mut text = String::from(
        "# Every setting of a Chancery node. What is commented out shows what it is when nothing is said.\n\
         # Precedence: this file, then the environment, then flags of `chancery serve`.\n",
    );
    let mut section = "";
    for setting in SETTINGS {
        let (table, name) = setting.key.rsplit_once('.').unwrap_or(("", setting.key));
        text.push('\n');
        if table != section {
            section = table;
            // The list of tables at the end has a header of its own.
            if !table.is_empty() {
                text.push_str(&format!("[{table}]\n"));
            }
        }
        text.push_str(&comment(&about(setting)));
        text.push_str(&line(setting, name));
    }
    text
}

fn about(setting: &Setting) -> String {
    let mut about = setting.about.to_owned();
    if let super::kind::Kind::Count { unit, min, max } = setting.kind {
        about.push_str(&format!(" {min} to {max} {unit}."));
    }
    let too: Vec<&str> = setting.flag.into_iter().chain(setting.variable).collect();
    if !too.is_empty() {
        about.push_str(&format!(" Also: {}.", too.join(", ")));
    }
    about
}

fn line(setting: &Setting, name: &str) -> String {
    match (setting.key, setting.default) {
        ("witness", _) => {
            "# [[witness]]\n# url = \"https://witness.example/\"\n# keys = [\"witness.example/w1+…\"]\n"
                .to_owned()
        }
        ("host", _) => "host = \"cert.alpha.example\"\n".to_owned(),
        ("name", _) => "name = \"Alpha CERT\"\n".to_owned(),
        ("url", _) => "url = \"https://cert.alpha.example:8443\"\n".to_owned(),
        ("listen", _) => "listen = \"0.0.0.0:8443\"\n".to_owned(),
        (_, Fallback::Is(_)) => match default(setting) {
            Some(value) => format!("# {name} = {value}\n"),
            None => String::new(),
        },
        ("web.listen", _) => "# listen = \"127.0.0.1:8080\"\n".to_owned(),
        ("web.url", _) => "# url = \"https://taxii.alpha.example\"\n".to_owned(),
        _ => format!("# {name} = \"/etc/chancery/{name}.pem\"\n"),
    }
}

fn comment(about: &str) -> String {
    let mut text = String::new();
    let mut line = String::from("#");
    for word in about.split(' ') {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            text.push_str(&line);
            text.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    text + &line + "\n"
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Layers;

    #[test]
    fn the_example_is_a_file_that_can_be_used() {
        let layers = Layers::read(Path::new("node.toml"), &example(), &[], &[]);
        assert_eq!(layers.problems(), []);
        layers.settings().unwrap();
    }

    #[test]
    fn so_it_is_with_everything_taken_in() {
        let mut text = String::new();
        for line in example().lines().filter(|line| !line.contains("witness")) {
            let setting = line.strip_prefix("# ").filter(|line| {
                let name = line.split(" = ").next().unwrap_or_default();
                line.contains(" = ") && name != "keys" && !name.contains(' ')
            });
            text.push_str(setting.unwrap_or(line));
            text.push('\n');
        }
        let layers = Layers::read(Path::new("node.toml"), &text, &[], &[]);
        assert_eq!(layers.problems(), []);
        let said = layers
            .effective
            .iter()
            .filter(|one| one.source.to_string().starts_with("node.toml:"));
        assert_eq!(said.count(), SETTINGS.len() - 1, "all but the witnesses");
    }

    #[test]
    fn the_example_in_the_repository_is_this_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/node.toml");
        let there = std::fs::read_to_string(path).unwrap();
        assert_eq!(
            there,
            example(),
            "write it anew: chancery config example > deploy/node.toml"
        );
    }
}
