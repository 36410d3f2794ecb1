#!/usr/bin/env python3
"""Writes corruptions of a good export: `corrupt.py EXPORT OUT` (README.md says what an export holds).

Each corruption changes one thing and repairs what would hide it (a bundle's index is made anew), so that what
refuses it is the check it is named for. OUT/cases.json lists them: name, arguments, and the reason expected.
Needs `zstandard`.
"""

import base64
import hashlib
import io
import json
import pathlib
import re
import sys
import tarfile

import zstandard

KINDS = ("checkpoint", "charter", "declaration", "tile", "entries", "package", "content", "receipt")


def b64(raw):
    return base64.b64encode(raw).decode()


def flip(raw, at, bit=1):
    """The bytes with one bit flipped."""
    return raw[:at] + bytes([raw[at] ^ bit]) + raw[at + 1 :]


def flip64(text, at=0):
    """The same for what is written in base64."""
    return b64(flip(base64.b64decode(text), at))


class Note:
    """A signed note, taken apart without verifying it."""

    def __init__(self, text, checkpoint=True):
        self.text, _, lines = text.rpartition("\n\n")
        if checkpoint:
            self.origin, self.size, self.root = self.text.split("\n")
        self.lines = lines.splitlines()

    def own(self):
        return [line for line in self.lines if line.startswith(f"— {self.origin} ")]

    def others(self):
        return [line for line in self.lines if line not in self.own()]

    def make(self, text=None, lines=None):
        lines = self.lines if lines is None else lines
        return f"{text or self.text}\n\n" + "".join(line + "\n" for line in lines)

    def replaced(self, make_line):
        """The note with its own lines rewritten."""
        return self.make(lines=[make_line(line) if line in self.own() else line for line in self.lines])


def with_blob(line, change):
    start, _, blob = line.rpartition(" ")
    return f"{start} {b64(change(base64.b64decode(blob)))}"


class Cases:
    """Collects cases, writing each corrupted file into its own directory."""

    def __init__(self, export, out):
        self.export, self.out, self.cases = export, out, []

    def add(self, name, expect, command, file, *more, policy=None, content=None):
        """One case; `file` is the corrupted bytes or text, or the name of a good file of the export."""
        where = self.out / name
        where.mkdir(parents=True, exist_ok=True)
        args = [command, self._path(where / "file", file), "--policy", self._path(where / "policy", policy or self.export / "policy")]
        if content is not None:
            args += ["--content", self._path(where / "content", content)]
        self.cases.append({"name": name, "args": args + list(more), "expect": expect})

    def _path(self, path, what):
        if isinstance(what, pathlib.Path):
            return str(what)
        path.write_bytes(what.encode() if isinstance(what, str) else what)
        return str(path)


# --- checkpoint and policy ------------------------------------------------------------------------------


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


def vkey(name, type_, public):
    material = bytes([type_]) + public
    key_id = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]
    return f"{name}+{key_id.hex()}+{b64(material)}"


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


# --- proof --------------------------------------------------------------------------------------------


class Proof:
    """A `.tlog-proof` of the level content with the content inside, taken apart."""

    def __init__(self, raw):
        top, _, self.note = raw.decode().partition("\n\n")
        _, extra, index, *self.path = top.split("\n")
        self.extra, self.index = base64.b64decode(extra[6:]), int(index[6:])
        length = int.from_bytes(self.extra[:4], "big")
        self.opening, rest = self.extra[4 : 4 + length], self.extra[4 + length :]
        self.content = None if rest[:4] == b"\xff" * 4 else rest[4:]
        self.size = int(Note(self.note).size)

    def make(self, opening=None, content=None, index=None, path=None, note=None, after=b""):
        opening, content = opening or self.opening, self.content if content is None else content
        extra = len(opening).to_bytes(4, "big") + opening + len(content).to_bytes(4, "big") + content + after
        lines = ["c2sp.org/tlog-proof@v1", f"extra {b64(extra)}", f"index {self.index if index is None else index}"]
        return "\n".join(lines + (self.path if path is None else path)) + "\n\n" + (note or self.note)


def proofs(cases, proof, elsewhere):
    path, opened, entry = "inclusion path", "content is not what the head commits to", proof.opening
    add = lambda name, expect, text, **more: cases.add(name, expect, "proof", text, **more)
    step = 1 if proof.index + 1 < proof.size else -1
    seq = entry.index(b'"seq":') + 6
    add("proof-index-off-by-one", path, proof.make(index=proof.index + step))
    add("proof-index-beyond-the-tree", "is not below the size", proof.make(index=proof.size))
    add("proof-path-truncated", path, proof.make(path=proof.path[:-1]))
    add("proof-path-extended", path, proof.make(path=proof.path + proof.path[-1:]))
    add("proof-path-bit", path, proof.make(path=[flip64(proof.path[0])] + proof.path[1:]))
    add("proof-path-reordered", path, proof.make(path=proof.path[::-1]))
    add("proof-under-another-checkpoint", path, proof.make(note=elsewhere.make(), index=min(proof.index, int(elsewhere.size) - 1)))
    add("proof-class-altered", path, proof.make(flip(entry, 2)))
    add("proof-entry-salt-flipped", path, proof.make(flip(entry, 3)))
    add("proof-head-salt-flipped", path, proof.make(flip(entry, 35)))
    add("proof-head-altered", path, proof.make(flip(entry, seq)))
    add("proof-content-salt-flipped", opened, proof.make(flip(entry, len(entry) - 1)))
    add("proof-content-swapped", opened, proof.make(content=flip(proof.content, 0)))
    add("proof-content-longer", "head.bytes is", proof.make(content=proof.content + b" "))
    add("proof-content-beside-swapped", "content is not what the proof carries", proof.make(), content=flip(proof.content, 0))
    add("proof-withheld", "proof opens nothing|content is here", proof.make(bytes([1, 0])))
    add("proof-opening-version", "opening has version 2", proof.make(flip(entry, 0, 3)))
    add("proof-extra-goes-on", "bytes after its end", proof.make(after=b"\0"))
    add("proof-extra-cut-short", "is cut short", proof.make().replace(f"extra {b64(proof.extra)}", f"extra {b64(proof.extra[:-1])}"))


# --- bundle --------------------------------------------------------------------------------------------


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


def jcs(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


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


# --- absence and fork ----------------------------------------------------------------------------------


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
