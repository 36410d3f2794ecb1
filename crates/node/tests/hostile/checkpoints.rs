//! Checkpoints that nobody signed, that somebody else signed, or that are old.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn garbage_instead_of_a_checkpoint() {
    let world = world().await;
    for garbage in [&b""[..], b"\n", b"no note", &[0xff; 100], &[b'a'; 70_000]] {
        let refused = refused_checkpoint(&world, garbage).await;
        assert!(matches!(refused, PullError::Note(_)), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_without_one_of_its_signatures() {
    let world = world().await;
    let note = signed(&world, 302, alphas_root(&world, 302).await, 60);
    for missing in 0..note.lines().len() {
        let lines = note.lines().iter().enumerate();
        let lines = lines.filter(|(at, _)| *at != missing);
        let lines = lines.map(|(_, line)| line.clone()).collect();
        let one = SignedNote::new(note.text().to_owned(), lines).unwrap();
        let refused = refused_checkpoint(&world, one.as_bytes()).await;
        assert!(
            matches!(
                refused,
                PullError::Checkpoint(CheckpointError::Note(NoteError::Missing { .. }))
            ),
            "{refused:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_with_a_forged_signature() {
    let world = world().await;
    let note = signed(&world, 302, alphas_root(&world, 302).await, 60);
    let other = note.as_str().replacen("\n302\n", "\n301\n", 1);
    let refused = refused_checkpoint(&world, other.as_bytes()).await;
    assert!(
        matches!(
            refused,
            PullError::Checkpoint(CheckpointError::Note(NoteError::BadSignature { .. }))
        ),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_by_a_key_that_is_not_known() {
    let world = world().await;
    let log = alphas_log(&world);
    let home = node::home::Home::create(world.path("stranger")).unwrap();
    let random = testkit::SeededRandom::new("stranger");
    let stranger = keys::create_log(&home, world.party(0).node().me(), &random).unwrap();
    let size = TreeSize::new(302).unwrap();
    let checkpoint = Checkpoint::new(
        stranger.origin().key_name().clone(),
        size,
        Hash::new([1; 32]),
    )
    .unwrap();
    let note = stranger
        .sign(&checkpoint, SigningTime::new(1_767_225_660, 0).unwrap())
        .unwrap();
    let refused = refused_checkpoint(&world, note.as_bytes()).await;
    assert!(matches!(refused, PullError::Checkpoint(_)), "{refused:?}");
    // The same lines under the right name are by nobody that is known.
    let renamed = note
        .as_str()
        .replacen(stranger.origin().as_str(), log.origin.as_str(), 1);
    let refused = refused_checkpoint(&world, renamed.as_bytes()).await;
    assert!(
        matches!(refused, PullError::Checkpoint(CheckpointError::Note(_))),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_of_another_log() {
    let world = world().await;
    let betas = world.party(1).log(TRACK, world.party(1));
    let (_, note) = world
        .party(1)
        .node()
        .checkpoint_note(&betas)
        .await
        .unwrap()
        .unwrap();
    let refused = refused_checkpoint(&world, note.as_bytes()).await;
    assert!(
        matches!(
            refused,
            PullError::Checkpoint(CheckpointError::OtherLog { .. } | CheckpointError::Note(_))
        ),
        "{refused:?}"
    );
}

// Times and sizes that go back.

#[tokio::test(flavor = "multi_thread")]
async fn an_old_time() {
    let world = world().await;
    let note = signed(&world, 302, alphas_root(&world, 302).await, 0);
    // Signed in the same second as the one held: believed. One second before: not.
    let older = {
        let log = alphas_log(&world);
        let signer = keys::read_log(world.party(0).home(), &log.origin).unwrap();
        let checkpoint = Checkpoint::parse(note.text()).unwrap();
        let time = SigningTime::new(1_767_225_599, 0).unwrap();
        signer.sign(&checkpoint, time).unwrap()
    };
    let refused = refused_checkpoint(&world, older.as_bytes()).await;
    assert!(
        matches!(
            refused,
            PullError::OldTime {
                size: 302,
                held: 1_767_225_600,
                offered: 1_767_225_599
            }
        ),
        "{refused:?}"
    );
    assert_eq!(
        pulled(&world, with_checkpoint(note.as_bytes()))
            .await
            .unwrap()
            .after,
        302
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_size_that_goes_back() {
    let world = world().await;
    let old = {
        let log = world.party(0).log(TRACK, world.party(0));
        let held = world.party(0).node().store().checkpoint_at(log.id, 2).await;
        held.unwrap().unwrap().checkpoint.note
    };
    assert_eq!(pulled(&world, |_, answer| answer).await.unwrap().after, 302);
    // By the party itself it is a size that goes back, and an alarm.
    let source = HostileSource::new(
        world.party(0).node(),
        world.party(1).node(),
        with_checkpoint(old.as_bytes()),
    );
    let log = alphas_log(&world);
    let beta = world.party(1).node();
    let line = engine::one_log(beta, &log, &source, None).await;
    let words = line.error.unwrap();
    assert!(words.contains("went back from 302 to 2"), "{words}");
    assert_eq!(world.party(1).alarms().await, ["rollback"]);
    // By a relay it is only late.
    let relay = source.called("gamma.example");
    let line = engine::one_log(beta, &log, &relay, None).await;
    assert_eq!((line.error, line.receipted), (None, false));
    assert_eq!(world.party(1).alarms().await, ["rollback"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_heartbeat_from_a_relay() {
    let world = world().await;
    let early = signed(&world, 302, alphas_root(&world, 302).await, 60);
    let late = signed(&world, 302, alphas_root(&world, 302).await, 90);
    pulled(&world, with_checkpoint(late.as_bytes()))
        .await
        .unwrap();
    let source = HostileSource::new(
        world.party(0).node(),
        world.party(1).node(),
        with_checkpoint(early.as_bytes()),
    );
    let relayed = pulled_from(&world, &source.called("gamma.example"))
        .await
        .unwrap();
    assert!(relayed.checkpoint.is_none());
    let refused = refused_checkpoint(&world, early.as_bytes()).await;
    assert!(matches!(refused, PullError::OldTime { .. }), "{refused:?}");
}

// Two histories.
