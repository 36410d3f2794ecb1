"""TAXII 2.1 §5.6: one object by its id."""

import pytest
from suite import samples
from suite.checks import fails
from suite.target import query


@pytest.mark.must
def test_is_there(collection, one):
    """5.6: the object, in an envelope."""
    page = collection.fetch(one["id"])
    assert [each["id"] for each in page["objects"]] == [one["id"]] and not page.get("more")


@pytest.mark.must
def test_newest(collection, three):
    """5.6, 3.4: without match[version], the newest version."""
    assert [each["modified"] for each in collection.fetch(three[0]["id"])["objects"]] == [three[2]["modified"]]


@pytest.mark.must
def test_all_versions(collection, three):
    """5.6: with match[version]=all, each."""
    got = collection.fetch(three[0]["id"], version="all")["objects"]
    assert [each["modified"] for each in got] == [each["modified"] for each in three]


@pytest.mark.must
@pytest.mark.parametrize("name", ("fresh", "no-double-hyphen", "indicator--x", "%20", "a" * 1000, "indicator--%E2%82%AC"))
def test_unknown(collection, name):
    """5.6: an object that is not there is 404."""
    url = collection.object_url(samples.fresh("indicator")) if name == "fresh" else f"{collection.objects_url}{name}/"
    fails(collection.target.get(url), 404, 414, 400) if len(name) > 900 else fails(collection.target.get(url), 404)


@pytest.mark.must
def test_version_not_there(collection, one):
    """5.6: an object that has not the version asked for: nothing, or 404."""
    answer = collection.target.get(collection.object_url(one["id"]), query({"version": "1999-01-01T00:00:00.000Z"}))
    fails(answer, 200, 404)
    if answer.status_code == 200:
        assert not answer.json().get("objects")


@pytest.mark.must
def test_unknown_collection(collection, one, unknown):
    """5.6: in a collection that is not there, 404."""
    fails(collection.target.get(collection.object_url(one["id"]).replace(collection.id, unknown)), 404)


@pytest.mark.must
def test_needs_reading(writeonly):
    """5.6: who may not read gets no object: 403 (or 404)."""
    fails(writeonly.target.get(writeonly.object_url(samples.fresh("indicator"))), 403, 404)


@pytest.mark.must
def test_encoded_id(collection, one):
    """RFC 3986 6.2.2: an id with its hyphens percent-encoded is the same id."""
    answer = collection.target.get(collection.objects_url + one["id"].replace("--", "%2D%2D") + "/")
    fails(answer, 200)
