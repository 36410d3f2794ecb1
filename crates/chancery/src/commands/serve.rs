//! `chancery serve`: the node, until it is asked to stop.

use anyhow::Context as _;
use node::{Node, Purpose, home::Home, serve::Serving};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::{
    args::Serve,
    config::{self, Override},
    logging,
    notify::Manager,
    open::{Found, open},
    say::{self, Say},
};

/// Runs the node until SIGINT or SIGTERM; SIGHUP reads its certificate again.
pub(crate) async fn run(home: Home, out: Say, args: Serve, verbose: u8) -> anyhow::Result<()> {
    let settings = config::load_with(&home, &flags(&args, verbose))?;
    logging::start(&settings.log);
    allow_open_files();
    let node = match open(Purpose::Work, &home, &settings).await? {
        Found::AtRest(node) => node,
        Found::Running(held) => {
            return Err(anyhow::Error::from(held).context("the node runs already"));
        }
    };
    // Before the node says that it serves: a signal must find somebody.
    let mut signals = Signals::new()?;
    let manager = Manager::of_this_process();
    let stop = CancellationToken::new();
    let serving = node.serve(stop.clone()).await?;
    let (parties, web) = (serving.parties(), serving.web());
    let view = json!({ "parties": parties, "web": web, "socket": node.home().socket() });
    out.show(&view, |_| say::line(serving.says()))?;
    manager.ready(&serving.says());
    tracing::info!("the node serves");
    until_stopped(&node, &serving, &manager, &mut signals).await;
    manager.stopping();
    stop.cancel();
    serving.ended().await;
    node.stop().await;
    tracing::info!("stopped in good order");
    Ok(())
}

/// Allows as many open files as the system lets this process have. Connections are files, and the limit that a shell hands
/// on is often 1,024: what `connections_max` allows by itself, with nothing left for the store.
fn allow_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(
            "this process may have {:?} open files at once, and the limit cannot be raised: {error}",
            limit.current
        );
    }
}

fn flags(args: &Serve, verbose: u8) -> [Override; 6] {
    let path =
        |path: &Option<std::path::PathBuf>| path.as_ref().map(|path| path.display().to_string());
    [
        (
            "listen",
            "--listen",
            args.listen.map(|address| address.to_string()),
        ),
        (
            "web.listen",
            "--web",
            args.web.map(|address| address.to_string()),
        ),
        ("web.cert", "--web-cert", path(&args.web_cert)),
        ("web.key", "--web-key", path(&args.web_key)),
        ("web.url", "--web-url", args.web_url.clone()),
        (
            "log.level",
            "-v",
            logging::level(verbose).map(str::to_owned),
        ),
    ]
}

async fn until_stopped(node: &Node, serving: &Serving, manager: &Manager, signals: &mut Signals) {
    let pause = manager.watchdog_pause();
    loop {
        let watchdog = async {
            match pause {
                Some(pause) => tokio::time::sleep(pause).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            asked = signals.next() => {
                if asked == Asked::Stop {
                    return;
                }
                manager.reloading();
                match serving.reload() {
                    Ok(()) => tracing::info!("asked to by SIGHUP, the node has read its certificate again"),
                    Err(error) => tracing::error!("the certificate before stays in use: {error}"),
                }
                manager.ready(&serving.says());
            }
            // Silence has the manager restart the node: not for a full disk, but for a store that hangs.
            () = watchdog => if node.is_alive().await { manager.alive() },
        }
    }
}

/// What a signal asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Stop,
    Reload,
}

/// The signals that are heeded.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Signals {
    fn new() -> anyhow::Result<Self> {
        let of = |kind| signal(kind).context("no signal handler");
        Ok(Self {
            interrupt: of(SignalKind::interrupt())?,
            terminate: of(SignalKind::terminate())?,
            hang_up: of(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.interrupt.recv() => Asked::Stop,
            _ = self.terminate.recv() => Asked::Stop,
            _ = self.hang_up.recv() => Asked::Reload,
        }
    }
}

/// Waits for SIGINT or SIGTERM.
pub(crate) async fn signalled() -> anyhow::Result<()> {
    let mut signals = Signals::new()?;
    while signals.next().await != Asked::Stop {}
    Ok(())
}
