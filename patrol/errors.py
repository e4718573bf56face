"""What a person did that we can explain to them. Bugs are never DomainErrors. No Flask here."""

from collections.abc import Mapping


class DomainError(Exception):
    """Refused for a reason we can say; `code` finds the sentence in wording.py."""

    status, code = 400, "refused"


class Invalid(DomainError):
    """Input that cannot be accepted; `fields` maps each field to a wording code."""

    status, code = 422, "invalid"

    def __init__(self, fields: Mapping[str, str]):
        super().__init__(", ".join(f"{name}: {why}" for name, why in fields.items()))
        self.fields = dict(fields)


class NotFound(DomainError):
    """No such record, or none that this person may know of."""

    status, code = 404, "not_found"


class NotAllowed(DomainError):
    """The record is known to this person but the act is not theirs."""

    status, code = 403, "not_allowed"


class Conflict(DomainError):
    """The record changed since this person looked at it; `current` is what is stored now."""

    status, code = 409, "conflict"

    def __init__(self, current: object):
        super().__init__("the record has moved on")
        self.current = current


class TooMany(DomainError):
    """Right, but too often; the same may be done again after `wait_s` seconds."""

    status, code = 429, "too_fast"

    def __init__(self, wait_s: int):
        super().__init__("too often")
        self.wait_s = wait_s
