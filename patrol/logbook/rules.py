"""One page of the patrol book. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..errors import Invalid
from ..findings.rules import FindingDraft
from ..patrols.rules import PatrolDraft


@dataclass(frozen=True)
class LogDraft:
    """The patrol as a person reports it: the patrol and what it found."""

    patrol: PatrolDraft
    findings: tuple[FindingDraft, ...] = ()


AHEAD = timedelta(hours=3)  # a sortie may be written before it sets out


def refuse_slips(written: PatrolDraft, *, before: PatrolDraft | None, now: datetime) -> None:
    """Ask again about what only a slip of the pen explains, while a person is still on the page. Raises Invalid.

    What stood there before is not asked again; what a phone or a paper book says is kept with a remark instead.
    """
    started, ended = (before.started_at, before.ended_at) if before else (None, None)
    was_empty = before is not None and before.ended_at is not None and not before.attendance
    wrong = {}
    if now + AHEAD < written.started_at != started:
        wrong["started_on"] = "not_yet_started"
    elif written.ended_at and now + AHEAD < written.ended_at != ended:
        wrong["ended_time"] = "not_yet_ended"
    if written.ended_at and not written.attendance and not was_empty:
        wrong["attendance"] = "nobody_written"
    if wrong:
        raise Invalid(wrong)
