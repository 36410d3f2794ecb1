"""TAXII 2.1 §3.1 and HTTP: URLs and methods."""

import pytest
from suite.checks import fails, no_server_error

ENDPOINTS = ("discovery", "api_root", "status", "collections", "collection", "manifest", "objects", "object", "versions")


@pytest.mark.should
@pytest.mark.parametrize("name", ENDPOINTS)
def test_without_trailing_slash(target, endpoints, name):
    """Lesson 7: endpoints end in a slash; clients drop it, and are answered (or redirected) all the same."""
    fails(target.get(endpoints[name].rstrip("/")), 200)


@pytest.mark.should
@pytest.mark.parametrize("name", ENDPOINTS)
def test_head(target, endpoints, name):
    """RFC 7231 4.1: HEAD is GET without the body."""
    answer = target.send("HEAD", endpoints[name])
    fails(answer, 200)
    assert answer.content == b""


@pytest.mark.should
@pytest.mark.parametrize("name", ("objects", "manifest", "object", "versions"))
def test_head_has_the_headers_of_get(target, endpoints, name):
    """RFC 7231 4.3.2: HEAD says what GET would: a client asks it for X-TAXII-Date-Added-Last alone."""
    told = {method: target.send(method, endpoints[name], params={"limit": 1}) for method in ("GET", "HEAD")}
    fails(told["HEAD"], 200)
    for header in ("Content-Type", "X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last"):
        assert told["HEAD"].headers.get(header) == told["GET"].headers.get(header) is not None, header


@pytest.mark.should
@pytest.mark.parametrize(("name", "methods"), (("objects", "GET POST"), ("object", "GET DELETE"), ("manifest", "GET")))
def test_options(target, endpoints, name, methods):
    """RFC 7231 4.3.7: OPTIONS is answered with the methods in Allow, or 405, which has them too."""
    answer = target.send("OPTIONS", endpoints[name])
    fails(answer, 200, 204, 405)
    allowed = {each.strip() for each in answer.headers.get("Allow", "").split(",")}
    assert set(methods.split()) <= allowed, allowed


@pytest.mark.should
def test_compressed_answers_vary(target, endpoints):
    """RFC 7231 7.1.4: what is compressed for some says so in Vary, or a cache gives it to those who cannot read it."""
    answers = [target.get(endpoints["objects"], headers={"Accept-Encoding": each}) for each in ("gzip", "identity")]
    assert answers[0].json() == answers[1].json()
    assert "Content-Encoding" not in answers[1].headers
    if "Content-Encoding" in answers[0].headers:
        for answer in answers:
            assert "accept-encoding" in answer.headers.get("Vary", "").lower(), answer.headers


@pytest.mark.should
@pytest.mark.parametrize("name", ("objects", "manifest", "object", "versions", "collections", "discovery"))
def test_unknown_parameter(target, endpoints, name):
    """Clients add parameters of their own (cache busters); they are ignored."""
    fails(target.get(endpoints[name], {"_": "1700000000"}), 200)


@pytest.mark.should
@pytest.mark.parametrize(("method", "name"), (("PUT", "objects"), ("PATCH", "object"), ("POST", "collections"), ("DELETE", "objects"), ("DELETE", "collection"), ("POST", "manifest")))
def test_method_not_allowed(target, endpoints, method, name):
    """RFC 7231 6.5.5: a method that an endpoint has not is 405 with Allow."""
    answer = target.send(method, endpoints[name], data=b"{}", headers={"Content-Type": "application/taxii+json;version=2.1"})
    fails(answer, 405)
    assert "GET" in answer.headers.get("Allow", "")


@pytest.mark.must
@pytest.mark.parametrize("path", ("", "objects/x/y/z/", "%2e%2e/", "objects/%00/", "objects/%ff/", "objects/..%2f..%2f/", "objects/" + "x" * 4000 + "/"))
def test_hostile_path(target, collection, path):
    """No path breaks the server."""
    no_server_error(target.get(collection.url + path))


@pytest.mark.must
def test_literal_brackets(target, collection, one):
    """3.4: match[id] may come with its brackets encoded or plain."""
    for brackets in ("match[id]", "match%5Bid%5D"):
        answer = target.get(f"{collection.objects_url}?{brackets}={one['id']}")
        assert [each["id"] for each in answer.json().get("objects", [])] == [one["id"]], brackets
