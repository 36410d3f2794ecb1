#!/usr/bin/env python3
"""Writes a complete sample of Chancery's record from fixed seeds: `make_sample.py DIRECTORY`.

Written from docs/FORMATS.md alone, and sharing no code with the verifiers, so that each verifier is tested
against a writer that does not repeat its mistakes. Every run writes the same bytes (ML-DSA is signed
deterministically). Two parties under a charter, one log each.

Needs `cryptography` (Ed25519), `dilithium-py` (ML-DSA-44, deterministic) and `zstandard`.
"""

import base64
import hashlib
import io
import json
import pathlib
import struct
import sys
import tarfile
from datetime import datetime, timezone

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from dilithium_py.ml_dsa import ML_DSA_44

EPOCH = 1_795_000_000  # 2026-11-18T11:06:40Z
DIALOGUE = "dialogue-charter--6f1c9a52-8a1e-4c0f-9d59-0d6c1e1f7a10"
STIX = "application/stix+json;version=2.1"
LARGE_INDEX, ODD_INDEX, ATTACHMENT_INDEX = 131, 257, 33
WITHHELD, CLASS, HEAD, CONTENT = range(4)
WINDOW = (300, 420)
ABSENT = (3, 7)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def b64(raw):
    return base64.b64encode(raw).decode()


def jcs(value):
    # Enough of RFC 8785 for what is written here: Python prints the doubles of ODD_MEMBERS as ECMAScript does.
    def ordered(x):
        if isinstance(x, dict):
            return {name: ordered(x[name]) for name in sorted(x, key=lambda n: n.encode("utf-16-be"))}
        return [ordered(item) for item in x] if isinstance(x, list) else x

    return json.dumps(ordered(value), ensure_ascii=False, separators=(",", ":")).encode()


def seed(*words):
    return sha("chancery sample: ".encode() + "/".join(map(str, words)).encode())


def when(offset):
    """RFC 3339 of EPOCH + offset seconds, six fractional digits."""
    at = datetime.fromtimestamp(EPOCH + offset, timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{offset % 1000 * 1000 + 7:06d}Z"


# --- keys and notes ------------------------------------------------------------------------------------


class Key:
    """One private key of one role and algorithm."""

    def __init__(self, name, type_):
        self.name, self.type = name, type_
        self.seed = seed("key", name, type_)
        if type_ in (6, 255):
            self.public, self.private = ML_DSA_44.key_derive(self.seed)
        else:
            self.private = Ed25519PrivateKey.from_private_bytes(self.seed)
            self.public = self.private.public_key().public_bytes_raw()
        material = bytes([type_]) + (b"chancery/ml-dsa-44/v1" if type_ == 255 else b"") + self.public
        self.id = sha(name.encode(), b"\n", material)[:4]
        self.vkey = f"{name}+{self.id.hex()}+{b64(material)}"

    def file(self):
        algorithm = "ml-dsa-44" if self.type in (6, 255) else "ed25519"
        return f"PRIVATE+CHANCERY+{algorithm}+{self.name}+{b64(self.seed)}\n"

    def line(self, text, time):
        stamp = struct.pack(">Q", time)
        if self.type == 255:
            blob = ML_DSA_44.sign(self.private, b"chancery/note/v1\0" + text.encode(), deterministic=True)
        elif self.type == 1:
            blob = self.private.sign(text.encode())
        elif self.type == 4:
            blob = stamp + self.private.sign(f"cosignature/v1\ntime {time}\n{text}".encode())
        else:
            origin, size, root = text.split("\n")[:3]
            name, log = self.name.encode(), origin.encode()
            message = b"subtree/v1\n\0" + bytes([len(name)]) + name + stamp + bytes([len(log)]) + log
            message += struct.pack(">QQ", 0, int(size)) + base64.b64decode(root)
            blob = stamp + ML_DSA_44.sign(self.private, message, deterministic=True)
        return f"— {self.name} {b64(self.id + blob)}\n"


class Party:
    def __init__(self, host):
        self.host = host
        self.origin = f"{host}/chancery/{seed('origin', host)[:8].hex()}"
        self.log = [Key(self.origin, 1), Key(self.origin, 6)]
        self.receipt = [Key(f"{host}/chancery/receipt", 4), Key(f"{host}/chancery/receipt", 6)]
        self.witness = [Key(f"{host}/chancery/witness", 4), Key(f"{host}/chancery/witness", 6)]
        self.party = [Key(f"{host}/chancery/party", 1), Key(f"{host}/chancery/party", 255)]
        self.h = sha(self.origin.encode()).hex()
        office = {"id": "duty-officer", "name": "Duty", "kind": "technical", "languages": ["en"], "hours": "24/7", "contact": "-"}
        self.card = self.note("chancery/card/v1", {
            "host": host, "name": host.title(), "identity": "identity--" + DIALOGUE[18:], "url": f"https://{host}/",
            "tls": [b64(seed("tls", host))], "offices": [office],
        } | {role: [key.vkey for key in getattr(self, role)] for role in ("party", "receipt", "witness")})
        self.declaration = self.note("chancery/log/v1", {
            "dialogue": DIALOGUE, "track": "cyber", "party": host, "origin": self.origin,
            "keys": [key.vkey for key in self.log], "serial": 0,
        })

    def note(self, format_, members, time="issued"):
        text = f"{format_}\n{jcs({'v': 1, time: when(-3600)} | members).decode()}\n"
        return text + "\n" + "".join(key.line(text, 0) for key in self.party)

    def acceptance(self, terms):
        said = {"dialogue": DIALOGUE, "terms": b64(sha(jcs(terms))), "party": self.host}
        return {"party": self.host, "note": self.note("chancery/acceptance/v1", said, "time"), "logs": [self.declaration]}


def charter(parties):
    """The same bytes as entry 0 of both logs."""
    hosts = [party.host for party in parties]
    text = [{"lang": "en", "text": "A sample, worth nothing.", "authentic": True}]
    track = {"name": "cyber", "title": "Cyber", "access": "closed", "parties": hosts, "window_items": 4096, "window_days": 7}
    terms = {
        "type": "dialogue-charter", "spec_version": "2.1", "id": DIALOGUE, "created": when(-3600), "modified": when(-3600),
        "created_by_ref": "identity--" + DIALOGUE[18:], "extensions": {}, "version": 1, "name": "Sample", "purpose": text,
        "statements": {"receipt": text}, "parties": [{"host": party.host, "card": party.card} for party in parties],
        "tracks": [track | {"heartbeat_secs": 3600, "acknowledge_secs": 86400}],
    }
    return jcs(terms | {"acceptances": [party.acceptance(terms) for party in parties]})


def note(origin, size, root, signers, time):
    text = f"{origin}\n{size}\n{b64(root)}\n"
    return text + "\n" + "".join(key.line(text, time) for key in signers)


# --- trees, straight from RFC 6962 §2.1 -------------------------------------------------------------------


def mth(leaves):
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha(b"\1", mth(leaves[:k]), mth(leaves[k:]))


def path(m, leaves):
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return path(m, leaves[:k]) + [mth(leaves[k:])]
    return path(m - k, leaves[k:]) + [mth(leaves[:k])]


def subproof(m, leaves, whole=True):
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return subproof(m, leaves[:k], whole) + [mth(leaves[k:])]
    return subproof(m - k, leaves[k:], False) + [mth(leaves[:k])]


def frontier(leaves):
    roots, at = [], 0
    for bit in reversed(range(40)):
        if len(leaves) >> bit & 1:
            roots.append(mth(leaves[at : at + (1 << bit)]))
            at += 1 << bit
    return roots


def tile_name(n, width):
    parts = []
    while True:
        parts.insert(0, f"{n % 1000:03d}")
        n //= 1000
        if not n:
            break
    name = "/".join([f"x{part}" for part in parts[:-1]] + parts[-1:])
    return name if width == 256 else f"{name}.p/{width}"


# --- items --------------------------------------------------------------------------------------------


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


# --- what is written ----------------------------------------------------------------------------------


def tlog_proof(item, index, leaves, checkpoint, level):
    extra = item.packed(level, 256 * 1024)
    lines = ["c2sp.org/tlog-proof@v1", f"extra {b64(extra)}", f"index {index}"]
    return "\n".join(lines + [b64(h) for h in path(index, leaves)]) + "\n\n" + checkpoint


def log_files(party, items, checkpoint, receipts):
    leaves, h = [item.leaf for item in items], party.h
    files = {f"checkpoint/{h}": checkpoint.encode()}
    hashes, level = leaves, 0
    while hashes:
        for n in range(0, len(hashes), 256):
            tile = hashes[n : n + 256]
            files[f"tile/{h}/{level}/{tile_name(n // 256, len(tile))}"] = b"".join(tile)
        hashes = [mth(hashes[n : n + 256]) for n in range(0, len(hashes) - 255, 256)]
        level += 1
    for n in range(0, len(items), 256):
        some = items[n : n + 256]
        name = tile_name(n // 256, len(some))
        files[f"entries/{h}/{name}"] = b"".join(struct.pack(">H", 33) + item.entry for item in some)
        package = b"".join(item.packed(item.level, 1024 * 1024) for item in some)
        files[f"package/{h}/{name}"] = zstandard.ZstdCompressor(level=3).compress(package)
        for item in some:
            if item.level == CONTENT and len(item.content) > 1024 * 1024:
                files[f"content/{h}/{item.content_c.hex()}"] = item.content
    for size, text in receipts.items():
        files[f"receipt/{h}/{size}"] = text.encode()
    return files


def bundle(parties, files):
    kinds = ["checkpoint", "charter", "declaration", "tile", "entries", "package", "content", "receipt"]
    names = sorted(files, key=lambda name: (kinds.index(name.split("/")[0]), name))
    index = {"v": 1, "bundle": "chancery/bundle/v1", "dialogue": DIALOGUE, "from": parties[0].host}
    index |= {"to": [parties[1].host], "made": when(40000)}
    index["files"] = [{"name": n, "bytes": len(files[n]), "sha256": b64(sha(files[n]))} for n in names]
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name in names + ["index"]:
            raw = jcs(index) if name == "index" else files[name]
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.mtime = len(raw), 0o644, 0
            tar.addfile(info, io.BytesIO(raw))
    return out.getvalue()


def policy(parties, witness, quorum):
    lines = ["# Chancery's sample: test keys, worth nothing."]
    for party in parties:
        lines += [f"log {key.vkey}" for key in party.log]
    for name, party in zip("ab", parties):
        lines += [f"witness receipt-{name}-{key.type} {key.vkey}" for key in party.receipt]
        lines.append(f"group receipt-{name} all receipt-{name}-4 receipt-{name}-6")
    lines += [f"witness independent {witness.vkey}", "group either any receipt-a receipt-b"]
    return "\n".join(lines + [f"quorum {quorum}"]) + "\n"


def main():
    out = pathlib.Path(sys.argv[1])
    a, b = parties = Party("alpha.example"), Party("beta.example:8443")
    witness = Key("witness.example/w1", 4)

    agreed = charter(parties)
    first = fill_first_log(a, b, agreed)
    leaves = [item.leaf for item in first]
    note_a = lambda size, signers, root=None: note(a.origin, size, root or mth(leaves[:size]), signers, EPOCH + 61 * size)
    receipts_a = {size: note_a(size, a.log + b.receipt) for size in (1, 256, *WINDOW, 523)}
    second = fill_second_log(b, list(receipts_a.values()), agreed)
    note_b = lambda size, signers: note(b.origin, size, mth([item.leaf for item in second[:size]]), signers, EPOCH + 40000 + size)
    receipts_b = {size: note_b(size, b.log + a.receipt) for size in (40, 77)}
    newest = note_a(523, a.log + b.receipt + [witness, Key("stranger.example/w9", 4)])

    forked = leaves[: WINDOW[0] - 1] + [sha(b"\0", b"\1", seed("another entry"))]
    other = note_a(WINDOW[0], a.log, mth(forked))
    genuine = note_a(WINDOW[0], a.log)
    fork = {"proof": "fork", "v": 1, "older": other}
    grown = {"newer": note_a(523, a.log), "root": b64(mth(leaves[: WINDOW[0]]))}
    grown["consistency"] = [b64(h) for h in subproof(WINDOW[0], leaves)]
    absence = {"proof": "absence", "v": 1, "absent": list(ABSENT), "start": receipts_a[WINDOW[0]], "end": receipts_a[WINDOW[1]]}
    absence["frontier"] = [b64(h) for h in frontier(leaves[: WINDOW[0]])]
    absence["entries"] = [b64(bytes([i.class_]) + i.salt_e + i.head_c) for i in first[WINDOW[0] : WINDOW[1]]]

    files = log_files(a, first, newest, receipts_a) | log_files(b, second, note_b(77, b.log), receipts_b)
    files[f"charter/{DIALOGUE}"] = agreed
    files |= {f"declaration/{party.h}.0": party.declaration.encode() for party in parties}
    written = {
        "policy": policy(parties, witness, "either"),
        "checkpoint": newest,
        "class.tlog-proof": tlog_proof(first[8], 8, leaves, newest, CLASS),
        "head.tlog-proof": tlog_proof(first[ODD_INDEX], ODD_INDEX, leaves, newest, HEAD),
        "content.tlog-proof": tlog_proof(first[3], 3, leaves, newest, CONTENT),
        "last.tlog-proof": tlog_proof(first[522], 522, leaves, newest, CONTENT),
        "empty.tlog-proof": tlog_proof(first[ATTACHMENT_INDEX], ATTACHMENT_INDEX, leaves, newest, CONTENT),
        "large.tlog-proof": tlog_proof(first[LARGE_INDEX], LARGE_INDEX, leaves, newest, CONTENT),
        "large.content": first[LARGE_INDEX].content,
        "bundle.tar": bundle(parties, files),
        "absence.json": jcs(absence),
        "fork-same.json": jcs(fork | {"newer": genuine}),
        "fork-grown.json": jcs(fork | grown),
    }
    for key in [key for x in parties for role in (x.log, x.receipt, x.witness, x.party) for key in role] + [witness]:
        written[f"keys/{key.name.replace('/', '_')}.{key.type}"] = key.file()
    for name, content in written.items():
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
        if name.startswith("keys/"):
            target.chmod(0o600)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make_sample.py DIRECTORY")
    main()
