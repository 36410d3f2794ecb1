"""RFC 6962 trees (§2.1), written from the definitions."""

import hashlib

from .refused import need

TILE_HEIGHT = 8
TILE_WIDTH = 256


def node(left, right):
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Frontier:
    """The roots of the perfect subtrees of a growing tree, largest first."""

    def __init__(self, size=0, roots=()):
        need(len(roots) == size.bit_count(), f"frontier has {len(roots)} hashes, a tree of {size} has {size.bit_count()}")
        self.size, self.roots = size, list(roots)

    def append(self, leaf):
        """Adds one leaf."""
        size, self.size = self.size, self.size + 1
        while size & 1:
            leaf, size = node(self.roots.pop(), leaf), size >> 1
        self.roots.append(leaf)

    def root(self):
        """The root of the tree so far."""
        if not self.roots:
            return hashlib.sha256(b"").digest()
        root = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            root = node(left, root)
        return root


def split(size):
    """The largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def range_root(start, end, perfect):
    """MTH(D[start:end]) where `perfect(level, index)` gives the root of a perfect subtree."""
    size = end - start
    if size & (size - 1) == 0 and start % size == 0:
        level = size.bit_length() - 1
        return perfect(level, start >> level)
    middle = start + split(size)
    return node(range_root(start, middle, perfect), range_root(middle, end, perfect))


def inclusion_root(index, size, leaf, path):
    """The root that a path leads to (RFC 9162 §2.1.3.2)."""
    need(index < size, f"index {index} is not below the size {size}")
    fn, sn, root = index, size - 1, leaf
    for sibling in path:
        need(sn != 0, "inclusion path is too long")
        if fn & 1 or fn == sn:
            root = node(sibling, root)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            root = node(root, sibling)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0, "inclusion path is too short")
    return root


def consistency_proof(old, new, perfect):
    """PROOF(old, D[new]) of RFC 6962 §2.1.2."""

    def subproof(m, start, end, whole):
        if m == end - start:
            return [] if whole else [range_root(start, end, perfect)]
        middle = start + split(end - start)
        if start + m <= middle:
            return subproof(m, start, middle, whole) + [range_root(middle, end, perfect)]
        return subproof(start + m - middle, middle, end, False) + [range_root(start, middle, perfect)]

    return subproof(old, 0, new, True)


def check_consistency(old, old_root, new, new_root, proof):
    """Refuses unless `proof` shows the old tree to be a prefix of the new (RFC 9162 §2.1.4.2)."""
    need(0 < old <= new, f"consistency from {old} to {new} cannot be proved")
    if old == new:
        need(not proof and old_root == new_root, "consistency proof does not hold")
        return
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    need(path, "consistency proof does not hold")
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = path[0]
    for hash_ in path[1:]:
        need(sn != 0, "consistency proof does not hold")
        if fn & 1 or fn == sn:
            first, second = node(hash_, first), node(hash_, second)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node(second, hash_)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0 and first == old_root and second == new_root, "consistency proof does not hold")


def tiles(size, levels=64 // TILE_HEIGHT):
    """Every (level, index, width) of a tree's tiles (C2SP tlog-tiles)."""
    for level in range(levels):
        hashes = size >> (TILE_HEIGHT * level)
        for index in range((hashes + TILE_WIDTH - 1) // TILE_WIDTH):
            yield level, index, min(TILE_WIDTH, hashes - index * TILE_WIDTH)


def tile_path(index, width):
    """`x001/x234/067`, and `.p/<W>` when the tile is partial."""
    digits = f"{index:03d}"
    digits = digits.zfill((len(digits) + 2) // 3 * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    path = "/".join(["x" + group for group in groups[:-1]] + groups[-1:])
    return path if width == TILE_WIDTH else f"{path}.p/{width}"
