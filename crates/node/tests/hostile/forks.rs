//! Two histories under one signature: evidence is kept, however the second one comes.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_at_the_same_size() {
    let world = world().await;
    pulled(&world, |_, answer| answer).await.unwrap();
    let other = signed(&world, 302, Hash::new([7; 32]), 120);
    let refused = refused_checkpoint(&world, other.as_bytes()).await;
    assert!(matches!(refused, PullError::Fork(_)), "{refused:?}");
    assert_evidence(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_at_a_smaller_size() {
    let world = world().await;
    pulled(&world, |_, answer| answer).await.unwrap();
    let other = signed(&world, 260, Hash::new([7; 32]), 120);
    let refused = refused_checkpoint(&world, other.as_bytes()).await;
    assert!(matches!(refused, PullError::Fork(_)), "{refused:?}");
    assert_evidence(&world).await;
}

/// Alpha's machine is copied; the copy passes other things than the original, and shows them to beta.
async fn with_a_twin(world: &mut World) -> testkit::Party {
    let (twin_home, beta_is_away) = (world.path("twin"), world.party(1).line());
    beta_is_away.cut();
    world.party_mut(0).stop().await;
    let mut twin = world.party(0).cloned(&twin_home).await;
    world.party_mut(0).start().await;
    twin.start().await;
    twin
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_at_a_larger_size() {
    let mut world = World::of(&["alpha", "beta"], TRACK).await;
    world.settle(TRACK).await;
    let twin = with_a_twin(&mut world).await;
    world
        .party(0)
        .pass(TRACK, samples::indicators("one", 0..300))
        .await;
    twin.pass(TRACK, samples::indicators("two", 0..600)).await;
    pulled(&world, |_, answer| answer).await.unwrap();
    let source = HostileSource::new(twin.node(), world.party(1).node(), |_, answer| answer);
    let refused = pulled_from(&world, &source).await;
    assert!(matches!(refused, Err(PullError::Fork(_))), "{refused:?}");
    assert_eq!(
        held(&world).await,
        302,
        "nothing of the other history is stored"
    );
    assert_evidence(&world).await;
}

/// A checkpoint that was believed, and whose entries were never served, is not forgotten: the next history has to pass
/// through it.
#[tokio::test(flavor = "multi_thread")]
async fn a_fork_from_a_checkpoint_that_was_never_fetched_whole() {
    let mut world = World::of(&["alpha", "beta"], TRACK).await;
    world.settle(TRACK).await;
    let twin = with_a_twin(&mut world).await;
    world
        .party(0)
        .pass(TRACK, samples::indicators("one", 0..300))
        .await;
    twin.pass(TRACK, samples::indicators("two", 0..600)).await;
    let withheld = pulled(&world, |resource, answer| {
        answer.filter(|_| !matches!(resource, Resource::Entries(..)))
    });
    assert!(matches!(withheld.await, Err(PullError::Altered { .. })));
    let source = HostileSource::new(twin.node(), world.party(1).node(), |_, answer| answer);
    let refused = pulled_from(&world, &source).await;
    assert!(matches!(refused, Err(PullError::Fork(_))), "{refused:?}");
    assert_evidence(&world).await;
    let receipted = receipted_size(world.party(1).node(), &alphas_log(&world)).await;
    assert_eq!(receipted, 2, "no history of the two is receipted");
}
