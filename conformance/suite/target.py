"""The server under test: where it is, who asks, and what may be done to which of its collections."""

from __future__ import annotations

import base64
import dataclasses
import json
import time
import urllib.parse

import requests

TAXII = "application/taxii+json;version=2.1"
# How long a server may take to answer, and to finish what it accepted.
ANSWER_SECS = 60
COMPLETE_SECS = 60


class Unready(Exception):
    """The server cannot be tested: what is wrong, for the person who started the suite."""


@dataclasses.dataclass(frozen=True)
class Login:
    """Who asks. Without a user: nobody."""

    user: str | None = None
    password: str | None = None
    token: str | None = None

    def header(self) -> dict:
        if self.token is not None:
            return {"Authorization": f"Bearer {self.token}"}
        if self.user is None:
            return {}
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}


NOBODY = Login()


class Target:
    """A server, spoken to as one user; `as_user` gives the same server as another."""

    def __init__(self, url: str, login: Login):
        self.url = url
        self.login = login
        self.session = requests.Session()
        self.session.trust_env = False

    def as_user(self, login: Login) -> "Target":
        return Target(self.url, login)

    def absolute(self, url: str) -> str:
        return urllib.parse.urljoin(self.url, url)

    def send(self, method: str, url: str, headers=None, **more) -> requests.Response:
        """Sends it. A header given as None is not sent at all."""
        sent = {"Accept": TAXII, **self.login.header(), **(headers or {})}
        more.setdefault("timeout", ANSWER_SECS)
        return self.session.request(method, self.absolute(url), headers=sent, **more)

    def get(self, url: str, params=None, **more) -> requests.Response:
        return self.send("GET", url, params=params, **more)

    def roots(self) -> list[str]:
        """Absolute URLs of the API roots, the default first."""
        discovery = read(self.get(self.url))
        roots = [self.absolute(each) for each in discovery.get("api_roots", [])]
        default = discovery.get("default")
        default = self.absolute(default) if default else None
        return sorted(roots, key=lambda each: each != default)

    def collections(self, root: str) -> list["Collection"]:
        answer = self.get(slash(root) + "collections/")
        if answer.status_code != 200:
            return []
        return [Collection(self, root, each) for each in answer.json().get("collections", [])]


class Collection:
    """A collection, as one user sees it. Every case uses objects of its own, so several may share it."""

    def __init__(self, target: Target, root: str, resource: dict):
        self.target = target
        self.root = slash(root)
        self.resource = resource
        self.id = resource["id"]
        self.url = f"{self.root}collections/{self.id}/"
        self.objects_url = self.url + "objects/"
        self.manifest_url = self.url + "manifest/"

    def seen_by(self, target: Target) -> "Collection":
        return Collection(target, self.root, self.resource)

    def object_url(self, object_id: str) -> str:
        return f"{self.objects_url}{urllib.parse.quote(object_id, safe='')}/"

    def versions_url(self, object_id: str) -> str:
        return self.object_url(object_id) + "versions/"

    def post(self, body, headers=None, **more) -> requests.Response:
        """Posts bytes as they are, anything else as JSON."""
        if not isinstance(body, (bytes, type(None))) and not hasattr(body, "__next__"):
            body = json.dumps(body).encode()
        sent = {"Content-Type": TAXII, **(headers or {})}
        return self.target.send("POST", self.objects_url, headers=sent, data=body, **more)

    def offer(self, *objects: dict) -> dict:
        """Adds objects and gives the status resource once nothing is pending any more."""
        answer = self.post({"objects": list(objects)})
        assert answer.status_code == 202, f"POST of {len(objects)} objects: {told(answer)}"
        return self.complete(answer.json())

    def complete(self, status: dict) -> dict:
        until = time.monotonic() + COMPLETE_SECS
        while status.get("status") != "complete" and time.monotonic() < until:
            time.sleep(0.1)
            status = read(self.target.get(f"{self.root}status/{status['id']}/"))
        assert status.get("status") == "complete", f"not complete after {COMPLETE_SECS} s: {status}"
        return status

    def add(self, *objects: dict) -> dict:
        """Adds objects that every server has to take."""
        status = self.offer(*objects)
        assert status.get("failure_count") == 0, f"valid objects were refused: {status}"
        return status

    def list(self, **filters) -> dict:
        """An envelope. `added_after`, `limit` and `next` go by their names, all else is a match."""
        return read(self.target.get(self.objects_url, query(filters)))

    def manifest(self, **filters) -> dict:
        return read(self.target.get(self.manifest_url, query(filters)))

    def versions(self, object_id: str, **filters) -> dict:
        return read(self.target.get(self.versions_url(object_id), query(filters)))

    def fetch(self, object_id: str, **filters) -> dict:
        return read(self.target.get(self.object_url(object_id), query(filters)))

    def holds(self, *objects: dict, **filters) -> list[dict]:
        """Which of these it has, in the order in which it gives them."""
        wanted = ",".join({each["id"] for each in objects})
        return self.list(id=wanted, **filters).get("objects", [])

    def has(self, each: dict, **filters) -> bool:
        """Whether it has this very version of an object, just once. Whether its members are right is for §5.4 to ask."""
        wanted = [(each["id"], each.get("modified"))]
        return [(found["id"], found.get("modified")) for found in self.holds(each, **filters)] == wanted

    def pages(self, url: str, filters: dict, retries=lambda: None):
        """Walks by `next` until nothing more is said to follow."""
        filters = dict(filters)
        while True:
            page = read(self.target.get(url, query(filters)))
            yield page
            retries()
            if not page.get("more"):
                return
            assert page.get("next"), f"more is true and next is missing: {str(page)[:300]}"
            filters["next"] = page["next"]


def slash(url: str) -> str:
    return url if url.endswith("/") else url + "/"


def query(filters: dict) -> dict:
    plain = ("added_after", "limit", "next")
    return {key if key in plain else f"match[{key}]": value for key, value in filters.items()}


def read(answer: requests.Response) -> dict:
    """The JSON of a success."""
    assert answer.status_code == 200, f"expected 200: {told(answer)}"
    return strict_json(answer)


def strict_json(answer: requests.Response):
    """What RFC 8259 calls JSON: no NaN, no Infinity."""

    def refuse(word):
        raise AssertionError(f"{word} is not JSON, in the answer to {answer.request.url}")

    try:
        return json.loads(answer.content, parse_constant=refuse)
    except (ValueError, RecursionError) as why:
        raise AssertionError(f"the answer is not JSON ({why}): {told(answer)}") from why


def told(answer: requests.Response) -> str:
    """What was asked and what came back, for a failure message."""
    asked = f"{answer.request.method} {answer.request.url}"[:300]
    return f"{asked} -> {answer.status_code} {answer.headers.get('Content-Type')} {answer.text[:300]!r}"
