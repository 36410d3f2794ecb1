#!/usr/bin/env python3
"""Asks python stix2 3.0.2 (PyPI, with rapidfuzz and haversine) how similar random objects are, and what is related.

Writes similarity.jsonl  {"left", "right", "scores": {"refs": [score, {property: contribution}], "ids": […]}}
       graph.json        {"objects", "related": {id: [ids]}, "sources": …, "targets": …, "similarity": score}
"refs" follows references in graph.json's objects to depth 1, "ids" compares them as identifiers.
"""

import json
import pathlib
import random
import uuid

from stix2 import MemorySource
from stix2.equivalence.graph import graph_similarity
from stix2.equivalence.object import WEIGHTS, object_similarity

# Without it python stix2 raises a KeyError for every pair of sightings.
WEIGHTS["sighting"]["tdelta"] = 1
HERE = pathlib.Path(__file__).parent
R = random.Random(20261122)
WORDS = "Operation Group Sandy Worm Loader Bear Blue Wolf Agent v2 Énergie α-Team the of Backdoor 0day".split()


def new_id(object_type):
    return f"{object_type}--{uuid.UUID(int=R.getrandbits(128), version=4)}"


def text():
    return " ".join(R.choices(WORDS, k=R.randint(1, 4)))


def words():
    return R.sample(["alpha", "beta", "gamma", "delta"], R.randint(1, 3))


def time():
    return f"2020-01-0{R.randint(1, 2)}T{R.randint(0, 23):02}:{R.randint(0, 59):02}:00.{R.randint(0, 999):03}Z"


def references():
    # No two that match one: python stix2 would count pairs and leave the range of 0 to 1.
    return R.sample([
        {"source_name": "blog", "url": "https://example.com/a"},
        {"source_name": "vendor", "external_id": R.choice(["V-1", "V-2"])},
        {"source_name": R.choice(["wiki", "paper"]), "url": "https://example.com/b"},
        {"source_name": "cve", "external_id": R.choice(["CVE-2020-0001", "CVE-2020-0002", "CVE-2020-0003"])},
        {"source_name": "capec", "external_id": R.choice(["CAPEC-1", "CAPEC-2", "CAPEC-3"])},
    ], R.randint(1, 3))


FIELDS = {
    "attack-pattern": {"name": text, "external_references": references},
    "campaign": {"name": text, "aliases": words},
    "course-of-action": {"name": text, "external_references": references},
    "identity": {"name": text, "identity_class": lambda: R.choice(["group", "class"]), "sectors": words},
    "indicator": {
        "indicator_types": words, "valid_from": time, "pattern_type": lambda: "stix",
        "pattern": lambda: R.choice(["[file:name = 'a' AND file:size = 1]", "[file:size = 1 AND file:name = 'a']", "[file:size = 2]"]),
    },
    "intrusion-set": {"name": text, "external_references": references, "aliases": words},
    "location": {"latitude": lambda: R.uniform(48, 52), "longitude": lambda: R.uniform(2, 9),
                 "region": lambda: R.choice(["a", "b"]), "country": lambda: R.choice(["fr", "de"])},
    "malware": {"name": text, "malware_types": words, "is_family": lambda: True},
    "threat-actor": {"name": text, "threat_actor_types": words, "aliases": words},
    "tool": {"name": text, "tool_types": words},
    "vulnerability": {"name": text, "external_references": references},
}


def make(object_type, fields):
    result = {"type": object_type, "spec_version": "2.1", "id": new_id(object_type),
              "created": "2020-01-01T00:00:00.000Z", "modified": "2020-01-01T00:00:00.000Z"}
    required = {"name", "pattern", "pattern_type", "valid_from", "is_family", "latitude", "longitude"}
    result.update({name: field() for name, field in fields.items() if name in required or R.random() < 0.85})
    return result


def main():
    nodes = [make(object_type, fields) for object_type, fields in FIELDS.items() for _ in range(3)]
    ids = [node["id"] for node in nodes]
    links = {
        "relationship": {"relationship_type": lambda: R.choice(["uses", "related-to"]), "source_ref": lambda: R.choice(ids),
                         "target_ref": lambda: R.choice(ids)},
        "report": {"name": text, "published": time, "object_refs": lambda: R.sample(ids, 4)},
        "grouping": {"name": text, "context": lambda: R.choice(["suspicious-activity", "unspecified"]),
                     "object_refs": lambda: R.sample(ids, 3)},
        "sighting": {"first_seen": lambda: "2020-01-01T00:00:00Z", "last_seen": time, "sighting_of_ref": lambda: R.choice(ids),
                     "where_sighted_refs": lambda: R.sample([i for i in ids if i.startswith(("identity", "location"))], 2),
                     "summary": lambda: R.choice([True, False])},
    }
    required = {"relationship_type", "source_ref", "target_ref", "context", "object_refs", "published", "sighting_of_ref",
                # python stix2 puts one in where it is absent.
                "summary"}
    for object_type, fields in links.items():
        for _ in range(12 if object_type == "relationship" else 4):
            node = make(object_type, fields)
            node.update({name: field() for name, field in fields.items() if name in required and name not in node})
            nodes.append(node)
    source = MemorySource(nodes)

    with open(HERE / "similarity.jsonl", "w") as out:
        for left in nodes:
            partners = [node for node in nodes if node["type"] == left["type"] and node["id"] > left["id"]]
            for right in R.sample(partners, min(3, len(partners))):
                scores = {}
                for name, store in [("refs", source), ("ids", None)]:
                    detail = {}
                    score = object_similarity(left, right, detail, store, store)
                    parts = {key: value["contributing_score"] for key, value in detail.items()
                             if isinstance(value, dict) and "contributing_score" in value}
                    scores[name] = [score, parts]
                case = {"left": left["id"], "right": right["id"], "scores": scores}
                out.write(json.dumps(case, ensure_ascii=False) + "\n")
    parts = nodes[::2], nodes[1::2]
    graph = {
        "objects": nodes,
        "related": {i: sorted(o["id"] for o in source.related_to(i)) for i in ids},
        "targets": {i: sorted(o["id"] for o in source.related_to(i, source_only=True)) for i in ids},
        "sources": {i: sorted(o["id"] for o in source.related_to(i, target_only=True)) for i in ids},
        "uses": {i: sorted(o["id"] for o in source.related_to(i, relationship_type="uses")) for i in ids},
        "similarity": graph_similarity(MemorySource(parts[0]), MemorySource(parts[1])),
    }
    (HERE / "graph.json").write_text(json.dumps(graph, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
