//! Delete an Object: §5.7.

use http::{Method, StatusCode};
use serde_json::json;

use crate::world::{TAXII, Taxii, V1, V2, V3, first, id, indicator};

async fn three_versions() -> (Taxii, String) {
    let taxii = Taxii::new().await;
    taxii
        .add(&[
            indicator("a", V1),
            indicator("a", V2),
            first("b"),
            indicator("a", V3),
        ])
        .await;
    (taxii, format!("objects/{}/", id("indicator", "a")))
}

#[tokio::test]
async fn an_object_goes_with_all_its_versions_and_is_found_nowhere() {
    let (taxii, object) = three_versions().await;
    let gone = taxii.delete(&object).await;
    assert_eq!((gone.status, gone.body.len()), (StatusCode::OK, 0));
    assert_eq!(gone.header("content-type"), Some(TAXII));
    for path in [
        &object,
        &format!("{object}versions/"),
        &format!("{object}?match[version]=all"),
    ] {
        assert_eq!(taxii.look(path).await.problem().0, 404, "{path}");
    }
    assert_eq!(taxii.names("?match[version]=all").await, ["b"]);
    assert_eq!(
        taxii
            .look("manifest/?match[version]=all")
            .await
            .ok()
            .objects()
            .len(),
        1
    );
    // Nothing is left to delete.
    let (status, code, _) = taxii.delete(&object).await.problem();
    assert_eq!((status, &*code), (404, "no_such_object"));
}

#[tokio::test]
async fn versions_go_by_name_and_by_keyword() {
    let (taxii, object) = three_versions().await;
    let left =
        async || taxii.look(&format!("{object}versions/")).await.ok().json()["versions"].clone();
    let by_name = format!("{object}?match[version]={V2}");
    assert_eq!(taxii.delete(&by_name).await.status, StatusCode::OK);
    assert_eq!(left().await, json!([V1, V3]));
    assert_eq!(
        taxii.look(&by_name).await.problem().0,
        404,
        "§5.7: object and version"
    );
    assert_eq!(taxii.delete(&by_name).await.problem().0, 404);
    assert_eq!(
        taxii
            .delete(&format!("{object}?match[version]=last"))
            .await
            .status,
        StatusCode::OK
    );
    assert_eq!(left().await, json!([V1]));
    assert_eq!(
        taxii.look(&object).await.ok().objects(),
        [indicator("a", V1)]
    );
    assert_eq!(
        taxii
            .delete(&format!("{object}?match[spec_version]=2.0"))
            .await
            .problem()
            .0,
        404
    );
    assert_eq!(
        taxii
            .delete(&format!("{object}?match[version]=first"))
            .await
            .status,
        StatusCode::OK
    );
    assert_eq!(taxii.look(&object).await.problem().0, 404);
}

#[tokio::test]
async fn an_object_goes_in_all_its_specification_versions() {
    let taxii = Taxii::new().await;
    let v20 = |modified: &str| {
        json!({"type": "indicator", "id": id("indicator", "a"), "created": V1, "modified": modified, "name": "a",
            "labels": ["benign"], "pattern": "[file:size = 1]", "valid_from": V1})
    };
    let object = format!("objects/{}/", id("indicator", "a"));
    for query in ["", "?match[version]=all"] {
        taxii.add(&[v20(V1), indicator("a", V2), v20(V3)]).await;
        assert_eq!(
            taxii.delete(&format!("{object}{query}")).await.status,
            StatusCode::OK
        );
        // §5.7: not the older specification version either, which nobody was shown before.
        assert_eq!(taxii.look(&object).await.problem().0, 404, "{query}");
    }
    // A keyword takes what it shows when it is read, and no more.
    taxii.add(&[v20(V1), indicator("a", V2), v20(V3)]).await;
    let last = format!("{object}?match[version]=last");
    assert_eq!(taxii.delete(&last).await.status, StatusCode::OK);
    assert_eq!(
        taxii
            .look(&format!("{object}?match[version]=all"))
            .await
            .ok()
            .objects(),
        [v20(V1), v20(V3)]
    );
}

#[tokio::test]
async fn an_unknown_object_cannot_be_deleted() {
    let (taxii, _) = three_versions().await;
    for object in [id("indicator", "none"), "nonsense".to_owned()] {
        assert_eq!(
            taxii
                .delete(&format!("objects/{object}/"))
                .await
                .problem()
                .0,
            404
        );
    }
    assert_eq!(taxii.names("?match[version]=all").await.len(), 4);
}

#[tokio::test]
async fn a_filter_that_is_malformed_or_unknown_deletes_nothing() {
    let (taxii, object) = three_versions().await;
    for query in [
        "match[version]=x",
        "match[version]=",
        "match[versions]=last",
        "match[type]=malware",
        "limit=1",
        "added_after=2100-01-01T00:00:00Z",
        "next=x",
        "match[spec_version]=x",
        "dry_run=true",
    ] {
        let (status, code, words) = taxii.delete(&format!("{object}?{query}")).await.problem();
        assert_eq!((status, &*code), (400, "bad_filter"), "{words}");
    }
    assert_eq!(taxii.names("?match[version]=all").await.len(), 4);
}

#[tokio::test]
async fn what_was_deleted_and_is_added_again_is_listed_again_with_a_later_date() {
    let (taxii, object) = three_versions().await;
    let before = taxii.look("manifest/").await.ok();
    let last = before.header("x-taxii-date-added-last").unwrap().to_owned();
    taxii.delete(&object).await;
    taxii.add(&[indicator("a", V2)]).await;
    assert_eq!(
        taxii.look(&object).await.ok().objects(),
        [indicator("a", V2)]
    );
    let after = taxii.look("manifest/").await.ok();
    assert!(after.header("x-taxii-date-added-last").unwrap() > &*last);
    taxii.world.audit().await;
}

#[tokio::test]
async fn acts_stay_in_their_collection() {
    let taxii = Taxii::new().await;
    let act = "objects/dialogue-charter--9f2d2b6a-7c61-4b7f-8d3a-0f8f3b0c1c11/";
    let (status, code, words) = taxii
        .ask(Method::DELETE, &format!("{}{act}", crate::world::INBOX))
        .await
        .problem();
    assert_eq!((status, &*code), (403, "forbidden"));
    assert!(words.contains("is an act of the dialogue"), "{words}");
}
