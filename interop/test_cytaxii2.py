"""cytaxii2, Cyware's client: it takes the URLs of discovery as they are, and never looks at media types."""

import json

import pytest
from cytaxii2 import cytaxii2


@pytest.fixture
def client(reach):
    return cytaxii2.cytaxii2(reach.url, reach.user, reach.password)


def done(answer):
    assert answer["status"], answer
    return answer["response"]


def test_discovery(client):
    assert done(client.discovery_request())["api_roots"]
    assert done(client.root_discovery())["max_content_length"] > 0


def test_collections(client, collection):
    assert collection.id in [each["id"] for each in done(client.collection_request())["collections"]]
    assert done(client.collection_data_request(collection.id))["id"] == collection.id


def test_in_and_out(client, collection, objects):
    status = done(client.inbox_request(collection.id, json.dumps({"objects": objects})))
    assert (status["success_count"], status["failure_count"]) == (len(objects), 0)
    for each in objects:
        assert done(client.poll_request(collection.id, object_id=each["id"]))["objects"] == [each]


def test_pages(client, collection, objects):
    done(client.inbox_request(collection.id, json.dumps({"objects": objects})))
    wanted, got, following = ",".join(each["id"] for each in objects), [], None
    while True:
        page = done(client.poll_request(collection.id, object_id=wanted, limit=3, next=following))
        got += page["objects"]
        if not page.get("more"):
            break
        following = page["next"]
    assert {each["id"]: each for each in got} == {each["id"]: each for each in objects}
    assert len(got) == len(objects)


def test_type_and_time(client, collection, objects):
    done(client.inbox_request(collection.id, json.dumps({"objects": objects})))
    wanted = ",".join(each["id"] for each in objects)
    page = done(client.poll_request(collection.id, object_id=wanted, object_type="note", added_after="2020-01-01T00:00:00Z"))
    assert [each["type"] for each in page["objects"]] == ["note"]


def test_errors_are_json(client):
    answer = client.collection_data_request("0b2b2b2b-2b2b-4b2b-8b2b-2b2b2b2b2b2b")
    assert answer["status_code"] == 404 and isinstance(answer["response"], dict), answer
