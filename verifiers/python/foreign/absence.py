"""`absence`: no entry of some classes between two receipted checkpoints (FORMATS §8)."""

from . import canonical, items, merkle
from .refused import need


def verify(raw, policy):
    """Verifies an absence proof; returns what is proved."""
    absence = canonical.parse(raw, "absence")
    members = {"proof": str, "v": int, "absent": list, "start": str, "end": str, "frontier": list, "entries": list}
    need(isinstance(absence, dict) and absence.keys() == members.keys(), "absence has not its members")
    need(all(type(absence[name]) is kind for name, kind in members.items()), "absence has a malformed member")
    need(absence["proof"] == "absence" and absence["v"] == 1, "absence is not of version 1")
    absent = absence["absent"]
    known = range(len(items.CLASS_NAMES))
    need(absent and all(type(c) is int and c in known for c in absent), "absence claims an unknown class")
    need(len(set(absent)) == len(absent), "absence claims a class twice")
    need(all(isinstance(x, str) for x in absence["frontier"] + absence["entries"]), "absence has a malformed member")

    start, end = (policy.open(absence[name].encode(), quorum=True) for name in ("start", "end"))
    first, last = start.checkpoint, end.checkpoint
    need(first.origin == last.origin, "absence starts and ends in different logs")
    need(first.size <= last.size, "absence ends before it starts")
    tree = merkle.Frontier(first.size, [canonical.b64decode(x, "frontier", 32) for x in absence["frontier"]])
    need(tree.root() == first.root, "frontier does not lead to the start's root")
    count = len(absence["entries"])
    need(count == last.size - first.size, f"absence has {count} entries, {last.size - first.size} are needed")
    counts = {}
    for index, text in enumerate(absence["entries"], first.size):
        raw_entry = canonical.b64decode(text, "absence entry", 65)
        class_, salt_e, head_c = raw_entry[0], raw_entry[1:33], raw_entry[33:]
        need(class_ in known, f"class {class_} is unknown")
        tree.append(items.leaf(items.entry(class_, salt_e, head_c)))
        need(class_ not in absent, f"index {index} is of class {class_}, which is claimed absent")
        name = items.CLASS_NAMES[class_]
        counts[name] = counts.get(name, 0) + 1
    need(tree.root() == last.root, "entries do not lead to the end's root")
    return {
        "proved": "absence",
        "log": first.origin,
        "absent": [items.CLASS_NAMES[class_] for class_ in absent],
        "start": {"size": first.size, "root": canonical.b64(first.root), "signed": start.signed},
        "end": {"size": last.size, "root": canonical.b64(last.root), "signed": end.signed},
        "present": counts,
    }
