"""Corruptions of what the parties signed: charter, cards and declarations."""

import hashlib
import json

from .checkpoints import other_key, with_keys
from .parts import Note, jcs

KINDS = ("checkpoint", "charter", "declaration", "tile", "entries", "package", "content", "receipt")


def charters(cases, bundle, note):
    """What the parties signed; only for a bundle that has its charter."""
    name = next((name for name in bundle.files if name.startswith("charter/")), None)
    if name is None:
        return
    charter = json.loads(bundle.files[name])
    acceptances, cards = charter["acceptances"], charter["parties"]

    def add(what, expect, changes, command="charter", **more):
        cases.add(what, expect, command, bundle.make(changes), **more)

    def add_charter(what, expect, **changes):
        add(what, expect, {name: jcs(charter | changes)})

    def card(change):
        return [cards[0] | {"card": change(Note(cards[0]["card"], checkpoint=False))}] + cards[1:]

    one_line = card(lambda note: note.make(lines=[min(note.lines, key=len)]))
    forged = card(lambda note: note.make(note.text.replace('"issued":"2', '"issued":"3')))
    add("charter-is-not-entry-0", "entry 0 of .* is not the charter", {name: jcs(charter | {"name": "x"})}, "tree")
    add_charter("charter-terms-altered", "is of other terms", name=charter["name"] + "x")
    add_charter("charter-acceptance-missing", "not accepted by every party", acceptances=acceptances[1:])
    add_charter("charter-log-missing", "not one for each of its tracks", acceptances=[acceptances[0] | {"logs": []}] + acceptances[1:])
    add_charter("card-with-one-line", "party line of .* is missing", parties=one_line)
    add_charter("card-altered", "signature of .* does not verify", parties=forged)
    if len(acceptances) > 1:
        lent = [acceptances[0] | {"note": acceptances[1]["note"]}] + acceptances[1:]
        add_charter("charter-acceptance-of-another-party", "party line of .* is missing", acceptances=lent)
    h = hashlib.sha256(note.origin.encode()).hexdigest()
    declaration = f"declaration/{h}.0"
    if declaration in bundle.files:
        raw, order = bundle.files[declaration], lambda names: sorted(names, key=lambda n: KINDS.index(n.split("/")[0]))
        moved = bundle.make({declaration: None, f"declaration/{h}.1": raw}, order=order)
        cases.add("declaration-of-another-serial", "has serial 0, 1 was expected", "charter", moved)
        forged = {declaration: raw.replace(b'"serial":0', b'"serial":1')}
        add("declaration-altered", "signature of .* does not verify", forged)
    policy = with_keys((cases.export / "policy").read_text(), "log", {note.origin}, other_key)
    cases.add("charter-of-other-keys", "other keys than the policy's", "charter", bundle.make(), policy=policy)
