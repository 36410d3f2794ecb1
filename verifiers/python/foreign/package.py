"""Packages: the packed items of one entry bundle in one zstd frame (FORMATS §2)."""

from . import items
from .refused import Refused, need

PACKAGE_UNPACKED_BYTES_MAX = 64 * 1024 * 1024
PACKAGE_CONTENT_BYTES_MAX = 16 * 1024 * 1024
CONTENT_BYTES_MAX = 1024 * 1024

# A kibibyte of zstd can stand for at most some 32 MiB, so feeding that much at a time bounds the memory.
_FEED_BYTES = 1024

try:
    from compression import zstd

    _decompressor, _ZstdError = zstd.ZstdDecompressor, zstd.ZstdError
except ImportError:
    import zstandard

    _ZstdError = zstandard.ZstdError

    def _decompressor():
        return zstandard.ZstdDecompressor().decompressobj()


def read(raw, count, name):
    """Unpacks a package of `count` items: a list of (opening, content or None)."""
    reader = items.Reader(_unpack(raw, name), name)
    packed = [items.packed_item(reader) for _ in range(count)]
    reader.end()
    sizes = [len(content) for _, content in packed if content is not None]
    for size in sizes:
        need(size <= CONTENT_BYTES_MAX, f"{name} has a content of {size} bytes, the limit is {CONTENT_BYTES_MAX}")
    total = sum(sizes)
    need(total <= PACKAGE_CONTENT_BYTES_MAX, f"{name} has {total} bytes of contents, the limit is {PACKAGE_CONTENT_BYTES_MAX}")
    return packed


def _unpack(raw, name):
    frame, out, size = _decompressor(), [], 0
    try:
        for at in range(0, len(raw), _FEED_BYTES):
            out.append(frame.decompress(raw[at : at + _FEED_BYTES]))
            size += len(out[-1])
            need(size <= PACKAGE_UNPACKED_BYTES_MAX, f"{name} unpacks to more than {PACKAGE_UNPACKED_BYTES_MAX} bytes")
            if frame.eof:
                need(not frame.unused_data and at + _FEED_BYTES >= len(raw), f"{name} has bytes after its zstd frame")
    except _ZstdError:
        raise Refused(f"{name} is not a zstd frame") from None
    need(frame.eof, f"{name} is not a zstd frame")
    return b"".join(out)
