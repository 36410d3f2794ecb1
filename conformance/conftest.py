"""Options, what the cases are given, and the report."""

import functools
import pathlib
import uuid

import pytest
from suite import samples
from suite.report import Case, Report
from suite.target import NOBODY, Collection, Login, Target, Unready

HERE = pathlib.Path(__file__).parent
# Cases that may ruin a collection come last.
LAST = ("paging_under_writers", "bad_input")


def pytest_addoption(parser):
    group = parser.getgroup("target")
    group.addoption("--url", help="discovery, e.g. http://localhost:5000/taxii2/")
    group.addoption("--user")
    group.addoption("--password")
    group.addoption("--root")
    group.addoption("--collection")
    group.addoption("--scratch", action="append", default=[])
    group.addoption("--readonly")
    group.addoption("--writeonly")
    group.addoption("--second-user", help="USER:PASSWORD")
    group.addoption("--token")
    group.addoption("--json", dest="report_json")
    group.addoption("--expected", help="file of cases known to fail")
    group.addoption("--shoulds", action="store_true", help="a failed SHOULD is a failure too")
    group.addoption("--slow", action="store_true")
    group.addoption("--brief", action="store_true", help="fewer writers, fewer objects")


def pytest_configure(config):
    config.stash_report = Report()


def pytest_collection_modifyitems(config, items):
    def order(item):
        section = pathlib.Path(item.path).parent.name
        return (section in LAST and LAST.index(section) + 1, section)

    items.sort(key=order)
    for item in items:
        levels = [level for level in ("must", "should") if item.get_closest_marker(level)]
        assert len(levels) == 1, f"{item.nodeid} is marked as one of must and should"
        says = " ".join((item.function.__doc__ or "").split())
        assert says, f"{item.nodeid} says what it tests"
        name, section = _name(item)
        assert name not in config.stash_report.cases, f"two cases are called {name}"
        config.stash_report.cases[name] = Case(name, section, levels[0], says)
        if item.get_closest_marker("slow") and not config.getoption("--slow"):
            item.add_marker(pytest.mark.skip(reason="--slow was not given"))


def _name(item) -> tuple[str, str]:
    """`3_4_filtering/limit/malformed[0-objects]`, and the section."""
    path = pathlib.Path(item.path)
    section = path.parent.name
    case = item.name.removeprefix("test_").encode("unicode_escape").decode()
    return f"{section}/{path.stem.removeprefix('test_')}/{case}", section


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    result = yield
    case = item.config.stash_report.cases[_name(item)[0]]
    if result.failed:
        case.outcome = "failed"
        case.why = str(call.excinfo.value).split("\nassert")[0][:600]
        result.longrepr = f"{case.level.upper()} {case.says}\n    {case.why}"
    elif result.skipped:
        case.why = str(call.excinfo.value)
    elif call.when == "call" and case.outcome != "failed":
        case.outcome = "passed"
    return result


def pytest_terminal_summary(terminalreporter, config):
    report = config.stash_report
    if config.getoption("collectonly") or not report.cases:
        return
    terminalreporter.write_line("\n" + report.table())
    if path := config.getoption("report_json"):
        report.write(pathlib.Path(path), config.getoption("--url"))
    for line in config.stash_differences:
        terminalreporter.write_line(line)


def pytest_sessionfinish(session):
    config, report = session.config, session.config.stash_report
    config.stash_differences = []
    if expected := config.getoption("--expected"):
        config.stash_differences = report.against(pathlib.Path(expected))
        session.exitstatus = 1 if config.stash_differences else 0
    elif session.exitstatus == 1:
        session.exitstatus = 1 if report.failed(None if config.getoption("--shoulds") else "must") else 0


# ---- the server


@pytest.fixture(scope="session")
def target(request) -> Target:
    """The server, as the first user."""
    option = request.config.getoption
    for needed in ("--url", "--user", "--password"):
        if not option(needed):
            pytest.exit(f"{needed} is needed", returncode=2)
    target = Target(option("--url"), Login(option("--user"), option("--password")))
    answer = target.get(target.url)
    if answer.status_code != 200:
        pytest.exit(f"discovery answers {answer.status_code}: {answer.text[:300]}", returncode=2)
    return target


@pytest.fixture(scope="session")
def nobody(target) -> Target:
    """The server, without any credentials."""
    return target.as_user(NOBODY)


@pytest.fixture(scope="session")
def second(request, target) -> Target:
    """The server, as another user."""
    pair = request.config.getoption("--second-user")
    if not pair:
        pytest.skip("--second-user was not given")
    return target.as_user(Login(*pair.split(":", 1)))


@pytest.fixture(scope="session")
def token(request, target) -> Target:
    """The server, by a bearer token."""
    given = request.config.getoption("--token")
    if not given:
        pytest.skip("--token was not given")
    return target.as_user(Login(token=given))


@pytest.fixture(scope="session")
def root(request, target) -> str:
    """URL of the API root that is tested."""
    given = request.config.getoption("--root")
    if given:
        return target.absolute(given)
    roots = target.roots()
    writable = [each for each in roots if any(map(_is_open, target.collections(each)))]
    if not writable:
        pytest.exit(f"no API root of {roots} has a collection to read and write", returncode=2)
    return writable[0]


def _is_open(collection: Collection) -> bool:
    return bool(collection.resource.get("can_read") and collection.resource.get("can_write"))


@pytest.fixture(scope="session")
def collection(request, target, root) -> Collection:
    """A collection that the first user reads and writes."""
    given = request.config.getoption("--collection")
    for each in target.collections(root):
        if given in (each.id, each.resource.get("alias")) or (given is None and _is_open(each)):
            return each
    raise Unready(f"{root} has no collection {given or 'to read and write'}")


@pytest.fixture
def scratch(request, target, root, collection) -> Collection:
    """A collection that this case may ruin: one of those given that still works."""
    given = request.config.getoption("--scratch")
    # Each case begins with another one, so that none has to bear them all.
    used = request.config.stash_scratch_used = getattr(request.config, "stash_scratch_used", -1) + 1
    given = given[used % len(given) :] + given[: used % len(given)] if given else given
    found = {name: each for each in target.collections(root) for name in (each.id, each.resource.get("alias"))}
    for each in [found[name] for name in given if name in found] or [collection]:
        try:
            if target.get(each.objects_url, {"limit": 1}, timeout=10).status_code == 200:
                return each
        except OSError:
            continue
    pytest.skip("hostile input has ruined every scratch collection")


def _with_one_permission(request, option: str, can_read: bool) -> Collection:
    target, root = request.getfixturevalue("target"), request.getfixturevalue("root")
    users = [target]
    if request.config.getoption("--second-user"):
        users.append(request.getfixturevalue("second"))
    given = request.config.getoption(option)
    for user in users:
        for each in user.collections(root):
            rights = (each.resource.get("can_read"), each.resource.get("can_write"))
            if rights == (can_read, not can_read) and given in (None, each.id, each.resource.get("alias")):
                return each
    pytest.skip(f"no collection that is {option.removeprefix('--')} for one of the users")


@pytest.fixture(scope="session")
def readonly(request) -> Collection:
    """A collection as a user sees it who may only read it."""
    return _with_one_permission(request, "--readonly", can_read=True)


@pytest.fixture(scope="session")
def writeonly(request) -> Collection:
    """A collection as a user sees it who may only write it."""
    return _with_one_permission(request, "--writeonly", can_read=False)


@pytest.fixture(scope="session")
def hidden(target, second, root) -> Collection:
    """A collection of the first user, as the second one asks for it who may neither read nor write it."""
    seen = {each.id for each in second.collections(root) if any(map(each.resource.get, ("can_read", "can_write")))}
    for each in target.collections(root):
        if each.id not in seen:
            return each.seen_by(second)
    pytest.skip("the second user sees every collection of the first")


# ---- what is in it


@pytest.fixture(scope="session")
def one(collection) -> dict:
    """An object that is in the collection and that no case changes."""
    each = samples.indicator()
    collection.add(each)
    return each


@pytest.fixture(scope="session")
def three(collection) -> list[dict]:
    """One object in three versions, oldest first, that no case changes."""
    each = samples.versions(3)
    for version in each:
        collection.add(version)
    return each


@pytest.fixture(scope="session")
def seven(collection) -> list[dict]:
    """Seven objects, added in one envelope, that no case changes."""
    each = [samples.indicator() for _ in range(7)]
    collection.add(*each)
    return each


@pytest.fixture
def endpoints(collection, one) -> dict[str, str]:
    """Every endpoint that is read, by name."""
    return _endpoints(collection, one["id"])


@functools.cache
def _endpoints(collection: Collection, object_id: str) -> dict[str, str]:
    posted = collection.post({"objects": [samples.indicator()]}).json()
    return {
        "discovery": collection.target.url,
        "api_root": collection.root,
        "status": f"{collection.root}status/{posted['id']}/",
        "collections": f"{collection.root}collections/",
        "collection": collection.url,
        "manifest": collection.manifest_url,
        "objects": collection.objects_url,
        "object": collection.object_url(object_id),
        "versions": collection.versions_url(object_id),
    }


@pytest.fixture
def unknown() -> str:
    """An identifier that nothing has."""
    return str(uuid.uuid4())
