//! What files allow: the pages of our node, saved, and served by nginx to the same client.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use serde::Serialize;

use super::{
    connection::{Connection, Place},
    crawl::{self, Crawl, Page, Walk},
    server::Server,
};

/// How often it is looked for after its start, and how long it may take.
const LOOK_EVERY: Duration = Duration::from_millis(20);
const LOOKS_MAX: usize = 500;

/// The same crawls, of files.
#[derive(Debug, Serialize)]
pub(crate) struct Files {
    /// One crawl.
    pub(crate) crawl: Crawl,
    /// Several at once.
    pub(crate) crawl_parallel: Crawl,
}

/// Stops it when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // SIGTERM, so that it stops its own workers.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// Saves the pages, serves and crawls them; nothing, where nginx is not installed.
pub(crate) async fn measure(
    dir: &Path,
    server: &Server,
    page: usize,
    at_once: usize,
) -> anyhow::Result<Option<Files>> {
    let place = dir.join("nginx");
    fs::create_dir(&place)?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let user = Command::new("id").arg("-un").output()?.stdout;
    let user = String::from_utf8(user)?;
    let config = format!(
        "user {}; worker_processes auto; daemon off; pid {place}/pid; error_log {place}/errors;
         events {{ worker_connections 1024; }}
         http {{
             access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=10000;
             default_type 'application/taxii+json;version=2.1';
             server {{ listen 127.0.0.1:{port}; root {place}/pages; }}
         }}",
        user.trim(),
        place = place.display()
    );
    fs::write(place.join("nginx.conf"), config)?;
    let paths = save(&place.join("pages"), server, page).await?;
    let started = Command::new("nginx")
        .arg("-p")
        .arg(&place)
        .arg("-c")
        .arg(place.join("nginx.conf"))
        .stderr(Stdio::null())
        .spawn();
    let _running = match started {
        Ok(process) => Running(process),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(why.into()),
    };
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let mut looks = 0;
    while tokio::net::TcpStream::connect(address).await.is_err() {
        looks += 1;
        anyhow::ensure!(looks < LOOKS_MAX, "nginx does not answer");
        tokio::time::sleep(LOOK_EVERY).await;
    }
    let files = Arc::new(Place {
        address,
        host: format!("localhost:{port}"),
        authorization: "None".to_owned(),
    });
    let connections = |count| (0..count).map(|_| Connection::to(&files)).collect();
    // Once unmeasured: our node's pages were read before too.
    crawl::walk(connections(1), || Walk::Paths(paths.clone())).await?;
    Ok(Some(Files {
        crawl: crawl::walk(connections(1), || Walk::Paths(paths.clone())).await?,
        crawl_parallel: crawl::walk(connections(at_once), || Walk::Paths(paths.clone())).await?,
    }))
}

/// Writes every page into a file; their paths.
async fn save(dir: &Path, server: &Server, page: usize) -> anyhow::Result<Vec<String>> {
    fs::create_dir(dir)?;
    let start = format!("{}?limit={page}", server.objects());
    let mut connection = Connection::to(server.place());
    let (mut path, mut paths) = (start.clone(), Vec::new());
    loop {
        let answer = connection.get(&path).await?;
        let name = format!("{:06}.json", paths.len());
        fs::write(dir.join(&name), &answer.body)?;
        paths.push(format!("/{name}"));
        let read: Page<'_> = serde_json::from_slice(&answer.body)?;
        if !read.more {
            return Ok(paths);
        }
        let next = read.next.context("more without next")?;
        let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        path = format!("{start}&next={next}");
    }
}
