"""Bodies that are wrong: answered as the standard says, nothing half-stored, and the collection goes on."""

import json

import pytest
from suite import samples
from suite.checks import fails, no_server_error
from suite.target import read


def still_works(collection):
    """Reads and writes as before: one POST must not poison a collection."""
    each = samples.indicator()
    collection.add(each)
    assert collection.has(each)
    read(collection.target.get(collection.objects_url, {"limit": 100}))
    read(collection.target.get(collection.manifest_url, {"limit": 100}))


@pytest.mark.must
@pytest.mark.parametrize(
    "body",
    (b"", b" ", b"{", b"nonsense", b'{"objects": [}', b'{"objects": []} x', b"{'objects': []}", b'{"objects": [],}', b"\xef\xbb\xbf{", b"\x00", b'"\\ud800"x'),
    ids=("empty", "blank", "open", "word", "bracket", "tail", "quotes", "comma", "mark", "nul", "surrogate"),
)
def test_not_json(collection, body):
    """5.5: a body that is no JSON is 400 (or 422)."""
    fails(collection.post(body), 400, 422)


@pytest.mark.must
@pytest.mark.parametrize(
    "body",
    (b"1", b"null", b'"objects"', b"[]", b'[{"objects": []}]', b'{"objects": null}', b'{"objects": 1}', b'{"objects": "x"}', b'{"objects": {}}', b"true"),
    ids=("number", "null", "string", "list", "list_of_envelope", "objects_null", "objects_number", "objects_string", "objects_object", "true"),
)
def test_no_envelope(collection, body):
    """5.5: JSON that is no envelope is 400 or 422."""
    fails(collection.post(body), 400, 422)


def hostile(name):
    good = samples.indicator()
    without = {"no_id": "id", "no_type": "type", "no_created": "created"}
    if name in without:
        return {key: value for key, value in good.items() if key != without[name]}
    return {
        "number": 1,
        "null": None,
        "string": "indicator",
        "list": [],
        "empty": {},
        "id_null": good | {"id": None},
        "id_number": good | {"id": 5},
        "id_empty": good | {"id": ""},
        "id_list": good | {"id": [good["id"]]},
        "id_without_type": good | {"id": good["id"].split("--")[1]},
        "id_of_another_type": good | {"id": samples.fresh("malware")},
        "id_with_slash": good | {"id": "indicator--../../x"},
        "id_with_nul": good | {"id": good["id"] + "\u0000"},
        "id_no_uuid": good | {"id": "indicator--x"},
        "id_long": good | {"id": "indicator--" + "a" * 100_000},
        "type_number": good | {"type": 1},
        "type_object": good | {"type": {}},
        "modified_word": good | {"modified": "never"},
        "modified_number": good | {"modified": 5},
        "modified_null": good | {"modified": None},
        "modified_impossible": good | {"modified": "2024-02-30T10:00:00.000Z"},
        "modified_list": good | {"modified": ["2024-02-03T10:00:00.000Z"]},
        "modified_year_0": good | {"modified": "0000-01-01T00:00:00.000Z"},
        "created_word": good | {"created": "never", "modified": "never"},
        "spec_version_number": good | {"spec_version": 2.1},
        "spec_version_other": good | {"spec_version": "9.9"},
        "spec_version_list": good | {"spec_version": ["2.1"]},
    }[name]


HOSTILE = (
    "number null string list empty no_id no_type no_created id_null id_number id_empty id_list id_without_type "
    "id_of_another_type id_with_slash id_with_nul id_no_uuid id_long type_number type_object modified_word modified_number "
    "modified_null modified_impossible modified_list modified_year_0 created_word spec_version_number spec_version_other "
    "spec_version_list"
).split()


@pytest.mark.must
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_object(scratch, name):
    """5.5: an object that is none is refused (400, 422 or a failure in the status), or kept; the server does not break."""
    answer = scratch.post({"objects": [hostile(name)]})
    fails(answer, 202, 400, 422)
    if answer.status_code == 202:
        scratch.complete(answer.json())


@pytest.mark.must
@pytest.mark.parametrize("name", HOSTILE)
def test_goes_on_after_a_hostile_object(scratch, name):
    """Lesson 10: one bad object never breaks a collection, nor the others of its envelope."""
    good = samples.indicator()
    answer = scratch.post({"objects": [good, hostile(name)]})
    no_server_error(answer)
    still_works(scratch)
    if answer.status_code == 202:
        scratch.complete(answer.json())
        assert scratch.has(good), "the good object of the envelope is lost"
    else:
        assert scratch.holds(good) == [], f"{answer.status_code} was answered, and the good object is stored"


@pytest.mark.must
@pytest.mark.parametrize("name", ("number", "null", "string", "list", "id_null", "id_number", "id_empty", "no_id"))
def test_is_no_success(scratch, name):
    """5.5: what has no id, or is no object, is no success: nobody could ever fetch it."""
    answer = scratch.post({"objects": [hostile(name)]})
    fails(answer, 202, 400, 422)
    if answer.status_code == 202:
        assert scratch.complete(answer.json())["success_count"] == 0


@pytest.mark.must
@pytest.mark.parametrize("bytes_", (b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xc0\x80"), ids=("bom16", "broken", "surrogate", "five", "overlong"))
def test_not_utf8(scratch, bytes_):
    """RFC 8259 8.1: JSON is UTF-8; a body that is not is 400 (or 422), and not stored."""
    each = samples.indicator(name="MARK")
    fails(scratch.post(json.dumps({"objects": [each]}).encode().replace(b"MARK", bytes_)), 400, 422)
    assert not scratch.holds(each)


@pytest.mark.must
@pytest.mark.parametrize("depth", (1_000, 100_000))
@pytest.mark.parametrize("shape", ("lists", "objects"))
def test_deep(scratch, depth, shape):
    """JSON nested deeply is refused or taken, never an error of the server."""
    opened, closed = {"lists": (b"[", b"]"), "objects": (b'{"a":', b"}")}[shape]
    value = opened * depth + b"1" + closed * depth
    each = samples.indicator(name="MARK")
    body = json.dumps({"objects": [each]}).encode().replace(b'"MARK"', value)
    no_server_error(scratch.post(body))
    still_works(scratch)


@pytest.mark.should
@pytest.mark.parametrize("word", (b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999"))
def test_not_a_number(scratch, word):
    """Lesson 9: strict JSON in, strict JSON out: no NaN, no Infinity."""
    each = samples.indicator(x_value="MARK")
    answer = scratch.post(json.dumps({"objects": [each]}).encode().replace(b'"MARK"', word))
    no_server_error(answer)
    if answer.status_code == 202:
        scratch.complete(answer.json())
        # `holds` reads strictly: what is no JSON fails there.
        assert scratch.holds(each) == []
    else:
        fails(answer, 400, 422)


@pytest.mark.should
def test_duplicate_keys(scratch):
    """RFC 8259 4: two members of one name mean different things to different readers: refused, or one of them kept."""
    each = samples.indicator()
    body = json.dumps({"objects": [each]}).replace('"name":', '"name": "first", "name":')
    answer = scratch.post(body.encode())
    no_server_error(answer)
    if answer.status_code == 202 and scratch.complete(answer.json())["success_count"]:
        raise AssertionError("an object with two names was taken")


@pytest.mark.must
@pytest.mark.parametrize("text", ("\\ud800", "\\udc00\\ud800", "\\u0000"))
def test_lone_surrogate(scratch, text):
    """RFC 8259 8.2: escapes that are no characters are refused, or come back as they were; nothing breaks."""
    each = samples.indicator(name="MARK")
    answer = scratch.post(json.dumps({"objects": [each]}).replace("MARK", text).encode())
    no_server_error(answer)
    still_works(scratch)


@pytest.mark.must
def test_huge_number(scratch):
    """A number of 100,000 digits is refused or taken, never an error of the server."""
    each = samples.indicator(x_value="MARK")
    no_server_error(scratch.post(json.dumps({"objects": [each]}).replace('"MARK"', "9" * 100_000).encode()))
    still_works(scratch)


@pytest.mark.must
def test_huge_object(scratch):
    """One object as large as the server takes is stored, or refused with 413 or a failure."""
    limit = min(read(scratch.target.get(scratch.root))["max_content_length"], 16 << 20)
    each = samples.indicator(description="x" * (limit - 4_000))
    answer = scratch.post({"objects": [each]})
    fails(answer, 202, 413, 422)
    if answer.status_code == 202 and scratch.complete(answer.json())["success_count"]:
        assert scratch.has(each)


@pytest.mark.slow
@pytest.mark.must
def test_many_tiny_objects(scratch):
    """100,000 tiny objects in one envelope are stored, all of them, or refused as a whole."""
    objects = [samples.address() for _ in range(100_000)]
    answer = scratch.post({"objects": objects}, timeout=600)
    fails(answer, 202, 413, 422)
    if answer.status_code == 202:
        status = scratch.complete(answer.json())
        assert status["success_count"] + status["failure_count"] == 100_000
        if status["failure_count"] == 0:
            assert len(scratch.holds(*objects[::2_000], limit=100)) == 50


@pytest.mark.must
def test_many_garbage_items(scratch):
    """20,000 items that are no objects are refused in reasonable time and size."""
    answer = scratch.post(b'{"objects": [' + b",".join([b"1"] * 20_000) + b"]}")
    fails(answer, 202, 400, 413, 422)
    assert len(answer.content) < 16 << 20


@pytest.mark.must
def test_nothing_is_stored_on_a_4xx(scratch):
    """Lesson 10: where the whole request fails, nothing of it is stored."""
    each = samples.indicator()
    whole = json.dumps({"objects": [each]}).encode()
    for body in (whole[:-1], whole + b"x", whole[:-2] + b", 1"):
        fails(scratch.post(body), 400, 422)
    assert not scratch.holds(each)
