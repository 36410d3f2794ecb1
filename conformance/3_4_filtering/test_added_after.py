"""TAXII 2.1 §3.4: added_after."""

import pytest
from suite import samples
from suite.checks import each_fails, fails, is_error
from suite.target import query

MALFORMED = ("yesterday", "2020-13-45T00:00:00Z", "2020-01-01", "12345", "2020-01-01T00:00:00", "2020-01-01T25:00:00Z", "T", "2020-01-01T00:00:00.Z", "2020-01-01 00:00:00Z", "NaN")


def url_of(collection, name, object_id="x"):
    return {
        "objects": collection.objects_url,
        "manifest": collection.manifest_url,
        "object": collection.object_url(object_id),
        "versions": collection.versions_url(object_id),
    }[name]


@pytest.mark.must
@pytest.mark.parametrize("name", ("objects", "manifest"))
def test_is_exclusive(collection, name):
    """3.4: only what was added after the given time; not what was added at it."""
    added = [samples.indicator() for _ in range(3)]
    for each in added:
        collection.add(each)
    ids = ",".join(each["id"] for each in added)
    dates = [each["date_added"] for each in collection.manifest(id=ids)["objects"]]
    for position, date in enumerate(dates):
        answer = collection.target.get(url_of(collection, name), query({"id": ids, "added_after": date}))
        got = [each["id"] for each in answer.json().get("objects", [])]
        assert got == [each["id"] for each in added[position + 1 :]]


@pytest.mark.must
@pytest.mark.parametrize("name", ("object", "versions"))
def test_on_one_object(collection, name):
    """5.6, 5.8: added_after applies to the versions of one object too."""
    added = samples.versions(2)
    for each in added:
        collection.add(each)
    rows = collection.manifest(id=added[0]["id"], version="all")["objects"]
    filters = query({"added_after": rows[0]["date_added"]} | ({"version": "all"} if name == "object" else {}))
    answer = collection.target.get(url_of(collection, name, added[0]["id"]), filters)
    fails(answer, 200)
    assert len(answer.json().get("objects" if name == "object" else "versions", [])) == 1


@pytest.mark.must
@pytest.mark.parametrize("given", ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00.000Z", "2020-01-01T00:00:00.000000Z"))
@pytest.mark.parametrize("name", ("objects", "manifest", "object", "versions"))
def test_digits(collection, one, name, given):
    """2: a fraction of any length, none included, is a timestamp."""
    fails(collection.target.get(url_of(collection, name, one["id"]), {"added_after": given}), 200)


@pytest.mark.should
@pytest.mark.parametrize("given", ("2020-01-01T00:00:00.000000001Z", "2020-01-01T00:00:00.123456789012Z"))
def test_more_digits_than_micro(collection, given):
    """Lesson 4: more digits than the server keeps are no error."""
    fails(collection.target.get(collection.objects_url, {"added_after": given}), 200)


@pytest.mark.must
@pytest.mark.parametrize("name", ("objects", "manifest", "object", "versions"))
def test_malformed(collection, one, name):
    """3.4: a malformed filter MUST return an HTTP 400."""
    url = url_of(collection, name, one["id"])
    each_fails({given: collection.target.get(url, {"added_after": given}) for given in MALFORMED}, 400)


@pytest.mark.should
def test_empty_value(collection):
    """3.4: an empty timestamp is malformed."""
    fails(collection.target.get(collection.objects_url + "?added_after="), 400)


@pytest.mark.should
def test_offset(collection):
    """2: a TAXII timestamp is in UTC and ends in Z; another offset is malformed, or understood, never ignored."""
    answer = collection.target.get(collection.objects_url, {"added_after": "2999-01-01T00:00:00+02:00"})
    assert answer.status_code == 400 or not answer.json().get("objects")


@pytest.mark.must
@pytest.mark.parametrize("name", ("objects", "manifest"))
def test_future(collection, name):
    """3.4: nothing was added after a time to come; that is no error."""
    answer = collection.target.get(url_of(collection, name), {"added_after": "2999-01-01T00:00:00.000000Z"})
    fails(answer, 200)
    assert not answer.json().get("objects") and not answer.json().get("more")


@pytest.mark.must
def test_ends_of_time(collection):
    """RFC 3339: the first year, the last year, a leap second: an answer or 400, never an error of the server."""
    ends = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "0000-01-01T00:00:00Z", "2016-12-31T23:59:60Z")
    url = collection.objects_url
    each_fails({given: collection.target.get(url, {"added_after": given, "limit": 1}) for given in ends}, 200, 400)


@pytest.mark.should
def test_malformed_is_explained(collection):
    """3.6.1: the error says which parameter is wrong."""
    assert "added_after" in str(is_error(collection.target.get(collection.objects_url, {"added_after": "x"}), 400))
