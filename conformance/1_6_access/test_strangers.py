"""TAXII 2.1 §1.6.9: what someone may not see does not exist for them."""

import pytest
from suite import samples
from suite.checks import fails


@pytest.mark.must
@pytest.mark.parametrize("what", ("collection", "manifest", "objects", "object", "versions", "add", "delete"))
def test_collection_of_others(hidden, collection, one, what):
    """5.2 to 5.8: a collection one may neither read nor write is answered 404 (or 403, but for deleting)."""
    target = hidden.target
    answer = {
        "collection": lambda: target.get(hidden.url),
        "manifest": lambda: target.get(hidden.manifest_url),
        "objects": lambda: target.get(hidden.objects_url),
        "object": lambda: target.get(hidden.object_url(one["id"])),
        "versions": lambda: target.get(hidden.versions_url(one["id"])),
        "add": lambda: hidden.post({"objects": [samples.indicator()]}),
        "delete": lambda: target.send("DELETE", hidden.object_url(one["id"])),
    }[what]()
    if what == "collection" and answer.status_code == 200:
        # It may be shown with both rights false.
        assert not answer.json()["can_read"] and not answer.json()["can_write"]
        return
    if what == "delete":
        # The table of 5.7 leaves no choice here.
        fails(answer, 404)
        return
    fails(answer, 403, 404)


@pytest.mark.should
def test_status_of_others(collection, second):
    """Lesson 11: a status resource belongs to who posted; to others it does not exist."""
    status = collection.offer(samples.indicator())
    fails(second.get(f"{collection.root}status/{status['id']}/"), 403, 404)
