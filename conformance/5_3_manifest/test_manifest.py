"""TAXII 2.1 §5.3: the manifest."""

import pytest
from suite import samples
from suite.checks import TIMESTAMP, fails, instant_key
from suite.target import read


@pytest.mark.must
def test_record(collection, one):
    """5.3.1: a record has id, date_added and version; media_type is a string."""
    (record,) = collection.manifest(id=one["id"])["objects"]
    assert record["id"] == one["id"]
    assert TIMESTAMP.match(record["date_added"]) and TIMESTAMP.match(record["version"])
    assert isinstance(record.get("media_type", ""), str)


@pytest.mark.must
def test_version(collection, one):
    """5.3.1: version is the object's modified."""
    (record,) = collection.manifest(id=one["id"])["objects"]
    assert instant_key(record["version"]) == instant_key(one["modified"])


@pytest.mark.should
def test_version_as_spelled(collection, one):
    """5.3.1: version is spelled like the object's modified: clients compare text."""
    (record,) = collection.manifest(id=one["id"])["objects"]
    assert record["version"] == one["modified"]


@pytest.mark.must
def test_version_without_modified(collection):
    """5.3.1: without modified the version is created; without both it is some timestamp, the same each time."""
    marking, address = samples.marking(), samples.address()
    collection.add(marking, address)
    records = {each["id"]: each for each in collection.manifest(id=f"{marking['id']},{address['id']}")["objects"]}
    assert instant_key(records[marking["id"]]["version"]) == instant_key(marking["created"])
    again = collection.manifest(id=address["id"])["objects"]
    assert again == [records[address["id"]]]


@pytest.mark.must
def test_media_type_of_the_object(collection, one):
    """5.3.1: media_type is the one of the object: STIX 2.1."""
    (record,) = collection.manifest(id=one["id"])["objects"]
    if "media_type" in record:
        assert record["media_type"].replace(" ", "") == "application/stix+json;version=2.1"


@pytest.mark.must
def test_every_version(collection, three):
    """5.3: with match[version]=all there is a record for each version."""
    records = collection.manifest(id=three[0]["id"], version="all")["objects"]
    assert [instant_key(each["version"]) for each in records] == [instant_key(each["modified"]) for each in three]


@pytest.mark.should
def test_empty(collection):
    """5.3: an empty manifest is an object without members, not an error."""
    assert collection.manifest(id=samples.fresh("indicator")) in ({}, {"more": False})


@pytest.mark.must
def test_needs_reading(writeonly):
    """5.3: who may not read gets no manifest: 403 (or 404)."""
    fails(writeonly.target.get(writeonly.manifest_url), 403, 404)


@pytest.mark.must
def test_readonly(readonly):
    """5.3: who may read gets it."""
    read(readonly.target.get(readonly.manifest_url))


@pytest.mark.must
def test_no_content(collection, one):
    """5.3.1: a record is no object."""
    (record,) = collection.manifest(id=one["id"])["objects"]
    assert set(record) <= {"id", "date_added", "version", "media_type"}
