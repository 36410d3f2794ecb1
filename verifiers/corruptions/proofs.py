"""Corruptions of a `.tlog-proof`."""

import base64

from .parts import Note, b64, flip, flip64


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
