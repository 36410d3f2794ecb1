"""`consistency`: two sizes of one log in a bundle, from its tiles alone (RFC 6962 §2.1.2)."""

from . import merkle
from .bundle import Bundle
from .canonical import b64
from .refused import need
from .tree import open_checkpoint


def verify(raw, policy, log, old, new):
    """Builds and checks the proof from size `old` to size `new`; returns what is proved."""
    bundle = Bundle(raw)
    checkpoint = open_checkpoint(bundle, policy, log).checkpoint
    need(new <= checkpoint.size, f"size {new} is beyond the checkpoint at {checkpoint.size}")
    tiles = Tiles(bundle, log, checkpoint)
    old_root, new_root = tiles.root(old), tiles.root(new)
    proof = merkle.consistency_proof(old, new, tiles.perfect)
    merkle.check_consistency(old, old_root, new, new_root, proof)
    receipts = []
    for size, root in sorted({old: old_root, new: new_root}.items()):
        name = f"receipt/{log}/{size}"
        if name in bundle.files:
            receipt = policy.open(bundle.files[name], quorum=False).checkpoint
            need(receipt.origin == checkpoint.origin, f"receipt {size} is of another log")
            need(receipt.size == size, f"receipt {size} is of size {receipt.size}")
            need(receipt.root == root, f"receipt {size} has another root than the tiles make")
            receipts.append(size)
    return {
        "proved": "consistency",
        "log": checkpoint.origin,
        "old": old,
        "old_root": b64(old_root),
        "new": new,
        "new_root": b64(new_root),
        "proof": [b64(hash_) for hash_ in proof],
        "receipts": receipts,
    }


class Tiles:
    """The tiles of one log, each bound to the signed root before anything is built on it."""

    def __init__(self, bundle, log, checkpoint):
        self.hashes = {}
        size = checkpoint.size
        for level, index, width in merkle.tiles(size):
            path = f"{level}/{merkle.tile_path(index, width)}"
            tile = bundle.file(f"tile/{log}/{path}")
            need(len(tile) == 32 * width, f"tile {path} is {len(tile)} bytes, {32 * width} are needed")
            for i in range(width):
                self.hashes[level, index * merkle.TILE_WIDTH + i] = tile[32 * i : 32 * i + 32]
        for (level, index), hash_ in self.hashes.items():
            if level:
                made = self._within(merkle.TILE_HEIGHT * level, index, level - 1)
                need(made == hash_, f"tile {level} has a hash {index} that the tile below does not make")
        need(size and self.root(size) == checkpoint.root, "tiles do not lead to the root")

    def perfect(self, level, index):
        """The root of a perfect subtree."""
        return self._within(level, index, level // merkle.TILE_HEIGHT)

    def root(self, size):
        """The root at a size."""
        return merkle.range_root(0, size, self.perfect)

    def _within(self, level, index, tile_level):
        if level == merkle.TILE_HEIGHT * tile_level:
            return self.hashes[tile_level, index]
        return merkle.node(*(self._within(level - 1, 2 * index + i, tile_level) for i in (0, 1)))
