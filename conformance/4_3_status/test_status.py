"""TAXII 2.1 §4.3: the status resource."""

import uuid

import pytest
from suite import samples
from suite.checks import TIMESTAMP, fails, is_taxii
from suite.target import read

COUNTS = ("total_count", "success_count", "failure_count", "pending_count")


@pytest.fixture
def offered(collection):
    objects = [samples.indicator(), samples.identity(), samples.malware()]
    return objects, collection.offer(*objects)


def checked(status):
    assert isinstance(status.get("id"), str)
    uuid.UUID(status["id"])
    assert status.get("status") in ("complete", "pending")
    for name in COUNTS:
        count = status.get(name)
        assert isinstance(count, int) and not isinstance(count, bool) and count >= 0, f"{name} is {count!r}"
    assert status["total_count"] == sum(status[name] for name in COUNTS[1:])
    for name in ("successes", "failures", "pendings"):
        for each in status.get(name, []):
            assert isinstance(each.get("id"), str) and TIMESTAMP.match(each.get("version", "")), f"{name}: {each}"
            assert isinstance(each.get("message", ""), str)
    if "request_timestamp" in status:
        assert TIMESTAMP.match(status["request_timestamp"])


@pytest.mark.must
def test_of_a_post(offered):
    """4.3.1: what adding gives is a status resource: id, status, four counts that add up."""
    objects, status = offered
    checked(status)
    assert (status["total_count"], status["success_count"]) == (len(objects), len(objects))


@pytest.mark.must
def test_first_answer(collection):
    """4.3.1: the answer to the POST itself is one too."""
    answer = collection.post({"objects": [samples.indicator()]})
    fails(answer, 202)
    is_taxii(answer)
    checked(answer.json())


@pytest.mark.must
def test_can_be_read_again(collection, offered):
    """4.3: the status resource is found by its id, and says the same."""
    _, status = offered
    again = read(collection.target.get(f"{collection.root}status/{status['id']}/"))
    checked(again)
    assert {name: again[name] for name in ("id", "status", *COUNTS)} == {name: status[name] for name in ("id", "status", *COUNTS)}


@pytest.mark.must
def test_details_agree_with_the_counts(offered):
    """4.3.1: where the lists are given, they are as long as the counts say."""
    _, status = offered
    for name, count in (("successes", "success_count"), ("failures", "failure_count"), ("pendings", "pending_count")):
        if name in status:
            assert len(status[name]) == status[count]


@pytest.mark.should
def test_successes_are_named(offered):
    """4.3.1: successes lists each object that was added."""
    objects, status = offered
    assert {each["id"] for each in status.get("successes", [])} == {each["id"] for each in objects}


@pytest.mark.should
def test_version_is_spelled_as_it_came(scratch):
    """4.3.1: version is the object's modified, as it is written there."""
    each = samples.indicator(modified="2024-03-01T10:00:00.1Z", created="2024-03-01T10:00:00Z")
    status = scratch.offer(each)
    assert status["successes"][0]["version"] == each["modified"]


@pytest.mark.must
@pytest.mark.parametrize("name", ("uuid", "not-a-uuid", "1", "%20", "00000000-0000-0000-0000-000000000000", "x" * 300))
def test_unknown(target, root, unknown, name):
    """4.3: a status resource that is not there is 404."""
    fails(target.get(f"{root}status/{unknown if name == 'uuid' else name}/"), 404)


@pytest.mark.should
def test_failures_say_why(scratch):
    """4.3.1: a failure has a message, if it is no failure of the whole request."""
    good, bad = samples.indicator(), samples.indicator(modified="never")
    answer = scratch.post({"objects": [good, bad]})
    fails(answer, 202)
    status = scratch.complete(answer.json())
    assert (status["success_count"], status["failure_count"]) == (1, 1)
    assert status["failures"][0]["id"] == bad["id"] and status["failures"][0].get("message")
