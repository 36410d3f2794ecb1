//! Packages and contents that are missing, swapped or without end: excepted from the receipt until they come.

use super::*;

/// Beta takes alpha's log with its packages altered; alpha then serves them rightly.
async fn excepted(
    reason: &str,
    alter: impl Fn(&Resource, Option<Bytes>) -> Option<Bytes> + Send + Sync + 'static,
) {
    let world = world_with_a_large_item().await;
    let source = HostileSource::new(world.party(0).node(), world.party(1).node(), alter);
    excepted_from(world, source, reason).await;
}

async fn world_with_a_large_item() -> World {
    let world = World::of(&["alpha", "beta"], TRACK).await;
    world.settle(TRACK).await;
    let items = samples::indicators("one", 0..3);
    world.party(0).pass(TRACK, items).await;
    let large = samples::large_indicator("large", 0, 2 << 20);
    world.party(0).pass(TRACK, large).await;
    world
}

async fn excepted_from(world: World, source: HostileSource, reason: &str) {
    let (log, beta) = (alphas_log(&world), world.party(1).node());
    let line = engine::one_log(beta, &log, &source, None).await;
    assert_eq!((line.error, line.receipted, line.after), (None, true, 6));
    let bad = beta.store().excepted(log.id, 0, 10).await.unwrap().len();
    assert!(bad > 0, "nothing was excepted");
    let said = format!("\"reason\":\"{reason}\"");
    assert_eq!(controls(&world, &said).await, bad, "{reason}");
    world.settle(TRACK).await;
    assert_eq!(beta.store().excepted(log.id, 0, 10).await.unwrap(), []);
    assert_eq!(controls(&world, "\"control\":\"resolved\"").await, bad);
    world.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_do_not_end() {
    for which in [
        |resource: &Resource| matches!(resource, Resource::Package(..)),
        |resource: &Resource| matches!(resource, Resource::Content(..)),
    ] {
        let world = world_with_a_large_item().await;
        let (alpha, beta) = (world.party(0).node(), world.party(1).node());
        let source = HostileSource::new(alpha, beta, |_, answer| answer).endless(which);
        excepted_from(world, source, "too_large").await;
    }
    // Where nothing can be held instead, nothing is.
    let world = world().await;
    let (alpha, beta) = (world.party(0).node(), world.party(1).node());
    let source = HostileSource::new(alpha, beta, |_, answer| answer)
        .endless(|resource| matches!(resource, Resource::Entries(..)));
    let refused = pulled_from(&world, &source).await;
    assert!(
        matches!(
            &refused,
            Err(PullError::Source(SourceError::TooLarge { .. }))
        ),
        "{refused:?}"
    );
    assert_eq!(held(&world).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_is_missing() {
    excepted("missing", |resource, answer| {
        answer.filter(|_| !matches!(resource, Resource::Package(..)))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_is_garbage() {
    excepted("malformed", |resource, answer| match resource {
        Resource::Package(..) => Some(Bytes::from_static(b"no frame")),
        _ => answer,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_unpacks_to_too_much() {
    let bomb = zstd::bulk::compress(&vec![0; 80 << 20], 1).unwrap();
    excepted("too_large", move |resource, answer| match resource {
        Resource::Package(..) => Some(bomb.clone().into()),
        _ => answer,
    })
    .await;
}

/// Unpacks a package, alters its bytes, packs it again.
fn repacked(bytes: &Bytes, alter: impl FnOnce(&mut Vec<u8>)) -> Bytes {
    let mut plain = zstd::bulk::decompress(bytes, 64 << 20).unwrap();
    alter(&mut plain);
    zstd::bulk::compress(&plain, 1).unwrap().into()
}

fn replace(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    assert_eq!(from.len(), to.len());
    let at = bytes.windows(from.len()).position(|window| window == from);
    let at = at.expect("it is there");
    bytes[at..at + from.len()].copy_from_slice(to);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_content_that_is_swapped() {
    excepted("mismatched", |resource, answer| match resource {
        Resource::Package(..) => answer
            .map(|bytes| repacked(&bytes, |plain| replace(plain, b"192.0.2.1'", b"192.0.2.9'"))),
        _ => answer,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opening_that_is_wrong() {
    // A head that names another class of bytes: the salts are right, the commitment is not to this.
    excepted("mismatched", |resource, answer| match resource {
        Resource::Package(..) => {
            answer.map(|bytes| repacked(&bytes, |plain| replace(plain, b"\"seq\":3", b"\"seq\":2")))
        }
        _ => answer,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_content_that_is_missing() {
    excepted("missing", |resource, answer| {
        answer.filter(|_| !matches!(resource, Resource::Content(..)))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_content_that_is_another() {
    excepted("mismatched", |resource, answer| match resource {
        Resource::Content(..) => answer.map(|bytes| flipped(&bytes)),
        _ => answer,
    })
    .await;
}
