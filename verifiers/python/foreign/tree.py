"""`tree`: every log of a bundle, from entries to the signed root (FORMATS §9)."""

import hashlib

from . import canonical, items, merkle, package
from .bundle import Bundle
from .refused import need


def verify(raw, policy):
    """Verifies a whole bundle; returns what is proved."""
    bundle = Bundle(raw)
    logs = [Log(bundle, policy, log) for log in bundle.logs()]
    need(logs, "bundle has no log")
    _check_charter(bundle, logs)
    index = bundle.index
    return {
        "proved": "tree",
        "dialogue": index["dialogue"],
        "from": index["from"],
        "logs": [log.proved for log in logs],
    }


class Log:
    """One log of a bundle, verified."""

    def __init__(self, bundle, policy, log):
        self.bundle, self.log = bundle, log
        opened = open_checkpoint(bundle, policy, log)
        self.checkpoint = opened.checkpoint
        entries = self._entries()
        self._grow([items.leaf(entry) for entry in entries])
        root = self.root(self.checkpoint.size)
        need(root == self.checkpoint.root, f"entries of {self.checkpoint.origin} do not lead to the root")
        self._check_tiles()
        levels, self.charter = self._check_packages(entries)
        receipts, countersigned = self._check_receipts(policy)
        if opened.met:
            countersigned = self.checkpoint.size
        self.proved = {
            "log": self.checkpoint.origin,
            "size": self.checkpoint.size,
            "root": canonical.b64(root),
            "signed": opened.signed,
            "opened": dict(zip(items.LEVEL_NAMES, levels)),
            "receipts": receipts,
            "countersigned": countersigned,
        }

    def root(self, size):
        """The recomputed root at a size up to the checkpoint's."""
        if size == 0:
            return hashlib.sha256(b"").digest()
        return merkle.range_root(0, size, lambda level, index: self.perfect[level][index])

    def _spans(self):
        """Every (index, width) of the entry bundles."""
        return [(index, width) for level, index, width in merkle.tiles(self.checkpoint.size, 1) if level == 0]

    def _entries(self):
        entries = []
        spans = self._spans()
        for index, width in spans:
            name = f"entries/{self.log}/{merkle.tile_path(index, width)}"
            reader = items.Reader(self.bundle.file(name), name)
            for _ in range(width):
                length = reader.integer(2)
                need(length == items.ENTRY_BYTES, f"{name} has an entry of {length} bytes")
                entry = reader.take(length)
                need(entry[0] == 1, f"{name} has an entry of version {entry[0]}")
                entries.append(entry)
            reader.end()
        self._only("entries", {merkle.tile_path(*span) for span in spans})
        return entries

    def _grow(self, leaves):
        self.perfect = [leaves]
        while len(self.perfect[-1]) > 1:
            below = self.perfect[-1]
            self.perfect.append([merkle.node(*below[i : i + 2]) for i in range(0, len(below) - 1, 2)])

    def _check_tiles(self):
        expected = set()
        for level, index, width in merkle.tiles(self.checkpoint.size):
            path = f"{level}/{merkle.tile_path(index, width)}"
            hashes = self.perfect[merkle.TILE_HEIGHT * level]
            start = index * merkle.TILE_WIDTH
            tile = self.bundle.file(f"tile/{self.log}/{path}")
            need(tile == b"".join(hashes[start : start + width]), f"tile {path} is not what the entries make")
            expected.add(path)
        self._only("tile", expected)

    def _check_packages(self, entries):
        levels, charter, contents = [0, 0, 0, 0], None, self.bundle.under(f"content/{self.log}/")
        spans = self._spans()
        for index, width in spans:
            name = f"package/{self.log}/{merkle.tile_path(index, width)}"
            for i, (opening, content) in enumerate(package.read(self.bundle.file(name), width, name), index * merkle.TILE_WIDTH):
                levels[opening.level] += 1
                if opening.level == items.WITHHELD:
                    continue
                need(opening.entry == entries[i], f"opening of index {i} does not open its entry")
                if opening.level == items.CLASS:
                    continue
                head = items.check_head(opening.head, self.checkpoint.origin, i)
                if opening.level == items.CONTENT:
                    if content is None:
                        name_c = canonical.b64decode(head["content"], "head.content", 32).hex()
                        need(name_c in contents, f"content of index {i} is missing")
                        content = contents.pop(name_c)
                    items.check_content(opening, head, content)
                    if i == 0:
                        charter = content
        need(not contents, "bundle has a content that no opening commits to")
        self._only("package", {merkle.tile_path(*span) for span in spans})
        return levels, charter

    def _check_receipts(self, policy):
        sizes, countersigned = [], None
        for name, raw in self.bundle.under(f"receipt/{self.log}/").items():
            opened = policy.open(raw, quorum=False)
            receipt = opened.checkpoint
            need(receipt.origin == self.checkpoint.origin, f"receipt {name} is of another log")
            need(str(receipt.size) == name, f"receipt {name} is of size {receipt.size}")
            need(receipt.size <= self.checkpoint.size, f"receipt {name} is beyond the checkpoint")
            need(receipt.root == self.root(receipt.size), f"receipt {name} has another root than the entries make")
            sizes.append(receipt.size)
            if opened.met:
                countersigned = max(receipt.size, countersigned or 0)
        return sorted(sizes), countersigned

    def _only(self, kind, expected):
        for path in self.bundle.under(f"{kind}/{self.log}/"):
            need(path in expected, f"bundle has {kind} {path}, which the tree has not")


def open_checkpoint(bundle, policy, log):
    """The checkpoint of a log by the hex SHA-256 of its origin."""
    opened = policy.open(bundle.file(f"checkpoint/{log}"), quorum=False)
    origin = opened.checkpoint.origin
    need(hashlib.sha256(origin.encode()).hexdigest() == log, f"checkpoint/{log} is of {origin}")
    return opened


def _check_charter(bundle, logs):
    # FORMATS §6: entry 0 of every log is the charter, the same bytes in every party's log.
    for dialogue, raw in bundle.under("charter/").items():
        charter = canonical.parse(raw, "charter")
        need(isinstance(charter, dict) and charter.get("id") == dialogue == bundle.index["dialogue"], "charter is of another dialogue")
        for log in logs:
            need(log.charter == raw, f"entry 0 of {log.checkpoint.origin} is not the charter")
