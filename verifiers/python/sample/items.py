"""Entries, heads and openings (FORMATS §2), and what the two logs hold."""

import struct

from .base import STIX, b64, jcs, seed, sha, when

LARGE_INDEX, ODD_INDEX, ATTACHMENT_INDEX = 131, 257, 33
WITHHELD, CLASS, HEAD, CONTENT = range(4)
WINDOW = (300, 420)
ABSENT = (3, 7)


class Item:
    """One item of a log: its salts, head, entry and openings."""

    def __init__(self, origin, seq, class_, media, content, level, **more):
        self.class_, self.content, self.level = class_, content, level
        self.salt_e, self.salt_h, self.salt_c = (seed("salt", x, origin, seq) for x in "ehc")
        self.content_c = sha(b"chancery/content/v1\0", self.salt_c, content)
        head = {"v": 1, "log": origin, "seq": seq, "media": media, "content": b64(self.content_c)}
        self.head = jcs(head | {"bytes": len(content), "sent": when(60 * seq)} | more)
        self.head_c = sha(b"chancery/head/v1\0", self.salt_h, self.head)
        self.entry = b"\1" + sha(b"chancery/entry/v1\0", self.salt_e, bytes([class_]), self.head_c)
        self.leaf = sha(b"\0", self.entry)

    def opening(self, level):
        if level == WITHHELD:
            return bytes([1, 0])
        start = bytes([1, level, self.class_]) + self.salt_e
        if level == CLASS:
            return start + self.head_c
        start += self.salt_h + struct.pack(">I", len(self.head)) + self.head
        return start + self.salt_c if level == CONTENT else start

    def packed(self, level, inline_max):
        opening = self.opening(level)
        packed = struct.pack(">I", len(opening)) + opening
        if level < CONTENT or len(self.content) > inline_max:
            return packed + b"\xff\xff\xff\xff"
        return packed + struct.pack(">I", len(self.content)) + self.content


# Members that FORMATS does not name are kept; these try the canonical form of names, texts and numbers.
ODD_MEMBERS = {
    "x_numbers": [1.5e-10, 1e21, 1.7976931348623157e308, 5e-324, -0.5, 0.001, 123456789012345.67, 2**53 - 1, 0],
    "x_text": "\b\t\n\f\r\u001f\u007f\u2028\"\\/€",
    "x_list": [None, True, False, {}, []],
    "x_names": {"\uFB33": 1, "\U0001F600": 2, "é": 3, "": 4, "a": 5, "A": 6},
}



def fill_first_log(party, other, agreed):
    """523 entries: every class, every level, an attachment, a large content, a head with odd members."""
    items = []
    for seq in range(523):
        class_ = seq % 13
        if WINDOW[0] <= seq < WINDOW[1] and class_ in ABSENT:
            class_ = 2
        level = CLASS if class_ == 8 else WITHHELD if seq % 97 == 50 else HEAD if seq % 41 == 7 else CONTENT
        more, media = {}, STIX
        content = jcs({"type": "x-sample", "id": f"x-sample--{seq:08d}-0000-4000-8000-000000000000", "text": f"Пункт {seq}"})
        if seq % 3 == 0:
            more = {"lang": "en", "office": "duty-officer"}
        if seq in (200, 400):
            more["seen"] = {other.origin: [seq // 10, b64(seed("seen", seq))]}
        if seq == 0:
            class_, content = 1, agreed
        if seq == LARGE_INDEX:
            class_, level, media, content = 5, CONTENT, "application/octet-stream", bytes(i * i % 251 for i in range(1024 * 1024 + 17))
        if seq == ATTACHMENT_INDEX:
            level, media, content = CONTENT, "text/plain", b""
        if seq == ODD_INDEX:
            level, more = CONTENT, ODD_MEMBERS
        items.append(Item(party.origin, seq, class_, media, content, level, **more))
    return items


def fill_second_log(party, receipts, agreed):
    """77 entries: heartbeats, an exception, and the receipts given for the first log."""
    items = []
    for seq in range(77):
        control = {"control": "exception", "v": 1, "log": party.origin, "index": seq, "reason": "missing"}
        class_, media, content = 0, "application/vnd.chancery.control+json", jcs(control)
        if seq % 10 == 5 and receipts:
            class_, media, content = 1, "text/vnd.c2sp.note", receipts.pop(0).encode()
        if seq == 0:
            class_, media, content = 1, STIX, agreed
        items.append(Item(party.origin, seq, class_, media, content, CONTENT))
    return items
