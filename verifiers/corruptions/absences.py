"""Corruptions of an absence proof, and forks that are none."""

import base64
import json

from .parts import Note, b64, flip, flip64, jcs


def absences(cases, absence, checkpoint):
    first = base64.b64decode(absence["entries"][0])
    hidden = next(c for c in range(13) if c not in absence["absent"] and c != first[0])
    rest = absence["entries"][1:]
    end = Note(absence["end"])
    add = lambda name, expect, **changes: cases.add(name, expect, "absence", jcs(absence | changes))
    add("absence-entry-omitted", "entries, .* are needed", entries=rest)
    add("absence-class-hidden", "end's root", entries=[b64(bytes([hidden]) + first[1:])] + rest)
    add("absence-salt-flipped", "end's root", entries=[b64(flip(first, 1))] + rest)
    add("absence-entries-reordered", "end's root", entries=absence["entries"][::-1])
    add("absence-of-a-class-that-is-there", "which is claimed absent", absent=absence["absent"] + [first[0]])
    add("absence-frontier-bit", "frontier does not lead", frontier=[flip64(absence["frontier"][0])] + absence["frontier"][1:])
    add("absence-ends-swapped", "ends before it starts", start=absence["end"], end=absence["start"])
    add("absence-end-without-receipt", "quorum .* is not met", end=end.make(lines=end.own()))
    add("absence-of-nothing", "unknown class", absent=[])
    cases.add("absence-not-canonical", "not canonical JSON", "absence", json.dumps(absence))
    cases.add("absence-member-twice", "not canonical JSON", "absence", jcs(absence).replace(b'{"absent"', b'{"absent":[],"absent"', 1))

    same = {"proof": "fork", "v": 1, "older": checkpoint.make(), "newer": checkpoint.make()}
    cases.add("fork-of-one-root", "no fork", "fork", jcs(same))
    older = Note(absence["start"])
    claims = {"older": absence["start"], "consistency": absence["frontier"]}
    cases.add("fork-of-a-grown-tree", "no fork", "fork", jcs(same | claims | {"root": older.root}))
    cases.add("fork-with-a-made-up-root", "consistency proof does not hold", "fork", jcs(same | claims | {"root": flip64(older.root)}))
    cases.add("fork-without-proof", "no consistency proof", "fork", jcs(same | {"older": absence["start"]}))
