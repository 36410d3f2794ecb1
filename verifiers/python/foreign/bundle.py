"""The bundle on a stick (FORMATS §9): a strict ustar reader and the index that closes it."""

import hashlib
import re

from . import canonical
from .refused import Refused, need

KINDS = ("checkpoint", "charter", "declaration", "tile", "entries", "package", "content", "receipt")

_H = "[0-9a-f]{64}"
_N = r"(x\d{3}/)*\d{3}(\.p/([1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-5]))?"
_NAMES = re.compile(
    rf"checkpoint/{_H}|charter/dialogue-charter--[0-9a-f-]{{36}}|declaration/{_H}\.(0|[1-9]\d*)"
    rf"|tile/{_H}/(0|[1-9]\d?)/{_N}|(entries|package)/{_H}/{_N}|content/{_H}/{_H}|receipt/{_H}/(0|[1-9]\d*)",
    re.ASCII,
)
_MADE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_BLOCK = 512


class Bundle:
    """The files of a bundle whose index matches, and the index."""

    def __init__(self, raw):
        files = list(_ustar(raw))
        need(files and files[-1][0] == "index", "bundle does not end with its index")
        index = canonical.parse(files.pop()[1], "index")
        self.files = dict(files)
        need(len(self.files) == len(files), "bundle has a file twice")
        for name in self.files:
            need(_NAMES.fullmatch(name), f"bundle has a file {name[:200]}, which has no meaning")
        order = [KINDS.index(name.split("/")[0]) for name, _ in files]
        need(order == sorted(order), "bundle is not in order")
        _check_index(index, files)
        self.index = index

    def logs(self):
        """The hex SHA-256 of every origin in the bundle, in order."""
        return sorted({name.split("/")[1][:64] for name in self.files if not name.startswith("charter/")})

    def under(self, prefix):
        """Names below a prefix, without it, with their bytes."""
        return {name[len(prefix) :]: raw for name, raw in self.files.items() if name.startswith(prefix)}

    def file(self, name):
        """One file that must be there."""
        need(name in self.files, f"bundle lacks {name}")
        return self.files[name]


def _check_index(index, files):
    members = {"v": int, "bundle": str, "dialogue": str, "from": str, "to": list, "made": str, "files": list}
    need(isinstance(index, dict) and index.keys() == members.keys(), "index has not its members")
    need(all(type(index[name]) is kind for name, kind in members.items()), "index has a malformed member")
    need(index["v"] == 1 and index["bundle"] == "chancery/bundle/v1", "index is not of chancery/bundle/v1")
    need(_MADE.fullmatch(index["made"]), "index.made is not a UTC time with six fractional digits")
    need(all(isinstance(host, str) for host in index["to"]), "index.to is malformed")
    need(len(index["files"]) == len(files), f"index lists {len(index['files'])} files, the bundle has {len(files)}")
    for line, (name, raw) in zip(index["files"], files):
        digest = canonical.b64(hashlib.sha256(raw).digest())
        need(line == {"name": name, "bytes": len(raw), "sha256": digest}, f"index does not match {name}")


def _ustar(raw):
    """Yields (name, bytes); only what FORMATS §9 allows: regular files, mode 0644, mtime 0."""
    at = 0
    while at < len(raw):
        header = raw[at : at + _BLOCK]
        need(len(header) == _BLOCK, "bundle is cut short")
        if not any(header):
            need(not any(raw[at:]), "bundle has bytes after its end")
            return
        at += _BLOCK
        name, size = _header(header)
        need(at + size <= len(raw), "bundle is cut short")
        yield name, raw[at : at + size]
        at += (size + _BLOCK - 1) // _BLOCK * _BLOCK


def _header(header):
    need(header[257:265] == b"ustar\x0000", "bundle is not ustar")
    # POSIX ustar: the sum is taken with the checksum field as eight spaces.
    total = sum(header[:148]) + sum(header[156:]) + 8 * 32
    need(_octal(header[148:156]) == total, "bundle has a header with a wrong checksum")
    need(header[156:157] == b"0", "bundle has something that is not a regular file")
    need(_octal(header[100:108]) == 0o644, "bundle has a file whose mode is not 0644")
    need(_octal(header[136:148]) == 0, "bundle has a file whose mtime is not 0")
    try:
        name, prefix = (header[a:b].split(b"\0")[0].decode() for a, b in ((0, 100), (345, 500)))
    except UnicodeDecodeError:
        raise Refused("bundle has a name that is not UTF-8") from None
    return (f"{prefix}/{name}" if prefix else name), _octal(header[124:136])


def _octal(field):
    digits = field.strip(b" \0")
    need(re.fullmatch(b"[0-7]*", digits), "bundle has a malformed header")
    return int(digits or b"0", 8)
