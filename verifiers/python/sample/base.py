"""What everything in the sample is made from: hashes, canonical JSON, fixed seeds and times."""

import base64
import hashlib
import json
from datetime import datetime, timezone

EPOCH = 1_795_000_000  # 2026-11-18T11:06:40Z
DIALOGUE = "dialogue-charter--6f1c9a52-8a1e-4c0f-9d59-0d6c1e1f7a10"
STIX = "application/stix+json;version=2.1"


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def b64(raw):
    return base64.b64encode(raw).decode()


def jcs(value):
    # Enough of RFC 8785 for what is written here: Python prints the doubles of ODD_MEMBERS as ECMAScript does.
    def ordered(x):
        if isinstance(x, dict):
            return {name: ordered(x[name]) for name in sorted(x, key=lambda n: n.encode("utf-16-be"))}
        return [ordered(item) for item in x] if isinstance(x, list) else x

    return json.dumps(ordered(value), ensure_ascii=False, separators=(",", ":")).encode()


def seed(*words):
    return sha("chancery sample: ".encode() + "/".join(map(str, words)).encode())


def when(offset):
    """RFC 3339 of EPOCH + offset seconds, six fractional digits."""
    at = datetime.fromtimestamp(EPOCH + offset, timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{offset % 1000 * 1000 + 7:06d}Z"
