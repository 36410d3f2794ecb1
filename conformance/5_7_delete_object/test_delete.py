"""TAXII 2.1 §5.7: deleting."""

import pytest
from suite import samples
from suite.checks import fails
from suite.target import query


def delete(collection, object_id, **filters):
    return collection.target.send("DELETE", collection.object_url(object_id), params=query(filters))


def left(collection, chain):
    answer = collection.target.get(collection.object_url(chain[0]["id"]), query({"version": "all"}))
    return [] if answer.status_code == 404 else [each["modified"] for each in answer.json().get("objects", [])]


@pytest.fixture
def chain(collection):
    each = samples.versions(3)
    for version in each:
        collection.add(version)
    return each


@pytest.mark.must
def test_is_gone(collection):
    """5.7: a deleted object is no more: not in the object, objects, manifest or versions endpoints."""
    each = samples.indicator()
    collection.add(each)
    fails(delete(collection, each["id"]), 200)
    fails(collection.target.get(collection.object_url(each["id"])), 404)
    fails(collection.target.get(collection.versions_url(each["id"])), 404)
    assert not collection.holds(each, version="all")
    assert not collection.manifest(id=each["id"], version="all").get("objects")


@pytest.mark.must
def test_unknown(collection):
    """5.7: an object that is not there is 404."""
    fails(delete(collection, samples.fresh("indicator")), 404)


@pytest.mark.should
def test_twice(collection):
    """5.7: the second time it is not there."""
    each = samples.indicator()
    collection.add(each)
    fails(delete(collection, each["id"]), 200)
    fails(delete(collection, each["id"]), 404)


@pytest.mark.must
@pytest.mark.parametrize(
    ("given", "stay"),
    (("EXACT", [0, 2]), ("first", [1, 2]), ("last", [0, 1]), ("all", []), ("first,last", [1]), ("EXACT,last", [0])),
)
def test_versions(collection, chain, given, stay):
    """5.7: match[version] says which versions go; the others stay."""
    fails(delete(collection, chain[0]["id"], version=given.replace("EXACT", chain[1]["modified"])), 200)
    assert left(collection, chain) == [chain[position]["modified"] for position in stay]


@pytest.mark.should
def test_without_version(collection, chain):
    """5.7: without match[version] the object goes, with every version (the text is open)."""
    fails(delete(collection, chain[0]["id"]), 200)
    assert left(collection, chain) == []


@pytest.mark.must
def test_malformed(collection, chain):
    """3.4, 5.7: a malformed filter MUST return an HTTP 400, and nothing is deleted."""
    for given in ("newest", "2020", "last,nonsense"):
        fails(delete(collection, chain[0]["id"], version=given), 400)
    assert len(left(collection, chain)) == 3


@pytest.mark.must
def test_version_not_there(collection, chain):
    """5.7: a version that the object has not deletes nothing."""
    answer = delete(collection, chain[0]["id"], version="1999-01-01T00:00:00.000Z")
    fails(answer, 200, 404)
    assert len(left(collection, chain)) == 3


@pytest.mark.must
def test_others_stay(collection, one):
    """5.7: nothing else goes."""
    each = samples.indicator()
    collection.add(each)
    fails(delete(collection, each["id"]), 200)
    assert collection.has(one)


@pytest.mark.must
def test_spec_version(collection):
    """5.7: match[spec_version] limits what goes."""
    each = samples.indicator()
    collection.add(each)
    fails(delete(collection, each["id"], spec_version="2.0"), 200, 404)
    assert collection.has(each)


@pytest.mark.must
@pytest.mark.parametrize("given", (None, "all"))
def test_all_specifications(collection, given):
    """5.7: what was deleted MUST be 404, so no version of it in an older specification may come to light."""
    new = samples.identity(modified=samples.instant(1))
    old = samples.stix20() | {"id": new["id"]}
    if collection.offer(old)["success_count"] == 0:
        pytest.skip("STIX 2.0 is not taken")
    collection.add(new)
    fails(delete(collection, new["id"], **({"version": given} if given else {})), 200)
    fails(collection.target.get(collection.object_url(new["id"])), 404)


@pytest.mark.should
def test_added_again(collection):
    """What was deleted can be added again, and is listed with a new date_added."""
    each = samples.indicator()
    collection.add(each)
    before = collection.manifest(id=each["id"])["objects"]
    fails(delete(collection, each["id"]), 200)
    collection.add(each)
    after = collection.manifest(id=each["id"])["objects"]
    assert collection.has(each)
    assert len(after) == 1 and after[0]["date_added"] > before[0]["date_added"]


@pytest.mark.must
def test_needs_writing(readonly):
    """5.7, table: who may read and not write is answered 403, and no other status."""
    fails(delete(readonly, samples.fresh("indicator")), 403)


@pytest.mark.must
def test_needs_reading(writeonly):
    """5.7, table: who may write and not read is answered 403, and no other status."""
    fails(delete(writeonly, samples.fresh("indicator")), 403)


@pytest.mark.must
def test_unknown_collection(collection, one, unknown):
    """5.7: in a collection that is not there, 404."""
    fails(collection.target.send("DELETE", collection.object_url(one["id"]).replace(collection.id, unknown)), 404)


@pytest.mark.should
def test_without_dates(collection):
    """5.7: objects that have no version of their own can be deleted."""
    each = samples.address()
    collection.add(each)
    fails(delete(collection, each["id"]), 200)
    assert not collection.holds(each)
