//! How often each rule was broken, and what that makes of the whole.

use std::collections::BTreeMap;

use serde::Serialize;
use stix::{Rule, Severity};

use super::{
    excerpt::Paint,
    judge::{Judged, Outcome},
};
use crate::{
    exit::{Exit, Silent},
    say,
};

/// How often a rule was broken.
#[derive(Debug, Clone, Copy, Serialize)]
struct Count {
    #[serde(skip)]
    severity: Severity,
    count: u64,
}

/// What was judged, in numbers.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) files: u64,
    /// Files that cannot be read.
    pub(super) unreadable: u64,
    objects: u64,
    invalid: u64,
    /// Texts around objects, or instead of them, that are wrong.
    broken: u64,
    rules: BTreeMap<&'static str, Count>,
}

/// The same, for programs.
#[derive(Debug, Serialize)]
pub(super) struct View<'t> {
    valid: bool,
    files: u64,
    unreadable: u64,
    objects: u64,
    invalid_objects: u64,
    broken_texts: u64,
    errors: BTreeMap<&'t str, u64>,
    warnings: BTreeMap<&'t str, u64>,
}

impl Tally {
    /// Counts something that was judged.
    pub(super) fn count(&mut self, judged: &Judged<'_>, strict: bool) {
        let (mut errors, mut warnings) = (false, false);
        judged.each_rule(|rule, severity| {
            match severity {
                Severity::Must => errors = true,
                Severity::Should => warnings = true,
            }
            let count = self
                .rules
                .entry(rule)
                .or_insert(Count { severity, count: 0 });
            count.count += 1;
        });
        let invalid = errors || (strict && warnings);
        if judged.index.is_some() {
            self.objects += 1;
            self.invalid += u64::from(invalid);
        } else {
            self.broken += u64::from(invalid);
        }
        if let Outcome::Text(report) = &judged.outcome
            && report.omitted > 0
            && let Some(last) = report.problems().last()
            && let Some(count) = self.rules.get_mut(last.rule)
        {
            count.count += report.omitted as u64;
        }
    }

    fn valid(&self) -> bool {
        self.invalid == 0 && self.broken == 0
    }

    /// What the exit code says.
    pub(super) fn exit(&self) -> anyhow::Result<()> {
        if self.unreadable > 0 {
            Err(Silent(Exit::Failed).into())
        } else if self.valid() {
            Ok(())
        } else {
            Err(Silent(Exit::NotProved).into())
        }
    }

    /// For programs.
    pub(super) fn view(&self) -> View<'_> {
        let of = |severity| {
            let some = self
                .rules
                .iter()
                .filter(move |(_, c)| c.severity == severity);
            some.map(|(rule, c)| (*rule, c.count)).collect()
        };
        View {
            valid: self.valid() && self.unreadable == 0,
            files: self.files,
            unreadable: self.unreadable,
            objects: self.objects,
            invalid_objects: self.invalid,
            broken_texts: self.broken,
            errors: of(Severity::Must),
            warnings: of(Severity::Should),
        }
    }

    /// For people: the counts by rule, and then the whole in one sentence.
    pub(super) fn print(&self, paint: Paint) {
        for (severity, title) in [(Severity::Must, "Errors"), (Severity::Should, "Warnings")] {
            let of = |(_, count): &(&&str, &Count)| count.severity == severity;
            let mut rules: Vec<_> = self.rules.iter().filter(of).collect();
            if rules.is_empty() {
                continue;
            }
            rules.sort_by_key(|(_, count)| std::cmp::Reverse(count.count));
            say::line(paint.severity(severity, title));
            for (name, count) in rules {
                let about = Rule::from_id(name).map(|rule| (rule.section(), rule.hint()));
                let (section, hint) = about.unwrap_or_default();
                let count = grouped(count.count);
                say::line(format!("  {count:>11}  {name:<30} {section:<10} {hint}").trim_end());
            }
        }
        let (objects, files) = (number(self.objects, "object"), number(self.files, "file"));
        let mut whole = if self.objects > 0 && self.invalid == 0 {
            format!("{objects} in {files}: all valid")
        } else {
            let valid = self.objects - self.invalid;
            let (valid, invalid) = (grouped(valid), grouped(self.invalid));
            format!("{objects} in {files}: {valid} valid, {invalid} invalid")
        };
        if self.broken > 0 {
            whole += &format!("; {} broken", number(self.broken, "text"));
        }
        if self.unreadable > 0 {
            whole += &format!("; {} cannot be read", number(self.unreadable, "file"));
        }
        say::line(paint.bold(&whole));
    }
}

fn number(count: u64, what: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {what}{ending}", grouped(count))
}

/// A number with commas between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_set_apart() {
        let grouped = [0, 999, 1_000, 24_771, 1_000_000].map(super::grouped);
        assert_eq!(grouped, ["0", "999", "1,000", "24,771", "1,000,000"]);
    }
}
