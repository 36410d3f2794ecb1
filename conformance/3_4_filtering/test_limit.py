"""TAXII 2.1 §3.4: limit."""

import pytest
from suite.checks import each_fails, fails, no_server_error
from suite.target import query


def url_of(collection, name, object_id="x"):
    return {
        "objects": collection.objects_url,
        "manifest": collection.manifest_url,
        "object": collection.object_url(object_id),
        "versions": collection.versions_url(object_id),
    }[name]


@pytest.mark.must
@pytest.mark.parametrize("name", ("objects", "manifest", "object", "versions"))
def test_not_a_number(collection, one, name):
    """3.4: limit is a number; anything else MUST return an HTTP 400."""
    url = url_of(collection, name, one["id"])
    each_fails({given: collection.target.get(url, {"limit": given}) for given in ("abc", "1.5", "1e3", "0x10", "NaN")}, 400)


@pytest.mark.must
@pytest.mark.parametrize("name", ("objects", "manifest", "object", "versions"))
def test_not_positive(collection, one, name):
    """3.4: limit MUST be positive; 0 and less are 400."""
    url = url_of(collection, name, one["id"])
    each_fails({given: collection.target.get(url, {"limit": given}) for given in ("0", "-1", "-9223372036854775809")}, 400)


@pytest.mark.should
def test_empty_value(collection):
    """3.4: an empty limit is malformed."""
    fails(collection.target.get(collection.objects_url + "?limit="), 400)


@pytest.mark.must
@pytest.mark.parametrize("name", ("objects", "manifest", "object", "versions"))
def test_enormous(collection, one, name):
    """3.4: a limit larger than any number type is a page of the server's own size, or 400."""
    url = url_of(collection, name, one["id"])
    large = ("9223372036854775807", "18446744073709551616", "9" * 40)
    each_fails({given: collection.target.get(url, {"limit": given}) for given in large}, 200, 400)


@pytest.mark.must
@pytest.mark.parametrize("name", ("objects", "manifest"))
@pytest.mark.parametrize("limit", (1, 2, 6))
def test_is_kept(collection, seven, name, limit):
    """3.4: no more than limit objects are given, and more says that others follow."""
    ids = ",".join(each["id"] for each in seven)
    page = collection.target.get(url_of(collection, name), query({"id": ids, "limit": limit})).json()
    assert len(page["objects"]) == limit
    assert page.get("more") is True


@pytest.mark.must
@pytest.mark.parametrize("name", ("objects", "manifest"))
@pytest.mark.parametrize("limit", (7, 8))
def test_nothing_follows(collection, seven, name, limit):
    """3.4: where all are given, more is false or absent, and there is no next."""
    ids = ",".join(each["id"] for each in seven)
    page = collection.target.get(url_of(collection, name), query({"id": ids, "limit": limit})).json()
    assert len(page["objects"]) == 7
    assert not page.get("more") and "next" not in page


@pytest.mark.must
@pytest.mark.parametrize("name", ("object", "versions"))
def test_on_one_object(collection, three, name):
    """5.6, 5.8: limit applies to the versions of one object too."""
    filters = {"limit": 2} | ({"version": "all"} if name == "object" else {})
    page = collection.target.get(url_of(collection, name, three[0]["id"]), query(filters)).json()
    assert len(page["objects" if name == "object" else "versions"]) == 2
    assert page.get("more") is True


@pytest.mark.must
def test_odd_spelling(collection):
    """3.4: an odd spelling is 400, or read as the number; never an error of the server."""
    for given in ("+1", " 1", "١", "1,2", "\0"):
        no_server_error(collection.target.get(collection.objects_url, {"limit": given}))
