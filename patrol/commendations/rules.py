"""A commendation of a collective or an individual, and the occasion it was given at. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Recipient(StrEnum):
    COLLECTIVE = "collective"
    INDIVIDUAL = "individual"


class Form(StrEnum):
    CERTIFICATE = "certificate"  # bằng khen
    DIPLOMA = "diploma"  # giấy khen
    LETTER = "letter"  # thư khen
    TITLE = "title"  # danh hiệu thi đua
    OTHER = "other"


class Occasion(StrEnum):
    """At what it was given. Only the first is in the figures of a review; the others are kept and listed."""

    REVIEW = "review"  # hội nghị sơ kết, tổng kết
    AD_HOC = "ad_hoc"  # khen đột xuất
    OTHER = "other"


@dataclass(frozen=True)
class CommendationDraft:
    client_id: UUID
    recipient: Recipient
    recipient_name: str
    unit_id: int
    form: Form
    decision_number: str
    decided_on: date
    occasion: Occasion
    occasion_name: str
    occasion_on: date
    decided_by_id: int | None = None  # a body of the register, or …
    decided_by_name: str = ""  # … its name


def problems(draft: CommendationDraft, *, today: date) -> dict[str, str]:
    """What can't be true of a commendation, as field → code."""
    wrong = {name: "day_in_future" for name in ("decided_on", "occasion_on") if getattr(draft, name) > today}
    if draft.decided_by_id is None and not draft.decided_by_name:
        wrong["decided_by_id"] = "required"
    return wrong
