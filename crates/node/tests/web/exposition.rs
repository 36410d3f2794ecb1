//! A strict reader of OpenMetrics 1.0 text: what it does not take, some collector somewhere does not take either.

use std::collections::{BTreeMap, BTreeSet};

/// A metric family with its samples.
#[derive(Debug, Default)]
pub(crate) struct Family {
    pub(crate) kind: String,
    pub(crate) unit: Option<String>,
    pub(crate) help: Option<String>,
    pub(crate) samples: Vec<Sample>,
}

#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) value: f64,
}

/// Reads a whole exposition.
pub(crate) fn read(text: &str) -> Result<BTreeMap<String, Family>, String> {
    let body = text
        .strip_suffix("# EOF\n")
        .ok_or("it does not end with # EOF")?;
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let mut current = String::new();
    let mut seen = BTreeSet::new();
    for line in body.lines() {
        if let Some(about) = line.strip_prefix("# ") {
            let mut words = about.splitn(3, ' ');
            let (what, name) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            let rest = words.next().unwrap_or("").to_owned();
            is_name(name)
                .then_some(())
                .ok_or(format!("no name: {line}"))?;
            if name != current {
                if families.contains_key(name) {
                    return Err(format!("{name} is in two places"));
                }
                current = name.to_owned();
            }
            let family = families.entry(name.to_owned()).or_default();
            match what {
                "TYPE" if family.kind.is_empty() => family.kind = rest,
                "HELP" if family.help.is_none() => family.help = Some(rest),
                "UNIT" if family.unit.is_none() && name.ends_with(&format!("_{rest}")) => {
                    family.unit = Some(rest);
                }
                _ => return Err(format!("not understood: {line}")),
            }
            continue;
        }
        let sample = sample(line).ok_or(format!("no sample: {line}"))?;
        let family = families.get_mut(&current).ok_or("a sample of no family")?;
        let suffix = sample
            .name
            .strip_prefix(&current)
            .ok_or(format!("{line} is not of {current}"))?;
        let known: &[&str] = match family.kind.as_str() {
            "counter" => &["_total", "_created"],
            "gauge" => &[""],
            "info" => &["_info"],
            "histogram" => &["_bucket", "_count", "_sum", "_created"],
            kind => return Err(format!("{current} is a {kind:?}")),
        };
        if !known.contains(&suffix) {
            return Err(format!("{} of a {}", sample.name, family.kind));
        }
        if family.kind == "counter" && !(sample.value.is_finite() && sample.value >= 0.0) {
            return Err(format!("a counter at {}", sample.value));
        }
        if !seen.insert((sample.name.clone(), sample.labels.clone())) {
            return Err(format!("twice: {line}"));
        }
        family.samples.push(sample);
    }
    for (name, family) in families
        .iter()
        .filter(|(_, family)| family.kind == "histogram")
    {
        buckets_hold(name, family)?;
    }
    Ok(families)
}

/// Buckets grow, the last is +Inf and equals the count.
fn buckets_hold(name: &str, family: &Family) -> Result<(), String> {
    let mut series: BTreeMap<_, Vec<(f64, f64)>> = BTreeMap::new();
    for sample in family
        .samples
        .iter()
        .filter(|sample| sample.name.ends_with("_bucket"))
    {
        let mut labels = sample.labels.clone();
        let bound = labels.remove("le").ok_or("a bucket without le")?;
        let bound = if bound == "+Inf" {
            f64::INFINITY
        } else {
            bound.parse().map_err(|_| bound)?
        };
        series
            .entry(labels)
            .or_default()
            .push((bound, sample.value));
    }
    for (labels, buckets) in series {
        let grows = buckets
            .windows(2)
            .all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1);
        let count = family
            .samples
            .iter()
            .find(|sample| sample.name.ends_with("_count") && sample.labels == labels);
        let last = buckets.last().copied();
        if !grows || last != count.map(|count| (f64::INFINITY, count.value)) {
            return Err(format!("{name}{labels:?}: {buckets:?}"));
        }
    }
    Ok(())
}

fn sample(line: &str) -> Option<Sample> {
    let end = line.find(['{', ' '])?;
    let name = &line[..end];
    let (labels, rest) = match line[end..].strip_prefix('{') {
        Some(rest) => labels(rest)?,
        None => (BTreeMap::new(), &line[end..]),
    };
    let value = rest.strip_prefix(' ')?;
    let value = match value {
        "+Inf" => f64::INFINITY,
        // No time stamps, no exemplars: none are written here.
        value => value.parse().ok()?,
    };
    is_name(name).then(|| Sample {
        name: name.to_owned(),
        labels,
        value,
    })
}

fn labels(mut rest: &str) -> Option<(BTreeMap<String, String>, &str)> {
    let mut labels = BTreeMap::new();
    loop {
        let (name, after) = rest.split_once("=\"")?;
        is_name(name).then_some(())?;
        let (mut value, mut chars) = (String::new(), after.char_indices());
        let end = loop {
            match chars.next()? {
                (at, '"') => break at,
                (_, '\\') => match chars.next()?.1 {
                    'n' => value.push('\n'),
                    char @ ('"' | '\\') => value.push(char),
                    _ => return None,
                },
                (_, char) => value.push(char),
            }
        };
        if labels.insert(name.to_owned(), value).is_some() {
            return None;
        }
        rest = &after[end + 1..];
        match rest.strip_prefix(',') {
            Some(more) => rest = more,
            None => return Some((labels, rest.strip_prefix('}')?)),
        }
    }
}

fn is_name(name: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| {
        byte.is_ascii_alphabetic()
            || byte == b'_'
            || byte == b':'
            || (at > 0 && byte.is_ascii_digit())
    };
    !name.is_empty() && name.bytes().enumerate().all(fits)
}

#[test]
fn the_reader_refuses_what_is_wrong() {
    let whole = "# TYPE a counter\na_total{b=\"c\\\"\"} 1\n# EOF\n";
    assert_eq!(read(whole).unwrap()["a"].samples[0].labels["b"], "c\"");
    for wrong in [
        "# TYPE a counter\na_total 1\n",
        "# TYPE a counter\na 1\n# EOF\n",
        "# TYPE a counter\na_total -1\n# EOF\n",
        "# TYPE a counter\na_total 1\na_total 1\n# EOF\n",
        "# TYPE a gauge\n# TYPE b gauge\n# TYPE a gauge\n# EOF\n",
        "# TYPE a gauge\n# UNIT a bytes\n# EOF\n",
        "# TYPE a gauge\na{b=c} 1\n# EOF\n",
        "# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_count 1\n# EOF\n",
    ] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}
