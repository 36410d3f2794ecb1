//! What was pushed without its packages: an exception until they can be fetched.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_resolved_is_an_exception_until_it_can() {
    let world = world(600).await;
    let (alpha, beta) = (world.party(0), world.party(1));
    let sender = Sender::new(alpha, beta);
    let end = sender.add_checkpoint(0).await;
    let whole = sender.upload(0, end, 9).await;
    assert_eq!(whole.status, StatusCode::OK, "{}", whole.text());

    // A source without the package of the second run.
    let theirs = beta.log(TRACK, alpha);
    let source = HostileSource::new(
        alpha.node(),
        beta.node(),
        |resource, answer| match resource {
            Resource::Package(_, run) if run.index() == 1 => None,
            _ => answer,
        },
    );
    let line = sync::engine::one_log(beta.node(), &theirs, &source, None).await;
    assert!(line.receipted, "{line:?}");
    assert_eq!(sender.excepted().await, 256);
    let exception = r#""control":"exception""#;
    assert_eq!(own_controls(beta, exception).await, 256);

    beta.round_with(alpha).await;
    assert_eq!(sender.excepted().await, 0);
    assert_eq!(own_controls(beta, exception).await, 256);
    assert_eq!(own_controls(beta, r#""control":"resolved""#).await, 256);
    world.settle(TRACK).await;
    world.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_receipt_while_its_packages_cannot_be_reached() {
    let world = world(600).await;
    let (alpha, beta) = (world.party(0), world.party(1));
    let sender = Sender::new(alpha, beta);
    let end = sender.add_checkpoint(0).await;
    assert_eq!(sender.upload(0, end, 9).await.status, StatusCode::OK);

    // The line is cut after the first package: what was not tried is not said to be missing.
    let theirs = beta.log(TRACK, alpha);
    let line = sync::engine::one_log(beta.node(), &theirs, &BreaksOff(alpha, beta), None).await;
    assert!(!line.receipted && line.error.is_none(), "{line:?}");
    assert_eq!(sender.excepted().await, 600 - 256);
    assert_eq!(own_controls(beta, r#""control":"exception""#).await, 0);
    world.settle(TRACK).await;
    assert_eq!(own_controls(beta, r#""control":"exception""#).await, 0);
}

/// Alpha's node, whose line is cut after the first package.
struct BreaksOff<'a>(&'a Party, &'a Party);

#[async_trait::async_trait]
impl node::source::Source for BreaksOff<'_> {
    fn name(&self) -> String {
        self.0.node().me().to_string()
    }

    async fn fetch(&self, resource: &Resource) -> Result<Option<Bytes>, node::source::SourceError> {
        if matches!(resource, Resource::Package(_, run) if run.index() > 0) {
            return Err(node::source::SourceError::Unreachable {
                name: self.name(),
                why: "the line is cut".to_owned(),
            });
        }
        let answer = self.0.node().resource(self.1.node().me(), resource).await;
        Ok(answer.unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inquiry_that_was_pushed_is_seen_once_its_package_is_there() {
    let world = world(300).await;
    let (alpha, beta) = (world.party(0), world.party(1));
    let inquire = Inquire {
        track: TRACK.to_owned(),
        to: "beta".to_owned(),
        office: None,
        question: "Who operates it?".to_owned(),
        lang: "en".to_owned(),
        asks: Vec::new(),
        due: "72h".to_owned(),
    };
    let asked: serde_json::Value = alpha.post("/api/v1/inquiries", &inquire).await.unwrap();
    assert!(asked.is_object());
    let sender = Sender::new(alpha, beta);
    let end = sender.add_checkpoint(0).await;
    assert_eq!(sender.upload(0, end, 9).await.status, StatusCode::OK);
    assert_eq!(inquiries(beta).await, Vec::<String>::new());
    beta.round_with(alpha).await;
    assert_eq!(inquiries(beta).await, ["Who operates it?"]);
}

/// The questions on a party's desk.
async fn inquiries(party: &Party) -> Vec<String> {
    let status = party
        .call(http::Method::GET, "/api/v1/status", Vec::new())
        .await;
    let status: StatusView = serde_json::from_slice(&status.unwrap()).unwrap();
    status
        .inquiries
        .into_iter()
        .map(|each| each.question)
        .collect()
}
