"""What changed in a record, and why a text may be blotted out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MARK = "[đã che]"  # what stands in place of a text that was blotted out


class RedactionReason(StrEnum):
    """Why a text must not stay. A closed list, so that the reason gives nothing away."""

    PERSONAL_DATA = "personal_data"  # names, papers, addresses, telephones of people
    FORCES_SECRET = "forces_secret"  # weapons, posts, plans, strength
    TIP_CONTENT = "tip_content"  # who told what
    WRONG_PLACE = "wrong_place"  # has no business in this book


@dataclass(frozen=True)
class Edit:
    """One field before and after; `about` names the part of the record it belongs to."""

    field: str
    old: Any
    new: Any
    about: str = ""


def edits_between(before: Mapping[str, Any], after: Mapping[str, Any], *, about: str = "") -> list[Edit]:
    """The fields that differ, in the order of `after`."""
    return [
        Edit(field, before.get(field), value, about)
        for field, value in after.items()
        if before.get(field) != value
    ]
