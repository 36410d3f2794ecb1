"""Taking good files apart and putting them together, without verifying anything."""

import base64
import hashlib
import json
import pathlib


def b64(raw):
    return base64.b64encode(raw).decode()


def flip(raw, at, bit=1):
    """The bytes with one bit flipped."""
    return raw[:at] + bytes([raw[at] ^ bit]) + raw[at + 1 :]


def flip64(text, at=0):
    """The same for what is written in base64."""
    return b64(flip(base64.b64decode(text), at))


class Note:
    """A signed note, taken apart without verifying it."""

    def __init__(self, text, checkpoint=True):
        self.text, _, lines = text.rpartition("\n\n")
        if checkpoint:
            self.origin, self.size, self.root = self.text.split("\n")
        self.lines = lines.splitlines()

    def own(self):
        return [line for line in self.lines if line.startswith(f"— {self.origin} ")]

    def others(self):
        return [line for line in self.lines if line not in self.own()]

    def make(self, text=None, lines=None):
        lines = self.lines if lines is None else lines
        return f"{text or self.text}\n\n" + "".join(line + "\n" for line in lines)

    def replaced(self, make_line):
        """The note with its own lines rewritten."""
        return self.make(lines=[make_line(line) if line in self.own() else line for line in self.lines])


def with_blob(line, change):
    start, _, blob = line.rpartition(" ")
    return f"{start} {b64(change(base64.b64decode(blob)))}"


class Cases:
    """Collects cases, writing each corrupted file into its own directory."""

    def __init__(self, export, out):
        self.export, self.out, self.cases = export, out, []

    def add(self, name, expect, command, file, *more, policy=None, content=None):
        """One case; `file` is the corrupted bytes or text, or the name of a good file of the export."""
        where = self.out / name
        where.mkdir(parents=True, exist_ok=True)
        args = [command, self._path(where / "file", file), "--policy", self._path(where / "policy", policy or self.export / "policy")]
        if content is not None:
            args += ["--content", self._path(where / "content", content)]
        self.cases.append({"name": name, "args": args + list(more), "expect": expect})

    def _path(self, path, what):
        if isinstance(what, pathlib.Path):
            return str(what)
        path.write_bytes(what.encode() if isinstance(what, str) else what)
        return str(path)


def jcs(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def vkey(name, type_, public):
    material = bytes([type_]) + public
    key_id = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]
    return f"{name}+{key_id.hex()}+{b64(material)}"
