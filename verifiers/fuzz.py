#!/usr/bin/env python3
"""Mutates the files of an export and sees that all verifiers still say the same: `fuzz.py EXPORT SEED ROUNDS NAME=COMMAND...`.

What one verifier accepts and another refuses is a fault in one of them, or in docs/FORMATS.md. Exits 0 only if every
verifier gave the same exit code and the same output every time, 0 or 1 and never a crash, and refused by far most.
"""

import collections
import pathlib
import random
import shlex
import subprocess
import sys
import tempfile

SPLICES = (b"\n", b" ", b"\t", b"+", b"0", b"A", b"=", b",", b'"', b"\0", b"\xe2\x80\x94 ", b"\xff")


def mutate(raw, rng):
    """One to three small changes: bits, bytes, cuts, copies, lines swapped or doubled."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        at, other, lines = rng.randrange(len(raw)), rng.randrange(len(raw)), raw.split(b"\n")
        x, y = rng.randrange(len(lines)), rng.randrange(len(lines))
        swapped = list(lines)
        swapped[x], swapped[y] = lines[y], lines[x]
        raw = rng.choice(
            (
                lambda: raw[:at] + bytes([raw[at] ^ 1 << rng.randrange(8)]) + raw[at + 1 :],
                lambda: raw[:at] + bytes([rng.randrange(256)]) + raw[at + 1 :],
                lambda: raw[:at] + raw[at + rng.choice((1, 2, 10, 100)) :],
                lambda: raw[:at] + rng.choice(SPLICES) + raw[at:],
                lambda: raw[:at] + raw[other : other + rng.choice((1, 4, 40))] + raw[at:],
                lambda: b"\n".join(swapped),
                lambda: b"\n".join(lines[:x] + [lines[y]] + lines[x:]),
            )
        )() or b"\n"
    return raw


def targets(export):
    """Every (file to mutate, arguments with the mutated file as None)."""
    policy = str(export / "policy")
    yield "policy", ["checkpoint", str(export / "checkpoint"), "--policy", None]
    yield "checkpoint", ["checkpoint", None, "--policy", policy]
    yield "bundle.tar", ["tree", None, "--policy", policy]
    yield "absence.json", ["absence", None, "--policy", policy]
    for command, pattern in (("proof", "*.tlog-proof"), ("fork", "fork*.json")):
        for path in sorted(export.glob(pattern)):
            yield path.name, [command, None, "--policy", policy]


def main():
    """Mutates, compares, counts."""
    export, seed, rounds = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    verifiers = {name: shlex.split(command) for name, _, command in (arg.partition("=") for arg in sys.argv[4:])}
    rng, counts, bad = random.Random(seed), collections.Counter(), 0
    files = [(name, (export / name).read_bytes(), args) for name, args in targets(export)]
    with tempfile.TemporaryDirectory() as directory:
        mutated = pathlib.Path(directory, "mutated")
        for number in range(rounds):
            name, raw, args = rng.choice(files)
            mutated.write_bytes(mutate(raw, rng))
            args = [str(mutated) if arg is None else arg for arg in args]
            done = {v: subprocess.run(command + args, capture_output=True, text=True) for v, command in verifiers.items()}
            said = {(d.returncode, d.stdout) for d in done.values()}
            refusals = [d.stderr for d in done.values() if d.returncode]
            honest = all(err.startswith("refused: ") and err.count("\n") == 1 for err in refusals)
            counts[min(code for code, _ in said)] += 1
            if len(said) != 1 or not honest:
                bad += 1
                print(f"round {number}, {name}:", *(f"{v}: {d.returncode} {d.stderr.strip()[-200:]}" for v, d in done.items()), sep="\n  ")
    print(f"{rounds} mutations with seed {seed}: {counts[1]} refused, {counts[0]} accepted, {bad} judged differently")
    return 1 if bad or counts[1] <= counts[0] or len(verifiers) < 2 else 0


if __name__ == "__main__":
    if len(sys.argv) < 6:
        sys.exit("usage: fuzz.py EXPORT SEED ROUNDS NAME=COMMAND NAME=COMMAND...")
    sys.exit(main())
