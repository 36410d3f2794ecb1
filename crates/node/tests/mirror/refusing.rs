//! Requests that are refused, with what they are told.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_lead_to_the_pending_checkpoint_is_refused() {
    let world = world(701).await;
    let sender = Sender::new(world.party(0), world.party(1));
    let end = sender.add_checkpoint(0).await;
    let ranges: Vec<_> = package_ranges(tree_size(0), tree_size(end)).collect();
    let good = sender.package(ranges[0], end).await;
    let body = |package: &EntriesPackage| [sender.header(0, end), encode(package)].concat();
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;

    let mut wrong = good.clone();
    wrong.proof[0] = flipped(&wrong.proof[0]);
    let answer = sender.push(body(&wrong)).await;
    let says = "the entries from 0 on: the proof leads to another root than that of the tree";
    refused(&answer, unprocessable, says);

    let mut wrong = good.clone();
    wrong.proof.pop();
    let answer = sender.push(body(&wrong)).await;
    let says = "the entries from 0 on: the proof has 1 hashes, 2 are required";
    refused(&answer, unprocessable, says);

    let mut wrong = good.clone();
    wrong.entries.swap(0, 1);
    let answer = sender.push(body(&wrong)).await;
    let says = "the entries from 0 on: the proof leads to another root than that of the tree";
    refused(&answer, unprocessable, says);

    let mut bytes = body(&good);
    let length = sender.header(0, end).len();
    bytes[length + 3 * 35 + 1] = 34;
    refused(
        &sender.push(bytes).await,
        unprocessable,
        "entry 3 has 34 bytes",
    );

    let mut bytes = body(&good);
    let count = length + 256 * 35;
    bytes[count] = 64;
    let says = "a proof of 64 hashes, the limit is 63";
    refused(&sender.push(bytes).await, unprocessable, says);
    assert_eq!(sender.held().await, 0, "nothing unverified is stored");

    // What was proven before it is kept.
    let mut wrong = sender.package(ranges[1], end).await;
    wrong.entries[7] = good.entries[7];
    let answer = sender.push([body(&good), encode(&wrong)].concat()).await;
    let says = "the entries from 256 on: the proof leads to another root than that of the tree";
    refused(&answer, unprocessable, says);
    assert_eq!(sender.held().await, 256);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_or_end_that_does_not_fit_is_told_what_does() {
    let world = world(701).await;
    let sender = Sender::new(world.party(0), world.party(1));
    let end = sender.add_checkpoint(0).await;
    let beyond = sender.push(sender.header(0, 702)).await;
    assert_eq!(
        (beyond.status, beyond.info()),
        (StatusCode::CONFLICT, (701, 0))
    );
    let unknown = sender.push(sender.header(0, 700)).await;
    assert_eq!(
        (unknown.status, unknown.info()),
        (StatusCode::CONFLICT, (701, 0))
    );
    let gap = sender.push(sender.header(256, end)).await;
    assert_eq!((gap.status, gap.info()), (StatusCode::CONFLICT, (701, 0)));

    // An earlier pending checkpoint still does, until a later one is held whole.
    pass_up_to(sender.from, "two", 800).await;
    let later = sender.add_checkpoint(end).await;
    let earlier = sender.upload(0, end, 1).await;
    assert_eq!(
        (earlier.status, earlier.info()),
        (StatusCode::ACCEPTED, (701, 256))
    );
    let whole = sender.upload(256, later, 9).await;
    assert_eq!(whole.status, StatusCode::OK, "{}", whole.text());
    let passed = sender.push(sender.header(256, end)).await;
    assert_eq!(
        (passed.status, passed.info()),
        (StatusCode::CONFLICT, (800, 800))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_too_much_again_is_refused() {
    let most = node::sync::mirror::EXCESS_ENTRIES_MAX;
    let world = world(most + 1).await;
    let sender = Sender::new(world.party(0), world.party(1));
    let end = sender.add_checkpoint(0).await;
    let whole = sender.upload(0, end, 64).await;
    assert_eq!(whole.status, StatusCode::OK, "{}", whole.text());
    let over = sender.push(sender.header(0, end)).await;
    assert_eq!(
        (over.status, over.info()),
        (StatusCode::CONFLICT, (end, end))
    );
    let most = sender.upload(1, end, 64).await;
    assert_eq!((most.status, &most.body), (StatusCode::OK, &whole.body));
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_none_are_bad() {
    let world = world(701).await;
    let sender = Sender::new(world.party(0), world.party(1));
    let says = "no checkpoint of this log has come; add-checkpoint comes first";
    let early = sender.upload(0, 701, 1).await;
    refused(&early, StatusCode::UNPROCESSABLE_ENTITY, says);

    let end = sender.add_checkpoint(0).await;
    let bad = StatusCode::BAD_REQUEST;
    let header = sender.header(0, end);
    let cut = sender.push(header[..header.len() - 1].to_vec()).await;
    refused(&cut, bad, "the request ends within its header");
    refused(
        &sender.push(Vec::new()).await,
        bad,
        "the request ends within its header",
    );
    let none = sender.push(header.clone()).await;
    refused(&none, bad, "the request ends within its first package");
    let package = sender.packages(0, end).await.swap_remove(0);
    let short = [&header[..], &package[..package.len() - 1]].concat();
    refused(
        &sender.push(short).await,
        bad,
        "the request ends within its first package",
    );
    let mut backwards = header.clone();
    let at = header.len() - 2 - 16;
    backwards[at..at + 8].copy_from_slice(&702_u64.to_be_bytes());
    refused(
        &sender.push(backwards).await,
        bad,
        "an upload from 702 to 701",
    );

    let unsupported = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    let mut request = entries_request(Body::from(header.clone()));
    request
        .headers_mut()
        .insert("content-encoding", "br".parse().unwrap());
    let says = "entries come as they are or with gzip";
    refused(&sender.send(request).await, unsupported, says);
    let mut request = entries_request(Body::from(header.clone()));
    request
        .headers_mut()
        .insert("content-type", "text/plain".parse().unwrap());
    let says = "entries come as application/octet-stream";
    refused(&sender.send(request).await, unsupported, says);
    // Not zipped as it says: nothing of it can be read.
    let mut request = entries_request(Body::from(header));
    request
        .headers_mut()
        .insert("content-encoding", "gzip".parse().unwrap());
    let says = "the request ends within its header";
    refused(&sender.send(request).await, bad, says);
    assert_eq!(sender.held().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_there_only_for_the_parties_of_its_track() {
    let mut world = World::without_dialogue(&["alpha", "beta", "gamma"]).await;
    for party in 0..3 {
        world.party_mut(party).start().await;
    }
    world.found("main", &[0, 1], &[TRACK.into()]).await;
    world.found("other", &[1, 2], &["elsewhere".into()]).await;
    let (beta, gamma) = (world.party(1), world.party(2));
    let sender = Sender::new(world.party(0), beta);
    pass_up_to(sender.from, "one", 300).await;
    let end = sender.add_checkpoint(0).await;
    let mut body = sender.header(0, end);
    body.extend(sender.packages(0, end).await.concat());

    let not_found = StatusCode::NOT_FOUND;
    let says = "there is no such thing here";
    let pin = beta
        .node()
        .directory()
        .peer(gamma.node().me())
        .unwrap()
        .pins[0];
    let foreign = send(beta, pin, entries_request(Body::from(body.clone()))).await;
    refused(&foreign, not_found, says);
    let stranger = send(
        beta,
        Pin::from_bytes([7; 32]),
        entries_request(Body::from(body)),
    )
    .await;
    refused(
        &stranger,
        StatusCode::FORBIDDEN,
        "this key is in no charter in force",
    );

    let header = |origin: &str| AddEntriesHeader {
        origin: origin.parse().unwrap(),
        start: TreeSize::ZERO,
        end: TreeSize::ZERO,
        ticket: Vec::new(),
    };
    let unknown = header("alpha.example/chancery/0123456789abcdef");
    refused(
        &sender.push(unknown.encode().unwrap()).await,
        not_found,
        says,
    );
    // Its own log is written by nobody else.
    let own = header(beta.log(TRACK, beta).origin.as_str());
    refused(&sender.push(own.encode().unwrap()).await, not_found, says);
    assert_eq!(sender.held().await, 0);
}
