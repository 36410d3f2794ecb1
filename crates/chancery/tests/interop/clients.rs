//! taxii2-client, stix2 and cytaxii2 against a running node (`interop/`).

use std::process::Command;

use super::served::{Served, repository};

#[test]
fn the_clients_that_people_have_work_unchanged() {
    let served = Served::start();
    let output = Command::new(repository().join("interop/run"))
        .args(served.arguments())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
