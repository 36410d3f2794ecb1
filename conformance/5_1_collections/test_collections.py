"""TAXII 2.1 §5.1: the collections of an API root."""

import uuid

import pytest
from suite.checks import fails, is_taxii
from suite.target import read

MEMBERS = {"id", "title", "description", "alias", "can_read", "can_write", "media_types"}


@pytest.fixture
def listed(target, root):
    return read(target.get(root + "collections/"))["collections"]


@pytest.mark.must
def test_members(listed):
    """5.2.1: id, title, can_read and can_write are required; the others have their types."""
    for each in listed:
        assert isinstance(each.get("title"), str)
        assert isinstance(each.get("can_read"), bool) and isinstance(each.get("can_write"), bool)
        for name in ("description", "alias"):
            assert isinstance(each.get(name, ""), str)
        assert all(isinstance(kind, str) for kind in each.get("media_types", []))


@pytest.mark.must
def test_id(listed):
    """2, 5.2.1: id is an identifier: a UUID of version 4."""
    for each in listed:
        assert uuid.UUID(each["id"]).version == 4, each["id"]


@pytest.mark.must
def test_ids_differ(listed):
    """5.2.1: id is unique in the API root, and so is alias."""
    for name in ("id", "alias"):
        given = [each[name] for each in listed if name in each]
        assert len(set(given)) == len(given)


@pytest.mark.must
def test_no_content(listed):
    """5.1.1: a collection resource describes; it holds no objects."""
    for each in listed:
        assert not {"objects", "manifest", "responses"} & set(each)


@pytest.mark.must
def test_media_types(listed):
    """5.2.1: media_types, if there, are those of STIX."""
    for each in listed:
        assert all(kind.startswith("application/stix+json") for kind in each.get("media_types", []))


@pytest.mark.must
def test_media_type(target, root):
    """5.1: the answer is TAXII."""
    answer = target.get(root + "collections/")
    fails(answer, 200)
    is_taxii(answer)


@pytest.mark.must
def test_same_order_twice(target, root, listed):
    """3.3: the order of the collections does not change from request to request."""
    assert read(target.get(root + "collections/"))["collections"] == listed


@pytest.mark.should
def test_no_other_members(listed):
    """5.2.1: members of one's own begin with x_."""
    for each in listed:
        assert all(name in MEMBERS or name.startswith("x_") for name in each), each


@pytest.mark.must
def test_second_user(second, root):
    """5.1: the second user's list is well formed too, with that user's rights, or the root is not there for them."""
    answer = second.get(root + "collections/")
    fails(answer, 200, 404, 403)
    if answer.status_code == 200:
        for each in read(answer).get("collections", []):
            assert isinstance(each["can_read"], bool) and isinstance(each["can_write"], bool)
