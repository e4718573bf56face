"""What is typed on the page of an account."""

from collections.abc import Mapping
from typing import Any

from ..accounts.rules import Role
from ..parsing import Input, parse


class TransferInput(Input):
    unit_id: int
    role: Role


def parse_transfer(raw: Mapping[str, Any]) -> TransferInput:
    """Where somebody goes, as typed."""
    return parse(TransferInput, raw)
