"""The one exception that means: this does not hold."""


class Refused(Exception):
    """The input was read and does not hold; the message says why, in one line."""


def need(holds, reason):
    """Refuses with `reason` unless `holds`."""
    if not holds:
        raise Refused(reason)
