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


PASSWORD_FIELDS = ("_current", "_new", "_repeated")  # "_": no page in between carries them


@dataclass(frozen=True)
class NewPassword:
    current: str
    new: str


def parse_new_password(raw: Mapping[str, str]) -> NewPassword:
    """The old password and the new one typed twice. Raises Invalid when the two differ."""
    current, new, again = (raw.get(name, "") for name in PASSWORD_FIELDS)
    missing = {name: "required" for name in PASSWORD_FIELDS if not raw.get(name)}
    if missing:
        raise Invalid(missing)
    if new != again:
        raise Invalid({PASSWORD_FIELDS[2]: "passwords_differ"})
    return NewPassword(current, new)
