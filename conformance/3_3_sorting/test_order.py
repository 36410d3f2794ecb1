"""TAXII 2.1 §3.3: ascending by the date something was added."""

import pytest
from suite import samples
from suite.checks import instant_key


@pytest.mark.must
def test_manifest(collection, seven):
    """3.3: manifest entries come in ascending order of date_added."""
    rows = collection.manifest(id=",".join(each["id"] for each in seven))["objects"]
    dates = [instant_key(each["date_added"]) for each in rows]
    assert len(rows) == 7 and dates == sorted(dates)


@pytest.mark.must
def test_objects(collection):
    """3.3: objects come in the order in which they were added, whatever their ids and versions say."""
    added = [samples.indicator(version=9 - step) for step in range(4)]
    for each in added:
        collection.add(each)
    assert [each["id"] for each in collection.holds(*added)] == [each["id"] for each in added]


@pytest.mark.should
def test_manifest_and_objects_agree(collection, seven):
    """3.3, 5.3: the manifest lists what the objects endpoint gives, in the same order, ties too."""
    ids = ",".join(each["id"] for each in seven)
    rows = [each["id"] for each in collection.manifest(id=ids)["objects"]]
    assert rows == [each["id"] for each in collection.list(id=ids)["objects"]]


@pytest.mark.must
def test_versions_of_an_object(collection):
    """3.3: versions of an object come in the order in which they were added, also where that is not their own."""
    newer, older = reversed(samples.versions(2))
    collection.add(newer)
    collection.add(older)
    got = collection.fetch(newer["id"], version="all")["objects"]
    assert [each["modified"] for each in got] == [newer["modified"], older["modified"]]


@pytest.mark.must
def test_same_order_twice(collection, seven):
    """3.3: the same request gives the same order."""
    first, again = collection.holds(*seven), collection.holds(*seven)
    assert first == again


@pytest.mark.should
def test_date_added_differs(collection, seven):
    """Lesson 2: each object has a date_added of its own, those of one envelope too: added_after loses none."""
    rows = collection.manifest(id=",".join(each["id"] for each in seven))["objects"]
    assert len({each["date_added"] for each in rows}) == 7


@pytest.mark.should
def test_order_of_the_envelope(collection, seven):
    """Objects of one envelope keep their order."""
    assert [each["id"] for each in collection.holds(*seven)] == [each["id"] for each in seven]
