"""Agreement with the OASIS validator: over real data, and over every value of every type spoilt in every way below.

    python -m venv v && v/bin/pip install stix2-validator==3.3.1
    cargo build -p chancery
    v/bin/python agreement.py TARGET/debug/chancery mutations
    v/bin/python agreement.py TARGET/debug/chancery mutations20     # of objects of STIX 2.0
    v/bin/python agreement.py TARGET/debug/chancery real [DATA]     # tests/data, and ../shared/data if it is there

The package lacks its schemas: put the folders `schemas` of oasis-open/cti-stix2-json-schemas at
v/lib/python3.*/site-packages/stix2validator/schemas-2.1/ (branch master) and …/schemas-2.0/ (branch stix2.0) first.
It prints how often both say the same, and the disagreements by class; `docs/STIX-AGREEMENT.md` settles each class by
a section of the standard. The validator looks at some 300 objects a second, so it is given every --every'th mutation, and of a type
in a file every --every'th object beyond the first 300.
"""

import argparse
import collections
import concurrent.futures
import copy
import itertools
import json
import logging
import lzma
import pathlib
import re
import subprocess
import sys

from stix2validator import ValidationOptions, validate_instance

logging.disable(logging.CRITICAL)

HERE = pathlib.Path(__file__).parent
SAMPLES = HERE.parent / "data" / "samples.jsonl"

SPOILT = {
    "null": None,
    "number": 7,
    "negative": -1,
    "huge": 4294967296,
    "fraction": 1.5,
    "boolean": True,
    "string": "text",
    "upper": "UPPER Case",
    "empty string": "",
    "empty list": [],
    "list of string": ["text"],
    "list of number": [1],
    "list of null": [None],
    "empty object": {},
    "object": {"key": "text"},
    "bad key": {"a b": "text"},
    "day that is none": "2021-02-29T00:00:00.000Z",
    "hour that is none": "2021-02-28T24:00:00.000Z",
    "time without milliseconds": "2021-02-28T00:00:00Z",
    "time with offset": "2021-02-28T00:00:00.000+01:00",
    "nanoseconds": "2021-02-28T00:00:00.123456789Z",
    "later time": "2031-02-28T00:00:00.000Z",
    "reference": "campaign--2b1f3c6a-5d0e-4b7a-9c51-0e6f7a8b9c0d",
    "references": ["campaign--2b1f3c6a-5d0e-4b7a-9c51-0e6f7a8b9c0d"],
    "reference to a bundle": "bundle--2b1f3c6a-5d0e-4b7a-9c51-0e6f7a8b9c0d",
    "reference to an observable": "ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd",
    "reference to a custom type": "x-foo--2b1f3c6a-5d0e-4b7a-9c51-0e6f7a8b9c0d",
    "reference with a UUID of version 0": "identity--2b1f3c6a-5d0e-0b7a-9c51-0e6f7a8b9c0d",
    "reference in capitals": "identity--2B1F3C6A-5D0E-4B7A-9C51-0E6F7A8B9C0D",
    "short hash": {"MD5": "abc"},
    "unknown hash": {"FOO": "abc"},
    "good hash": {"SHA-256": "ab" * 32},
    "selector of nothing": ["no_such_property"],
    "language": "de-CH",
    "language that is none": "x_y",
    "url": "https://example.com/a",
    "address": "198.51.100.3",
}


def places(value, path=()):
    """Every member and item below `value`, by its path."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield (*path, name)
            yield from places(member, (*path, name))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield (*path, at)
            yield from places(item, (*path, at))


def changed(sample, path, value, remove=False):
    new = copy.deepcopy(sample)
    inner = new
    for step in path[:-1]:
        inner = inner[step]
    if remove:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return new


def samples20():
    """Of each type the object of STIX 2.0 in the data that has the most properties, and each observable likewise."""
    best, observables = {}, {}
    for _, each in real(HERE.parent / "data", 1):
        if "created" not in each or each.get("spec_version", "2.0") != "2.0" or each["type"].startswith("x-"):
            continue
        if len(each) > len(best.get(each["type"], ())):
            best[each["type"]] = each
        if each["type"] == "observed-data":
            kinds = {inner.get("type") for inner in each.get("objects", {}).values()}
            for kind in kinds:
                if len(json.dumps(each)) < 3000:
                    observables.setdefault(kind, each)
    yield from best.values()
    yield from observables.values()


def mutations(samples):
    for sample in samples:
        kind = sample["type"]
        yield (kind, "", "as it is"), sample
        for path in places(sample):
            name = ".".join(str(step) for step in path)
            yield (kind, name, "missing"), changed(sample, path, None, remove=True)
            for what, value in SPOILT.items():
                yield (kind, name, what), changed(sample, path, value)
        for name in ("x_custom", "severity", "username", "phone_number", "action", "ab", "Upper", "objects"):
            yield (kind, name, "added"), {**sample, name: 1}


def read(path):
    if path.suffix == ".zst":
        return subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout
    if path.suffix == ".xz":
        return lzma.decompress(path.read_bytes())
    return path.read_bytes()


def real(directory, every):
    for path in sorted(pathlib.Path(directory).rglob("*")):
        name = re.sub(r"\.(zst|xz)$", "", path.name)
        if not path.is_file() or not name.endswith((".json", ".stix2")) or "schemas" in str(path) or "interop/" in str(path) and "stub" in str(path):
            continue
        try:
            value = json.loads(read(path))
        except ValueError:
            continue
        objects = value if isinstance(value, list) else value.get("objects", [value]) if value.get("type", "bundle") == "bundle" else [value]
        seen = collections.Counter()
        for at, each in enumerate(objects if isinstance(objects, list) else []):
            if not isinstance(each, dict) or "type" not in each:
                continue
            seen[each["type"]] += 1
            if seen[each["type"]] <= 300 or seen[each["type"]] % every == 0:
                yield (str(path.relative_to(directory)), str(at), each["type"]), each


def theirs(instance):
    version = "2.0" if instance.get("spec_version", "2.0" if "created" in instance else "2.1") == "2.0" else "2.1"
    if THEIR_VERSION:
        version = THEIR_VERSION
    try:
        result = validate_instance(copy.deepcopy(instance), ValidationOptions(version=version))
        return (not result.is_valid), [str(e) for e in result.errors or []][:2]
    except Exception as error:  # it does crash, which is a finding of its own
        return None, [repr(error)[:200]]


THEIR_VERSION = None


def main():
    global THEIR_VERSION
    parser = argparse.ArgumentParser()
    parser.add_argument("chancery")
    parser.add_argument("what", choices=["mutations", "mutations20", "real"])
    parser.add_argument("data", nargs="?", default=HERE.parent / "data")
    parser.add_argument("--every", type=int, default=25)
    parser.add_argument("--examples", type=int, default=3)
    arguments = parser.parse_args()
    THEIR_VERSION = {"mutations": "2.1", "mutations20": "2.0", "real": None}[arguments.what]
    if arguments.what == "real":
        cases = list(real(arguments.data, arguments.every))
    else:
        samples = samples20() if arguments.what == "mutations20" else map(json.loads, SAMPLES.read_text().splitlines())
        cases = list(itertools.islice(mutations(samples), 0, None, arguments.every))
    text = "".join(json.dumps(case[1]) + "\n" for case in cases)
    run = subprocess.run([arguments.chancery, "validate", "--jsonl", "-"], input=text, capture_output=True, text=True)
    reports = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(reports) == len(cases), (len(reports), len(cases), run.stderr)
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        answers = list(pool.map(theirs, [case[1] for case in cases], chunksize=200))
    counts, classes = collections.Counter(), collections.defaultdict(list)
    for (place, _), report, (wrong, why) in zip(cases, reports, answers, strict=True):
        ours = not report["valid"]
        if wrong is None:
            counts["stix2-validator crashes"] += 1
            continue
        counts["agree" if wrong == ours else "differ"] += 1
        if wrong != ours:
            rules = tuple(sorted({problem["rule"] for problem in report["errors"]}))
            said = re.sub(r"'[^']*'|^\S+: |\b\d+\b", "…", (why or [""])[0])[:100]
            classes["us" if ours else "them", rules if ours else said].append((*place, why if wrong else report["errors"][0]["message"]))
    print(len(cases), "cases:", dict(counts))
    for (who, reason), found in sorted(classes.items(), key=lambda item: (item[0][0], -len(item[1]))):
        print(f"{len(found):5} refused by {who} alone: {reason}")
        for example in found[:: max(1, len(found) // arguments.examples)][: arguments.examples]:
            print("          ", example)


if __name__ == "__main__":
    main()
