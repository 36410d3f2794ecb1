"""`charter`: whose logs the logs of a bundle are (FORMATS §4, §6).

The cards verify with the keys they carry; what makes a card its party's is the fingerprint, which is printed to be
compared with what that party reads out. Everything else follows from the cards.
"""

import hashlib
import re

from . import canonical
from .bundle import Bundle
from .keys import ED25519_COSIGNATURE, ED25519_NOTE, ML_DSA_44_COSIGNATURE, ML_DSA_44_NOTE, Key
from .notes import Note
from .refused import need

CARD_BYTES_MAX = 32 * 1024

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ORIGIN = re.compile("(.+)/chancery/[0-9a-f]{16}")


def verify(raw, policy):
    """Verifies the charter of a bundle, its cards, acceptances and declarations; returns what is proved."""
    bundle = Bundle(raw)
    charters = list(bundle.under("charter/").items())
    need(len(charters) == 1, f"bundle has {len(charters)} charters, one is needed")
    dialogue, charter = charters[0][0], canonical.parse(charters[0][1], "charter")
    need(isinstance(charter, dict) and charter.get("type") == "dialogue-charter", "charter is not a dialogue-charter")
    need(charter.get("id") == dialogue == bundle.index["dialogue"], "charter is of another dialogue")
    parties = {_text(each, "host"): Party(each) for each in _objects(charter, "parties")}
    _sorted([each["host"] for each in charter["parties"]], "charter.parties")

    terms = {name: value for name, value in charter.items() if name != "acceptances"}
    terms = canonical.b64(hashlib.sha256(canonical.write(terms)).digest())
    acceptances = _objects(charter, "acceptances")
    _sorted([_text(each, "party") for each in acceptances], "charter.acceptances")
    need({each["party"] for each in acceptances} == parties.keys(), "charter is not accepted by every party")
    for each in acceptances:
        party = parties[each["party"]]
        said = party.open(_text(each, "note"), "chancery/acceptance/v1", {"v": int, "dialogue": str, "terms": str, "party": str, "time": str})
        need(said["party"] == party.host and said["dialogue"] == dialogue, f"acceptance of {party.host} is of another party or dialogue")
        need(said["terms"] == terms, f"acceptance of {party.host} is of other terms")
        tracks = [_text(track, "name") for track in _objects(charter, "tracks") if party.host in _texts(track.get("parties"))]
        logs = each.get("logs")
        need(isinstance(logs, list) and all(isinstance(note, str) for note in logs), f"logs of {party.host} are malformed")
        declared = [party.declare(note, dialogue, 0)["track"] for note in logs]
        _sorted(declared, f"logs of {party.host}")
        need(declared == sorted(tracks), f"logs of {party.host} are not one for each of its tracks")

    _declarations(bundle, dialogue, parties)
    declared = {origin: keys for party in parties.values() for origin, keys in party.logs.items()}
    for log in bundle.logs():
        origin = Note(bundle.file(f"checkpoint/{log}")).text.split("\n")[0]
        need(origin in declared, f"log {origin} is not declared")
        trusted = {(key.name, key.id) for key in policy.logs if key.name == origin}
        keys = {(key.name, key.id) for key in declared[origin][1]}
        need(not trusted or trusted == keys, f"log {origin} is declared with other keys than the policy's")
    return {
        "proved": "charter",
        "dialogue": dialogue,
        "version": charter.get("version"),
        "parties": [{"host": p.host, "fingerprint": p.fingerprint, "logs": sorted(p.logs)} for p in parties.values()],
    }


class Party:
    """A party by its card."""

    def __init__(self, member):
        self.host, note = _text(member, "host"), _text(member, "card")
        need(len(note.encode()) <= CARD_BYTES_MAX, f"card of {self.host} is {len(note.encode())} bytes, the limit is {CARD_BYTES_MAX}")
        names = ("v", "host", "name", "identity", "url", "tls", "party", "receipt", "witness", "offices", "issued")
        card = _json(Note(note.encode()), "chancery/card/v1", dict.fromkeys(names, object))
        need(card["host"] == self.host, f"card of {self.host} is of {card['host']}")
        self.keys = self._keys(card, "party", (ED25519_NOTE, ML_DSA_44_NOTE))
        keys = self.keys + self._keys(card, "receipt", (ED25519_COSIGNATURE, ML_DSA_44_COSIGNATURE))
        keys += self._keys(card, "witness", (ED25519_COSIGNATURE, ML_DSA_44_COSIGNATURE))
        need(len({key.public for key in keys}) == len(keys), f"card of {self.host} has one key in two roles")
        self.open(note, "chancery/card/v1", dict.fromkeys(names, object))
        vkeys = "".join(vkey + "\n" for vkey in card["party"]).encode()
        bits = int.from_bytes(hashlib.sha256(b"chancery/fingerprint/v1\0" + vkeys).digest(), "big") >> (256 - 125)
        letters = "".join(_CROCKFORD[bits >> 5 * i & 31] for i in reversed(range(25)))
        self.fingerprint = "-".join(letters[i : i + 5] for i in range(0, 25, 5))
        self.logs = {}

    def _keys(self, card, role, types):
        vkeys = card[role]
        need(isinstance(vkeys, list) and all(isinstance(vkey, str) for vkey in vkeys), f"card of {self.host} has malformed keys")
        keys = [Key(vkey) for vkey in vkeys]
        name = f"{self.host}/chancery/{role}"
        need([(key.name, key.type) for key in keys] == [(name, t) for t in types], f"card of {self.host} has not its two {role} keys")
        return keys

    def open(self, note, format_, members):
        """Opens a note that both keys of the party must have signed."""
        note = Note(note.encode())
        signed = note.verified(self.keys, None)
        for key in self.keys:
            need((key.name, key.id) in signed, f"party line of {key.label()} is missing")
        return _json(note, format_, members)

    def declare(self, note, dialogue, serial):
        """Verifies a declaration and keeps the newest keys of its origin."""
        members = {"v": int, "dialogue": str, "track": str, "party": str, "origin": str, "keys": list, "serial": int, "issued": str}
        said = self.open(note, "chancery/log/v1", members | {"predecessor": None})
        origin = said["origin"]
        match = _ORIGIN.fullmatch(origin)
        need(said["party"] == self.host == (match and match[1]), f"declaration of {origin} is of another party")
        need(said["dialogue"] == dialogue, f"declaration of {origin} is of another dialogue")
        need(said["serial"] == serial, f"declaration of {origin} has serial {said['serial']}, {serial} was expected")
        need(all(isinstance(vkey, str) for vkey in said["keys"]), f"declaration of {origin} has malformed keys")
        keys = [Key(vkey) for vkey in said["keys"]]
        wanted = [(origin, ED25519_NOTE), (origin, ML_DSA_44_COSIGNATURE)]
        need([(key.name, key.type) for key in keys] == wanted, f"declaration of {origin} has not its two log keys")
        if origin not in self.logs or self.logs[origin][0] < serial:
            self.logs[origin] = serial, keys
        return said


def _declarations(bundle, dialogue, parties):
    for name, raw in bundle.under("declaration/").items():
        log, _, serial = name.partition(".")
        origin = str(_json(Note(raw), "chancery/log/v1", None).get("origin"))
        need(hashlib.sha256(origin.encode()).hexdigest() == log, f"declaration/{name} is of {origin}")
        match = _ORIGIN.fullmatch(origin)
        need(match and match[1] in parties, f"declaration of {origin} is of another party")
        parties[match[1]].declare(raw.decode(), dialogue, int(serial))


def _json(note, format_, members):
    """The one line of JSON of a party note; a member whose type is None may be missing."""
    lines = note.text.split("\n")
    need(len(lines) == 3 and lines[0] == format_ and lines[2] == "", f"note is not of {format_}")
    said = canonical.parse(lines[1].encode(), format_)
    need(isinstance(said, dict), f"note is not of {format_}")
    if members is not None:
        required = {name for name, kind in members.items() if kind}
        need(required <= said.keys() <= members.keys(), f"note of {format_} has not its members")
        need(type(said["v"]) is int and said["v"] == 1, f"note of {format_} is not of version 1")
        need(all(members[n] in (object, type(said[n])) for n in required), f"note of {format_} has a malformed member")
    return said


def _objects(value, name):
    items = value.get(name)
    need(isinstance(items, list) and all(isinstance(item, dict) for item in items), f"charter.{name} is malformed")
    return items


def _texts(value):
    return value if isinstance(value, list) and all(isinstance(item, str) for item in value) else []


def _text(value, name):
    need(isinstance(value.get(name), str), f"charter has a malformed {name}")
    return value[name]


def _sorted(names, what):
    need(names == sorted(set(names)), f"{what} are not sorted")
