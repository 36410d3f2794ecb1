"""A crawl while eight clients add and one deletes: what was there from start to end, exactly once."""

import threading
import time

import pytest
from suite import samples
from suite.target import Target, query, read

WRITERS = 8
# What the writers add in all, so that a slow server is not asked for ever longer crawls.
WRITES_MAX = 200
# What a crawl of a few hundred objects may take.
CRAWL_SECS = 60


class Traffic:
    """Writers and a deleter, each a client of its own, at work until stopped. They touch only objects of their own type."""

    def __init__(self, collection, writers, writes_max, kind):
        self.collection, self.kind = collection, kind
        self.stopped = threading.Event()
        self.mine: list[str] = []
        self.writes = iter(range(writes_max))
        self.written = 0
        self.errors: list[str] = []
        self.threads = [threading.Thread(target=self.write) for _ in range(writers)] + [threading.Thread(target=self.delete)]

    def client(self):
        return self.collection.seen_by(Target(self.collection.target.url, self.collection.target.login))

    def write(self):
        here = self.client()
        while not self.stopped.is_set() and next(self.writes, None) is not None:
            objects = [samples.indicator(type=self.kind, id=samples.fresh(self.kind)) for _ in range(3)]
            answer = here.post({"objects": objects})
            if answer.status_code != 202:
                self.errors.append(f"POST {answer.status_code} {answer.text[:200]}")
                return
            self.mine += [each["id"] for each in objects]
            self.written += 1
            self.stopped.wait(0.01)

    def delete(self):
        here = self.client()
        while not self.stopped.is_set():
            if len(self.mine) > 20:
                answer = here.target.send("DELETE", here.object_url(self.mine.pop(0)))
                if answer.status_code != 200:
                    self.errors.append(f"DELETE {answer.status_code} {answer.text[:200]}")
                    return
            self.stopped.wait(0.02)

    def __enter__(self):
        for each in self.threads:
            each.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for each in self.threads:
            each.join()


def by_next(here, filters):
    yield from here.pages(here.objects_url, filters)


def by_added_after(here, filters):
    filters = dict(filters)
    while True:
        answer = here.target.get(here.objects_url, query(filters))
        page = read(answer)
        if page.get("objects"):
            yield page
            filters["added_after"] = answer.headers["X-TAXII-Date-Added-Last"]
        if not page.get("more"):
            return


def crawled(request, collection, size, walk):
    """What a crawl of a fresh type gives while writers of that type are at work."""
    brief = request.config.getoption("--brief")
    # Page size 1 takes a request for each object.
    stays, most = (30, 120) if size == 1 else (300, 1000)
    if brief:
        stays, most = stays // 3, most // 3
    kind = f"x-crawl-{samples.fresh('x')[3:11]}"
    there = [samples.indicator(type=kind, id=samples.fresh(kind)) for _ in range(stays)]
    with Traffic(collection, WRITERS, WRITES_MAX // 4 if brief else WRITES_MAX, kind) as traffic:
        for start in range(0, stays, 50):
            collection.add(*there[start : start + 50])
        got, began = [], time.monotonic()
        for page in walk(collection, {"type": kind, "limit": size}):
            got += [each["id"] for each in page.get("objects", [])]
            if {each["id"] for each in there} <= set(got) and len(got) > most:
                break
            assert len(got) <= 20 * most, "the crawl does not end"
            assert time.monotonic() - began < CRAWL_SECS, f"the crawl has not ended after {CRAWL_SECS} s"
    assert not traffic.errors, traffic.errors
    assert traffic.written, "nobody wrote"
    wanted = [each["id"] for each in there]
    missing = set(wanted) - set(got)
    twice = {each for each in got if got.count(each) > 1} if len(set(got)) < len(got) else set()
    assert not missing, f"{len(missing)} of {stays} objects that were there all the time were not given"
    assert not twice, f"{len(twice)} objects were given twice"


@pytest.mark.must
@pytest.mark.parametrize("size", (1, 7, 1000))
def test_by_next(request, scratch, size):
    """3.5: following next under writers and deletes gives exactly once what was there from start to end."""
    crawled(request, scratch, size, by_next)


@pytest.mark.should
@pytest.mark.parametrize("size", (1, 7, 1000))
def test_by_added_after(request, scratch, size):
    """Lesson 2: so does following added_after, which is how half the clients in the field page."""
    crawled(request, scratch, size, by_added_after)
