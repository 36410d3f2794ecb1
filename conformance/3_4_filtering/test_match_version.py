"""TAXII 2.1 §3.4.1: match[version]."""

import pytest
from suite import samples
from suite.checks import each_fails, fails
from suite.target import query


def modified(page):
    return [each["modified"] for each in page.get("objects", [])]


@pytest.mark.must
@pytest.mark.parametrize(
    ("given", "wanted"),
    (
        (None, [2]),
        ("last", [2]),
        ("first", [0]),
        ("all", [0, 1, 2]),
        ("first,last", [0, 2]),
        ("EXACT1", [1]),
        ("EXACT0,EXACT1", [0, 1]),
        ("EXACT0,last", [0, 2]),
    ),
)
@pytest.mark.parametrize("endpoint", ("objects", "object", "manifest"))
def test_which(collection, three, endpoint, given, wanted):
    """3.4.1: last (the default), first, all, a version itself, and lists of them, which are a logical OR."""
    filters = {} if endpoint == "object" else {"id": three[0]["id"]}
    if given is not None:
        for position, each in enumerate(three):
            given = given.replace(f"EXACT{position}", each["modified"])
        filters["version"] = given
    url = {"objects": collection.objects_url, "object": collection.object_url(three[0]["id"]), "manifest": collection.manifest_url}
    answer = collection.target.get(url[endpoint], query(filters))
    fails(answer, 200)
    key = "version" if endpoint == "manifest" else "modified"
    got = [samples_key(each[key]) for each in answer.json().get("objects", [])]
    assert got == [samples_key(three[position]["modified"]) for position in wanted]


def samples_key(text):
    return text.removesuffix("Z").rstrip("0")


@pytest.mark.must
def test_all_beside_others(collection, three):
    """3.4.1: all has every version in it; beside another it is redundant, or refused."""
    answer = collection.target.get(collection.objects_url, query({"id": three[0]["id"], "version": "all,first"}))
    fails(answer, 200, 400)
    if answer.status_code == 200:
        assert len(answer.json()["objects"]) == 3


@pytest.mark.must
def test_last_is_by_version(collection):
    """3.4.1: the last version is the newest by its own time, not the one that came last."""
    older, newer = samples.versions(2)
    collection.add(newer)
    collection.add(older)
    assert modified(collection.list(id=older["id"])) == [newer["modified"]]
    assert modified(collection.list(id=older["id"], version="first")) == [older["modified"]]


@pytest.mark.must
def test_unknown_version(collection, three):
    """3.4.1: a version that the object has not matches nothing."""
    assert modified(collection.list(id=three[0]["id"], version="1999-01-01T00:00:00.000Z")) == []


@pytest.mark.must
@pytest.mark.parametrize("endpoint", ("objects", "manifest", "object"))
def test_malformed(collection, three, endpoint):
    """3.4: a malformed filter MUST return an HTTP 400."""
    malformed = ("newest", "2020-13-01T00:00:00Z", "2020", "last,nonsense", "LAST ")
    url = {"objects": collection.objects_url, "object": collection.object_url(three[0]["id"]), "manifest": collection.manifest_url}
    each_fails({given: collection.target.get(url[endpoint], query({"version": given})) for given in malformed}, 400)


@pytest.mark.should
@pytest.mark.parametrize("spelled", ("2024-03-01T10:00:00.5Z", "2024-03-01T10:00:00.500Z", "2024-03-01T10:00:00.500000Z"))
def test_is_an_instant(scratch, spelled):
    """2: timestamps are compared as instants, however many digits are written."""
    each = samples.indicator(created="2024-03-01T10:00:00.000Z", modified="2024-03-01T10:00:00.500Z")
    scratch.add(each)
    assert modified(scratch.list(id=each["id"], version=spelled)) == [each["modified"]]


@pytest.mark.must
def test_microseconds_are_told_apart(scratch):
    """3.4.1: versions that differ by a microsecond are two."""
    first = samples.indicator(modified="2024-03-01T10:00:01.000001Z")
    second = first | {"modified": "2024-03-01T10:00:01.000002Z"}
    scratch.add(first)
    scratch.add(second)
    assert modified(scratch.list(id=first["id"], version=first["modified"])) == [first["modified"]]
    assert len(modified(scratch.list(id=first["id"], version="all"))) == 2


@pytest.mark.must
def test_created_is_the_version_without_modified(collection):
    """3.4.1: the version of an object that has no modified is its created."""
    each = samples.marking()
    collection.add(each)
    got = collection.list(id=each["id"], version=each["created"])
    assert [found["id"] for found in got.get("objects", [])] == [each["id"]]


@pytest.mark.must
def test_object_without_dates_is_its_last_and_first(collection):
    """3.4.1: an object that has neither created nor modified is there in every view."""
    each = samples.address()
    collection.add(each)
    for view in ("last", "first", "all"):
        got = collection.list(id=each["id"], version=view)
        assert [found["id"] for found in got.get("objects", [])] == [each["id"]], view
