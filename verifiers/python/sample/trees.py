"""Trees straight from the definitions of RFC 6962 §2.1, and the names of tiles (C2SP tlog-tiles)."""

from .base import sha


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
