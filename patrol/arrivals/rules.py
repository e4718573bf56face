"""What becomes of a version a phone sends, and what a phone still holds. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ..patrols.rules import Status


class Kind(StrEnum):
    PATROL = "patrol"
    PHOTO = "photo"  # what is known of it; its content comes apart
    TRACK = "track"  # likewise


class Outcome(StrEnum):
    STORED = "stored"
    ALREADY_STORED = "already_stored"
    SUPERSEDED = "superseded"
    CONFLICT = "conflict"
    REJECTED = "rejected"


class Decision(StrEnum):
    """What a person decided about a version that was kept beside the record."""

    TAKEN = "taken"  # it was worked into the record
    LEFT = "left"  # the record stays as it is


class State(StrEnum):
    """How far a photo or a track has come."""

    WAITING_ITEM = "waiting_item"  # bytes nobody has said anything about
    WAITING_CONTENT = "waiting_content"
    WAITING_PATROL = "waiting_patrol"
    ATTACHED = "attached"
    REFUSED = "refused"


WAITING = (State.WAITING_CONTENT, State.WAITING_PATROL)
JOURNAL_DAYS = 90  # how long what was received is kept as it came
UPLOAD_DAYS = 30  # how long an unfinished upload waits for its next piece
SILENT_AFTER = timedelta(days=30)  # a phone not heard of for so long is no longer counted
MOST_DECLARED = 9_999


@dataclass(frozen=True)
class Taken:
    """A version that was received before: by which phone, its number there, and which revision of the record it became.

    `became` is None for one that was kept beside the record, until a person works it in.
    """

    device: str
    rev: int
    sha256: str
    became: int | None
    is_set_aside: bool = False  # a person looked at it and left the record as it was


class Verdict(StrEnum):
    NEW = "new"  # there is no such record yet
    NEXT = "next"  # it continues the record as it stands
    ALREADY = "already"
    PASSED = "passed"
    BESIDE = "beside"  # a person decides


def judge(
    *,
    device: str,
    rev: int,
    base_rev: int | None,
    sha256: str,
    record_rev: int | None,
    taken: Sequence[Taken],
) -> tuple[Verdict, int | None]:
    """What becomes of a version, and the revision of the record an earlier copy of it became.

    `record_rev` is None when there is no record; `taken` are the versions of this id received before, in that order.
    `rev` counts the versions of one phone, `base_rev` and `record_rev` the revisions of the record; the two are never
    compared. The rules and their order are those of docs/offline.md.
    """
    own = [each for each in taken if each.device == device and each.became is not None]
    last = max(own, key=lambda each: each.rev, default=None)
    same = [each for each in taken if each.sha256 == sha256]
    if any(each.is_set_aside and (each.device, each.rev) == (device, rev) for each in same):
        return Verdict.PASSED, None
    comes_back = last is not None and last.sha256 != sha256 and rev > last.rev
    if not comes_back:
        for each in reversed(same):
            if each.became is not None:
                return Verdict.ALREADY, each.became
    if last is not None and rev < last.rev:
        return Verdict.PASSED, None
    if record_rev is None:
        return Verdict.NEW, None
    if last is not None and rev == last.rev:
        return Verdict.BESIDE, None
    if base_rev == record_rev or (last is not None and last.became == record_rev):
        return Verdict.NEXT, None
    return Verdict.BESIDE, None


def clock_off(sent_at: datetime | None, now: datetime) -> int | None:
    """By how many seconds a phone's clock is ahead of ours (negative: behind), when it said what time it has."""
    if sent_at is None:
        return None
    seconds = round((sent_at - now).total_seconds())
    return max(-(2**31), min(seconds, 2**31 - 1))


@dataclass(frozen=True)
class Unsent:
    """What phones said they still hold: how many phones, how many patrols, and when the longest silent one spoke."""

    phones: int = 0
    patrols: int = 0
    oldest_report_at: datetime | None = None

    def __bool__(self) -> bool:
        return self.patrols > 0


@dataclass(frozen=True)
class Media:
    """Photos or tracks a phone told of for one patrol: how many, how many are here, how many could not be kept."""

    kind: Kind
    announced: int
    attached: int
    refused: int

    @property
    def still_on_the_phone(self) -> int:
        return self.announced - self.attached - self.refused


LEFT_OVER = (Status.RETURNED, Status.IN_PROGRESS)  # own records a phone may go on with
