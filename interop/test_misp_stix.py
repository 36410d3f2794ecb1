"""MISP events as misp-stix writes them: into a collection, out again, and back to a MISP event, with nothing lost."""

import json
import uuid

import pytest
import stix2
from misp_stix_converter import InternalSTIX2toMISPParser, MISPtoSTIX21Parser
from stix2 import TAXIICollectionSink

ATTRIBUTES = [
    ("Network activity", "ip-dst", "198.51.100.7"),
    ("Network activity", "domain", "c2.example"),
    ("Network activity", "url", "https://c2.example/gate.php?id=1"),
    ("Network activity", "domain|ip", "drop.example|203.0.113.9"),
    ("Payload delivery", "email-src", "billing@phish.example"),
    ("Payload delivery", "filename|sha256", "invoice.exe|" + "ab" * 32),
    ("Payload delivery", "md5", "cd" * 16),
    ("Artifacts dropped", "regkey|value", "HKLM\\Software\\Run\\x|C:\\Users\\é\\a.exe"),
    ("External analysis", "vulnerability", "CVE-2021-44228"),
    ("Other", "comment", "Seen twice; \"quoted\" – Überwachung"),
]


@pytest.fixture
def event() -> dict:
    """An event with attributes that become indicators, observables and what STIX has no word for."""
    attributes = [
        {
            "uuid": str(uuid.uuid4()),
            "category": category,
            "type": kind,
            "value": value,
            "to_ids": index % 2 == 0,
            "timestamp": str(1_730_000_000 + index),
        }
        for index, (category, kind, value) in enumerate(ATTRIBUTES)
    ]
    return {
        "Event": {
            "uuid": str(uuid.uuid4()),
            "info": "Overpass campaign",
            "date": "2024-10-27",
            "timestamp": "1730000000",
            "published": True,
            "publish_timestamp": "1730000100",
            "analysis": "2",
            "threat_level_id": "2",
            "Orgc": {"uuid": str(uuid.uuid4()), "name": "Alpha CERT"},
            "Tag": [{"name": "tlp:green"}],
            "Attribute": attributes,
        }
    }


def test_an_event_comes_back_as_it_was(collection, plain, event):
    parser = MISPtoSTIX21Parser()
    parser.parse_misp_event(event)
    sent = [json.loads(each.serialize()) for each in parser.bundle.objects]
    assert len(sent) > len(ATTRIBUTES)
    TAXIICollectionSink(collection).add(parser.bundle)

    wanted = ",".join(each["id"] for each in sent)
    envelope = plain(collection.objects_url, **{"match[id]": wanted, "limit": 1000})
    received = {each["id"]: each for each in envelope["objects"]}
    assert received == {each["id"]: each for each in sent}

    back = InternalSTIX2toMISPParser()
    back.load_stix_bundle(stix2.Bundle(list(received.values()), allow_custom=True))
    back.parse_stix_bundle(single_event=True)
    assert not back.errors
    event = {attribute["type"]: attribute["value"] for attribute in event["Event"]["Attribute"]}
    assert {attribute.type: attribute.value for attribute in back.misp_event.attributes} == event
