"""Entries, heads, openings and packed items (FORMATS §2)."""

import hashlib
import re

from . import canonical
from .refused import Refused, need

WITHHELD, CLASS, HEAD, CONTENT = range(4)
LEVEL_NAMES = ("withheld", "class", "head", "content")
CLASS_NAMES = (
    "filler",
    "control",
    "information",
    "inquiry",
    "answer",
    "proposal or agreement",
    "meeting or readout",
    "notice",
    "sealed",
    "statement",
    "commitment",
    "step or attest",
    "ping or signal",
)
ENTRY_BYTES = 33
HEAD_BYTES_MAX = 64 * 1024
CONTENT_BYTES_MAX = 16 * 1024 * 1024
PACKAGE_CONTENT_BYTES_MAX = 1024 * 1024
NOT_HERE = 0xFFFFFFFF

_SENT = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)\.\d{6}Z", re.ASCII)


class Reader:
    """Takes bytes from the front, refusing to run past the end."""

    def __init__(self, raw, what):
        self.raw, self.at, self.what = raw, 0, what

    def take(self, count):
        """The next `count` bytes."""
        need(len(self.raw) - self.at >= count, f"{self.what} is cut short")
        self.at += count
        return self.raw[self.at - count : self.at]

    def integer(self, count):
        """The next `count` bytes, big-endian."""
        return int.from_bytes(self.take(count), "big")

    def done(self):
        """Whether everything was taken."""
        return self.at == len(self.raw)

    def end(self):
        """Refuses if anything is left."""
        need(self.done(), f"{self.what} has {len(self.raw) - self.at} bytes after its end")


class Opening:
    """What discloses an entry up to a level."""

    def __init__(self, raw):
        reader = Reader(raw, "opening")
        version, self.level = reader.take(2)
        need(version == 1, f"opening has version {version}")
        need(self.level <= CONTENT, f"opening has level {self.level}")
        self.entry = self.head = None
        if self.level == WITHHELD:
            return reader.end()
        self.class_ = reader.integer(1)
        need(self.class_ < len(CLASS_NAMES), f"class {self.class_} is unknown")
        salt_e = reader.take(32)
        if self.level == CLASS:
            head_c = reader.take(32)
        else:
            salt_h = reader.take(32)
            length = reader.integer(4)
            need(length <= HEAD_BYTES_MAX, f"head is {length} bytes, the limit is {HEAD_BYTES_MAX}")
            self.head = reader.take(length)
            head_c = hashlib.sha256(b"chancery/head/v1\0" + salt_h + self.head).digest()
        if self.level == CONTENT:
            self.salt_c = reader.take(32)
        reader.end()
        self.entry = entry(self.class_, salt_e, head_c)


def entry(class_, salt_e, head_c):
    """The 33 bytes in the log."""
    return b"\1" + hashlib.sha256(b"chancery/entry/v1\0" + salt_e + bytes([class_]) + head_c).digest()


def leaf(entry_):
    """RFC 6962 §2.1."""
    return hashlib.sha256(b"\0" + entry_).digest()


def packed_item(reader):
    """Reads one packed item: the opening, and the content or None when it is not here."""
    opening = Opening(reader.take(reader.integer(4)))
    length = reader.integer(4)
    if length == NOT_HERE:
        return opening, None
    need(opening.level == CONTENT, f"content is here, but the opening is of level {opening.level}")
    need(length <= CONTENT_BYTES_MAX, f"content is {length} bytes, the limit is {CONTENT_BYTES_MAX}")
    return opening, reader.take(length)


def check_head(raw, origin, index):
    """Checks what a head says against where it stands; returns it parsed."""
    head = canonical.parse(raw, "head")
    need(isinstance(head, dict), "head is not an object")
    for name, kind in (("v", int), ("log", str), ("seq", int), ("media", str), ("content", str), ("bytes", int), ("sent", str)):
        need(type(head.get(name)) is kind, f"head.{name} is missing or malformed")
    need(head["v"] == 1, f"head.v is {head['v']}")
    need(head["log"] == origin, f"head.log is {head['log']}, the log is {origin}")
    need(head["seq"] == index, f"head.seq is {head['seq']}, the index is {index}")
    canonical.b64decode(head["content"], "head.content", 32)
    need(0 <= head["bytes"] <= CONTENT_BYTES_MAX, f"head.bytes is {head['bytes']}, the limit is {CONTENT_BYTES_MAX}")
    need(_SENT.fullmatch(head["sent"]), "head.sent is not a UTC time with six fractional digits")
    for name in ("lang", "office"):
        need(type(head.get(name, "")) is str, f"head.{name} is malformed")
    if "seen" in head:
        _check_seen(head["seen"])
    return head


def _check_seen(seen):
    need(isinstance(seen, dict) and seen, "head.seen is malformed")
    for point in seen.values():
        need(isinstance(point, list) and len(point) == 2 and type(point[0]) is int, "head.seen is malformed")
        need(point[0] >= 0 and isinstance(point[1], str), "head.seen is malformed")
        canonical.b64decode(point[1], "head.seen", 32)


def content_commitment(salt_c, content):
    """content_c of FORMATS §2."""
    return hashlib.sha256(b"chancery/content/v1\0" + salt_c + content).digest()


def check_content(opening, head, content):
    """Checks content against the head that committed to it."""
    need(len(content) == head["bytes"], f"content is {len(content)} bytes, head.bytes is {head['bytes']}")
    if canonical.b64(content_commitment(opening.salt_c, content)) != head["content"]:
        raise Refused("content is not what the head commits to")
