"""TAXII 2.1 §5.5: adding objects that are right."""

import gzip
import json

import pytest
from suite import samples
from suite.checks import fails, instant_key, no_server_error


@pytest.mark.must
def test_one(collection):
    """5.5: adding is answered 202, and the object is there once the status is complete."""
    each = samples.indicator()
    collection.add(each)
    assert collection.has(each)


@pytest.mark.must
def test_all_kinds(collection):
    """5.5: objects of every kind are taken, those without modified too (markings, observables)."""
    indicator, malware = samples.indicator(), samples.malware()
    objects = [
        indicator,
        malware,
        samples.identity(),
        samples.marking(),
        samples.address(),
        samples.relationship(indicator["id"], malware["id"]),
        samples.language_content(malware),
    ]
    collection.add(*objects)
    assert {each["id"] for each in collection.holds(*objects)} == {each["id"] for each in objects}


@pytest.mark.must
@pytest.mark.parametrize("kind", ("marking", "address"))
def test_without_modified(collection, kind):
    """5.5: an object without modified is an object: markings and observables are added like all else."""
    each = getattr(samples, kind)()
    collection.add(each)
    assert collection.has(each)


@pytest.mark.must
def test_same_again(collection):
    """5.5: for an object and version that is there, the server MUST not return an error for that object."""
    each = samples.indicator()
    collection.add(each)
    status = collection.offer(each)
    assert (status["failure_count"], status["success_count"]) == (0, 1)
    assert len(collection.holds(each, version="all")) == 1


@pytest.mark.must
def test_same_twice_in_one_envelope(collection):
    """5.5: the same for an object that comes twice in one envelope."""
    each = samples.indicator()
    status = collection.offer(each, each)
    assert status["failure_count"] == 0
    assert len(collection.holds(each, version="all")) == 1


@pytest.mark.must
@pytest.mark.parametrize("kind", ("marking", "address"))
def test_same_again_without_modified(collection, kind):
    """5.5: the same for objects that have no modified."""
    each = getattr(samples, kind)()
    collection.add(each)
    assert collection.offer(each)["failure_count"] == 0
    assert len(collection.holds(each, version="all")) == 1


@pytest.mark.should
def test_date_added_stays(collection):
    """Lesson 6: adding again leaves date_added untouched: readers do not get it a second time."""
    each = samples.indicator()
    collection.add(each)
    before = collection.manifest(id=each["id"])["objects"]
    collection.offer(each)
    assert collection.manifest(id=each["id"])["objects"] == before


@pytest.mark.must
def test_new_version(collection):
    """5.5: another version is added beside the first, with a later date_added."""
    older, newer = samples.versions(2)
    collection.add(older)
    collection.add(newer)
    records = collection.manifest(id=older["id"], version="all")["objects"]
    assert len(records) == 2
    assert instant_key(records[0]["date_added"]) < instant_key(records[1]["date_added"])


@pytest.mark.must
def test_versions_in_one_envelope(collection):
    """5.5: several versions of an object may come in one envelope."""
    chain = samples.versions(3)
    collection.add(*chain)
    assert len(collection.holds(chain[0], version="all")) == 3


@pytest.mark.should
def test_same_version_with_other_content(collection):
    """A version is never replaced: other content under a version that is there is not taken silently."""
    each = samples.indicator()
    collection.add(each)
    status = collection.offer(each | {"name": "something else"})
    assert [found["name"] for found in collection.holds(each, version="all")] == [each["name"]]
    assert status["failure_count"] == 1


@pytest.mark.should
def test_bundle(collection):
    """Lesson 5: a STIX bundle as the body is taken: the stix2 library sends it."""
    each = samples.indicator()
    answer = collection.post({"type": "bundle", "id": samples.fresh("bundle"), "objects": [each]})
    fails(answer, 202)
    collection.complete(answer.json())
    assert collection.has(each)


@pytest.mark.should
def test_unknown_members(collection):
    """Lesson 5: members of the envelope that are not known are ignored."""
    each = samples.indicator()
    answer = collection.post({"x_ours": {"a": 1}, "objects": [each], "more": False})
    fails(answer, 202)
    collection.complete(answer.json())
    assert collection.has(each)


@pytest.mark.must
def test_stix20(collection):
    """5.5: content that the collection does not support is 422, or refused alone; or it is taken."""
    each = samples.stix20()
    answer = collection.post({"objects": [each]})
    fails(answer, 202, 422)
    if answer.status_code == 202 and collection.complete(answer.json())["success_count"]:
        assert collection.has(each, spec_version="2.0,2.1")


@pytest.mark.should
def test_custom_object(collection):
    """Objects of types that the server does not know are taken."""
    each = samples.indicator(type="x-acme-thing", id=samples.fresh("x-acme-thing"))
    collection.add(each)
    assert collection.has(each)


@pytest.mark.must
@pytest.mark.parametrize("body", ({}, {"objects": []}))
def test_nothing_to_add(collection, body):
    """5.5: an envelope without objects is answered, or refused (2 prohibits empty lists); it does not break the server."""
    answer = collection.post(body)
    fails(answer, 202, 400, 422)
    if answer.status_code == 202:
        assert answer.json()["success_count"] == 0


@pytest.mark.must
def test_hundreds(collection):
    """5.5: 500 objects in one envelope."""
    objects = [samples.indicator() for _ in range(500)]
    collection.add(*objects)
    assert len(collection.holds(*objects[:100], limit=100)) == 100


@pytest.mark.must
def test_needs_writing(readonly):
    """5.5: who may not write adds nothing: 403 (or 404)."""
    fails(readonly.post({"objects": [samples.indicator()]}), 403, 404)


@pytest.mark.must
def test_writeonly(writeonly):
    """5.5: who may write adds, though they cannot read."""
    fails(writeonly.post({"objects": [samples.indicator()]}), 202)


@pytest.mark.must
def test_unknown_collection(collection, unknown):
    """5.5: a collection that is not there is 404."""
    answer = collection.target.send(
        "POST",
        collection.objects_url.replace(collection.id, unknown),
        headers={"Content-Type": "application/taxii+json;version=2.1"},
        data=json.dumps({"objects": [samples.indicator()]}),
    )
    fails(answer, 404)


@pytest.mark.should
def test_gzip_is_said(collection):
    """RFC 7231 3.1.2.2: a body with a content coding is decoded, or refused with 415; not stored as it is."""
    each = samples.indicator()
    body = gzip.compress(json.dumps({"objects": [each]}).encode())
    answer = collection.post(body, headers={"Content-Encoding": "gzip"})
    no_server_error(answer)
    if answer.status_code == 202:
        collection.complete(answer.json())
        assert collection.has(each)
