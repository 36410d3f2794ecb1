#!/usr/bin/env python3
"""Writes a complete sample of Chancery's record from fixed seeds: `make_sample.py DIRECTORY`.

Written from docs/FORMATS.md alone, and sharing no code with the verifiers, so that each verifier is tested
against a writer that does not repeat its mistakes. Every run writes the same bytes (ML-DSA is signed
deterministically). Two parties under a charter, one log each.

Needs `cryptography` (Ed25519), `dilithium-py` (ML-DSA-44, deterministic) and `zstandard`.
"""

import io
import pathlib
import struct
import sys
import tarfile

import zstandard

from sample.base import DIALOGUE, EPOCH, b64, jcs, seed, sha, when
from sample.items import ABSENT, ATTACHMENT_INDEX, CLASS, CONTENT, HEAD, LARGE_INDEX, ODD_INDEX, WINDOW
from sample.items import fill_first_log, fill_second_log
from sample.parties import Key, Party, charter, note
from sample.trees import frontier, mth, path, subproof, tile_name


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
