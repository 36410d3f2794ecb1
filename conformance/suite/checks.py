"""What many cases ask of an answer."""

import re

from .target import strict_json, told

# TAXII 2.1 section 2: RFC 3339 in UTC, with `Z`.
TIMESTAMP = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
# The same, with the six digits that section 2 prescribes for what TAXII itself makes up.
MICROSECONDS = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
MEDIA_TYPE = re.compile(r'^application/taxii\+json\s*;\s*version="?2\.1"?$', re.IGNORECASE)


def is_taxii(answer) -> None:
    """The answer is labelled as TAXII 2.1."""
    given = answer.headers.get("Content-Type")
    assert given is not None and MEDIA_TYPE.match(given), f"Content-Type is {given!r}: {told(answer)}"


def is_error(answer, *statuses: int) -> dict:
    """The answer fails with one of these statuses and says so in an error message (section 3.6.1)."""
    fails(answer, *statuses)
    is_taxii(answer)
    message = strict_json(answer)
    assert isinstance(message, dict), f"the error message is no object: {told(answer)}"
    assert isinstance(message.get("title"), str), f"the error message has no title: {told(answer)}"
    for name in ("description", "error_id", "error_code", "http_status", "external_details"):
        if name in message:
            assert isinstance(message[name], str), f"{name} of an error message is a string: {told(answer)}"
    assert isinstance(message.get("details", {}), dict), f"details is a dictionary: {told(answer)}"
    return message


def fails(answer, *statuses: int) -> None:
    """The answer has one of these statuses."""
    assert answer.status_code in statuses, f"expected {' or '.join(map(str, statuses))}: {told(answer)}"


def each_fails(answers: dict, *statuses: int) -> None:
    """Every one of these answers has one of these statuses; the message names those that have not."""
    wrong = {given: answer.status_code for given, answer in answers.items() if answer.status_code not in statuses}
    assert not wrong, f"expected {' or '.join(map(str, statuses))} for each: {wrong}"


def no_server_error(answer) -> None:
    """Whatever was sent, the server did not break."""
    assert answer.status_code < 500, f"a request must not break the server: {told(answer)}"


def instant_key(text: str) -> tuple[str, str]:
    """Orders timestamps as instants, however many digits they have."""
    assert TIMESTAMP.match(text), f"{text!r} is no TAXII timestamp"
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return whole, fraction.rstrip("0")
