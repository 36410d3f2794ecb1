"""TAXII 2.1 §3.5: more and next."""

import pytest
from suite import samples
from suite.checks import each_fails, fails, no_server_error
from suite.target import query, read


HOSTILE = (
    *("nonsense", "0", "-1", "AAAA", "null", "%00", "' OR 1=1 --", "a" * 6_000, "99999999999999999999", "../../etc/passwd"),
    *("{}", "MA==", "ÿ"),
)


def filters_of(objects, **more):
    return {"id": ",".join({each["id"] for each in objects})} | more


@pytest.mark.must
@pytest.mark.parametrize("limit", (1, 2, 6, 7))
def test_objects(collection, seven, limit):
    """3.5: following next gives every object exactly once."""
    pages = list(collection.pages(collection.objects_url, filters_of(seven, limit=limit)))
    got = [each["id"] for page in pages for each in page.get("objects", [])]
    assert sorted(got) == sorted(each["id"] for each in seven)
    assert all(len(page["objects"]) <= limit for page in pages)


@pytest.mark.should
@pytest.mark.parametrize("limit", (1, 2, 6))
def test_manifest(collection, seven, limit):
    """Lesson 1: a manifest with more has a next: as_pages(get_manifest) of taxii2-client never ends without."""
    pages = list(collection.pages(collection.manifest_url, filters_of(seven, limit=limit)))
    got = [each["id"] for page in pages for each in page["objects"]]
    assert sorted(got) == sorted(each["id"] for each in seven)


@pytest.mark.must
@pytest.mark.parametrize("limit", (1, 2))
def test_object(collection, three, limit):
    """3.5: versions of one object are paged like objects."""
    pages = collection.pages(collection.object_url(three[0]["id"]), {"version": "all", "limit": limit})
    got = [each["modified"] for page in pages for each in page["objects"]]
    assert sorted(got) == [each["modified"] for each in three]


@pytest.mark.should
@pytest.mark.parametrize("limit", (1, 2))
def test_versions(collection, three, limit):
    """Lesson 1: a list of versions with more has a next."""
    pages = collection.pages(collection.versions_url(three[0]["id"]), {"limit": limit})
    got = [each for page in pages for each in page["versions"]]
    assert len(set(got)) == len(got) == 3


@pytest.mark.must
def test_all_versions(collection):
    """3.5: several objects in several versions, page by page: every version exactly once."""
    chains = [samples.versions(3) for _ in range(3)]
    for step in range(3):
        collection.add(*(chain[step] for chain in chains))
    everything = [each for chain in chains for each in chain]
    pages = collection.pages(collection.objects_url, filters_of(everything, version="all", limit=2))
    got = sorted((each["id"], each["modified"]) for page in pages for each in page["objects"])
    assert got == sorted((each["id"], each["modified"]) for each in everything)


@pytest.mark.should
@pytest.mark.parametrize("limit", (1, 2, 3))
def test_by_added_after(collection, seven, limit):
    """Lesson 2: paging by X-TAXII-Date-Added-Last loses nothing either; half the clients do it that way."""
    got, after = [], {}
    for _ in range(20):
        answer = collection.target.get(collection.objects_url, query(filters_of(seven, limit=limit) | after))
        page = read(answer)
        if not page.get("objects"):
            break
        got += [each["id"] for each in page["objects"]]
        after = {"added_after": answer.headers["X-TAXII-Date-Added-Last"]}
    assert sorted(got) == sorted(each["id"] for each in seven)


@pytest.mark.should
def test_added_after_and_next_together(collection, seven):
    """Clients move added_after and send next at once: they are answered 400, or lose nothing."""
    first = collection.target.get(collection.objects_url, query(filters_of(seven, limit=2)))
    filters = filters_of(seven, limit=7, next=first.json()["next"], added_after=first.headers["X-TAXII-Date-Added-Last"])
    answer = collection.target.get(collection.objects_url, query(filters))
    assert answer.status_code == 400 or len(answer.json()["objects"]) == 5


@pytest.mark.must
def test_next_without_limit(collection, seven):
    """3.5: next may come without limit, for limit is optional."""
    first = collection.list(**filters_of(seven, limit=3))
    rest = read(collection.target.get(collection.objects_url, query(filters_of(seven, next=first["next"]))))
    assert {each["id"] for each in rest["objects"]} <= {each["id"] for each in seven}
    assert not {each["id"] for each in rest["objects"]} & {each["id"] for each in first["objects"]}


@pytest.mark.should
def test_next_with_another_limit(collection, seven):
    """Lesson 1: a client may change the page size on the way."""
    first = collection.list(**filters_of(seven, limit=3))
    rest = collection.list(**filters_of(seven, limit=2, next=first["next"]))
    assert len(rest["objects"]) == 2 and rest["more"] is True


@pytest.mark.should
def test_next_twice(collection, seven):
    """Lesson 1: the same next gives the same page again: a retry after a lost answer loses nothing."""
    first = collection.list(**filters_of(seven, limit=2))
    filters = filters_of(seven, limit=2, next=first["next"])
    once, again = collection.list(**filters), collection.list(**filters)
    assert [each["id"] for each in once["objects"]] == [each["id"] for each in again["objects"]]


@pytest.mark.should
def test_next_of_another_query(collection, seven, three):
    """A next belongs to its query; with another one it is 400."""
    first = collection.list(**filters_of(seven, limit=2))
    answer = collection.target.get(collection.objects_url, query({"next": first["next"], "type": "malware", "limit": 2}))
    fails(answer, 400)


@pytest.mark.should
def test_next_of_another_endpoint(collection, seven):
    """A next of the objects is none of the manifest, or works there just as well."""
    first = collection.list(**filters_of(seven, limit=2))
    answer = collection.target.get(collection.manifest_url, query(filters_of(seven, limit=7, next=first["next"])))
    assert answer.status_code == 400 or len(answer.json()["objects"]) == 5


@pytest.mark.must
@pytest.mark.parametrize("name", ("objects", "manifest"))
def test_hostile_next(collection, name):
    """3.4, 3.5: a next that the server did not make is 400 (or too long, 414), never an error of the server."""
    url = getattr(collection, f"{name}_url")
    each_fails({given: collection.target.get(url, {"next": given, "limit": 2}) for given in HOSTILE}, 400, 404, 414, 431)


@pytest.mark.must
def test_altered_next(collection, seven):
    """3.5: a next with one character changed never breaks the server, whichever it is."""
    given = collection.list(**filters_of(seven, limit=2))["next"]
    for position in range(min(len(given), 60)):
        altered = given[:position] + ("A" if given[position] != "A" else "B") + given[position + 1 :]
        no_server_error(collection.target.get(collection.objects_url, query(filters_of(seven, limit=2, next=altered))))


@pytest.mark.should
def test_pages_during_deletes(collection):
    """What was there from start to end is given exactly once, though others go on the way."""
    added = [samples.indicator() for _ in range(8)]
    collection.add(*added)
    gone = iter(added[::2])

    def delete_one():
        if (each := next(gone, None)) is not None:
            collection.target.send("DELETE", collection.object_url(each["id"]))

    pages = collection.pages(collection.objects_url, filters_of(added, limit=1), retries=delete_one)
    got = [each["id"] for page in pages for each in page.get("objects", [])]
    stayed = [each["id"] for each in added[1::2]]
    assert [each for each in got if each in stayed] == stayed
    assert len(set(got)) == len(got)
