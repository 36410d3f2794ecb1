//! Single objects: by id, by type, by version.

use serde::Serialize;

use super::{connection::Connection, crawl::Page, data::Data, latency::Latency, server::Server};

/// Objects that are asked for in each way, spread evenly over the bundle.
const SAMPLES: usize = 500;

/// Times of each.
#[derive(Debug, Serialize)]
pub(crate) struct Lookups {
    /// `objects/{id}/`.
    pub(crate) by_id: Latency,
    /// `objects/?match[type]={type}&limit=1`.
    pub(crate) by_type: Latency,
    /// `objects/{id}/?match[version]={version}`.
    pub(crate) by_version: Latency,
}

/// Asks for each sample in each way, one after the other.
pub(crate) async fn measure(server: &Server, data: &Data) -> anyhow::Result<Lookups> {
    let objects = server.objects();
    let step = (data.objects().len().min(SAMPLES * 4) / SAMPLES).max(1);
    let samples: Vec<_> = data.objects().iter().step_by(step).take(SAMPLES).collect();
    let ids = samples.iter().map(|each| format!("{objects}{}/", each.id));
    let kinds = samples
        .iter()
        .map(|each| format!("{objects}?match[type]={}&limit=1", each.kind));
    let versions = samples
        .iter()
        .map(|each| format!("{objects}{}/?match[version]={}", each.id, each.version));
    Ok(Lookups {
        by_id: times(server, ids).await?,
        by_type: times(server, kinds).await?,
        by_version: times(server, versions).await?,
    })
}

async fn times(server: &Server, paths: impl Iterator<Item = String>) -> anyhow::Result<Latency> {
    let mut connection = Connection::to(server.place());
    let mut times = Vec::new();
    for path in paths {
        let answer = connection.get(&path).await?;
        times.push(answer.whole);
        let page: Page<'_> = serde_json::from_slice(&answer.body)?;
        anyhow::ensure!(
            page.objects.len() == 1,
            "{path} found {}",
            page.objects.len()
        );
    }
    Ok(Latency::of(times))
}
