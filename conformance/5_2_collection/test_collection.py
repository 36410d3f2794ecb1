"""TAXII 2.1 §5.2: one collection."""

import pytest
from suite.checks import fails
from suite.target import Collection, read


@pytest.mark.must
def test_is_as_listed(collection):
    """5.2: the resource is the one of the list, as it is now: what it holds may change its media types."""
    listed = [each.resource for each in collection.target.collections(collection.root) if each.id == collection.id]
    assert [read(collection.target.get(collection.url))] == listed


@pytest.mark.must
@pytest.mark.parametrize("name", ("uuid", "not-a-uuid", "%20", "x" * 300))
def test_unknown(collection, unknown, name):
    """5.2: a collection that is not there is 404."""
    fails(collection.target.get(f"{collection.root}collections/{unknown if name == 'uuid' else name}/"), 404)


@pytest.fixture
def aliased(target, root) -> Collection:
    for each in target.collections(root):
        if each.resource.get("alias") and each.resource["can_read"]:
            return each
    pytest.skip("no collection has an alias")


@pytest.mark.must
@pytest.mark.parametrize("path", ("", "objects/", "manifest/"))
def test_alias(aliased, path):
    """5.2.1: the alias stands wherever the id does, and gives the same."""
    url = f"{aliased.root}collections/{aliased.resource['alias']}/{path}"
    by_alias, by_id = aliased.target.get(url, {"limit": 3}), aliased.target.get(aliased.url + path, {"limit": 3})
    fails(by_alias, 200)
    if path == "":
        assert by_alias.json() == by_id.json()
    else:
        assert by_alias.json().get("objects") == by_id.json().get("objects")


@pytest.mark.must
def test_rights_of_others(hidden):
    """5.2: who has neither right is told so, or gets 404."""
    answer = hidden.target.get(hidden.url)
    fails(answer, 200, 403, 404)
    if answer.status_code == 200:
        assert not answer.json()["can_read"] and not answer.json()["can_write"]
