"""TAXII 2.1 §3.1: X-TAXII-Date-Added-First and -Last."""

import pytest
from suite.checks import MICROSECONDS, TIMESTAMP, instant_key
from suite.target import query

FIRST, LAST = "X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last"


def answered(collection, name, objects, **filters):
    ids = ",".join({each["id"] for each in objects})
    url, filters = {
        "objects": (collection.objects_url, {"id": ids} | filters),
        "manifest": (collection.manifest_url, {"id": ids} | filters),
        "object": (collection.object_url(objects[0]["id"]), {"version": "all"} | filters),
        "versions": (collection.versions_url(objects[0]["id"]), filters),
    }[name]
    answer = collection.target.get(url, query(filters))
    assert answer.status_code == 200
    return answer


@pytest.mark.must
@pytest.mark.parametrize("name", ("objects", "manifest", "object", "versions"))
def test_present(collection, three, name):
    """3.1, 5.3 to 5.8: an answer with objects has both headers, each a timestamp."""
    answer = answered(collection, name, three)
    for header in (FIRST, LAST):
        assert TIMESTAMP.match(answer.headers.get(header, "")), f"{header} is {answer.headers.get(header)!r}"


@pytest.mark.must
@pytest.mark.parametrize("name", ("objects", "manifest", "object", "versions"))
def test_present_with_one_row(collection, one, name):
    """3.1: an answer with one object has both headers too, and they are equal."""
    answer = answered(collection, name, [one])
    assert answer.headers.get(FIRST) and answer.headers.get(FIRST) == answer.headers.get(LAST)


@pytest.mark.must
@pytest.mark.parametrize("name", ("object", "versions"))
def test_truth_of_one_object(collection, three, name):
    """3.1: First and Last are the date_added of the first and the last object of the answer."""
    rows = collection.manifest(id=three[0]["id"], version="all")["objects"]
    dates = sorted((each["date_added"] for each in rows), key=instant_key)
    answer = answered(collection, name, three)
    given = {instant_key(answer.headers[FIRST]), instant_key(answer.headers[LAST])}
    assert given == {instant_key(dates[0]), instant_key(dates[-1])}


@pytest.mark.must
@pytest.mark.parametrize("name", ("objects", "manifest"))
def test_truth_of_a_list(collection, seven, name):
    """3.1: First and Last are the date_added of the first and the last object of the answer."""
    rows = collection.manifest(id=",".join(each["id"] for each in seven))["objects"]
    answer = answered(collection, name, seven)
    assert instant_key(answer.headers[FIRST]) == instant_key(rows[0]["date_added"])
    assert instant_key(answer.headers[LAST]) == instant_key(rows[-1]["date_added"])


@pytest.mark.must
@pytest.mark.parametrize("name", ("objects", "manifest"))
def test_truth_of_a_page(collection, seven, name):
    """3.1: on a page they are those of the page, not of the whole."""
    rows = collection.manifest(id=",".join(each["id"] for each in seven))["objects"]
    answer = answered(collection, name, seven, limit=3)
    assert instant_key(answer.headers[FIRST]) == instant_key(rows[0]["date_added"])
    assert instant_key(answer.headers[LAST]) == instant_key(rows[2]["date_added"])


@pytest.mark.should
@pytest.mark.parametrize("name", ("objects", "manifest"))
def test_absent_when_empty(collection, name):
    """Lesson 11: no such header on an empty answer: "undefined" breaks clients."""
    answer = collection.target.get(getattr(collection, f"{name}_url"), {"match[id]": "indicator--b1b5d3ac-0000-4000-8000-000000000000"})
    assert answer.status_code == 200
    assert FIRST not in answer.headers and LAST not in answer.headers


@pytest.mark.must
def test_microseconds(collection, seven):
    """2: timestamps that TAXII makes up have microseconds."""
    rows = collection.manifest(id=",".join(each["id"] for each in seven))["objects"]
    for row in rows:
        assert MICROSECONDS.match(row["date_added"]), f"date_added is {row['date_added']!r}"
