//! The figures as one value, which prints as a table or as JSON.

use std::fmt;

use serde::Serialize;

use super::{super::machine::Machine, Crawl, Ingest, bare::Bare, lookup::Lookups, nginx::Files};

/// One server.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    /// What it is called.
    pub(crate) name: String,
    /// Posting.
    pub(crate) ingest: Ingest,
    /// Crawling it, once.
    pub(crate) crawl: Crawl,
    /// The most memory that its processes had.
    pub(crate) memory_peak_mib: f64,
}

/// One POST of one large envelope.
#[derive(Debug, Serialize)]
pub(crate) struct LargePost {
    /// Size of the body.
    pub(crate) mib: f64,
    /// Until it was answered.
    pub(crate) secs: f64,
    /// By how much memory grew at most.
    pub(crate) grew_mib: f64,
}

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// Where.
    pub(crate) machine: Machine,
    /// Objects in our node.
    pub(crate) objects: usize,
    /// Connections that posted.
    pub(crate) connections: usize,
    /// Mean size of an object, its share of the envelope included.
    pub(crate) object_bytes: f64,
    /// The same bytes into SQLite.
    pub(crate) bare: Bare,
    /// Our node.
    pub(crate) ours: Measured,
    /// Several crawls of it at once.
    pub(crate) crawl_parallel: Crawl,
    /// Its pages as files; nothing where nginx is not installed.
    pub(crate) nginx: Option<Files>,
    /// Objects in our node at the first lookups.
    pub(crate) lookups_small_at: usize,
    /// Lookups then.
    pub(crate) lookups_small: Lookups,
    /// Lookups with all objects.
    pub(crate) lookups_full: Lookups,
    /// Memory of our node after its start.
    pub(crate) idle_mib: f64,
    /// The large POST.
    pub(crate) large: Option<LargePost>,
    /// The other servers.
    pub(crate) others: Vec<Measured>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.machine)?;
        writeln!(
            f,
            "{} objects of {:.0} bytes, envelopes of {}, {} connections, pages of {}; times are p50/p99 in ms",
            self.objects,
            self.object_bytes,
            super::ENVELOPE,
            self.connections,
            super::PAGE
        )?;
        writeln!(
            f,
            "\n{:<14}{:>9}{:>12}{:>19}{:>13}{:>19}{:>19}{:>9}",
            "", "objects", "POST obj/s", "one POST", "crawl obj/s", "first byte", "one page", "MiB"
        )?;
        for each in self.others.iter().chain([&self.ours]) {
            writeln!(
                f,
                "{:<14}{:>9}{:>12.0}{:>19}{:>13.0}{:>19}{:>19}{:>9.0}",
                each.name,
                each.ingest.objects,
                each.ingest.objects_per_sec,
                each.ingest.post.to_string(),
                each.crawl.objects_per_sec,
                each.crawl.first_byte.to_string(),
                each.crawl.page.to_string(),
                each.memory_peak_mib
            )?;
        }
        writeln!(
            f,
            "{:<14}{:>9}{:>12.0}",
            "bare SQLite", self.objects, self.bare.objects_per_sec
        )?;
        match &self.nginx {
            Some(files) => row(f, "nginx, files", &files.crawl)?,
            None => writeln!(f, "nginx is not installed, so nothing was compared with it")?,
        }
        row(f, "ours, at once", &self.crawl_parallel)?;
        if let Some(files) = &self.nginx {
            row(f, "nginx, at once", &files.crawl_parallel)?;
        }
        self.ratios(f)?;
        writeln!(
            f,
            "\nLookups{:>30}{:>17}{:>17}",
            "by id", "by type", "by version"
        )?;
        for (at, each) in [
            (self.lookups_small_at, &self.lookups_small),
            (self.objects, &self.lookups_full),
        ] {
            writeln!(
                f,
                "at {at:>9} objects{:>18}{:>17}{:>17}",
                each.by_id.to_string(),
                each.by_type.to_string(),
                each.by_version.to_string()
            )?;
        }
        writeln!(
            f,
            "\nmemory of our node after its start: {:.0} MiB",
            self.idle_mib
        )?;
        if let Some(large) = &self.large {
            writeln!(
                f,
                "one POST of {:.0} MiB: {:.2} s, memory grew by {:.0} MiB, {:.2} times its size",
                large.mib,
                large.secs,
                large.grew_mib,
                large.grew_mib / large.mib
            )?;
        }
        Ok(())
    }
}

impl Report {
    /// Our figures by those of the others: what DESIGN §10 sets goals for.
    fn ratios(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (post, crawl) = (
            self.ours.ingest.objects_per_sec,
            self.ours.crawl.objects_per_sec,
        );
        let best = |rate: fn(&Measured) -> f64| self.others.iter().map(rate).fold(0.0, f64::max);
        if !self.others.is_empty() {
            writeln!(
                f,
                "\nPOST: {:.1} times the best other server (goal 100)\ncrawl: {:.1} times the best other server (goal 100)",
                post / best(|each| each.ingest.objects_per_sec),
                crawl / best(|each| each.crawl.objects_per_sec)
            )?;
        }
        writeln!(
            f,
            "POST: {:.2} of a bare insert (goal 0.3)",
            post / self.bare.objects_per_sec
        )?;
        if let Some(files) = &self.nginx {
            writeln!(
                f,
                "crawl: {:.2} of files on nginx (goal 0.6), {:.2} at once",
                crawl / files.crawl.objects_per_sec,
                self.crawl_parallel.objects_per_sec / files.crawl_parallel.objects_per_sec
            )?;
        }
        Ok(())
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, crawl: &Crawl) -> fmt::Result {
    writeln!(
        f,
        "{name:<14}{:>40}{:>13.0}{:>19}{:>19}",
        "",
        crawl.objects_per_sec,
        crawl.first_byte.to_string(),
        crawl.page.to_string()
    )
}
