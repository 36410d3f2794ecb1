//! File, environment and flags laid over one another: what each setting is in the end, and who says so.

use std::{collections::BTreeMap, path::Path};

use node::settings::Settings;
use serde::Deserialize as _;
use toml::{
    Spanned, Value,
    de::{DeTable, DeValue},
};

use super::{
    Override, Problem, in_directory,
    kind::Kind,
    table::{Fallback, OTHER_VARIABLES, RUST_LOG, SETTINGS, Setting},
};

/// Who says what a setting is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// Nobody: it is as it comes.
    Default,
    /// A line of the file.
    File(String),
    /// A variable.
    Variable(&'static str),
    /// A flag.
    Flag(&'static str),
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(place) => f.write_str(place),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// What a setting is in the end.
#[derive(Debug, Clone)]
pub(crate) struct Effective {
    /// Which.
    pub(crate) setting: &'static Setting,
    /// What; `None` when it is not set and has no default.
    pub(crate) value: Option<Value>,
    /// Who says so.
    pub(crate) source: Source,
}

/// All layers, laid over one another.
#[derive(Debug)]
pub(crate) struct Layers {
    /// Every setting, in the order of the table.
    pub(crate) effective: Vec<Effective>,
    problems: Vec<Problem>,
    doubts: Vec<Problem>,
}

impl Layers {
    /// Lays the layers over one another. What is wrong in a layer that another covers is told all the same.
    pub(crate) fn read(
        path: &Path,
        text: &str,
        environment: &[(String, String)],
        flags: &[Override],
    ) -> Self {
        let mut problems = Vec::new();
        let mut file = File::read(path, text, &mut problems);
        let effective = SETTINGS
            .iter()
            .map(|setting| {
                let mut said = vec![file.said(setting)];
                said.push(variable(setting, environment));
                said.push(flag(setting, flags));
                let mut last = None;
                for (value, source) in said.into_iter().flatten() {
                    match setting.kind.check(&value) {
                        Ok(()) => last = Some((value, source)),
                        Err(says) => problems.push(Problem {
                            place: source.to_string(),
                            says: format!("`{}` {says}", setting.key),
                        }),
                    }
                }
                effective(setting, last)
            })
            .collect();
        file.left_over(&mut problems);
        let mut this = Self {
            effective,
            problems,
            doubts: unknown_variables(environment),
        };
        this.missing(path);
        this
    }

    /// What is wrong with what the layers say.
    pub(crate) fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What looks like a mistake and stops nothing: a variable of somebody else's may begin like ours.
    pub(crate) fn doubts(&self) -> &[Problem] {
        &self.doubts
    }

    /// The settings, if nothing is wrong.
    pub(crate) fn settings(&self) -> Result<Settings, Vec<Problem>> {
        if !self.problems.is_empty() {
            return Err(self.problems.clone());
        }
        let mut root = toml::Table::new();
        for effective in &self.effective {
            if let Some(value) = &effective.value {
                put(&mut root, effective.setting.key, value.clone());
            }
        }
        Settings::deserialize(root).map_err(|error| {
            vec![Problem {
                place: "the settings".to_owned(),
                says: error.to_string(),
            }]
        })
    }

    fn missing(&mut self, path: &Path) {
        for effective in &self.effective {
            let setting = effective.setting;
            let told = |problem: &Problem| problem.says.contains(&format!("`{}`", setting.key));
            let required = setting.default == Fallback::Required;
            if required && effective.value.is_none() && !self.problems.iter().any(told) {
                self.problems.push(Problem {
                    place: path.display().to_string(),
                    says: format!(
                        "`{}` is missing; write {}",
                        setting.key,
                        setting.kind.instead()
                    ),
                });
            }
        }
    }
}

fn effective(setting: &'static Setting, said: Option<(Value, Source)>) -> Effective {
    let (value, source) = match said {
        Some((value, source)) => (Some(value), source),
        None => (default(setting), Source::Default),
    };
    Effective {
        setting,
        value,
        source,
    }
}

/// What a setting is when nobody says anything.
pub(super) fn default(setting: &Setting) -> Option<Value> {
    let Fallback::Is(text) = setting.default else {
        return None;
    };
    let table: toml::Table = format!("it = {text}").parse().ok()?;
    table.get("it").cloned()
}

fn variable(setting: &Setting, environment: &[(String, String)]) -> Option<(Value, Source)> {
    let find = |name: &'static str| {
        let said = environment.iter().find(|(known, _)| known == name)?;
        // Emptied is how a variable is unset where it cannot be removed.
        (!said.1.is_empty()).then(|| (setting.kind.reads(&said.1), Source::Variable(name)))
    };
    let too = || match setting.kind {
        Kind::LogLevel => find(RUST_LOG),
        _ => None,
    };
    setting.variable.and_then(find).or_else(too)
}

fn flag(setting: &Setting, flags: &[Override]) -> Option<(Value, Source)> {
    flags.iter().find_map(|(key, name, words)| {
        let words = words.as_ref().filter(|_| *key == setting.key)?;
        Some((setting.kind.reads(words), Source::Flag(name)))
    })
}

fn unknown_variables(environment: &[(String, String)]) -> Vec<Problem> {
    let mut doubts = Vec::new();
    let known: Vec<&str> = SETTINGS
        .iter()
        .filter_map(|setting| setting.variable)
        .chain(OTHER_VARIABLES)
        .collect();
    for (name, _) in environment {
        if name.starts_with("CHANCERY_") && !known.contains(&name.as_str()) {
            doubts.push(Problem {
                place: format!("variable {name}"),
                says: format!("there is no such setting{}", meant(name, &known)),
            });
        }
    }
    doubts
}

/// The known name that was probably meant.
fn meant(name: &str, known: &[&str]) -> String {
    let nearest = known
        .iter()
        .map(|known| (distance(name, known), known))
        .min_by_key(|(distance, _)| *distance);
    match nearest {
        Some((distance, known)) if distance <= 1 + name.len() / 4 => {
            format!("; {known} may be meant")
        }
        _ => "; `chancery config example` prints them all".to_owned(),
    }
}

/// How many letters must be changed, added or removed (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let change = corner + usize::from(left != *right);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

fn put(root: &mut toml::Table, key: &str, value: Value) {
    match key.split_once('.') {
        None => {
            root.insert(key.to_owned(), value);
        }
        Some((table, rest)) => {
            let inner = root
                .entry(table)
                .or_insert_with(|| Value::Table(toml::Table::new()));
            if let Value::Table(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

/// What a file of a new node says: what it must, and what is not as it comes.
pub(super) fn written(settings: &Settings) -> anyhow::Result<String> {
    let all = toml::Table::try_from(settings)?;
    let mut said = toml::Table::new();
    for setting in SETTINGS {
        let mut value = Some(&Value::Table(all.clone())).cloned();
        for part in setting.key.split('.') {
            value = value.and_then(|table| table.get(part).cloned());
        }
        if let Some(value) = value.filter(|value| Some(value) != default(setting).as_ref()) {
            put(&mut said, setting.key, value);
        }
    }
    Ok(toml::to_string(&said)?)
}

/// What the file says, and on which line.
struct File<'t> {
    path: &'t Path,
    text: &'t str,
    said: BTreeMap<String, (Value, usize)>,
}

impl<'t> File<'t> {
    fn read(path: &'t Path, text: &'t str, problems: &mut Vec<Problem>) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut this = Self {
            path,
            text,
            said: BTreeMap::new(),
        };
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            problems.push(Problem {
                place: this.place(at),
                says: format!("this is no TOML: {}", error.message()),
            });
        }
        this.flatten("", table.get_ref());
        this
    }

    fn flatten(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let key = format!("{prefix}{}", name.get_ref());
            match value.get_ref() {
                DeValue::Table(inner) => self.flatten(&format!("{key}."), inner),
                _ => {
                    if let Some(plain) = plain(value) {
                        self.said.insert(key, (plain, name.span().start));
                    }
                }
            }
        }
    }

    fn said(&mut self, setting: &Setting) -> Option<(Value, Source)> {
        let (value, at) = self.said.remove(setting.key)?;
        let value = match (setting.kind, value) {
            (Kind::Path, Value::String(path)) => Value::String(in_directory(self.path, &path)),
            (_, value) => value,
        };
        Some((value, Source::File(self.place(at))))
    }

    /// What nobody asked for.
    fn left_over(&self, problems: &mut Vec<Problem>) {
        let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
        for (key, (_, at)) in &self.said {
            problems.push(Problem {
                place: self.place(*at),
                says: format!("there is no setting `{key}`{}", meant(key, &known)),
            });
        }
    }

    fn place(&self, at: usize) -> String {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = 1 + before.matches('\n').count();
        format!("{}:{line}", self.path.display())
    }
}

/// A value without its places.
fn plain(value: &Spanned<DeValue<'_>>) -> Option<Value> {
    Value::deserialize(toml::de::ValueDeserializer::from(value.clone())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str =
        "host = 'a.example'\nname = 'A'\nurl = 'https://a.example'\nlisten = '127.0.0.1:1'\n";

    fn read(file: &str, environment: &[(&str, &str)], flags: &[Override]) -> Layers {
        let environment: Vec<_> = environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Layers::read(Path::new("home/node.toml"), file, &environment, flags)
    }

    fn problems(file: &str, environment: &[(&str, &str)]) -> String {
        let layers = read(file, environment, &[]);
        let told = layers.problems().iter().chain(layers.doubts());
        let lines: Vec<String> = told.map(ToString::to_string).collect();
        lines.join("\n")
    }

    #[test]
    fn what_nobody_says_is_as_it_comes() {
        let settings = read(WHOLE, &[], &[]).settings().unwrap();
        let listen = "127.0.0.1:1".parse().unwrap();
        let new = Settings::new("a.example", "A", "https://a.example", listen);
        assert_eq!(
            toml::to_string(&settings).unwrap(),
            toml::to_string(&new).unwrap(),
            "the table's defaults are those of the types"
        );
    }

    #[test]
    fn the_last_who_says_something_counts() {
        let file = format!("{WHOLE}poll_secs = 10\n[web]\nlisten = '127.0.0.1:2'\n");
        let shown = |environment: &[(&str, &str)], flags: &[Override]| {
            let layers = read(&file, environment, flags);
            let web = layers
                .effective
                .iter()
                .find(|one| one.setting.key == "web.listen");
            let web = web.unwrap();
            format!("{} ({})", web.value.clone().unwrap(), web.source)
        };
        let variable = [("CHANCERY_WEB_LISTEN", "127.0.0.1:3")];
        let flag = [("web.listen", "--web", Some("127.0.0.1:4".to_owned()))];
        insta::assert_snapshot!(shown(&[], &[]), @r#""127.0.0.1:2" (home/node.toml:7)"#);
        insta::assert_snapshot!(shown(&variable, &[]), @r#""127.0.0.1:3" (variable CHANCERY_WEB_LISTEN)"#);
        insta::assert_snapshot!(shown(&variable, &flag), @r#""127.0.0.1:4" (flag --web)"#);
        insta::assert_snapshot!(shown(&[("CHANCERY_WEB_LISTEN", "")], &[]), @r#""127.0.0.1:2" (home/node.toml:7)"#);
        let rust_log = read(&file, &[("RUST_LOG", "debug")], &[])
            .settings()
            .unwrap();
        assert_eq!(rust_log.log.level, "debug");
        let both = [("RUST_LOG", "debug"), ("CHANCERY_LOG_LEVEL", "warn")];
        assert_eq!(
            read(&file, &both, &[]).settings().unwrap().log.level,
            "warn"
        );
    }

    #[test]
    fn paths_of_the_file_begin_in_its_directory() {
        let file = format!("{WHOLE}[web]\ncert = 'cert.pem'\nkey = '/etc/key.pem'\n");
        let web = read(&file, &[], &[]).settings().unwrap().web;
        assert_eq!(web.cert.unwrap(), Path::new("home/cert.pem"));
        assert_eq!(web.key.unwrap(), Path::new("/etc/key.pem"));
        let web = read(&file, &[("CHANCERY_WEB_CERT", "c.pem")], &[])
            .settings()
            .unwrap()
            .web;
        assert_eq!(web.cert.unwrap(), Path::new("c.pem"));
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let file = "host = 'a.example'\nname = ''\nlisten = 'here'\npol_secs = 3\napi = '127.0.0.1:1'\n\n[web]\nlisten = 8080\n[web.limits]\nhead_secs = 0\n[wep]\nx = 1\n";
        let environment = [
            ("CHANCERY_WEB_LISTN", "x"),
            ("CHANCERY_LOG_FORMAT", "xml"),
            ("CHANCERY_HOME", "x"),
        ];
        insta::assert_snapshot!(problems(file, &environment), @r#"
        home/node.toml:2: `name` is ""; write words in quotation marks
        home/node.toml:3: `listen` is "here"; write an address with its port, such as "127.0.0.1:8080" or "[::]:8443"
        home/node.toml:8: `web.listen` is 8080; write an address with its port, such as "127.0.0.1:8080" or "[::]:8443"
        home/node.toml:10: `web.limits.head_secs` is 0; write a whole number from 1 to 600, seconds
        variable CHANCERY_LOG_FORMAT: `log.format` is "xml"; write "text" or "json"
        home/node.toml:5: there is no setting `api`; `chancery config example` prints them all
        home/node.toml:4: there is no setting `pol_secs`; poll_secs may be meant
        home/node.toml:12: there is no setting `wep.x`; `chancery config example` prints them all
        home/node.toml: `url` is missing; write a URL such as "https://cert.alpha.example:8443"
        variable CHANCERY_WEB_LISTN: there is no such setting; CHANCERY_WEB_LISTEN may be meant
        "#);
        let broken = problems(&format!("{WHOLE}poll_secs = \nname = 'B'\n"), &[]);
        for line in [
            "home/node.toml:5: this is no TOML: ",
            "home/node.toml:6: this is no TOML: ",
        ] {
            assert!(broken.contains(line), "{broken}");
        }
    }

    #[test]
    fn a_new_file_says_what_it_must_and_no_more() {
        let listen = "127.0.0.1:1".parse().unwrap();
        let mut settings = Settings::new("a.example", "A", "https://a.example", listen);
        settings.web.limits.idle_secs = 5;
        let text = written(&settings).unwrap();
        insta::assert_snapshot!(text, @r#"
        host = "a.example"
        listen = "127.0.0.1:1"
        name = "A"
        url = "https://a.example"

        [web.limits]
        idle_secs = 5
        "#);
        assert_eq!(
            read(&text, &[], &[])
                .settings()
                .unwrap()
                .web
                .limits
                .idle_secs,
            5
        );
    }
}
