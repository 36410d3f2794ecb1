"""OpenTAXII 0.9.3 as published fails on every collection, since a UUID is not JSON (its issue 243, open). This repairs that and
nothing else, for otherwise there would be nothing to measure."""

import json
import uuid

from opentaxii.http import app  # noqa: F401, gunicorn looks for it here

_default = json.JSONEncoder.default
json.JSONEncoder.default = lambda self, value: str(value) if isinstance(value, uuid.UUID) else _default(self, value)
