#!/usr/bin/env python3
"""Asks python stix2 3.0.2 (PyPI, with rapidfuzz and haversine) which patterns are equivalent.

Reads  equivalence-cases.jsonl (pairs by hand: ["pattern", "pattern"])
Writes equivalence.jsonl       {"left", "right", "verdict"} (true, false or "error: …"): the pairs by hand, then random ones.
"""

import json
import pathlib
import random

from stix2.equivalence.pattern import equivalent_patterns

HERE = pathlib.Path(__file__).parent
RANDOM = random.Random(20261122)
TESTS = ["a:x = 1", "a:x = 2", "a:y = 'p'", "a:y != 'p'", "a:z LIKE 'q%'", "a:x IN (1, 2)", "a:x IN (2, 1)"]


def comparison(depth):
    if depth == 0 or RANDOM.random() < 0.4:
        return RANDOM.choice(TESTS[:4])
    operator = RANDOM.choice([" AND ", " OR "])
    return "(" + operator.join(comparison(depth - 1) for _ in range(2)) + ")"


def observation(depth):
    if depth == 0 or RANDOM.random() < 0.3:
        return f"[{comparison(RANDOM.choice([0, 0, 1, 2]))}]"
    operator = RANDOM.choice([" AND ", " OR ", " FOLLOWEDBY "])
    text = "(" + operator.join(observation(depth - 1) for _ in range(2)) + ")"
    return text + (" WITHIN 5 SECONDS" if RANDOM.random() < 0.15 else "")


def verdict(left, right):
    try:
        return equivalent_patterns(left, right, stix_version="2.1")
    except Exception as error:
        return f"error: {type(error).__name__}"


def main():
    lines = (HERE / "equivalence-cases.jsonl").read_text().split("\n")
    pairs = [json.loads(line) for line in lines if line]
    pool = sorted({observation(RANDOM.choice([0, 0, 1, 1, 2])) for _ in range(150)})
    groups = {}
    # Every pair of the pool that is equivalent, and as many that are not.
    for left in pool:
        for right in pool:
            if left < right:
                groups.setdefault(verdict(left, right), []).append([left, right])
    pairs += RANDOM.sample(groups[True], min(400, len(groups[True]))) + RANDOM.sample(groups[False], 400)
    with open(HERE / "equivalence.jsonl", "w") as out:
        for left, right in pairs:
            case = {"left": left, "right": right, "verdict": verdict(left, right)}
            out.write(json.dumps(case, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
