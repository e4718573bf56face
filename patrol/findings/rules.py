"""What a finding is: how it was found, in what it is counted, what came of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from .. import clock


class DetectedVia(StrEnum):
    PATROL = "patrol"
    TIP = "tip"
    OTHER = "other"


class MeasureCode(StrEnum):
    """The units findings are counted in. They are never added to each other."""

    CASES = "cases"  # vụ
    SUBJECTS = "subjects"  # đối tượng
    SITES = "sites"  # tụ điểm
    INCIDENTS = "incidents"  # trường hợp, lần
    VEHICLES = "vehicles"  # phương tiện
    BOATS = "boats"  # tàu
    CREW = "crew"  # lao động, thuyền viên
    VICTIMS_DEAD = "victims_dead"
    VICTIMS_INJURED = "victims_injured"
    RESCUED = "rescued"
    GRAMS = "grams"
    PILLS = "pills"
    KILOGRAMS = "kilograms"
    CUBIC_METRES = "cubic_metres"
    VALUE_DONG = "value_dong"
    PIECES = "pieces"
    SESSIONS = "sessions"  # buổi
    ATTENDEES = "attendees"  # lượt người


class OutcomeCode(StrEnum):
    REMINDER = "reminder"
    MINUTES_MADE = "minutes_made"
    ADMIN_FINE = "admin_fine"
    DISPERSED = "dispersed"
    DETAINED = "detained"
    SEIZED = "seized"
    HANDED_OVER = "handed_over"
    PROSECUTED = "prosecuted"
    DRUG_TEST = "drug_test"
    REHAB = "rehab"
    RESCUED = "rescued"
    TOWED = "towed"
    FOLLOW_UP = "follow_up"
    UNFOUNDED = "unfounded"


TEXTS = ("place", "note")  # free text of a finding …
OUTCOME_TEXTS = ("handed_to", "paper_number")  # … and of a step of what came of it
LARGEST_QUANTITY = 99_999_999_999  # what the column holds


@dataclass(frozen=True)
class FindingDraft:
    """One finding as reported. `measures`: unit → how many, None where nobody knows."""

    client_id: UUID
    category: str
    measures: Mapping[str, float | None] = field(default_factory=dict)
    found_at: datetime | None = None
    place: str = ""
    km: float | None = None
    outcome: OutcomeCode | None = None
    note: str = ""


@dataclass(frozen=True)
class CaseDraft:
    """A case that no patrol found. It has no words of its own: what it is, when, how many, what came of it."""

    client_id: UUID
    category: str
    found_on: date
    measures: Mapping[str, float | None] = field(default_factory=dict)
    outcome: OutcomeCode | None = None


@dataclass(frozen=True)
class OutcomeDraft:
    """One more step of what came of a finding."""

    code: OutcomeCode
    happened_on: date
    handed_to: str = ""  # which body, never whom
    paper_number: str = ""


def moment_of_night(wall: time, started_at: datetime) -> datetime:
    """The moment of a bare clock time in the night of a patrol: well before its start means after midnight."""
    day = clock.local_day(started_at)
    moment = clock.at(day, wall)
    return moment if moment >= started_at - timedelta(hours=1) else clock.at(day + timedelta(days=1), wall)


def stated_measures(
    given: Mapping[str, float | None], counted_in: tuple[str, ...]
) -> dict[str, float | None]:
    """The measures a finding carries: every unit its category is counted in, plus what else was given.

    The main unit counts the finding itself, so it is 1 unless somebody wrote another number; the other units are
    unknown until written, because unknown is not zero.
    """
    stated: dict[str, float | None] = dict.fromkeys(counted_in)
    if counted_in:
        stated[counted_in[0]] = 1
    stated.update({code: quantity for code, quantity in given.items() if quantity is not None})
    return stated
