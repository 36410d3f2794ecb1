"""`fork`: one log signed two histories (FORMATS §8)."""

from . import canonical, merkle
from .refused import need


def verify(raw, policy):
    """Verifies evidence of a fork; returns what is proved."""
    fork = canonical.parse(raw, "fork")
    members = {"proof", "v", "older", "newer"}
    need(isinstance(fork, dict) and members <= fork.keys() <= members | {"root", "consistency"}, "fork has not its members")
    need(fork["proof"] == "fork" and type(fork["v"]) is int and fork["v"] == 1, "fork is not of version 1")
    need(isinstance(fork["older"], str) and isinstance(fork["newer"], str), "fork has a malformed member")
    older, newer = (policy.open(fork[name].encode(), quorum=False) for name in ("older", "newer"))
    first, last = older.checkpoint, newer.checkpoint
    need(first.origin == last.origin, "fork is of two logs")
    need(first.size <= last.size, "fork has its newer note before its older")
    if first.size == last.size:
        need(fork.keys() == members, "fork at one size has a consistency proof")
        need(first.root != last.root, "fork has one root, which is no fork")
    else:
        need(fork.keys() == members | {"root", "consistency"}, "fork at two sizes has no consistency proof")
        root, proof = fork["root"], fork["consistency"]
        need(isinstance(root, str) and isinstance(proof, list), "fork has a malformed member")
        need(all(isinstance(x, str) for x in proof), "fork has a malformed member")
        root = canonical.b64decode(root, "fork root", 32)
        need(root != first.root, "fork has one root, which is no fork")
        proof = [canonical.b64decode(x, "consistency proof", 32) for x in proof]
        merkle.check_consistency(first.size, root, last.size, last.root, proof)
    return {
        "proved": "fork",
        "log": first.origin,
        "older": {"size": first.size, "root": canonical.b64(first.root), "signed": older.signed},
        "newer": {"size": last.size, "root": canonical.b64(last.root), "signed": newer.signed},
    }
