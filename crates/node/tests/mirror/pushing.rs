//! A log that is pushed: in parts, broken off, by two at once, and only as it grows.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_pushed_in_several_requests_then_resolved_and_receipted() {
    let world = world(701).await;
    let (alpha, beta) = (world.party(0), world.party(1));
    let sender = Sender::new(alpha, beta);
    let end = sender.add_checkpoint(0).await;
    assert_eq!(end, 701);

    let first = sender.upload(0, end, 1).await;
    assert_eq!(
        (first.status, first.text()),
        (StatusCode::ACCEPTED, "701\n256\n\n")
    );
    assert_eq!(first.info(), (701, 256));
    // A start within a run: its package is tied to the entries that are held before it.
    let again = sender.upload(200, end, 1).await;
    assert_eq!(
        (again.status, again.info()),
        (StatusCode::ACCEPTED, (701, 256))
    );
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zipped.write_all(&sender.header(256, end)).unwrap();
    zipped
        .write_all(&sender.packages(256, end).await[0])
        .unwrap();
    let mut request = entries_request(Body::from(zipped.finish().unwrap()));
    request
        .headers_mut()
        .insert("content-encoding", "gzip".parse().unwrap());
    let second = sender.send(request).await;
    assert_eq!(
        (second.status, second.info()),
        (StatusCode::ACCEPTED, (701, 512))
    );
    let last = sender.upload(512, end, 1).await;
    assert_eq!(last.status, StatusCode::OK, "{}", last.text());
    assert_eq!(last.media, "text/plain; charset=utf-8");

    // The lines are those of beta's witness, on alpha's checkpoint.
    let keys = beta.node().card().card().witness.to_vec();
    let verifier = WitnessVerifier::new(keys).unwrap();
    let note = SignedNote::parse(sender.published().1.as_bytes()).unwrap();
    let lines = SignatureLine::parse_all(&last.body).unwrap();
    assert_eq!(lines.len(), 2);
    verifier.verify(&note.with_lines(lines).unwrap()).unwrap();
    // Asked again with nothing to send, the same lines come.
    let nothing = sender.upload(end, end, 0).await;
    assert_eq!(
        (nothing.status, &nothing.body),
        (StatusCode::OK, &last.body)
    );

    // Commitments alone: all of it is excepted, and nothing is receipted or said to be missing.
    assert_eq!((sender.held().await, sender.excepted().await), (701, 701));
    let theirs = beta.log(TRACK, alpha);
    let limits = ReadLimits::default();
    let items = beta
        .node()
        .store()
        .items(theirs.id, 0..701, limits)
        .await
        .unwrap();
    assert!(items.iter().all(|each| {
        each.item.opening == Opening::Withheld && each.item.state == ItemState::Excepted
    }));

    let lines = beta.round_with(alpha).await;
    assert!(
        lines.iter().any(|line| line.receipted && line.after == 701),
        "{lines:?}"
    );
    assert_eq!(sender.excepted().await, 0);
    assert_eq!(own_controls(beta, r#""control":"exception""#).await, 0);
    assert_eq!(own_controls(beta, r#""control":"resolved""#).await, 0);
    world.settle(TRACK).await;
    world.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_mutual_tls_it_is_the_same_endpoint() {
    let world = world(2).await;
    let sender = Sender::new(world.party(0), world.party(1));
    let beta = sender.to.node().me().clone();
    let client = sender.from.node().client(&beta).unwrap().unwrap();
    // This client gives no media type.
    let header = sender.header(0, 2).into();
    let refused = client.post("/add-entries", header).await.unwrap_err();
    let says = "415 Unsupported Media Type: entries come as application/octet-stream";
    assert!(refused.to_string().ends_with(says), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_breaks_off_keeps_its_whole_packages() {
    let world = world(701).await;
    let sender = Sender::new(world.party(0), world.party(1));
    let end = sender.add_checkpoint(0).await;
    let packages = sender.packages(0, end).await;
    let mut body = sender.header(0, end);
    body.extend(&packages[0]);
    body.extend(&packages[1][..4_000]);
    let mut parts: Vec<Result<Bytes, std::io::Error>> = body
        .chunks(1_000)
        .map(|part| Ok(Bytes::copy_from_slice(part)))
        .collect();
    parts.push(Err(std::io::Error::other("the line was cut")));
    parts.push(Ok(Bytes::from_static(b"never read")));
    let body = Body::from_stream(futures::stream::iter(parts));
    let answer = sender.send(entries_request(body)).await;
    assert_eq!(
        (answer.status, answer.info()),
        (StatusCode::ACCEPTED, (701, 256))
    );
    assert_eq!(sender.held().await, 256);
    let rest = sender.upload(256, end, 9).await;
    assert_eq!(rest.status, StatusCode::OK, "{}", rest.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_vanishes_leaves_its_whole_packages() {
    let world = world(701).await;
    let sender = Sender::new(world.party(0), world.party(1));
    let end = sender.add_checkpoint(0).await;
    let mut body = sender.header(0, end);
    body.extend(&sender.packages(0, end).await[0]);
    // The body never ends by itself: it hangs, until the future is dropped and its sender with it.
    let (hold, gone) = tokio::sync::oneshot::channel::<()>();
    let hang = futures::stream::once(async move {
        let _ = gone.await;
        Err(std::io::Error::other("the connection is gone"))
    });
    let first = futures::stream::iter([Ok(Bytes::from(body))]);
    let request = entries_request(Body::from_stream(first.chain(hang)));
    {
        let mut sending = Box::pin(sender.send(request));
        assert!(futures::poll!(&mut sending).is_pending());
    }
    drop(hold);
    while sender.held().await == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(sender.held().await, 256);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_push_the_same_do_not_hinder_each_other() {
    let world = world(5_000).await;
    let sender = Sender::new(world.party(0), world.party(1));
    let end = sender.add_checkpoint(0).await;
    let mut body = sender.header(0, end);
    body.extend(sender.packages(0, end).await.concat());
    let pushes = (0..4).map(|_| sender.push(body.clone()));
    let answers = futures::future::join_all(pushes).await;
    for answer in &answers {
        assert_eq!(
            (answer.status, &answer.body),
            (StatusCode::OK, &answers[0].body)
        );
    }
    assert_eq!(
        (sender.held().await, sender.excepted().await),
        (5_000, 5_000)
    );
    let findings = sender.to.node().store().check().await.unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pushed_must_grow_out_of_what_is_held() {
    let mut world = World::of(&["alpha", "beta"], TRACK).await;
    world.party_mut(0).stop().await;
    let mut clone = world.party(0).cloned(&world.path("clone")).await;
    clone.start().await;
    pass_up_to(&clone, "other", 1_024).await;
    world.party_mut(0).start().await;
    pass_up_to(world.party(0), "one", 512).await;
    let (alpha, beta) = (world.party(0), world.party(1));
    beta.round_with(alpha).await;
    let sender = Sender::new(&clone, beta);
    assert_eq!(sender.held().await, 512);

    // Beta's witness has cosigned nothing of that log yet, so it takes the checkpoint of the clone.
    let end = sender.add_checkpoint(0).await;
    let says = "what is held of this log is not the beginning of the pending checkpoint's tree";
    let answer = sender.upload(512, end, 2).await;
    refused(&answer, StatusCode::UNPROCESSABLE_ENTITY, says);
    let within = sender.upload(300, end, 2).await;
    let says = "the entries from 300 on: the proof leads to another root than that of the tree";
    refused(&within, StatusCode::UNPROCESSABLE_ENTITY, says);
    assert_eq!(
        sender.held().await,
        512,
        "nothing of another history is stored"
    );
    assert_eq!(beta.alarms().await, ["other_history"]);
}
