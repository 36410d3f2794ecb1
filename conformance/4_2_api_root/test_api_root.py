"""TAXII 2.1 §4.2: API root information, and max_content_length."""

import json

import pytest
from suite import samples
from suite.checks import fails, is_taxii
from suite.target import read

BODY_MAX_TRIED = 200 << 20


@pytest.fixture
def information(target, root):
    return read(target.get(root))


@pytest.mark.must
def test_required(information):
    """4.2.1: title, versions and max_content_length are required."""
    assert isinstance(information.get("title"), str) and information["title"]
    assert isinstance(information.get("versions"), list) and information["versions"]
    limit = information.get("max_content_length")
    assert isinstance(limit, int) and not isinstance(limit, bool) and limit > 0


@pytest.mark.must
def test_version(information):
    """4.2.1: versions has the media type of TAXII 2.1."""
    assert "application/taxii+json;version=2.1" in information["versions"]


@pytest.mark.must
def test_description(information):
    """4.2.1: description is a string."""
    assert isinstance(information.get("description", ""), str)


@pytest.mark.must
def test_media_type(target, root):
    """4.2: the answer is TAXII."""
    is_taxii(target.get(root))


@pytest.mark.must
@pytest.mark.parametrize("path", ("", "collections/", "status/3f3f4b7e-2b2a-4b0e-8d5a-1d1a4f7f2c11/"))
def test_unknown(target, unknown, path):
    """4.2: an API root that is not there, and everything below it, is 404."""
    fails(target.get(f"{target.url}{unknown}/{path}"), 404)


def padded(size):
    body = json.dumps({"objects": [samples.indicator()]}).encode()
    return body + b" " * (size - len(body))


@pytest.mark.must
@pytest.mark.parametrize("less", (0, 1, 1024))
def test_not_too_large(collection, information, less):
    """4.2.1: a body of max_content_length or less MUST NOT result in an HTTP 413."""
    limit = information["max_content_length"]
    if limit > BODY_MAX_TRIED:
        pytest.skip(f"max_content_length is {limit}, too much to send")
    fails(collection.post(padded(limit - less)), 202)


@pytest.mark.must
def test_small_is_not_too_large(collection):
    """4.2.1: an empty body is wrong, but not too large."""
    fails(collection.post(b""), 400, 422)


@pytest.mark.must
@pytest.mark.parametrize("more", (1, 4096))
def test_too_large(collection, information, more):
    """4.2.1, 5.5: a body above max_content_length is 413, and nothing of it is stored."""
    limit = information["max_content_length"]
    if limit > BODY_MAX_TRIED:
        pytest.skip(f"max_content_length is {limit}, too much to send")
    each = samples.indicator()
    body = json.dumps({"objects": [each]}).encode()
    fails(collection.post(body + b" " * (limit + more - len(body))), 413)
    assert not collection.holds(each)
