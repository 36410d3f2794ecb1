"""Small valid STIX objects, each call a fresh one: cases share nothing but the collection they are put into."""

import itertools
import uuid

_COUNTER = itertools.count()


def instant(step: int = 0, digits: int = 3) -> str:
    """A timestamp; a larger step is a later one."""
    fraction = f"{step % 1000:03d}" + "0" * (digits - 3)
    return f"2024-03-{1 + step // 60000 % 28:02d}T10:{step // 1000 % 60:02d}:00.{fraction}Z"


def fresh(kind: str) -> str:
    """An id that no object has."""
    return f"{kind}--{uuid.uuid4()}"


def indicator(version: int = 0, **more) -> dict:
    """An indicator; `version` orders the versions of one id."""
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": fresh("indicator"),
        "created": instant(),
        "modified": instant(version),
        "name": f"case {next(_COUNTER)}",
        "indicator_types": ["malicious-activity"],
        "pattern": "[ipv4-addr:value = '198.51.100.7']",
        "pattern_type": "stix",
        "valid_from": instant(),
    } | more


def versions(count: int) -> list[dict]:
    """One indicator in several versions, oldest first."""
    first = indicator()
    return [first | {"modified": instant(step)} for step in range(count)]


def identity(**more) -> dict:
    """An identity."""
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": fresh("identity"),
        "created": instant(),
        "modified": instant(),
        "name": "Alpha",
        "identity_class": "organization",
    } | more


def relationship(source: str, target: str, **more) -> dict:
    """A relationship."""
    return {
        "type": "relationship",
        "spec_version": "2.1",
        "id": fresh("relationship"),
        "created": instant(),
        "modified": instant(),
        "relationship_type": "indicates",
        "source_ref": source,
        "target_ref": target,
    } | more


def malware(**more) -> dict:
    """A malware family."""
    return {
        "type": "malware",
        "spec_version": "2.1",
        "id": fresh("malware"),
        "created": instant(),
        "modified": instant(),
        "name": "Sample",
        "is_family": True,
    } | more


def marking(**more) -> dict:
    """A statement marking: it has `created` and no `modified`."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": fresh("marking-definition"),
        "created": instant(),
        "definition_type": "statement",
        "definition": {"statement": "For the case alone"},
    } | more


def address(**more) -> dict:
    """An observable: it has neither `created` nor `modified`. Its id is random, as the standard allows."""
    return {
        "type": "ipv4-addr",
        "spec_version": "2.1",
        "id": fresh("ipv4-addr"),
        "value": "198.51.100.9",
    } | more


def language_content(of: dict) -> dict:
    """A translation."""
    return {
        "type": "language-content",
        "spec_version": "2.1",
        "id": fresh("language-content"),
        "created": instant(),
        "modified": instant(),
        "object_ref": of["id"],
        "contents": {"de": {"name": "Fall"}},
    }


def stix20() -> dict:
    """An identity of STIX 2.0, which has no `spec_version`."""
    return {
        "type": "identity",
        "id": fresh("identity"),
        "created": instant(),
        "modified": instant(),
        "name": "Alpha in 2.0",
        "identity_class": "organization",
    }
