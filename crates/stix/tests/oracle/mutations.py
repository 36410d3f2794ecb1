"""Agreement with the OASIS validator over mutations of every object type.

Reads one full object of each type (tests/data/samples.jsonl), spoils each property in the
ways below, asks `stix2-validator` and our checker (the example `check`) for their verdicts, and
prints the disagreements grouped by class. `mutations.md` beside this file records the result and
settles each class by a section of the standard.

    python -m venv v && v/bin/pip install stix2-validator==3.3.1
    cargo build -p chancery-stix --examples
    v/bin/python tests/oracle/mutations.py TARGET/debug/examples

The package lacks its schemas: put the folder `schemas` of oasis-open/cti-stix2-json-schemas at
v/lib/python3.*/site-packages/stix2validator/schemas-2.1/schemas first.
"""

import collections
import json
import logging
import pathlib
import re
import subprocess
import sys
import tempfile

from stix2validator import ValidationOptions, validate_instance

logging.disable(logging.CRITICAL)

SAMPLES = pathlib.Path(__file__).parent.parent / "data" / "samples.jsonl"

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
    "empty object": {},
    "object": {"key": "text"},
    "day that is none": "2021-02-29T00:00:00.000Z",
    "time without milliseconds": "2021-02-28T00:00:00Z",
    "time with offset": "2021-02-28T00:00:00.000+01:00",
    "later time": "2031-02-28T00:00:00.000Z",
    "reference": "campaign--2b1f3c6a-5d0e-4b7a-9c51-0e6f7a8b9c0d",
    "references": ["campaign--2b1f3c6a-5d0e-4b7a-9c51-0e6f7a8b9c0d"],
    "reference to a bundle": "bundle--2b1f3c6a-5d0e-4b7a-9c51-0e6f7a8b9c0d",
    "reference with a UUID of version 0": "identity--2b1f3c6a-5d0e-0b7a-9c51-0e6f7a8b9c0d",
}


def mutations(samples):
    for sample in samples:
        kind = sample["type"]
        yield kind, "as it is", None, sample
        for name in sample:
            yield kind, name, "missing", {k: v for k, v in sample.items() if k != name}
            for what, value in SPOILT.items():
                yield kind, name, what, {**sample, name: value}
        yield kind, "x_custom", "added", {**sample, "x_custom": 1}
        yield kind, "severity", "added", {**sample, "severity": 1}
        for extension, body in sample.get("extensions", {}).items():
            for name in body:
                for what, value in [("missing", None), *SPOILT.items()]:
                    changed = dict(body, **{name: value})
                    if what == "missing":
                        del changed[name]
                    extensions = {**sample["extensions"], extension: changed}
                    yield kind, f"extensions.{extension}.{name}", what, {**sample, "extensions": extensions}


def theirs(instance, options):
    try:
        result = validate_instance(instance, options)
        return (not result.is_valid), [str(e) for e in result.errors or []][:1]
    except Exception as error:  # it does crash, which is a finding of its own
        return None, [repr(error)]


def main():
    examples = pathlib.Path(sys.argv[1])
    samples = [json.loads(line) for line in SAMPLES.read_text().splitlines()]
    cases = list(mutations(samples))
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(json.dumps(case[3]) + "\n" for case in cases)
        file.flush()
        lines = subprocess.run([examples / "check", file.name], capture_output=True, check=True, text=True).stdout.splitlines()
    options = ValidationOptions(version="2.1")
    counts = collections.Counter()
    classes = collections.defaultdict(list)
    for (kind, name, what, instance), line in zip(cases, lines, strict=True):
        report = json.loads(line)["report"]
        ours = bool(report["errors"])
        wrong, why = theirs(instance, options)
        if wrong is None:
            counts["stix2-validator crashes"] += 1
            continue
        counts["agree" if wrong == ours else "differ"] += 1
        if wrong != ours:
            rules = sorted({problem["rule"] for problem in report["errors"]}) or ["-"]
            key = ("ours" if ours else "theirs", tuple(rules) if ours else re.sub(r"'[^']*'|^\S+: ", "…", (why or [""])[0])[:90])
            classes[key].append((kind, name, what, why))
    print(dict(counts))
    for (who, reason), found in sorted(classes.items(), key=lambda item: (item[0][0], -len(item[1]))):
        print(f"{len(found):5} only {who} refuses: {reason}")
        for example in found[:: max(1, len(found) // 4)][:4]:
            print("          ", example)


main()
