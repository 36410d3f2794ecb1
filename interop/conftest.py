"""Where the server is, and objects to send it."""

import copy
import dataclasses
import uuid

import pytest
import requests
from taxii2client.v21 import Collection, Server


def pytest_addoption(parser):
    for name in ("--url", "--user", "--password", "--token", "--collection", "--second-user", "--scratch"):
        parser.addoption(name)


@dataclasses.dataclass
class Reach:
    """How the server is reached."""

    url: str
    user: str
    password: str
    token: str | None


@pytest.fixture(scope="session")
def reach(request) -> Reach:
    option = request.config.getoption
    return Reach(option("--url"), option("--user"), option("--password"), option("--token"))


@pytest.fixture(scope="session")
def server(reach) -> Server:
    return Server(reach.url, user=reach.user, password=reach.password)


@pytest.fixture(scope="session")
def collection(request, server, reach) -> Collection:
    """A collection to read and write, as taxii2-client has it."""
    wanted = request.config.getoption("--collection")
    for root in server.api_roots:
        for each in root.collections:
            if wanted in (each.id, each.alias) or (wanted is None and each.can_read and each.can_write):
                return each
    raise AssertionError("no collection to read and write")


@pytest.fixture
def objects() -> list[dict]:
    """Ten objects of different types that refer to each other, with new ids."""
    return fresh_objects()


def fresh_objects() -> list[dict]:
    ids = {}

    def fresh(value):
        if isinstance(value, dict):
            return {key: fresh(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [fresh(inner) for inner in value]
        if isinstance(value, str) and value.endswith("--NEW"):
            return ids.setdefault(value, value.replace("NEW", str(uuid.uuid4())))
        return value

    return fresh(copy.deepcopy(OBJECTS))


@pytest.fixture(scope="session")
def plain(reach):
    """The JSON of a page as it came, for what a client's own types would hide."""

    def get(url, **params):
        headers = {"Accept": "application/taxii+json;version=2.1"}
        answer = requests.get(url, params, auth=(reach.user, reach.password), headers=headers, timeout=60)
        answer.raise_for_status()
        return answer.json()

    return get


def _dated(kind: str, **more) -> dict:
    times = {"created": "2024-05-01T08:00:00.000Z", "modified": "2024-05-01T08:00:00.123Z"}
    return {"type": kind, "spec_version": "2.1", "id": f"{kind}--NEW", **times, **more}


OBJECTS = [
    _dated("identity", name="Überwachungsstelle", identity_class="organization", created_by_ref="identity--NEW"),
    {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": "marking-definition--NEW",
        "created": "2024-05-01T08:00:00.000Z",
        "definition_type": "statement",
        "definition": {"statement": "Not for the press"},
    },
    _dated(
        "indicator",
        name="Beacon",
        pattern="[ipv4-addr:value = '198.51.100.7' AND network-traffic:dst_port = 443]",
        pattern_type="stix",
        valid_from="2024-05-01T08:00:00Z",
        indicator_types=["malicious-activity"],
        object_marking_refs=["marking-definition--NEW"],
        created_by_ref="identity--NEW",
        confidence=80,
    ),
    _dated("malware", name="Sample", is_family=True, malware_types=["backdoor"], created_by_ref="identity--NEW"),
    _dated("attack-pattern", name="Spearphishing", external_references=[{"source_name": "mitre-attack", "external_id": "T1566.001"}]),
    _dated("relationship", relationship_type="indicates", source_ref="indicator--NEW", target_ref="malware--NEW"),
    {"type": "ipv4-addr", "spec_version": "2.1", "id": "ipv4-addr--NEW", "value": "198.51.100.7"},
    _dated(
        "observed-data",
        first_observed="2024-05-01T07:00:00.000Z",
        last_observed="2024-05-01T07:59:59.999999Z",
        number_observed=3,
        object_refs=["ipv4-addr--NEW"],
    ),
    _dated("note", content="Line one\nline two \U0001f512", object_refs=["indicator--NEW"], labels=["b", "a"]),
    _dated("report", name="Week 18", published="2024-05-03T00:00:00Z", object_refs=["indicator--NEW", "malware--NEW"]),
]
