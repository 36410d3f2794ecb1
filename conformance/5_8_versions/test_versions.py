"""TAXII 2.1 §5.8: the versions of an object."""

import pytest
from suite import samples
from suite.checks import TIMESTAMP, fails, instant_key


@pytest.mark.must
def test_all(collection, three):
    """5.8: every version of the object."""
    got = collection.versions(three[0]["id"])["versions"]
    assert all(TIMESTAMP.match(each) for each in got)
    assert sorted(map(instant_key, got)) == sorted(instant_key(each["modified"]) for each in three)


@pytest.mark.must
def test_members(collection, three):
    """5.8.1: versions, more and nothing else (next as the envelope has it)."""
    assert set(collection.versions(three[0]["id"])) <= {"versions", "more", "next"}


@pytest.mark.should
def test_spelled_as_in_the_object(collection, three):
    """5.8.1: a version is spelled like the object's modified: clients compare text."""
    assert set(collection.versions(three[0]["id"])["versions"]) == {each["modified"] for each in three}


@pytest.mark.must
def test_unknown(collection):
    """5.8: an object that is not there is 404."""
    fails(collection.target.get(collection.versions_url(samples.fresh("indicator"))), 404)


@pytest.mark.must
def test_unknown_collection(collection, one, unknown):
    """5.8: in a collection that is not there, 404."""
    fails(collection.target.get(collection.versions_url(one["id"]).replace(collection.id, unknown)), 404)


@pytest.mark.must
def test_without_modified(collection):
    """5.8: without modified the version is created."""
    each = samples.marking()
    collection.add(each)
    assert [instant_key(version) for version in collection.versions(each["id"])["versions"]] == [instant_key(each["created"])]


@pytest.mark.must
def test_without_dates(collection):
    """5.8: an object without created and modified has one version."""
    each = samples.address()
    collection.add(each)
    assert len(collection.versions(each["id"])["versions"]) == 1


@pytest.mark.must
def test_version_leads_back(collection, three):
    """5.8, 3.4.1: each version listed finds its object."""
    for version in collection.versions(three[0]["id"])["versions"]:
        (found,) = collection.fetch(three[0]["id"], version=version)["objects"]
        assert instant_key(found["modified"]) == instant_key(version)


@pytest.mark.must
def test_version_without_dates_leads_back(collection):
    """5.8, 3.4.1: also for an object without created and modified."""
    each = samples.address()
    collection.add(each)
    (version,) = collection.versions(each["id"])["versions"]
    assert [found["id"] for found in collection.fetch(each["id"], version=version)["objects"]] == [each["id"]]


@pytest.mark.must
def test_needs_reading(writeonly):
    """5.8: who may not read gets no versions: 403 (or 404)."""
    fails(writeonly.target.get(writeonly.versions_url(samples.fresh("indicator"))), 403, 404)
