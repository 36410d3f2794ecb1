"""Corruptions of a bundle: its tar, its index, its tiles, entries, packages and receipts."""

import hashlib
import io
import json
import tarfile

import zstandard

from .parts import Note, b64, flip, jcs


class Bundle:
    """The files of a bundle, in order, and the index as it was."""

    def __init__(self, raw):
        with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
            self.files = {member.name: tar.extractfile(member).read() for member in tar}
        self.index = json.loads(self.files.pop("index"))

    def make(self, changes=None, index=True, order=None, format=tarfile.USTAR_FORMAT):
        """The tar with some files changed (None: left out); `index` says whether the index is made anew."""
        files = {name: raw for name, raw in (self.files | (changes or {})).items() if raw is not None}
        if order:
            files = {name: files[name] for name in order(list(files))}
        if index:
            lines = [{"name": n, "bytes": len(raw), "sha256": b64(hashlib.sha256(raw).digest())} for n, raw in files.items()]
            files["index"] = jcs(self.index | {"files": lines})
        elif index is not None:
            files["index"] = jcs(self.index)
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=format) as tar:
            for name, raw in files.items():
                info = tarfile.TarInfo(name)
                info.size, info.mode, info.mtime = len(raw), 0o644, 0
                tar.addfile(info, io.BytesIO(raw))
        return out.getvalue()

    def first(self, prefix):
        return next(name for name in self.files if name.startswith(prefix))


def unpack(package):
    """The packed items of a package, each as [opening, length and content]."""
    raw, items = zstandard.ZstdDecompressor().decompressobj().decompress(package), []
    while raw:
        opening = raw[4 : 4 + int.from_bytes(raw[:4], "big")]
        raw = raw[4 + len(opening) :]
        size = 0 if raw[:4] == b"\xff" * 4 else int.from_bytes(raw[:4], "big")
        items.append([opening, raw[: 4 + size]])
        raw = raw[4 + size :]
    return items


def pack(items):
    return zstandard.ZstdCompressor().compress(b"".join(len(o).to_bytes(4, "big") + o + c for o, c in items))


def bundles(cases, bundle, origin):
    h = hashlib.sha256(origin.encode()).hexdigest()
    tile, entries, package = (bundle.first(f"{kind}/{h}/") for kind in ("tile", "entries", "package"))
    raw_entries, items = bundle.files[entries], unpack(bundle.files[package])
    full = next(i for i, (opening, content) in enumerate(items) if opening[1] == 3 and len(content) > 4)
    swapped = raw_entries[35:70] + raw_entries[:35] + raw_entries[70:]

    def add(name, expect, changes=None, **more):
        cases.add(name, expect, "tree", bundle.make(changes, **more))

    def add_items(name, expect, change):
        changed = [list(item) for item in items]
        change(changed)
        add(name, expect, {package: pack(changed)})

    def change_item(at, opening=lambda o: o, content=lambda c: c):
        def change(changed):
            changed[at] = [opening(changed[at][0]), content(changed[at][1])]

        return change

    unopened = "does not open its entry"
    add("bundle-tile-bit", "tile .* is not what the entries make", {tile: flip(bundle.files[tile], 0)})
    add("bundle-tile-missing", "bundle lacks tile", {tile: None})
    add("bundle-entry-bit", "do not lead to the root", {entries: flip(raw_entries, 10)})
    add("bundle-entries-reordered", "do not lead to the root", {entries: swapped})
    add("bundle-entry-missing", "is cut short", {entries: raw_entries[:-35]})
    add("bundle-entry-twice", "bytes after its end", {entries: raw_entries + raw_entries[-35:]})
    add("bundle-entries-missing", "bundle lacks entries", {entries: None})
    add("bundle-package-missing", "bundle lacks package", {package: None})
    add("bundle-package-two-frames", "zstd frame", {package: bundle.files[package] + pack([])})
    add("bundle-package-cut", "zstd frame", {package: bundle.files[package][:-1]})
    add_items("bundle-package-reordered", unopened, lambda changed: changed.insert(0, changed.pop(1)))
    add_items("bundle-package-item-missing", "is cut short", lambda changed: changed.pop())
    add_items("bundle-package-salt-flipped", unopened, change_item(full, lambda o: flip(o, 5)))
    add_items("bundle-package-class-altered", unopened, change_item(full, lambda o: flip(o, 2)))
    add_items("bundle-package-content-swapped", "content is not what", change_item(full, content=lambda c: flip(c, 4)))
    add("bundle-index-of-other-bytes", "index does not match", {tile: flip(bundle.files[tile], 0)}, index=False)
    add("bundle-without-index", "does not end with its index", index=None)
    add("bundle-out-of-order", "not in order", order=lambda names: names[::-1])
    add("bundle-not-ustar", "not ustar", format=tarfile.GNU_FORMAT)
    add("bundle-with-a-stray-file", "which has no meaning", {"receipt/readme": b""})
    cases.add("bundle-cut-short", "cut short|does not end with its index", "tree", bundle.make()[: len(bundle.make()) // 2])
    cases.add("bundle-goes-on", "bytes after its end", "tree", bundle.make() + b"\0" * 511 + b"\1")
    receipts = [name for name in bundle.files if name.startswith(f"receipt/{h}/")]
    if len(receipts) > 1:
        moved = {receipts[0]: bundle.files[receipts[1]]}
        add("bundle-receipt-of-another-size", "is of size", moved)
        rolled = {f"checkpoint/{h}": bundle.files[min(receipts, key=lambda name: int(name.rsplit('/')[-1]))]}
        add("bundle-checkpoint-rolled-back", "bundle lacks|which the tree has not|is beyond the checkpoint", rolled)
    contents = [name for name in bundle.files if name.startswith(f"content/{h}/")]
    if contents:
        add("bundle-content-altered", "content is not what", {contents[0]: flip(bundle.files[contents[0]], 0)})
        add("bundle-content-missing", "content of index .* is missing", {contents[0]: None})
    size = Note(bundle.files[f"checkpoint/{h}"].decode()).size
    leaf_tile = bundle.first(f"tile/{h}/0/")
    broken = bundle.make({leaf_tile: flip(bundle.files[leaf_tile], 0)})
    cases.add("consistency-tile-bit", "tiles? .*(lead|make)", "consistency", broken, "--old", "1", "--new", size, "--log", h)
    beyond = str(int(size) + 1)
    cases.add("consistency-beyond-the-tree", "beyond the checkpoint", "consistency", bundle.make(), "--old", "1", "--new", beyond, "--log", h)
    if len(receipts) > 1:
        args = ("--old", receipts[0].rsplit("/")[-1], "--new", size, "--log", h)
        cases.add("consistency-receipt-of-another-size", "is of size", "consistency", bundle.make(moved), *args)
