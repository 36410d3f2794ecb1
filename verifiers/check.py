#!/usr/bin/env python3
"""Runs verifiers over an export and its corruptions: `check.py EXPORT CORRUPTED NAME=COMMAND...`.

Prints a table and exits 0 only if every verifier accepts every good file, all saying the same, and refuses
every corruption for the reason expected.
"""

import hashlib
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tarfile


def good(export):
    """Every (name, arguments) that must be accepted."""
    policy = ["--policy", str(export / "policy")]
    yield "checkpoint", ["checkpoint", str(export / "checkpoint"), *policy]
    for path in sorted(export.glob("*.tlog-proof")):
        beside = path.with_suffix(".content")
        content = ["--content", str(beside)] if beside.exists() else []
        yield path.name, ["proof", str(path), *policy, *content]
    bundle = str(export / "bundle.tar")
    yield "tree", ["tree", bundle, *policy]
    with tarfile.open(bundle) as tar:
        if any(name.startswith("charter/") for name in tar.getnames()):
            yield "charter", ["charter", bundle, *policy]
    for h, old, new in pairs(bundle):
        yield f"consistency {h[:8]} {old}..{new}", ["consistency", bundle, *policy, "--old", old, "--new", new, "--log", h]
    yield "absence.json", ["absence", str(export / "absence.json"), *policy]
    for path in sorted(export.glob("fork*.json")):
        yield path.name, ["fork", str(path), *policy]


def pairs(bundle):
    """(log, old, new) for each log: from 1, the middle and every receipted size to the newest."""
    with tarfile.open(bundle) as tar:
        names = tar.getnames()
        for name in names:
            if name.startswith("checkpoint/"):
                origin, size = tar.extractfile(name).read().decode().split("\n")[:2]
                h = hashlib.sha256(origin.encode()).hexdigest()
                receipted = [int(n.rsplit("/")[-1]) for n in names if n.startswith(f"receipt/{h}/")]
                for old in sorted({1, max(1, int(size) // 2), *receipted}):
                    yield h, str(old), size


def run(command, args):
    done = subprocess.run(command + args, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr.strip()


def main():
    """Runs everything and prints the table."""
    export, corrupted = (pathlib.Path(arg).resolve() for arg in sys.argv[1:3])
    verifiers = {name: shlex.split(command) for name, _, command in (arg.partition("=") for arg in sys.argv[3:])}
    rows, failures = [], []

    def judge(what, name, verifier, holds, word, why):
        if not holds:
            failures.append(f"{verifier}: {what} {name}: {why}")
        return word if holds else "WRONG"

    for name, args in good(export):
        results = {v: run(command, args) for v, command in verifiers.items()}
        said = {out for _, out, _ in results.values()}
        cells = []
        for v, (code, out, err) in results.items():
            holds = code == 0 and out.count("\n") == 1 and len(said) == 1
            cells.append(judge("good", name, v, holds, "accepts", err or f"exit {code}, or not what the others say: {out[:200]}"))
        rows.append(["good", name, *cells])
    cases = json.loads((corrupted / "cases.json").read_text())
    for case in cases:
        cells = []
        for v, command in verifiers.items():
            code, out, err = run(command, case["args"])
            holds = code == 1 and not out and err.startswith("refused: ") and "\n" not in err and bool(re.search(case["expect"], err))
            why = f"exit {code}, said {err[:200]!r}, expected {case['expect']!r}"
            cells.append(judge("corrupt", case["name"], v, holds, "refuses", why))
        rows.append(["corrupt", case["name"], *cells])
    table([["", "file", *verifiers], *rows])
    print("\n".join(failures) or f"{len(rows)} files, {len(verifiers)} verifiers: all as they must be")
    return 1 if failures or not cases or not verifiers else 0


def table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit("usage: check.py EXPORT CORRUPTED NAME=COMMAND...")
    sys.exit(main())
