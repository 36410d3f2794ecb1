"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint; FORMATS §3)."""

import hashlib
import re

from .canonical import b64decode
from .keys import NAME_BYTES_MAX, valid_name
from .refused import Refused, need

NOTE_BYTES_MAX = 64 * 1024
NOTE_SIGNATURES_MAX = 16
NOTE_LINES_MAX = 100
TREE_SIZE_MAX = 2**40
EMPTY_ROOT = hashlib.sha256(b"").digest()


class Checkpoint:
    """Origin, size, root: three lines and no extension."""

    def __init__(self, text):
        lines = text.split("\n")
        need(len(lines) == 4 and lines[3] == "", f"checkpoint has {len(lines) - 1} lines, three are needed")
        self.origin, size, root = lines[:3]
        need(self.origin and len(self.origin.encode()) <= NAME_BYTES_MAX, "checkpoint has no valid origin")
        self.size = decimal(size, "checkpoint size")
        need(self.size <= TREE_SIZE_MAX, f"checkpoint size is {size}, the limit is {TREE_SIZE_MAX}")
        self.root = b64decode(root, "checkpoint root", 32)
        need(self.size or self.root == EMPTY_ROOT, "checkpoint of size 0 has not the root of the empty tree")


class Line:
    """One signature line: who claims to have signed, and the bytes after the key id."""

    def __init__(self, line):
        name, _, blob = line.removeprefix("— ").partition(" ")
        need(line.startswith("— ") and valid_name(name), "note has a malformed signature line")
        raw = b64decode(blob, f"signature of {name}")
        need(len(raw) > 4, "note has a malformed signature line")
        self.name, self.key_id, self.signature = name, raw[:4], raw[4:]


class Note:
    """A note that is well-formed; whether its lines verify is a matter of the policy."""

    def __init__(self, raw):
        need(len(raw) <= NOTE_BYTES_MAX, f"note is {len(raw)} bytes, the limit is {NOTE_BYTES_MAX}")
        try:
            whole = raw.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("note is not UTF-8") from None
        need(not any(c < " " and c != "\n" for c in whole), "note has a control character")
        head, blank, lines = whole.rpartition("\n\n")
        need(blank and lines.endswith("\n"), "note has no signatures")
        self.text = head + "\n"
        lines = lines[:-1].split("\n")
        need(len(lines) <= NOTE_LINES_MAX, f"note has {len(lines)} lines of signatures, the limit is {NOTE_LINES_MAX}")
        self.lines = [Line(line) for line in lines]

    def verified(self, keys, checkpoint):
        """Verifies every line of a known key; returns `{(name, id): time or None}` of those that signed."""
        known = {(key.name, key.id): key for key in keys}
        lines = [line for line in self.lines if (line.name, line.key_id) in known]
        count = len(lines)
        need(count <= NOTE_SIGNATURES_MAX, f"note has {count} signatures of known keys, the limit is {NOTE_SIGNATURES_MAX}")
        signed = {}
        for line in lines:
            key = known[line.name, line.key_id]
            verifies, time = key.verify(self.text.encode(), line.signature, checkpoint)
            need(verifies, f"signature of {key.label()} does not verify")
            signed.setdefault((key.name, key.id), time)
        return signed


def decimal(text, what):
    """Reads an ASCII decimal without leading zeros, below 2^63."""
    need(re.fullmatch("0|[1-9][0-9]{0,18}", text) and int(text) < 2**63, f"{what} is not a plain decimal")
    return int(text)
