//! Whether the machine is as the settings say: files, addresses, the clock.

use std::{fs, os::unix::fs::PermissionsExt as _, time::SystemTime};

use jiff::Timestamp;
use node::{home::Home, serve::ServeError, settings::Settings, web::tls::OwnCertificate};

use super::Problem;

/// Days before its end at which a certificate is told.
const CERTIFICATE_DAYS_MIN: i64 = 14;

/// Everything on this machine that does not go with the settings.
pub(crate) fn look(home: &Home, settings: &Settings, now: Timestamp) -> Vec<Problem> {
    let mut problems = Problems::default();
    web(settings, now, &mut problems);
    directory(home, now, &mut problems);
    problems.0
}

#[derive(Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn tell(&mut self, place: &str, says: impl Into<String>) {
        self.0.push(Problem {
            place: place.to_owned(),
            says: says.into(),
        });
    }
}

fn web(settings: &Settings, now: Timestamp, problems: &mut Problems) {
    let web = &settings.web;
    if let Some(network) = web.trusted_proxies.iter().find(|one| one.prefix_len() == 0) {
        problems.tell("web.trusted_proxies", format!(
            "{network} is everybody, so anybody may say that they are somebody else; name the proxies' own addresses"
        ));
    }
    let Some(address) = web.listen else {
        let unused = [
            ("web.cert", web.cert.is_some()),
            ("web.url", web.url.is_some()),
        ];
        for (key, _) in unused.iter().filter(|(_, set)| *set) {
            problems.tell(
                key,
                "it is set, and `web.listen` is not, so nothing is served with it",
            );
        }
        return;
    };
    match (&web.cert, &web.key) {
        (Some(cert), Some(key)) => match OwnCertificate::load(cert, key) {
            Err(error) => problems.tell("web.cert and web.key", error.to_string()),
            Ok(own) => valid(own.validity(), now, problems),
        },
        (None, None) if !address.ip().is_loopback() && web.trusted_proxies.is_empty() => {
            problems.tell("web.listen", ServeError::Plain(address).to_string());
        }
        (None, None) => {}
        _ => problems.tell(
            "web.cert and web.key",
            ServeError::HalfACertificate.to_string(),
        ),
    }
    if web.cert.is_none() && web.client_certificates {
        problems.tell(
            "web.cert",
            "it is not set, so no TLS is spoken, and `client_certificates` says nothing",
        );
    }
}

fn valid((from, until): (Timestamp, Timestamp), now: Timestamp, problems: &mut Problems) {
    if now < from {
        problems.tell(
            "web.cert",
            format!("it is valid from {from}, and it is {now}"),
        );
    }
    let days = until.duration_since(now).as_hours() / 24;
    if now >= until {
        problems.tell("web.cert", format!("it ended at {until}; renew it"));
    } else if days < CERTIFICATE_DAYS_MIN {
        problems.tell(
            "web.cert",
            format!("it ends in {days} days, at {until}; renew it"),
        );
    }
}

fn directory(home: &Home, now: Timestamp, problems: &mut Problems) {
    let modes = [home.dir().to_owned(), home.keys(), home.sign_state()];
    for path in modes {
        let mode = fs::metadata(&path).map(|about| about.permissions().mode() & 0o777);
        if let Ok(mode) = mode
            && mode & 0o077 != 0
        {
            let place = path.display().to_string();
            problems.tell(
                &place,
                format!(
                    "it has mode {mode:o}, and only its owner should open it: chmod go= {place}"
                ),
            );
        }
    }
    for stem in home.key_stems().unwrap_or_default() {
        if let Err(error) = home.read_key(&stem) {
            problems.tell("keys", error.to_string());
        }
    }
    let changed = fs::metadata(home.record()).and_then(|about| about.modified());
    if let Ok(changed) = changed.map(seconds)
        && changed > now.as_second()
    {
        problems.tell("the clock", format!(
            "it says {now}, and the record was written {} s later than that; set it right, for nothing is signed backwards",
            changed - now.as_second()
        ));
    }
}

fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}
