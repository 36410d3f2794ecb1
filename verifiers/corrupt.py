#!/usr/bin/env python3
"""Writes corruptions of a good export: `corrupt.py EXPORT OUT` (README.md says what an export holds).

Each corruption changes one thing and repairs what would hide it (a bundle's index is made anew), so that what
refuses it is the check it is named for. OUT/cases.json lists them: name, arguments, and the reason expected.
Needs `zstandard`.
"""

import json
import pathlib
import sys

from corruptions.absences import absences
from corruptions.bundles import Bundle, bundles
from corruptions.charters import charters
from corruptions.checkpoints import checkpoints
from corruptions.parts import Cases, Note
from corruptions.proofs import Proof, proofs


def main():
    """Writes every case."""
    export, out = (pathlib.Path(arg) for arg in sys.argv[1:3])
    cases = Cases(export.resolve(), out.resolve())
    note = Note((export / "checkpoint").read_text())
    absence = json.loads((export / "absence.json").read_bytes())
    ends = [Note(absence[end]) for end in ("start", "end")]
    elsewhere = next((end for end in ends if end.size != note.size), None)
    if not elsewhere or {end.origin for end in ends} != {note.origin}:
        sys.exit("corrupt.py: the checkpoint and the absence proof must be of one log, at different sizes")
    found = [Proof(path.read_bytes()) for path in sorted(export.glob("*.tlog-proof"))]
    proof = next((p for p in found if p.content and len(p.path) > 1), None)
    if not proof or len(absence["entries"]) < 2 or not absence["frontier"]:
        sys.exit("corrupt.py: a proof with its content inside and an absence of two entries or more are needed")
    checkpoints(cases, note, elsewhere)
    proofs(cases, proof, elsewhere)
    bundle = Bundle((export / "bundle.tar").read_bytes())
    bundles(cases, bundle, note.origin)
    charters(cases, bundle, note)
    absences(cases, absence, note)
    (out / "cases.json").write_text(json.dumps(cases.cases, indent=1))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: corrupt.py EXPORT OUT")
    main()
