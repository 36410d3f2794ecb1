#!/usr/bin/env python3
"""Verifies what a Chancery node exports, without Chancery's code (docs/FORMATS.md).

Exit code 0: all holds, and one line of JSON says what is proved. 1: refused, and one line says why. 2: usage.
Needs `cryptography` with ML-DSA (or `dilithium-py` beside an older one) and, before Python 3.14, `zstandard`.
"""

import argparse
import re
import sys

from foreign import absence, canonical, charter, consistency, fork, proof, tree
from foreign.policy import Policy
from foreign.refused import Refused


def main():
    """Parses the arguments and runs one command."""
    args = _arguments()
    try:
        proved = COMMANDS[args.command](args, Policy(args.policy))
    except Refused as err:
        print(f"refused: {_one_line(err)}", file=sys.stderr)
        return 1
    print(canonical.write(proved).decode())
    return 0


def _checkpoint(args, policy):
    opened = policy.open(args.note, quorum=True)
    point = opened.checkpoint
    return {
        "proved": "checkpoint",
        "log": point.origin,
        "size": point.size,
        "root": canonical.b64(point.root),
        "signed": opened.signed,
    }


COMMANDS = {
    "checkpoint": _checkpoint,
    "proof": lambda args, policy: proof.verify(args.proof, policy, args.content),
    "tree": lambda args, policy: tree.verify(args.bundle, policy),
    "charter": lambda args, policy: charter.verify(args.bundle, policy),
    "consistency": lambda args, policy: consistency.verify(args.bundle, policy, args.log, args.old, args.new),
    "absence": lambda args, policy: absence.verify(args.absence, policy),
    "fork": lambda args, policy: fork.verify(args.fork, policy),
}


def _arguments():
    parser = argparse.ArgumentParser(prog="verify.py", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    for command, positional in (
        ("checkpoint", "note"),
        ("proof", "proof"),
        ("tree", "bundle"),
        ("charter", "bundle"),
        ("consistency", "bundle"),
        ("absence", "absence"),
        ("fork", "fork"),
    ):
        sub = commands.add_parser(command, allow_abbrev=False)
        sub.add_argument(positional, type=_file)
        sub.add_argument("--policy", type=_file, required=True)
        if command == "proof":
            sub.add_argument("--content", type=_file)
        if command == "consistency":
            sub.add_argument("--old", type=_size, required=True)
            sub.add_argument("--new", type=_size, required=True)
            sub.add_argument("--log", type=_log, required=True, metavar="HASH")
    args = parser.parse_args()
    if args.command == "consistency" and not args.old <= args.new:
        parser.error("--old must not be larger than --new")
    return args


def _file(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as err:
        raise argparse.ArgumentTypeError(f"{path}: {err.strerror}") from None


def _size(text):
    if not re.fullmatch("[1-9][0-9]{0,17}", text):
        raise argparse.ArgumentTypeError(f"{text} is not a size")
    return int(text)


def _log(text):
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise argparse.ArgumentTypeError(f"{text} is not the hex SHA-256 of an origin")
    return text


def _one_line(err):
    return "".join(c if c.isprintable() else "?" for c in str(err))


if __name__ == "__main__":
    sys.exit(main())
