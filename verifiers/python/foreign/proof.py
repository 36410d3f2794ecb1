"""`proof`: one item shown to an outsider (FORMATS §8, C2SP tlog-proof)."""

from . import items, merkle
from .canonical import b64, b64decode
from .notes import decimal
from .refused import Refused, need

PROOF_BYTES_MAX = 1024 * 1024
PROOF_INLINE_CONTENT_BYTES_MAX = 256 * 1024


def verify(raw, policy, beside):
    """Verifies a `.tlog-proof`; `beside` is the content kept in a file, or None. Returns what is proved."""
    extra, index, path, note = _parse(raw)
    opened = policy.open(note, quorum=True)
    checkpoint = opened.checkpoint
    reader = items.Reader(extra, "extra")
    opening, content = items.packed_item(reader)
    reader.end()
    need(opening.level != items.WITHHELD, "proof opens nothing, so there is no leaf to prove")
    root = merkle.inclusion_root(index, checkpoint.size, items.leaf(opening.entry), path)
    need(root == checkpoint.root, "inclusion path does not lead to the root")

    proved = {
        "proved": "inclusion",
        "log": checkpoint.origin,
        "index": index,
        "size": checkpoint.size,
        "root": b64(checkpoint.root),
        "signed": opened.signed,
        "level": items.LEVEL_NAMES[opening.level],
        "class": items.CLASS_NAMES[opening.class_],
    }
    if opening.level >= items.HEAD:
        proved["head"] = items.check_head(opening.head, checkpoint.origin, index)
    if opening.level == items.CONTENT:
        items.check_content(opening, proved["head"], _content(content, beside))
    else:
        need(beside is None, f"content cannot be checked, the opening is of level {opening.level}")
    return proved


def _content(inline, beside):
    if inline is None:
        need(beside is not None, "content is in a file beside the proof, which was not given")
        return beside
    limit = PROOF_INLINE_CONTENT_BYTES_MAX
    need(len(inline) <= limit, f"content in the proof is {len(inline)} bytes, the limit is {limit}")
    need(beside is None or beside == inline, "content is not what the proof carries")
    return inline


def _parse(raw):
    need(len(raw) <= PROOF_BYTES_MAX, f"proof is {len(raw)} bytes, the limit is {PROOF_BYTES_MAX}")
    head, blank, note = raw.partition(b"\n\n")
    need(blank, "proof has no checkpoint")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise Refused("proof is not ASCII before its checkpoint") from None
    need(lines.pop(0) == "c2sp.org/tlog-proof@v1", "proof is not of c2sp.org/tlog-proof@v1")
    need(lines and lines[0].startswith("extra "), "proof has no extra")
    extra = b64decode(lines.pop(0)[6:], "extra")
    need(lines and lines[0].startswith("index "), "proof has no index")
    index = decimal(lines.pop(0)[6:], "index")
    return extra, index, [b64decode(line, "inclusion path", 32) for line in lines], note
