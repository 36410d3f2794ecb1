"""TAXII 2.1 §5.4: objects as they were added."""

import pytest
from suite import samples
from suite.checks import fails
from suite.target import read


@pytest.mark.must
@pytest.mark.parametrize(
    "more",
    (
        {},
        {"name": "Überwachung 日本語 \U0001f600 \u2028 ?"},
        {"description": "quotes \" and \\ and / and <script> and \t and \n"},
        {"confidence": 0, "lang": "de"},
        {"labels": ["b", "a", "b"]},
        {"x_deep": {"list": [[], [{}], {"": [None, True, False, 0, "", -1]}]}},
        {"x_numbers": [0, -0.5, 1e21, 1.5e-7, 9007199254740991, -9007199254740991, 0.1]},
        {"object_marking_refs": ["marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"]},
        {"external_references": [{"source_name": "x", "url": "https://example.com/?a=b&c=%20", "hashes": {"SHA-256": "a" * 64}}]},
        {"revoked": True},
        {"spec_version": "2.1", "modified": "2024-03-01T10:00:00Z", "created": "2024-03-01T10:00:00Z"},
    ),
    ids=("plain", "unicode", "escapes", "zero", "order", "deep", "numbers", "markings", "references", "revoked", "no_fraction"),
)
def test_comes_back_as_it_was(scratch, more):
    """5.4: what is given is what was added: every member, every value, nothing added."""
    each = samples.indicator(**more)
    scratch.add(each)
    assert scratch.holds(each) == [each]
    assert scratch.fetch(each["id"])["objects"] == [each]


@pytest.mark.must
@pytest.mark.parametrize("kind", ("marking", "address", "malware", "identity"))
def test_kinds_come_back(collection, kind):
    """5.4: so do objects of other types."""
    each = getattr(samples, kind)()
    collection.add(each)
    assert collection.holds(each) == [each]


@pytest.mark.must
def test_envelope(collection, one):
    """3.7: an envelope has more, next and objects, and no other member."""
    assert set(collection.list(id=one["id"])) <= {"more", "next", "objects"}


@pytest.mark.should
def test_empty(collection):
    """3.7: an envelope without objects is an empty one."""
    assert collection.list(id=samples.fresh("indicator")) in ({}, {"more": False})


@pytest.mark.must
def test_needs_reading(writeonly):
    """5.4: who may not read gets no objects: 403 (or 404)."""
    fails(writeonly.target.get(writeonly.objects_url), 403, 404)


@pytest.mark.must
def test_readonly(readonly):
    """5.4: who may read gets them."""
    read(readonly.target.get(readonly.objects_url))


@pytest.mark.must
def test_without_any_filter(collection, one):
    """5.4: without filters a first page of everything."""
    assert read(collection.target.get(collection.objects_url))["objects"]


@pytest.mark.must
def test_big_integer_is_not_altered(scratch):
    """RFC 8259 6: an integer beyond 2^53 comes back as the same number, or the object was refused."""
    each = samples.indicator(x_big=12345678901234567890123)
    answer = scratch.post({"objects": [each]})
    if answer.status_code == 202:
        scratch.complete(answer.json())
        found = scratch.holds(each)
        assert found in ([], [each]) or float(found[0]["x_big"]) == float(each["x_big"])
    else:
        fails(answer, 400, 422)
