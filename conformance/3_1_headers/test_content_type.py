"""TAXII 2.1 §3.1: which Content-Type a body may have."""

import pytest
from suite import samples
from suite.checks import fails


@pytest.mark.must
@pytest.mark.parametrize("given", ("application/taxii+json;version=2.1", "application/taxii+json; version=2.1", "application/taxii+json"))
def test_taken(collection, given):
    """3.1, 1.6.8.2: media types defined for the endpoint MUST NOT result in an HTTP 415; the version is optional."""
    fails(collection.post({"objects": [samples.indicator()]}, headers={"Content-Type": given}), 202)


@pytest.mark.should
@pytest.mark.parametrize(
    "given",
    (
        'application/taxii+json;version="2.1"',
        "Application/Taxii+JSON;version=2.1",
        "application/taxii+json;version=2.1;charset=utf-8",
        "application/taxii+json; charset=UTF-8; version=2.1",
    ),
)
def test_spellings(collection, given):
    """RFC 7231 3.1.1.1: quotes, case, blanks and further parameters mean the same thing."""
    fails(collection.post({"objects": [samples.indicator()]}, headers={"Content-Type": given}), 202)


@pytest.mark.should
@pytest.mark.parametrize("given", ("application/json", "text/plain", "application/taxii+json;version=2.0", "application/stix+json;version=2.1"))
def test_refused(collection, given):
    """3.1: a media type that is not defined for the endpoint is better refused, with 415, than guessed at."""
    fails(collection.post({"objects": [samples.indicator()]}, headers={"Content-Type": given}), 415)


@pytest.mark.should
@pytest.mark.parametrize("given", (None, "", "nonsense"))
def test_missing(collection, given):
    """3.1: a body without a media type is 415 (or 400)."""
    fails(collection.post({"objects": [samples.indicator()]}, headers={"Content-Type": given}), 400, 415)
