"""C2SP tlog-policy, and what it takes for a checkpoint to hold (FORMATS §3, §8).

One `log` line for each key of a log; every key of the checkpoint's origin must have signed, with both
algorithms. The quorum is evaluated as C2SP says.
"""

import re

from .keys import ED25519_COSIGNATURE, ED25519_NOTE, ML_DSA_44_COSIGNATURE, TYPE_NAMES, Key
from .notes import Checkpoint, Note
from .refused import need


class Policy:
    """Logs, witnesses, groups and the quorum of one policy file."""

    def __init__(self, raw):
        need(all(c in b"\t\n" or c >= 0x20 and c != 0x7F for c in raw), "policy has a control character")
        need(raw.endswith(b"\n"), "policy does not end with a newline")
        self.logs, self.witnesses, self.groups = [], {}, {}
        self.quorum, self._members = None, set()
        # Octets above 0x7f are opaque (tlog-policy, Character set): Latin-1 keeps them one to one.
        for line in raw.decode("latin-1").split("\n"):
            words = [word for word in re.split("[ \t]+", line) if word]
            if words and not words[0].startswith("#"):
                self._line(words)
        need(self.quorum is not None, "policy has no quorum")
        publics = [key.public for key in self.keys()]
        need(len(set(publics)) == len(publics), "policy has the same key twice")

    def _line(self, words):
        kind, words = words[0], words[1:]
        if kind == "log" and 1 <= len(words) <= 2:
            self.logs.append(_key(words[0], (ED25519_NOTE, ML_DSA_44_COSIGNATURE), "log"))
        elif kind == "witness" and 2 <= len(words) <= 3:
            name = self._new_name(words[0])
            self.witnesses[name] = _key(words[1], (ED25519_COSIGNATURE, ML_DSA_44_COSIGNATURE), "witness")
        elif kind == "group" and len(words) >= 3:
            name, members = self._new_name(words[0]), words[2:]
            for member in members:
                need(self._defined(member), f"policy group {name} has an unknown member {member}")
                need(member not in self._members, f"policy lists {member} twice as a member")
                self._members.add(member)
            self.groups[name] = (_threshold(words[1], len(members), name), members)
        elif kind == "quorum" and len(words) == 1:
            need(self.quorum is None, "policy has two quorum lines")
            need(words[0] == "none" or self._defined(words[0]), f"policy has an unknown quorum {words[0]}")
            self.quorum = words[0]
        else:
            need(False, f"policy has a malformed {kind} line")

    def _defined(self, name):
        return name in self.witnesses or name in self.groups

    def _new_name(self, name):
        need(name != "none" and not self._defined(name), f"policy defines {name} twice")
        return name

    def keys(self):
        """Every key of the policy, logs first, in the order of the file."""
        return self.logs + list(self.witnesses.values())

    def open(self, raw, quorum):
        """Verifies a checkpoint note; `quorum` says whether the quorum must be met. Returns `Opened`."""
        note = Note(raw)
        checkpoint = Checkpoint(note.text)
        signed = note.verified(self.keys(), checkpoint)
        own = [key for key in self.logs if key.name == checkpoint.origin]
        need(own, f"policy names no log {checkpoint.origin}")
        for type_ in (ED25519_NOTE, ML_DSA_44_COSIGNATURE):
            need(any(key.type == type_ for key in own), f"policy has no {TYPE_NAMES[type_]} key of {checkpoint.origin}")
        for key in own:
            need((key.name, key.id) in signed, f"log line of {key.label()} is missing")
        met = self._met(self.quorum, signed)
        need(met or not quorum, f"quorum {self.quorum} is not met")
        return Opened(checkpoint, self, signed, met)

    def _met(self, name, signed):
        if name == "none":
            return True
        if name in self.witnesses:
            key = self.witnesses[name]
            return (key.name, key.id) in signed
        threshold, members = self.groups[name]
        return sum(self._met(member, signed) for member in members) >= threshold


class Opened:
    """A checkpoint whose log signed it, with who else did and when."""

    def __init__(self, checkpoint, policy, signed, met):
        self.checkpoint, self.met = checkpoint, met
        self.signed = []
        for key in policy.keys():
            if (key.name, key.id) in signed:
                line = {"key": key.label(), "type": TYPE_NAMES[key.type]}
                time = signed[key.name, key.id]
                self.signed.append(line if time is None else line | {"time": time})


def _key(vkey, types, role):
    key = Key(vkey.encode("latin-1").decode("utf-8", "replace"))
    need(key.type in types, f"vkey of {key.name} has a signature type that is not a {role}'s")
    return key


def _threshold(word, count, name):
    if word in ("all", "any"):
        return count if word == "all" else 1
    need(re.fullmatch("[1-9][0-9]{0,8}", word) and int(word) <= count, f"policy group {name} has a malformed threshold")
    return int(word)
