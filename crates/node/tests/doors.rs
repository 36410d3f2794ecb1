//! Malformed input at the doors for other parties: a clear answer, nothing taken, nothing lost; and who may knock.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::sync::Arc;

use node::{
    resource::Resource,
    source::Source as _,
    tls::{Pin, TlsIdentity},
};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use testkit::{World, samples};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

const TRACK: &str = "cyber";

async fn world() -> World {
    let world = World::of(&["alpha", "beta"], TRACK).await;
    world
        .party(0)
        .pass(TRACK, samples::indicators("one", 0..3))
        .await;
    world.settle(TRACK).await;
    world
}

/// A client with beta's key, for any path and body.
struct Raw {
    client: reqwest::Client,
    base: String,
}

impl Raw {
    fn new(world: &World, identity: &TlsIdentity) -> Self {
        let pins: Vec<Pin> = vec![world.party(0).node().keys().tls.pin()];
        let config = identity.client_config(pins).unwrap();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(config)
            .no_proxy()
            .build()
            .unwrap();
        let base = format!("https://{}", world.party(0).line().address());
        Self { client, base }
    }

    async fn get(&self, path: &str) -> u16 {
        let answer = self.client.get(format!("{}{path}", self.base)).send().await;
        answer.unwrap().status().as_u16()
    }

    async fn post(&self, path: &str, body: impl Into<Vec<u8>>) -> (u16, String) {
        let request = self.client.post(format!("{}{path}", self.base));
        let answer = request.body(body.into()).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_that_lead_nowhere() {
    let world = world().await;
    let raw = Raw::new(&world, &world.party(1).node().keys().tls);
    let hash = world.party(0).log(TRACK, world.party(0)).hash.to_string();
    assert_eq!(raw.get(&format!("/log/{hash}/checkpoint")).await, 200);
    for path in [
        "/".to_owned(),
        "/api/v1/status".to_owned(),
        "/log/".to_owned(),
        "/log/../../keys/party.ed25519.key".to_owned(),
        format!("/log/{}/checkpoint", hash.to_uppercase()),
        format!("/log/{}/checkpoint", &hash[1..]),
        format!("/log/{hash}/"),
        format!("/log/{hash}/nothing"),
        format!("/log/{hash}/tile/0/000/000"),
        format!("/log/{hash}/tile/64/000"),
        format!("/log/{hash}/tile/0/000.p/0"),
        format!("/log/{hash}/tile/0/000.p/256"),
        format!("/log/{hash}/tile/0/000.p/200"),
        format!("/log/{hash}/tile/0/x999/x999/x999/x999/x999/x999/x999/999"),
        format!("/log/{hash}/tile/entries/001"),
        format!("/log/{hash}/package/000"),
        format!("/log/{hash}/package/-1"),
        format!("/log/{hash}/content/"),
        format!("/log/{hash}/content/{}", "0".repeat(64)),
        format!("/log/{hash}/content/{}", "g".repeat(64)),
        format!("/log/{hash}/checkpoint/more"),
        format!("/seen/{hash}"),
        format!("/log/{}", "a".repeat(60_000)),
        "/declarations/dialogue-charter--none".to_owned(),
        "/declarations/%00".to_owned(),
    ] {
        let status = raw.get(&path).await;
        let cut: String = path.chars().take(80).collect();
        assert!([404, 414, 431].contains(&status), "{cut}: {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_none() {
    let world = world().await;
    let raw = Raw::new(&world, &world.party(1).node().keys().tls);
    // A hint is only a reason to look.
    for hint in [&b""[..], b"log nothing grew", &[0xff; 1_000]] {
        assert_eq!(raw.post("/hint", hint).await.0, 204);
    }
    let own = {
        let log = world.party(0).log(TRACK, world.party(0));
        let note = world.party(0).node().checkpoint_note(&log).await;
        note.unwrap().unwrap().1
    };
    let not_for_us = own.replacen("alpha.example/chancery/", "omega.example/chancery/", 1);
    let unsigned = own.split_inclusive("\n\n").next().unwrap().to_owned();
    for (body, words) in [
        (String::new(), "note"),
        ("no note".to_owned(), "note"),
        (unsigned, "note"),
        (not_for_us, "there is no such log here"),
        (
            own.replace("\n5\n", "\n4\n"),
            "no party of the track has receipted",
        ),
    ] {
        let (status, says) = raw.post("/add-receipt", body.clone()).await;
        assert_eq!(status, 422, "{body:.40}: {says}");
        assert!(says.contains(words), "{body:.40}: {says}");
    }
    assert_eq!(raw.post("/add-receipt", [0xff; 100]).await.0, 400);
    for body in [
        "",
        "old 0\n",
        "old -1\n\nx",
        "old 1\nnot base64\n\nx",
        "old 99999999999999999999\n\n",
    ] {
        let (status, says) = raw.post("/add-checkpoint", body).await;
        assert_eq!(status, 400, "{body:?}: {says}");
    }
    let (status, says) = raw.post("/add-checkpoint", format!("old 0\n\n{own}")).await;
    assert_eq!(status, 404, "alpha is no witness of its own log: {says}");
    for path in ["/hint", "/add-receipt", "/add-checkpoint"] {
        assert_eq!(
            raw.post(path, vec![b'a'; (128 << 10) + 1]).await.0,
            413,
            "{path}"
        );
    }
    assert_eq!(raw.post("/log/x", "").await.0, 405);
    // Nothing of it was taken, and nothing was lost.
    assert_eq!(world.party(0).alarms().await, [""; 0]);
    world.settle(TRACK).await;
    world.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tls_key_that_no_charter_knows() {
    let world = world().await;
    let (certificate, key) = TlsIdentity::generate("beta.example").unwrap();
    let stranger = TlsIdentity::from_pem(&certificate, &key).unwrap();
    let raw = Raw::new(&world, &stranger);
    let refused = raw
        .client
        .get(format!("{}/declarations/x", raw.base))
        .send()
        .await;
    assert!(refused.is_err(), "{refused:?}");
    // And a server whose key is not the one pinned is not spoken to.
    let beta = &world.party(1).node().keys().tls;
    let config = beta.client_config(vec![stranger.pin()]).unwrap();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(config)
        .no_proxy()
        .build();
    let refused = client
        .unwrap()
        .get(format!("{}/declarations/x", raw.base))
        .send()
        .await;
    let words = format!("{:?}", refused.unwrap_err());
    assert!(words.contains("is not pinned in any charter"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_1_2_and_no_tls_at_all() {
    let world = world().await;
    let address = world.party(0).line().address();
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS12])
        .unwrap()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await.unwrap();
    let name = "alpha.example".try_into().unwrap();
    let refused = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await;
    let words = refused.unwrap_err().to_string();
    assert!(words.contains("ProtocolVersion"), "{words}");

    let plain = reqwest::Client::builder().no_proxy().build().unwrap();
    let plain = plain.get(format!("http://{address}/hint")).send().await;
    assert!(plain.is_err(), "{plain:?}");
    // The door is still open for those who know how to knock.
    let beta = world.party(1).node();
    let client = beta.client(world.party(0).node().me()).unwrap().unwrap();
    let hash = world.party(0).log(TRACK, world.party(0)).hash;
    assert!(
        client
            .fetch(&Resource::Checkpoint(hash))
            .await
            .unwrap()
            .is_some()
    );
}
