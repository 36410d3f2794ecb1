#!/usr/bin/env python3
"""Every tree up to 70 leaves, every leaf, every pair of sizes: the Python verifier's Merkle code against the
definitions of RFC 6962 §2.1 as sample/trees.py writes them. (The Go verifier stands on x/mod, which tests itself so.)
"""

import sys

from foreign import merkle
from foreign.refused import Refused
from sample.base import sha
from sample.trees import frontier, mth, path, subproof

SIZE_MAX = 70


def leads_elsewhere(index, size, leaf, proof, root):
    """Whether a path is refused or leads to another root."""
    try:
        return merkle.inclusion_root(index, size, leaf, proof) != root
    except Refused:
        return True


def refused(*args):
    """Whether a consistency proof is refused."""
    try:
        merkle.check_consistency(*args)
    except Refused:
        return True
    return False


def world(leaves):
    """Checks one tree; returns how many checks were made."""
    size, root, checks, grown = len(leaves), mth(leaves), 0, merkle.Frontier()
    perfect = [leaves]
    while len(perfect[-1]) > 1:
        below = perfect[-1]
        perfect.append([sha(b"\1", *below[i : i + 2]) for i in range(0, len(below) - 1, 2)])
    at = lambda level, index: perfect[level][index]
    for leaf in leaves:
        grown.append(leaf)
    assert grown.root() == root == merkle.range_root(0, size, at) and grown.roots == frontier(leaves)
    for index, leaf in enumerate(leaves):
        proof = path(index, leaves)
        assert merkle.inclusion_root(index, size, leaf, proof) == root
        wrong = [(i, leaf, proof) for i in range(size + 1) if i != index]
        wrong += [(index, leaf, proof + [root]), (index, sha(leaf), proof)]
        wrong += [(index, leaf, proof[:k] + [sha(proof[k])] + proof[k + 1 :]) for k in range(len(proof))]
        wrong += [(index, leaf, proof[:k]) for k in range(len(proof))]
        assert all(leads_elsewhere(i, size, x, p, root) for i, x, p in wrong), (size, index)
        checks += len(wrong) + 1
    for old in range(1, size + 1):
        proof, old_root = subproof(old, leaves), mth(leaves[:old])
        assert merkle.consistency_proof(old, size, at) == proof
        assert not refused(old, old_root, size, root, proof)
        wrong = [proof + [root]] + [proof[:k] for k in range(len(proof))]
        wrong += [proof[:k] + [sha(proof[k])] + proof[k + 1 :] for k in range(len(proof))]
        assert all(refused(old, old_root, size, root, p) for p in wrong), (size, old)
        assert refused(old, sha(old_root), size, root, proof) and refused(old, old_root, size, sha(root), proof)
        checks += len(wrong) + 3
    return checks


def main():
    """Checks every tree."""
    leaves = [sha(b"\0", bytes([i])) for i in range(SIZE_MAX)]
    checks = sum(world(leaves[:size]) for size in range(1, SIZE_MAX + 1))
    print(f"every tree up to {SIZE_MAX} leaves: {checks} checks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
