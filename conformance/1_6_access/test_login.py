"""TAXII 2.1 §1.6.9: authentication, by RFC 7235 and RFC 7617."""

import pytest
from suite import samples
from suite.checks import fails, is_error
from suite.target import TAXII, Login

ENDPOINTS = ("discovery", "api_root", "status", "collections", "collection", "manifest", "objects", "object", "versions")


def challenged(answer):
    fails(answer, 401)
    challenge = answer.headers.get("WWW-Authenticate", "")
    assert challenge.strip(), f"a 401 without WWW-Authenticate: nobody can log in: {answer.request.url}"
    return challenge.lower()


@pytest.mark.must
@pytest.mark.parametrize("name", ENDPOINTS)
def test_without_credentials(nobody, endpoints, name):
    """1.6.9: an endpoint that needs a login answers 401 with WWW-Authenticate (or it is public)."""
    answer = nobody.get(endpoints[name])
    if answer.status_code != 200:
        challenged(answer)


@pytest.mark.must
def test_adding_without_credentials(nobody, collection):
    """1.6.9: whatever the method, a request without credentials is answered 401 with WWW-Authenticate."""
    challenged(collection.seen_by(nobody).post({"objects": [samples.indicator()]}))


@pytest.mark.must
def test_deleting_without_credentials(nobody, collection, one):
    """1.6.9: whatever the method, a request without credentials is answered 401 with WWW-Authenticate."""
    challenged(nobody.send("DELETE", collection.object_url(one["id"])))
    assert collection.holds(one), "the object is gone all the same"


@pytest.mark.should
@pytest.mark.parametrize("method", ("PUT", "PATCH", "DELETE", "POST"))
def test_any_method_without_credentials(nobody, endpoints, method):
    """1.6.9: "regardless of HTTP method": also one that the endpoint has not is answered 401 to whoever has not logged in."""
    answer = nobody.send(method, endpoints["manifest"], data=b"{}", headers={"Content-Type": TAXII})
    challenged(answer)


@pytest.mark.must
@pytest.mark.parametrize("who", ("wrong_password", "unknown_user", "empty_password"))
def test_wrong_credentials(target, collection, who):
    """1.6.9, RFC 7235 3.1: credentials that are not accepted are answered 401 with WWW-Authenticate."""
    login = {
        "wrong_password": Login(target.login.user, target.login.password + "x"),
        "unknown_user": Login("nobody-of-this-name", target.login.password),
        "empty_password": Login(target.login.user, ""),
    }[who]
    challenged(target.as_user(login).get(collection.objects_url))


@pytest.mark.must
def test_wrong_credentials_many_times(target, collection):
    """5.4: "If a client fails authentication then this endpoint MUST return either an HTTP 401 (Unauthorized) or an HTTP 404",
    also for the tenth time."""
    login = Login("somebody-who-forgot", target.login.password + "x")
    for _ in range(10):
        fails(target.as_user(login).get(collection.objects_url), 401, 404)


@pytest.mark.must
@pytest.mark.parametrize("header", ("Basic", "Basic !!!", "Basic dXNlcg==", "Basic /w==", "Bearer", "Digest x", "x", "Bearer a b"))
def test_malformed_authorization(nobody, collection, header):
    """RFC 7235 3.1: what is no credentials at all is answered 401 (or 400), never as if it were."""
    answer = nobody.get(collection.objects_url, headers={"Authorization": header})
    fails(answer, 400, 401)


@pytest.mark.must
def test_401_is_an_error_message(nobody, collection):
    """5.4 Failure Responses: an error of an endpoint has the TAXII media type and carries an error message."""
    is_error(collection.seen_by(nobody).post({"objects": [samples.indicator()]}), 401)


@pytest.mark.should
def test_basic_is_offered(nobody, collection):
    """1.6.9: HTTP Basic is mandatory to implement; the challenge names it, so that clients log in with it."""
    assert "basic" in challenged(collection.seen_by(nobody).post({"objects": []}))


@pytest.mark.should
@pytest.mark.parametrize("what", ("filter", "accept", "content_type", "body", "size"))
def test_credentials_come_first(nobody, collection, what):
    """Lesson 8: who asks is checked before filters, media types and bodies: nobody learns more by asking wrongly."""
    here = collection.seen_by(nobody)
    answer = {
        "filter": lambda: nobody.send("DELETE", here.object_url("x") + "?match[version]=nonsense"),
        "accept": lambda: here.post({"objects": []}, headers={"Accept": "text/html"}),
        "content_type": lambda: here.post(b"{}", headers={"Content-Type": "text/plain"}),
        "body": lambda: here.post(b"{"),
        "size": lambda: here.post(b" " * 300_000),
    }[what]()
    fails(answer, 401)


@pytest.mark.should
def test_unknown_is_like_forbidden_for_nobody(nobody, collection, unknown):
    """Without credentials, a collection that is not there answers like one that is: no probing for names."""
    there = nobody.send("POST", collection.objects_url)
    not_there = nobody.send("POST", collection.objects_url.replace(collection.id, unknown))
    assert there.status_code == not_there.status_code


@pytest.mark.should
def test_bearer_token(token, collection):
    """1.6.9: other schemes may be supported; a token is taken as Bearer."""
    fails(token.get(collection.objects_url), 200)


@pytest.mark.should
def test_token_as_basic_password(target, token, collection):
    """A client that knows only user and password can use a token as the password."""
    login = Login(target.login.user, token.login.token)
    fails(target.as_user(login).get(collection.objects_url), 200)
