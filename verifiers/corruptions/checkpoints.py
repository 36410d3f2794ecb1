"""Corruptions of a checkpoint and of the policy."""

import base64
import re

from .parts import b64, flip, flip64, vkey, with_blob


def checkpoints(cases, note, elsewhere):
    """`elsewhere` is a genuine note of the same log at another size, with its receipts."""
    bad = "signature of .* does not verify"
    by_id = {base64.b64decode(line.rpartition(" ")[2])[:4]: line for line in elsewhere.lines}
    other_lines = lambda mine: [by_id.get(base64.b64decode(line.rpartition(" ")[2])[:4], line) for line in mine]
    last = note.root[-2]
    stray = note.root[:-2] + chr(ord(last) + 1) + "="
    path = cases.export / "checkpoint"

    def add(name, expect, note_text):
        cases.add(name, expect, "checkpoint", note_text)

    add("checkpoint-root-bit", bad, note.make(f"{note.origin}\n{note.size}\n{flip64(note.root)}"))
    add("checkpoint-size-off-by-one", bad, note.make(f"{note.origin}\n{int(note.size) + 1}\n{note.root}"))
    add("checkpoint-of-another-origin", "policy names no log", note.make(f"{note.origin}0\n{note.size}\n{note.root}", []) + others_unknown(note))
    add("checkpoint-extension-line", "checkpoint has 4 lines", note.make(note.text + "\nextension"))
    add("checkpoint-root-stray-bits", "not canonical base64", note.make(f"{note.origin}\n{note.size}\n{stray}"))
    add("checkpoint-size-leading-zero", "plain decimal", note.make(f"{note.origin}\n0{note.size}\n{note.root}"))
    add("log-signature-swapped", bad, note.make(lines=other_lines(note.own()) + note.others()))
    add("log-signature-bit", bad, note.replaced(lambda line: with_blob(line, lambda blob: flip(blob, len(blob) - 1))))
    add("log-time-shifted", bad, note.replaced(lambda line: with_blob(line, lambda b: flip(b, 11) if len(b) > 100 else b)))
    for i, line in enumerate(note.own()):
        add(f"log-line-{i}-missing", "log line of .* is missing", note.make(lines=[x for x in note.lines if x != line]))
    add("receipt-line-of-another-size", bad, note.make(lines=note.own() + other_lines(note.others())))
    add("receipts-missing", "quorum .* is not met", note.make(lines=note.own()))
    add("note-too-large", "note is .* bytes, the limit is 65536", note.make(lines=note.lines + ["— x/y " + b64(bytes(50000))]))

    policy = (cases.export / "policy").read_text()
    names = {line.split(" ")[1] for line in note.lines}
    add_policy = lambda name, expect, text: cases.add(name, expect, "checkpoint", path, policy=text)
    add_policy("quorum-keys-replaced", "quorum .* is not met", with_keys(policy, "witness", names, other_key))
    add_policy("log-keys-replaced", "log line of .* is missing", with_keys(policy, "log", {note.origin}, other_key))
    add_policy("log-key-under-an-old-id", "a key id that is not its own", with_keys(policy, "log", {note.origin}, other_key_same_id))
    only_ed25519 = [line for line in policy.splitlines(True) if not (line.startswith("log ") and len(line) > 1000)]
    add_policy("policy-without-ml-dsa", "policy has no ml-dsa-44", "".join(only_ed25519))
    add_policy("policy-without-quorum", "policy has no quorum", re.sub(r"(?m)^quorum .*\n", "", policy))
    small = b"\1" + bytes(31)
    add_policy("policy-with-a-small-order-key", "small order", f"log {vkey(note.origin, 1, small)}\n{policy}")


def others_unknown(note):
    # Only lines of keys nobody knows: then nothing fails before the origin is looked up.
    return f"— stranger.example/x {b64(bytes(68))}\n"


def other_key(key):
    name, _, material = key.split("+", 2)
    raw = base64.b64decode(material)
    return vkey(name, raw[0], flip(raw[1:], 3))


def other_key_same_id(key):
    name, key_id, _ = key.split("+", 2)
    return f"{name}+{key_id}+{other_key(key).split('+', 2)[2]}"


def with_keys(policy, kind, names, change):
    """The policy with the keys of some names changed."""

    def line(match):
        key = match.group(2)
        return match.group(1) + (change(key) if key.split("+")[0] in names else key)

    return re.sub(rf"(?m)^({kind} (?:\S+ )?)(\S+\+[0-9a-f]{{8}}\+\S+)", line, policy)
