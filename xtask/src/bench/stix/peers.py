"""The contenders in Python. `peers.py WHAT FILE… [LIMIT]` prints one line of JSON, as the processes in Rust do."""

import json
import resource
import sys
import time


def told(what, count, secs, found):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"what": what, "count": count, "secs": secs, "peak_mib": peak, "found": found}))


def some(objects, limit):
    """So many objects, evenly from everywhere, so that each type has its share."""
    step = max(1, len(objects) // limit) if limit else 1
    return objects[::step]


def validate(path, limit):
    import logging

    from stix2validator import ValidationOptions, validate_instance

    logging.disable(logging.CRITICAL)
    options = ValidationOptions(version="2.1")
    objects = some(json.load(open(path))["objects"], limit)
    validate_instance(objects[0], options)  # loads the schemas
    found, begun = 0, time.process_time()
    for each in objects:
        result = validate_instance(each, options)
        found += len(result.errors or []) + len(result.warnings or [])
    told("stix2-validator 3.3.1: objects in memory", len(objects), time.process_time() - begun, found)


def parse(path, limit):
    import stix2

    objects = some(json.load(open(path))["objects"], limit)
    stix2.parse(objects[0], allow_custom=True)
    refused, begun = 0, time.process_time()
    for each in objects:
        try:
            stix2.parse(each, allow_custom=True)
        except Exception:
            refused += 1
    told("python stix2 3.0.2: objects in memory", len(objects), time.process_time() - begun, refused)


def matches(patterns, path, limit):
    from stix2matcher.matcher import Pattern

    patterns = [Pattern(text, stix_version="2.1") for text in json.load(open(patterns))]
    objects = json.load(open(path))["objects"]
    by_id = {each["id"]: each for each in objects}
    observed = some([each for each in objects if each["type"] == "observed-data"], limit)
    bundles = [{"type": "bundle", "objects": [each] + [by_id[ref] for ref in each["object_refs"]]} for each in observed]
    found, begun = 0, time.process_time()
    for pattern in patterns:
        for bundle in bundles:
            found += bool(pattern.match([bundle]))
    told("stix2-matcher 3.0.0: patterns ready", len(patterns) * len(bundles), time.process_time() - begun, found)


WHAT = {"validate": validate, "parse": parse, "matches": matches}
arguments = sys.argv[2:-1] + [int(sys.argv[-1])]
WHAT[sys.argv[1]](*arguments)
