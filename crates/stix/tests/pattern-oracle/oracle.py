#!/usr/bin/env python3
"""Asks stix2-patterns 2.1.2 and stix2-matcher 3.0.0 (PyPI) for their verdicts and records them.

    python3 -m venv /tmp/oracle && /tmp/oracle/bin/pip install stix2-patterns==2.1.2 stix2-matcher==3.0.0
    /tmp/oracle/bin/python oracle.py

Reads  observations.json, syntax-cases.txt, match-cases.jsonl (written by hand)
Writes syntax.jsonl   {"pattern", "valid"}                       the grammar's verdict
       match.jsonl    {"pattern", "data", "verdict"}             true, false or "error"
The cases by hand are followed by random ones from a fixed seed.
"""

import itertools
import json
import pathlib
import random
import signal

from stix2matcher.matcher import match
from stix2patterns.v21.pattern import Pattern

HERE = pathlib.Path(__file__).parent
RANDOM = random.Random(20261122)


class TooSlow(Exception):
    pass


def alarm(*_):
    raise TooSlow


signal.signal(signal.SIGALRM, alarm)


def is_valid(pattern):
    try:
        Pattern(pattern)
        return True
    except Exception:
        return False


def verdict(pattern, data):
    signal.alarm(5)
    try:
        return bool(match(pattern, data, stix_version="2.1"))
    except TooSlow:
        return "slow"
    except Exception:
        return "error"
    finally:
        signal.alarm(0)


# Random syntax: words of the language in random order, and good patterns with one word changed.
WORDS = (
    "[ ] ( ) : . , * = == != <> < > <= >= AND OR NOT FOLLOWEDBY LIKE MATCHES ISSUBSET ISSUPERSET EXISTS IN "
    "LAST START STOP SECONDS WITHIN REPEATS TIMES true false file a-b _x 'text' 'a\\'b' '\\\\' '' 5 -5 +5 0 007 "
    "1.5 .5 -.5 +1.5 5. h'00ff' h'0' h'' b'AAEC' b'AA==' b'A' t'2020-01-01T00:00:00Z' t'2020-01-01T00:00:00.5Z' "
    "t'2020-13-01T00:00:00Z' t'x' // /**/ \u00a0 \u2003 - + ^ \" a:b a:b=1 [a:b=1]"
).split(" ")
GOOD = [
    "[ file : name = 'a' ]",
    "[ file : hashes . 'SHA-256' = 'a' AND file : size > 5 OR file : size IN ( 1 , 2 ) ]",
    "[ a : b [ * ] . c NOT MATCHES '^x' ] FOLLOWEDBY [ a : b [ 0 ] LIKE '%' ]",
    "( [ a : b = 1 ] AND [ a : c = true ] ) WITHIN 5 SECONDS REPEATS 2 TIMES",
    "[ a : b = t'2020-01-01T00:00:00Z' ] START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00.5Z'",
    "[ EXISTS a : b ] OR [ NOT EXISTS a : b . c ]",
    "[ ( a : b = h'00' OR a : b != b'AAEC' ) AND a : c ISSUBSET '10.0.0.0/8' ] WITHIN 1.5 SECONDS",
]


def random_syntax():
    for _ in range(900):
        yield "".join(
            word + RANDOM.choice([" ", " ", ""]) for word in RANDOM.choices(WORDS, k=RANDOM.randint(1, 9))
        )
    for _ in range(1600):
        words = RANDOM.choice(GOOD).split(" ")
        at = RANDOM.randrange(len(words))
        change = RANDOM.choice(["drop", "insert", "replace", "swap"])
        if change == "drop":
            del words[at]
        elif change == "insert":
            words.insert(at, RANDOM.choice(WORDS))
        elif change == "replace":
            words[at] = RANDOM.choice(WORDS)
        else:
            other = RANDOM.randrange(len(words))
            words[at], words[other] = words[other], words[at]
        yield " ".join(words)


# Random matching: every property against every operator and constant, then random structure.
PROPERTIES = ["int", "float", "bool", "string", "empty", "accent", "ip", "cidr", "time", "raw_bin", "raw_hex",
              "list[0]", "list[*]", "list[7]", "dict.key", "dict.'a-b'", "dict", "list", "missing", "dict.missing",
              "nothing", "big", "numbers[*]", "peer_ref.string", "peer_ref", "peer_refs[*].string", "peer_refs[1].int",
              "gone_ref.string"]
CONSTANTS = ["5", "-5", "5.0", "5.5", "0", "true", "false", "'hello'", "'Hello'", "''", "'h\u00e9'", "'he\u0301'",
             "'5'", "h'0001ff'", "b'AAH/'", "h'68656c6c6f'", "'\u0000\u0001\u00ff'", "t'2020-01-01T00:00:00Z'",
             "t'2020-01-01T00:00:00.000Z'", "t'2019-06-01T00:00:00.25Z'", "9007199254740993", "'\u0100'"]
ORDERS = ["<", "<=", ">", ">="]
TEXTS = {
    "LIKE": ["hello", "h%", "%l%", "h_llo", "_", "%", "", "HELLO", "h\u00e9", "h.llo", "5"],
    "MATCHES": ["^hello$", "l+", "^h.llo$", "L", "(?i)HELLO", "^\\\\w+$", "[^a-z]", "^$", "(h)e(l)\\\\2o", "h(?=e)"],
    "ISSUBSET": ["11.22.0.0/16", "11.22.33.44/32", "10.0.0.0/8", "0.0.0.0/1"],
    "ISSUPERSET": ["11.22.33.44", "11.22.33.44/32", "11.22.0.0/16", "11.22.40.0/24"],
}


def matrix():
    for path in PROPERTIES:
        for constant in CONSTANTS:
            orders = [] if constant in ("true", "false") else ORDERS
            for operator in ["=", "!="] + RANDOM.sample(orders, min(len(orders), 2)):
                negated = RANDOM.choice(["", "", "NOT "])
                yield f"[thing:{path} {negated}{operator} {constant}]", "single"
        for operator, texts in TEXTS.items():
            for text in RANDOM.sample(texts, 4):
                negated = RANDOM.choice(["", "", "NOT "])
                yield f"[thing:{path} {negated}{operator} '{text}']", "single"
        for members in [("1", "5", "7"), ("5.0", "6.5"), ("'hello'", "'x'"), ("true", "false"), ("h'0001ff'",),
                        ("t'2020-01-01T00:00:00Z'",), ()]:
            negated = RANDOM.choice(["", "NOT "])
            yield f"[thing:{path} {negated}IN ({', '.join(members)})]", "single"


def leaf():
    return "[" + RANDOM.choice([
        "event:kind = 'a'", "event:kind = 'b'", "event:kind = 'c'", "event:kind IN ('a', 'b')", "event:kind != 'a'",
        "event:n > 2", "event:kind = 'a' AND event:n = 1", "other:kind = 'a'", "event:kind = 'a' OR other:kind = 'b'",
    ]) + "]"


def qualifier():
    return RANDOM.choice([
        f"WITHIN {RANDOM.choice(['1', '3', '5', '5.5', '10', '30'])} SECONDS",
        f"REPEATS {RANDOM.choice([1, 2, 2, 3, 4])} TIMES",
        f"START t'2020-01-01T00:00:{RANDOM.randint(0, 20):02}Z' STOP t'2020-01-01T00:00:{RANDOM.randint(5, 40):02}Z'",
    ])


def structure(depth):
    if depth == 0 or RANDOM.random() < 0.2:
        text = leaf()
    else:
        operator = RANDOM.choice([" AND ", " OR ", " FOLLOWEDBY ", " FOLLOWEDBY "])
        text = "(" + operator.join(structure(depth - 1) for _ in range(RANDOM.choice([2, 2, 3]))) + ")"
    if RANDOM.random() < 0.4:
        text += " " + qualifier()
    return text


def structures():
    for _ in range(1500):
        yield structure(RANDOM.choice([1, 1, 2, 2, 3])), RANDOM.choice(["points", "intervals", "numbers"])


def main():
    data = json.loads((HERE / "observations.json").read_text())
    with open(HERE / "syntax.jsonl", "w") as out:
        by_hand = [line for line in (HERE / "syntax-cases.txt").read_text().split("\n") if line]
        for pattern in dict.fromkeys(itertools.chain(by_hand, random_syntax())):
            out.write(json.dumps({"pattern": pattern, "valid": is_valid(pattern)}, ensure_ascii=False) + "\n")
    with open(HERE / "match.jsonl", "w") as out:
        by_hand = [json.loads(line) for line in (HERE / "match-cases.jsonl").read_text().split("\n") if line]
        cases = itertools.chain(((case["pattern"], case["data"]) for case in by_hand), matrix(), structures())
        for pattern, name in dict.fromkeys(cases):
            case = {"pattern": pattern, "data": name, "verdict": verdict(pattern, [data[name]])}
            out.write(json.dumps(case, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
