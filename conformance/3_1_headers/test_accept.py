"""TAXII 2.1 §3.1 and §1.6.8: which Accept headers are answered."""

import pytest
from suite import samples
from suite.checks import fails, is_taxii
from suite.target import TAXII

ENDPOINTS = ("discovery", "api_root", "status", "collections", "collection", "manifest", "objects", "object", "versions")


@pytest.mark.must
@pytest.mark.parametrize("name", ENDPOINTS)
def test_with_version(target, endpoints, name):
    """3.1: the media type of TAXII 2.1 is answered, with itself."""
    answer = target.get(endpoints[name])
    fails(answer, 200)
    is_taxii(answer)


@pytest.mark.must
@pytest.mark.parametrize("name", ENDPOINTS)
def test_without_version(target, endpoints, name):
    """1.6.8.2: the version is optional; 3.1: media types defined for the endpoint MUST NOT result in an HTTP 406."""
    answer = target.get(endpoints[name], headers={"Accept": "application/taxii+json"})
    fails(answer, 200)
    is_taxii(answer)


@pytest.mark.must
@pytest.mark.parametrize(
    "accept",
    (
        "application/taxii+json; version=2.1",
        "application/taxii+json;version=2.1;q=0.5",
        "application/taxii+json;q=0.9",
        "application/json, application/taxii+json;version=2.1",
        "application/taxii+json;version=2.0, application/taxii+json;version=2.1",
        "text/html;q=0.9,application/taxii+json;version=2.1;q=0.1",
        "application/taxii+json;version=2.1,",
    ),
)
def test_lists_and_weights(target, collection, accept):
    """RFC 7231 5.3.2, 3.1: a list with the media type of the endpoint in it, weighted or not, is no 406."""
    answer = target.get(collection.objects_url, {"limit": 1}, headers={"Accept": accept})
    fails(answer, 200)
    is_taxii(answer)


@pytest.mark.should
@pytest.mark.parametrize(
    "accept",
    (
        'application/taxii+json;version="2.1"',
        "Application/TAXII+JSON;Version=2.1",
        "*/*",
        "application/*",
        "application/json, text/plain, */*",
        None,
        "application/taxii+json;version=2.1;charset=utf-8",
    ),
)
def test_spellings_and_wildcards(target, collection, accept):
    """RFC 7231 3.1.1.1, 5.3.2: quotes, case and wildcards mean the same thing."""
    answer = target.get(collection.objects_url, {"limit": 1}, headers={"Accept": accept})
    fails(answer, 200)
    is_taxii(answer)


@pytest.mark.must
@pytest.mark.parametrize("accept", ("text/html", "application/json", "application/taxii+json;version=2.0", "application/vnd.oasis.taxii+json"))
@pytest.mark.parametrize("name", ("discovery", "objects"))
def test_not_defined(target, endpoints, name, accept):
    """3.1: media types that are not defined for the endpoint MAY be satisfied, with TAXII all the same, or be 406."""
    answer = target.get(endpoints[name], headers={"Accept": accept})
    fails(answer, 200, 406)
    is_taxii(answer)


@pytest.mark.should
@pytest.mark.parametrize("accept", ("text/html", "application/taxii+json;version=2.0", "application/taxii+json;version=3.7"))
@pytest.mark.parametrize("name", ("discovery", "objects"))
def test_not_acceptable(target, endpoints, name, accept):
    """RFC 7231 6.5.6: who cannot use TAXII 2.1 is told so, by 406."""
    fails(target.get(endpoints[name], headers={"Accept": accept}), 406)


@pytest.mark.should
@pytest.mark.parametrize("accept", ("application/taxii+json;version=2.1;q=0", "not a media type", "application/taxii+json;version="))
def test_odd_accept(target, collection, accept):
    """RFC 7231 5.3.1: what is excluded or malformed is 406 (or 400), never an error of the server."""
    fails(target.get(collection.objects_url, headers={"Accept": accept}), 400, 406)


@pytest.mark.should
def test_accept_of_a_post(collection):
    """RFC 7231 5.3.2: an Accept header that is not sent means anything; POST needs none."""
    answer = collection.post({"objects": [samples.indicator()]}, headers={"Accept": None})
    fails(answer, 202)
    assert answer.headers["Content-Type"].replace(" ", "") == TAXII
