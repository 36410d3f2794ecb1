#!/usr/bin/env python3
"""Asks PCRE2 (PyPI pcre2 0.7.1) about random regular expressions on random texts, with DOTALL and UCP.

Writes regex.jsonl {"regex", "subjects": [text], "verdict": [bool] or "error"}
"""

import json
import pathlib
import random

import pcre2

# No \x{…}: the Python binding sets an option that reads it otherwise.
HERE = pathlib.Path(__file__).parent
R = random.Random(20261122)
ATOMS = ["a", "b", "c", "é", ".", "^", "$", "\\d", "\\w", "\\s", "\\W", "\\D", "\\S", "\\h", "\\H", "\\v", "\\V", "\\N", "\\R",
         "\\b", "\\B", "\\A", "\\z", "\\Z", "\\n", "\\t", "\\x61", "\\141", "\\0", "\\e", "\\.", "\\-", "\\Qa.b\\E",
         "[ab]", "[^ab]", "[a-c]", "[]a]", "[^]a]", "[a-]", "[\\d-]", "[[:alpha:]]", "[[:^digit:]]", "[a&&b]", "[a[b]", "[\\w.]",
         "[\\b\\n]", "[--a]", "[+--]", "[a\\]b]", "[\\x61-\\x63]", "[é-ü]", "[\\h]", "[:a:]", "\\p{L}", "\\P{Lu}", "\\pN", "{", "}", "]",
         "{,2}", "a{2}", "a{1,}", "-", " ", "#", "1", "\\1", "\\2", "\\g1", "\\g{-1}", "\\k<n>", "A", "B"]
QUANTIFIERS = ["", "", "", "", "", "*", "+", "?", "*?", "+?", "??", "*+", "++", "?+", "{2}", "{1,2}", "{2,}", "{0}", "{1,2}?", "{2}+"]
GROUPS = ["(", "(", "(?:", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?i:", "(?-s:", "(?<n>", "(?x:", "(?m:", "(?s-i:"]
FLAGS = ["(?i)", "(?m)", "(?-s)", "(?x)", "(?U)", "(?i-s)", "(?-i)", "(?#c)"]
LETTERS = ["a", "b", "c", "A", "B", "é", "É", "\n", "\t", " ", "1", "-", ".", "[", "]", "{", "}", ",", "&", "\r\n", "", "\u00a0", "ü", "2"]


def expression(depth):
    parts = []
    for _ in range(R.randint(1, 4)):
        pick = R.random()
        if pick < 0.06:
            parts.append(R.choice(FLAGS))
        elif pick < 0.12:
            parts.append("|")
        elif pick < 0.35 and depth:
            parts.append(R.choice(GROUPS) + expression(depth - 1) + ")" + R.choice(QUANTIFIERS))
        else:
            parts.append(R.choice(ATOMS) + R.choice(QUANTIFIERS))
    return "".join(parts)


def main():
    with open(HERE / "regex.jsonl", "w") as out:
        for _ in range(2500):
            text = expression(2)
            subjects = ["".join(R.choices(LETTERS, k=R.randint(0, 6))) for _ in range(6)] + ["", "a", "ab\n"]
            try:
                compiled = pcre2.compile(text, flags=pcre2.DOTALL | pcre2.UNICODE)
                verdict = [compiled.search(subject) is not None for subject in subjects]
            except Exception:
                verdict = "error"
            case = {"regex": text, "subjects": subjects, "verdict": verdict}
            out.write(json.dumps(case, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
