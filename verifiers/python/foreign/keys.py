"""Verifier keys (C2SP signed-note) and the signature types that Chancery uses (FORMATS §3)."""

import hashlib
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .canonical import b64decode
from .refused import Refused, need

NAME_BYTES_MAX = 255

ED25519_NOTE = 0x01
ED25519_COSIGNATURE = 0x04
ML_DSA_44_COSIGNATURE = 0x06
ML_DSA_44_NOTE = 0xFF

KEY_BYTES = {ED25519_NOTE: 32, ED25519_COSIGNATURE: 32, ML_DSA_44_COSIGNATURE: 1312, ML_DSA_44_NOTE: 1312}
TYPE_NAMES = {
    ED25519_NOTE: "ed25519",
    ED25519_COSIGNATURE: "ed25519-cosignature",
    ML_DSA_44_COSIGNATURE: "ml-dsa-44-cosignature",
    ML_DSA_44_NOTE: "ml-dsa-44",
}

# What follows the byte 0xff, which says only that a longer identifier follows (FORMATS §3).
_ML_DSA_44_NOTE_ID = b"chancery/ml-dsa-44/v1"

_P = 2**255 - 19
# The y coordinates of the eight points whose order divides 8.
_SMALL_ORDER_Y = frozenset(
    (
        0,
        1,
        _P - 1,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7,
    )
)

try:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

    def _ml_dsa_44(public, signature, message):
        try:
            MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

except ImportError:  # an older cryptography has no ML-DSA; dilithium-py is slow, plain Python
    from dilithium_py.ml_dsa import ML_DSA_44

    def _ml_dsa_44(public, signature, message):
        return ML_DSA_44.verify(public, message, signature)


class Key:
    """A vkey: `name+hex(key id)+base64(type || public key)`."""

    def __init__(self, vkey):
        parts = vkey.split("+", 2)
        need(len(parts) == 3, "vkey does not have three parts")
        self.name, key_id, material = parts
        need(valid_name(self.name), "vkey has no valid name")
        need(re.fullmatch("[0-9a-f]{8}", key_id), f"vkey of {self.name} has no key id of 8 hex digits")
        raw = b64decode(material, f"vkey of {self.name}")
        need(raw and raw[0] in KEY_BYTES, f"vkey of {self.name} has an unknown signature type")
        self.type, self.public = raw[0], raw[1:]
        if self.type == ML_DSA_44_NOTE:
            need(self.public.startswith(_ML_DSA_44_NOTE_ID), f"vkey of {self.name} has an unknown signature type")
            self.public = self.public.removeprefix(_ML_DSA_44_NOTE_ID)
        need(len(self.public) == KEY_BYTES[self.type], f"vkey of {self.name} has a key of a wrong length")
        digest = hashlib.sha256(self.name.encode() + b"\n" + raw).digest()
        self.id = digest[:4]
        need(self.id.hex() == key_id, f"vkey of {self.name} has a key id that is not its own")
        if self.type in (ED25519_NOTE, ED25519_COSIGNATURE):
            _check_ed25519_point(self.public, self.name)

    def label(self):
        """`name+hex(key id)`: what a person sees in messages and output."""
        return f"{self.name}+{self.id.hex()}"

    def verify(self, text, signature, checkpoint):
        """Returns whether it verifies, and the time it carries (None for types 0x01 and 0xff)."""
        if self.type == ED25519_NOTE:
            return _ed25519(self.public, signature, text), None
        if self.type == ML_DSA_44_NOTE:
            return len(signature) == 2420 and _ml_dsa_44(self.public, signature, b"chancery/note/v1\0" + text), None
        time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
        # tlog-cosignature: a time above 2^63-1 is malformed; zero says nothing about "the largest tree seen",
        # which is what a log and a receipt sign for.
        if not 0 < time < 2**63:
            return False, None
        if self.type == ED25519_COSIGNATURE:
            message = b"cosignature/v1\ntime %d\n" % time + text
            return _ed25519(self.public, signature, message), time
        message = (
            b"subtree/v1\n\0"
            + _opaque(self.name.encode())
            + time.to_bytes(8, "big")
            + _opaque(checkpoint.origin.encode())
            + (0).to_bytes(8, "big")
            + checkpoint.size.to_bytes(8, "big")
            + checkpoint.root
        )
        return len(signature) == 2420 and _ml_dsa_44(self.public, signature, message), time


def valid_name(name):
    """C2SP signed-note: not empty, no Unicode space, no plus; FORMATS: at most 255 bytes."""
    return bool(name) and "+" not in name and not any(c.isspace() for c in name) and len(name.encode()) <= NAME_BYTES_MAX


def _opaque(raw):
    return bytes([len(raw)]) + raw


def _ed25519(public, signature, message):
    if len(signature) != 64:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _check_ed25519_point(public, name):
    y = int.from_bytes(public, "little") & (2**255 - 1)
    if y >= _P:
        raise Refused(f"vkey of {name} is not a canonical Ed25519 point")
    if y in _SMALL_ORDER_Y:
        raise Refused(f"vkey of {name} is an Ed25519 point of small order")
