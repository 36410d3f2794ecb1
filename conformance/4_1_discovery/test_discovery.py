"""TAXII 2.1 §4.1: server discovery."""

import urllib.parse

import pytest
from suite.checks import fails, is_taxii
from suite.target import read


@pytest.fixture
def discovery(target):
    return read(target.get(target.url))


@pytest.mark.must
def test_title(discovery):
    """4.1.1: title is required, a string."""
    assert isinstance(discovery.get("title"), str) and discovery["title"]


@pytest.mark.must
def test_types(discovery):
    """4.1.1: description, contact and default are strings; api_roots is a list of strings and not empty if there."""
    for name in ("description", "contact", "default"):
        assert isinstance(discovery.get(name, ""), str), name
    roots = discovery.get("api_roots", ["x"])
    assert roots and all(isinstance(each, str) for each in roots)


@pytest.mark.must
def test_default_is_listed(target, discovery):
    """4.1.1: default is one of api_roots."""
    if "default" not in discovery:
        pytest.skip("no default")
    assert target.absolute(discovery["default"]) in [target.absolute(each) for each in discovery["api_roots"]]


@pytest.mark.must
def test_roots_answer(target, discovery):
    """4.1.1, 4.2: what is listed is an API root to whom it is listed."""
    for each in discovery.get("api_roots", []):
        answer = target.get(each)
        fails(answer, 200)
        assert isinstance(read(answer).get("title"), str)


@pytest.mark.must
def test_media_type(target):
    """4.1: the answer is TAXII."""
    is_taxii(target.get(target.url))


@pytest.mark.should
def test_absolute(discovery):
    """Lesson 7: absolute URLs with a trailing slash: cytaxii2 uses what is there as it is."""
    for each in [*discovery.get("api_roots", []), discovery.get("default", "http://x/")]:
        parts = urllib.parse.urlsplit(each)
        assert parts.scheme in ("http", "https") and parts.netloc and each.endswith("/"), each


@pytest.mark.should
def test_second_user_sees_own_roots(second):
    """1.6.9: whoever has an account can discover what is theirs."""
    read(second.get(second.url))
