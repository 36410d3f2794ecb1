"""taxii2-client, the OASIS client library."""

import datetime
import json

import pytest
from requests.exceptions import HTTPError
from taxii2client.common import TokenAuth
from taxii2client.v21 import ApiRoot, Collection, Server, as_pages

PAGES = (1, 3, 1000)


@pytest.fixture
def posted(collection, objects):
    status = collection.add_objects({"objects": objects}, timeout=60)
    assert (status.status, status.failure_count) == ("complete", 0), status.failures
    assert status.success_count == len(objects)
    return objects


def ids(objects) -> list[str]:
    return [each["id"] for each in objects]


def test_discovery(server):
    assert server.title
    assert server.default is None or server.default.url in [root.url for root in server.api_roots]
    for root in server.api_roots:
        assert root.title and root.max_content_length > 0
        assert "application/taxii+json;version=2.1" in root.versions


def test_api_root_by_itself(server, reach):
    root = ApiRoot(server.api_roots[0].url, user=reach.user, password=reach.password)
    assert [each.id for each in root.collections] == [each.id for each in server.api_roots[0].collections]


def test_collection_by_itself(collection, reach):
    alone = Collection(collection.url, user=reach.user, password=reach.password)
    assert (alone.id, alone.title, alone.can_read, alone.can_write) == (collection.id, collection.title, True, True)


def test_status(server, collection, objects):
    status = collection.add_objects({"objects": objects}, wait_for_completion=False)
    status.wait_until_final(poll_interval=0.2, timeout=60)
    assert (status.status, status.total_count) == ("complete", len(objects))
    assert {each["id"] for each in status.successes} == set(ids(objects))
    root = next(root for root in server.api_roots if collection.url.startswith(root.url))
    assert root.get_status(status.id).success_count == len(objects)


def test_same_again(collection, posted):
    again = collection.add_objects({"objects": posted})
    assert (again.success_count, again.failure_count) == (len(posted), 0)


def test_objects_come_back_as_they_were(collection, posted):
    got = collection.get_objects(id=ids(posted))["objects"]
    assert {each["id"]: each for each in got} == {each["id"]: each for each in posted}


@pytest.mark.parametrize("per_request", PAGES)
def test_pages_of_objects(collection, posted, per_request):
    pages = list(as_pages(collection.get_objects, per_request=per_request, id=ids(posted)))
    got = [each for page in pages for each in page["objects"]]
    assert sorted(ids(got)) == sorted(ids(posted))
    assert len(pages) == -(-len(posted) // per_request)


@pytest.mark.parametrize("per_request", PAGES)
def test_pages_of_the_manifest(collection, posted, per_request):
    pages = list(as_pages(collection.get_manifest, per_request=per_request, id=ids(posted)))
    got = [each for page in pages for each in page["objects"]]
    assert sorted(ids(got)) == sorted(ids(posted))


def test_manifest_names_versions_exactly(collection, posted):
    wanted = {each["id"]: each.get("modified", each.get("created")) for each in posted}
    for record in collection.get_manifest(id=ids(posted))["objects"]:
        if wanted[record["id"]] is not None:
            assert record["version"] == wanted[record["id"]]


def test_added_after_as_a_datetime(collection, posted):
    hour = datetime.timedelta(hours=1)
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    assert len(collection.get_objects(id=ids(posted), added_after=now - hour)["objects"]) == len(posted)
    assert not collection.get_objects(id=ids(posted), added_after=now + hour).get("objects")


def test_versions(collection, posted):
    first = posted[3]
    second = first | {"modified": "2024-06-01T00:00:00.000001Z", "name": "Sample, seen again"}
    collection.add_objects({"objects": [second]})
    assert set(collection.object_versions(first["id"])["versions"]) == {first["modified"], second["modified"]}
    assert collection.get_object(first["id"])["objects"] == [second]
    assert collection.get_object(first["id"], version="first")["objects"] == [first]
    assert collection.get_object(first["id"], version=first["modified"])["objects"] == [first]
    assert len(collection.get_object(first["id"], version="all")["objects"]) == 2


def test_filters(collection, posted):
    assert ids(collection.get_objects(id=ids(posted), type=["malware", "note"])["objects"]) == [posted[3]["id"], posted[8]["id"]]
    assert not collection.get_objects(id=ids(posted), spec_version="2.0").get("objects")


def test_delete(collection, posted):
    collection.delete_object(posted[8]["id"])
    left = collection.get_objects(id=ids(posted))["objects"]
    assert posted[8]["id"] not in ids(left) and len(left) == len(posted) - 1


def test_bytes_and_text(collection, objects):
    assert collection.add_objects(json.dumps({"objects": objects[:2]})).success_count == 2
    assert collection.add_objects(json.dumps({"objects": objects[2:4]}).encode()).success_count == 2


def test_token(reach, collection):
    if reach.token is None:
        pytest.skip("no token")
    by_token = Server(reach.url, auth=TokenAuth(reach.token))
    assert collection.id in [each.id for root in by_token.api_roots for each in root.collections]


def test_token_as_the_password(reach, collection):
    if reach.token is None:
        pytest.skip("no token")
    alone = Collection(collection.url, user="anything", password=reach.token)
    assert alone.can_write


def test_wrong_password_is_told(reach):
    with pytest.raises(HTTPError) as why:
        Server(reach.url, user=reach.user, password="wrong").title  # noqa: B018
    assert why.value.response.status_code == 401
