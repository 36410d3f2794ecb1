"""Keys, notes, cards, declarations and the charter (FORMATS §3, §4, §6)."""

import base64
import struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from dilithium_py.ml_dsa import ML_DSA_44

from .base import DIALOGUE, b64, jcs, seed, sha, when


class Key:
    """One private key of one role and algorithm."""

    def __init__(self, name, type_):
        self.name, self.type = name, type_
        self.seed = seed("key", name, type_)
        if type_ in (6, 255):
            self.public, self.private = ML_DSA_44.key_derive(self.seed)
        else:
            self.private = Ed25519PrivateKey.from_private_bytes(self.seed)
            self.public = self.private.public_key().public_bytes_raw()
        material = bytes([type_]) + (b"chancery/ml-dsa-44/v1" if type_ == 255 else b"") + self.public
        self.id = sha(name.encode(), b"\n", material)[:4]
        self.vkey = f"{name}+{self.id.hex()}+{b64(material)}"

    def file(self):
        algorithm = "ml-dsa-44" if self.type in (6, 255) else "ed25519"
        return f"PRIVATE+CHANCERY+{algorithm}+{self.name}+{b64(self.seed)}\n"

    def line(self, text, time):
        stamp = struct.pack(">Q", time)
        if self.type == 255:
            blob = ML_DSA_44.sign(self.private, b"chancery/note/v1\0" + text.encode(), deterministic=True)
        elif self.type == 1:
            blob = self.private.sign(text.encode())
        elif self.type == 4:
            blob = stamp + self.private.sign(f"cosignature/v1\ntime {time}\n{text}".encode())
        else:
            origin, size, root = text.split("\n")[:3]
            name, log = self.name.encode(), origin.encode()
            message = b"subtree/v1\n\0" + bytes([len(name)]) + name + stamp + bytes([len(log)]) + log
            message += struct.pack(">QQ", 0, int(size)) + base64.b64decode(root)
            blob = stamp + ML_DSA_44.sign(self.private, message, deterministic=True)
        return f"— {self.name} {b64(self.id + blob)}\n"


class Party:
    def __init__(self, host):
        self.host = host
        self.origin = f"{host}/chancery/{seed('origin', host)[:8].hex()}"
        self.log = [Key(self.origin, 1), Key(self.origin, 6)]
        self.receipt = [Key(f"{host}/chancery/receipt", 4), Key(f"{host}/chancery/receipt", 6)]
        self.witness = [Key(f"{host}/chancery/witness", 4), Key(f"{host}/chancery/witness", 6)]
        self.party = [Key(f"{host}/chancery/party", 1), Key(f"{host}/chancery/party", 255)]
        self.h = sha(self.origin.encode()).hex()
        office = {"id": "duty-officer", "name": "Duty", "kind": "technical", "languages": ["en"], "hours": "24/7", "contact": "-"}
        self.card = self.note("chancery/card/v1", {
            "host": host, "name": host.title(), "identity": "identity--" + DIALOGUE[18:], "url": f"https://{host}/",
            "tls": [b64(seed("tls", host))], "offices": [office],
        } | {role: [key.vkey for key in getattr(self, role)] for role in ("party", "receipt", "witness")})
        self.declaration = self.note("chancery/log/v1", {
            "dialogue": DIALOGUE, "track": "cyber", "party": host, "origin": self.origin,
            "keys": [key.vkey for key in self.log], "serial": 0,
        })

    def note(self, format_, members, time="issued"):
        text = f"{format_}\n{jcs({'v': 1, time: when(-3600)} | members).decode()}\n"
        return text + "\n" + "".join(key.line(text, 0) for key in self.party)

    def acceptance(self, terms):
        said = {"dialogue": DIALOGUE, "terms": b64(sha(jcs(terms))), "party": self.host}
        return {"party": self.host, "note": self.note("chancery/acceptance/v1", said, "time"), "logs": [self.declaration]}


def charter(parties):
    """The same bytes as entry 0 of both logs."""
    hosts = [party.host for party in parties]
    text = [{"lang": "en", "text": "A sample, worth nothing.", "authentic": True}]
    track = {"name": "cyber", "title": "Cyber", "access": "closed", "parties": hosts, "window_items": 4096, "window_days": 7}
    terms = {
        "type": "dialogue-charter", "spec_version": "2.1", "id": DIALOGUE, "created": when(-3600), "modified": when(-3600),
        "created_by_ref": "identity--" + DIALOGUE[18:], "extensions": {}, "version": 1, "name": "Sample", "purpose": text,
        "statements": {"receipt": text}, "parties": [{"host": party.host, "card": party.card} for party in parties],
        "tracks": [track | {"heartbeat_secs": 3600, "acknowledge_secs": 86400, "marking_ceiling": "amber", "clearance": 1}],
    }
    return jcs(terms | {"acceptances": [party.acceptance(terms) for party in parties]})


def note(origin, size, root, signers, time):
    text = f"{origin}\n{size}\n{b64(root)}\n"
    return text + "\n" + "".join(key.line(text, time) for key in signers)
