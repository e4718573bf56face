"""What is typed on the sign-in and account pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import Invalid
from ..parsing import Input, Line, parse
from .rules import Role


class AccountInput(Input):
    username: Line
    full_name: Line
    rank: Line = ""
    role: Role
    unit_id: int


def parse_account(raw: Mapping[str, Any]) -> AccountInput:
    """A new account as typed."""
    return parse(AccountInput, raw)


@dataclass(frozen=True)
class NewPassword:
    current: str
    new: str


def parse_new_password(raw: Mapping[str, str]) -> NewPassword:
    """The old password and the new one typed twice. Raises Invalid when the two differ."""
    current, new, again = (raw.get(name, "") for name in ("current", "new", "again"))
    missing = {
        name: "required"
        for name, value in (("current", current), ("new", new), ("again", again))
        if not value
    }
    if missing:
        raise Invalid(missing)
    if new != again:
        raise Invalid({"again": "passwords_differ"})
    return NewPassword(current, new)
