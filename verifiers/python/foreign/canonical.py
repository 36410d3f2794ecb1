"""Canonical JSON (RFC 8785) and canonical base64 (FORMATS §1).

Nothing here repairs: a text is accepted only if writing what was read gives the same bytes again.
That alone refuses duplicate members, escapes that need not be, other orders and white space.
"""

import base64
import binascii
import json

from .refused import Refused, need

DEPTH_MAX = 64
INTEGER_MAX = 2**53 - 1

_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def b64decode(text, what, size=None):
    """Decodes RFC 4648 §4 base64, refusing what does not encode back to itself."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(f"{what} is not base64") from None
    need(base64.b64encode(raw).decode() == text, f"{what} is not canonical base64")
    need(size is None or len(raw) == size, f"{what} is {len(raw)} bytes, {size} are needed")
    return raw


def b64(raw):
    """Encodes as RFC 4648 §4 base64 with padding."""
    return base64.b64encode(raw).decode()


def parse(raw, what):
    """Reads canonical JSON; numbers come back as `int` when they are integers, else `float`."""
    try:
        value = json.loads(raw.decode("utf-8"), parse_int=_number, parse_float=_number, parse_constant=_constant)
    except (ValueError, RecursionError) as err:
        raise Refused(f"{what} is not JSON: {str(err)[:80]}") from None
    need(write(value, what) == raw, f"{what} is not canonical JSON")
    return value


def write(value, what="value", depth=0):
    """Writes canonical JSON bytes."""
    if value is True:
        return b"true"
    if value is False:
        return b"false"
    if value is None:
        return b"null"
    if isinstance(value, str):
        return _string(value, what)
    if isinstance(value, (int, float)):
        return number(float(value)).encode()
    need(depth < DEPTH_MAX, f"{what} is deeper than {DEPTH_MAX}")
    if isinstance(value, list):
        return b"[" + b",".join(write(item, what, depth + 1) for item in value) + b"]"
    # RFC 8785 §3.2.3: members are sorted by their UTF-16 code units.
    names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
    members = (_string(name, what) + b":" + write(value[name], what, depth + 1) for name in names)
    return b"{" + b",".join(members) + b"}"


def number(value):
    """Writes a double as ECMAScript does (RFC 8785 §3.2.2.3)."""
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{repr(abs(value))}e0".partition("e")
    exponent = int(exponent.partition("e")[0])
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    point = len(whole) + exponent
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip("0")
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    tail = "." + digits[1:] if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def _number(text):
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("a number is not finite")
    if any(c in number(value) for c in ".e"):
        return value
    if abs(value) > INTEGER_MAX:
        raise ValueError("an integer is beyond 2^53-1")
    return int(value)


def _constant(text):
    raise ValueError(f"{text} is not a number")


def _string(text, what):
    out = "".join(_SHORT.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in text)
    try:
        return f'"{out}"'.encode()
    except UnicodeEncodeError:
        raise Refused(f"{what} has a lone surrogate") from None
