"""TAXII 2.1 §3.6 and §3.6.1: every failure carries an error message."""

import pytest
from suite import samples
from suite.checks import is_error
from suite.target import query

BODY_MAX_TRIED = 200 << 20


def ways_to_fail(collection, one, unknown):
    """A way to fail for each status that the standard names."""
    target = collection.target
    elsewhere = collection.url.replace(collection.id, unknown)
    return {
        "unknown_root": lambda: (target.get(f"{collection.target.url}{unknown}/"), 404),
        "unknown_collection": lambda: (target.get(elsewhere), 404),
        "unknown_collection_objects": lambda: (target.get(elsewhere + "objects/"), 404),
        "unknown_collection_manifest": lambda: (target.get(elsewhere + "manifest/"), 404),
        "unknown_object": lambda: (target.get(collection.object_url(samples.fresh("indicator"))), 404),
        "unknown_object_versions": lambda: (target.get(collection.versions_url(samples.fresh("indicator"))), 404),
        "unknown_status": lambda: (target.get(f"{collection.root}status/{unknown}/"), 404),
        "bad_limit": lambda: (target.get(collection.objects_url, {"limit": "x"}), 400),
        "bad_next": lambda: (target.get(collection.objects_url, {"next": "%%%", "limit": 1}), 400),
        "bad_added_after": lambda: (target.get(collection.objects_url, {"added_after": "x"}), 400),
        "bad_version": lambda: (target.get(collection.object_url(one["id"]), query({"version": "x"})), 400),
        "bad_json": lambda: (collection.post(b'{"objects": ['), 400),
        "bad_accept": lambda: (target.get(collection.objects_url, headers={"Accept": "text/html"}), 406),
        "bad_content_type": lambda: (collection.post(b"{}", headers={"Content-Type": "text/plain"}), 415),
        "delete_unknown": lambda: (target.send("DELETE", collection.object_url(samples.fresh("indicator"))), 404),
    }


NAMES = (
    "unknown_root unknown_collection unknown_collection_objects unknown_collection_manifest unknown_object "
    "unknown_object_versions unknown_status bad_limit bad_next bad_added_after bad_version bad_json bad_accept "
    "bad_content_type delete_unknown"
).split()


@pytest.mark.must
@pytest.mark.parametrize("name", NAMES)
def test_message(collection, one, unknown, name):
    """3.6.1: a failure has the TAXII media type and an error message with a title; its other members have their types."""
    answer, status = ways_to_fail(collection, one, unknown)[name]()
    is_error(answer, status)


@pytest.mark.must
def test_too_large(collection):
    """4.2.1, 3.6.1: a body above max_content_length is answered 413 with an error message."""
    limit = collection.target.get(collection.root).json()["max_content_length"]
    if limit > BODY_MAX_TRIED:
        pytest.skip(f"max_content_length is {limit}, too much to send")
    is_error(collection.post(b'{"objects": []}' + b" " * limit), 413)


@pytest.mark.should
@pytest.mark.parametrize("path", ("nothing-there", "collections/x/y/z/", "objects/"))
def test_unknown_paths(collection, path):
    """3.6: a path that is no endpoint fails in the same form."""
    is_error(collection.target.get(collection.root + path), 404)


@pytest.mark.should
def test_method(collection):
    """3.6: a method that an endpoint has not fails in the same form."""
    is_error(collection.target.send("PUT", collection.url), 405)


@pytest.mark.should
@pytest.mark.parametrize("name", ("unknown_collection", "bad_json", "bad_version"))
def test_status_is_repeated(collection, one, unknown, name):
    """3.6.1: http_status says, as a string, the status of the answer."""
    answer, status = ways_to_fail(collection, one, unknown)[name]()
    assert is_error(answer, status).get("http_status") == str(status)


@pytest.mark.should
@pytest.mark.parametrize("name", NAMES)
def test_nothing_internal(collection, one, unknown, name):
    """No error shows the inside of the server."""
    answer, _ = ways_to_fail(collection, one, unknown)[name]()
    for word in ("Traceback", 'File "', "/usr/", "site-packages", "panicked", "sqlite", "SELECT "):
        assert word not in answer.text, f"{word!r} in {answer.text[:300]!r}"
