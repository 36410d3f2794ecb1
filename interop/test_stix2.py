"""The stix2 library's data stores over TAXII."""

import json

import pytest
import stix2
from stix2 import Filter, TAXIICollectionSink, TAXIICollectionSource, TAXIICollectionStore


@pytest.fixture
def sunk(collection, objects):
    """Posted by the sink, as the library serialises them: a bundle."""
    bundle = stix2.parse({"type": "bundle", "id": "bundle--44298a74-ba52-4f0c-87a3-1824e67d7fad", "objects": objects})
    TAXIICollectionSink(collection).add(bundle)
    return [json.loads(each.serialize()) for each in bundle.objects]


def test_sink_takes_a_bundle(collection, plain, sunk):
    got = plain(collection.objects_url, **{"match[id]": ",".join(each["id"] for each in sunk)})["objects"]
    assert {each["id"]: each for each in got} == {each["id"]: each for each in sunk}


def test_sink_takes_one_object_and_a_list(collection):
    sink = TAXIICollectionSink(collection)
    tools = [stix2.v21.Tool(name=f"Tool {number}") for number in range(3)]
    sink.add(tools[0])
    sink.add(tools[1:])
    source = TAXIICollectionSource(collection)
    assert [source.get(tool.id) for tool in tools] == tools


def test_source_gets_one(collection, sunk):
    source = TAXIICollectionSource(collection)
    for each in sunk:
        assert json.loads(source.get(each["id"]).serialize()) == each
    assert source.get("tool--11111111-1111-4111-8111-111111111111") is None


@pytest.mark.parametrize("per_page", (2, 5000))
def test_source_queries(collection, sunk, per_page):
    source = TAXIICollectionSource(collection, items_per_page=per_page)
    (indicator,) = [each for each in sunk if each["type"] == "indicator"]
    by_type = source.query([Filter("type", "=", "indicator"), Filter("name", "=", "Beacon")])
    assert indicator["id"] in [each.id for each in by_type]
    assert {each.type for each in by_type} == {"indicator"}
    by_id = source.query([Filter("id", "=", indicator["id"])])
    assert [json.loads(each.serialize()) for each in by_id] == [indicator]


def test_source_gives_all_versions(collection):
    first = stix2.v21.Tool(name="Tool")
    second = first.new_version(name="Tool, renamed")
    sink, source = TAXIICollectionSink(collection), TAXIICollectionSource(collection)
    sink.add(first)
    sink.add(second)
    assert sorted(each.name for each in source.all_versions(first.id)) == ["Tool", "Tool, renamed"]
    assert source.get(first.id).name == "Tool, renamed"


def test_store(collection, sunk):
    store = TAXIICollectionStore(collection)
    tool = stix2.v21.Tool(name="Through the store")
    store.add(tool)
    assert store.get(tool.id) == tool
    indicator, malware = (next(each for each in sunk if each["type"] == kind) for kind in ("indicator", "malware"))
    relationship = stix2.v21.Relationship(tool.id, "related-to", malware["id"])
    store.add(relationship)
    assert [each.id for each in store.query([Filter("id", "=", relationship.id)])] == [relationship.id]
    assert store.creator_of(store.get(indicator["id"])).id == indicator["created_by_ref"]


def test_parses_strictly(collection, sunk):
    """Whatever the server gives is parsed without custom content being allowed."""
    source = TAXIICollectionSource(collection, allow_custom=False)
    for each in sunk:
        assert source.get(each["id"]).id == each["id"]
