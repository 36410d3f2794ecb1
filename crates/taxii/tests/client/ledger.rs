//! A collection behind a server without `next`: pages by `added_after` alone.

use axum::{body::Body, response::Response};
use jiff::Timestamp;

use crate::server::{Asked, json};

/// How such a server behaves.
#[derive(Clone, Copy)]
pub(crate) struct Ways {
    /// Most objects it gives at once, whatever `limit` says.
    pub(crate) most: usize,
    /// Whether `added_after` takes in the date itself.
    pub(crate) inclusive: bool,
    /// Whether dates in headers are JavaScript's, in whole seconds.
    pub(crate) javascript: bool,
}

pub(crate) const PLAIN: Ways = Ways {
    most: usize::MAX,
    inclusive: false,
    javascript: false,
};

/// Objects with their dates, oldest first.
#[derive(Clone)]
pub(crate) struct Ledger(pub(crate) Vec<(Timestamp, String)>);

impl Ledger {
    /// One object for each date given in milliseconds.
    pub(crate) fn of(millis: &[i64]) -> Self {
        let object = |(index, millis): (usize, &i64)| {
            let at = Timestamp::from_millisecond(1_790_000_000_000 + millis).unwrap();
            (at, format!("x--{index}"))
        };
        Self(millis.iter().enumerate().map(object).collect())
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        self.0.iter().map(|(_, id)| id.clone()).collect()
    }

    pub(crate) fn answer(&self, asked: &Asked, ways: Ways) -> Response<Body> {
        let after: Option<Timestamp> = asked.parameter("added_after").map(|at| at.parse().unwrap());
        let limit: usize = asked
            .parameter("limit")
            .map_or(100, |it| it.parse().unwrap());
        let later = |(at, _): &&(Timestamp, String)| {
            after.is_none_or(|after| *at > after || (ways.inclusive && *at == after))
        };
        let all: Vec<_> = self.0.iter().filter(later).collect();
        let page = &all[..all.len().min(limit).min(ways.most)];
        let objects: Vec<_> = page
            .iter()
            .map(|(_, id)| format!(r#"{{"id":"{id}"}}"#))
            .collect();
        let more = page.len() < all.len();
        let mut response = json(format!(
            r#"{{"more":{more},"objects":[{}]}}"#,
            objects.join(",")
        ));
        for (name, row) in [
            ("x-taxii-date-added-first", page.first()),
            ("x-taxii-date-added-last", page.last()),
        ] {
            let Some((at, _)) = row else { continue };
            let text = if ways.javascript {
                at.strftime("%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)")
                    .to_string()
            } else {
                format!("{at:.3}")
            };
            response.headers_mut().insert(name, text.parse().unwrap());
        }
        response
    }
}
