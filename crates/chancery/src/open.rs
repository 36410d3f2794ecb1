//! Opening a node's directory when somebody else may have it open: a command that ends soon, or a node that runs.

use std::time::{Duration, Instant};

use node::{Node, OpenError, Purpose, home::Home, settings::Settings};

/// How long a command waits for another one, or for a node that starts or stops, to leave the directory.
const LOCK_TIME_MAX: Duration = Duration::from_secs(10);
/// How often it looks.
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// What was found in a directory.
pub(crate) enum Found {
    /// A node at rest, open now.
    AtRest(Node),
    /// A node that runs and answers on its socket; the error says that it has the directory.
    Running(OpenError),
}

/// Opens the node in `home`, unless it runs.
///
/// # Errors
/// [`OpenError`]; that of the lock only when whoever has it neither leaves in time nor answers.
pub(crate) async fn open(
    purpose: Purpose,
    home: &Home,
    settings: &Settings,
) -> Result<Found, OpenError> {
    let begun = Instant::now();
    loop {
        let held = match Node::open_for(purpose, home.clone(), settings.clone()).await {
            Ok(node) => return Ok(Found::AtRest(node)),
            Err(error) if error.is_held() => error,
            Err(error) => return Err(error),
        };
        if tokio::net::UnixStream::connect(home.socket()).await.is_ok() {
            return Ok(Found::Running(held));
        }
        if begun.elapsed() > LOCK_TIME_MAX {
            return Err(held);
        }
        tokio::time::sleep(LOCK_PAUSE).await;
    }
}
