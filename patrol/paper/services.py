"""A paper book into the log: what it would do, and doing it, all of its new rows or none."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .. import clock
from ..accounts.models import Person
from ..accounts.rules import Scope
from ..audit.services import note
from ..errors import Conflict, DomainError
from ..findings.models import Category
from ..findings.services import draft_of as finding_draft_of
from ..logbook.rules import LogDraft
from ..logbook.services import record_log
from ..patrols.models import Patrol
from ..patrols.queries import may_open
from ..patrols.rules import remarks
from ..patrols.services import draft_of, is_strange
from ..units.queries import setting_steps, units
from ..units.rules import SettingKey, holds_on
from .queries import findings_by_patrol, patrols_named, starts_between
from .rules import LEAD, NUMBER, Line, Problem, Reading, State, Verdict, are_twins


class NotWhole(DomainError):
    """The file as a whole was not taken: `verdict` says which of its rows can't be read. Nothing was written."""

    status, code = 422, "book_not_whole"

    def __init__(self, verdict: Verdict):
        super().__init__("rows that can't be read")
        self.verdict = verdict


def judge(readings: Sequence[Reading], *, seen_by: Scope) -> Verdict:
    """What writing these rows would do, row by row. Writes nothing.

    A row whose name the log knows is left as the log has it, word for word the same or not: what was corrected there
    after an import must not be undone by sending the book again.
    """
    logs = [reading.log for reading in readings if reading.log is not None]
    known = patrols_named(log.patrol.client_id for log in logs)
    findings = findings_by_patrol(patrol.id for patrol in known.values())
    twins = _Twins(logs, seen_by)
    lives = {unit.id: (unit.valid_from, unit.valid_to) for unit in units()}
    lines = []
    for reading in readings:
        log = reading.log
        if log is None:
            lines.append(Line(reading, State.WRONG))
        elif (patrol := known.get(log.patrol.client_id)) is not None:
            lines.append(_known(reading, patrol, findings.get(patrol.id, []), seen_by))
        elif is_strange(log.patrol, seen_by=seen_by):
            lines.append(_wrong(reading, Problem(LEAD, "own_unit_absent")))
        else:
            rows, patrols = twins.of(log, readings)
            lines.append(Line(reading, State.NEW, tuple(_remarks(log, lives)), rows, patrols))
    return Verdict(lines)


def _known(reading: Reading, patrol: Patrol, findings: Sequence[object], seen_by: Scope) -> Line:
    if not may_open(patrol, seen_by=seen_by):
        return _wrong(reading, Problem(NUMBER, "not_allowed"))
    before, given = draft_of(patrol), reading.log.patrol
    given = replace(
        given,
        source=before.source,
        phone_time=before.phone_time,
        programme_ids=tuple(sorted(given.programme_ids)),
        nothing_found=given.nothing_found and not reading.log.findings,
    )
    same = before == given and [finding_draft_of(each) for each in findings] == list(reading.log.findings)  # type: ignore[arg-type]
    return Line(reading, State.KNOWN if same else State.DIFFERS, twin_patrols=(patrol.id,))


def _wrong(reading: Reading, problem: Problem) -> Line:
    return Line(replace(reading, log=None, problems=(problem,)), State.WRONG)


def _remarks(log: LogDraft, lives: Mapping[int, tuple]) -> list[str]:
    draft = log.patrol
    steps = setting_steps(SettingKey.JOINT_MIN_FORCES)
    ids = {draft.lead_unit_id, *(unit.unit_id for unit in draft.attendance)}
    return remarks(
        draft,
        now=clock.now(),
        has_findings=bool(log.findings),
        units_out_of_time=not all(holds_on(*lives[unit_id], draft.patrolled_on) for unit_id in ids),
        forces_for_joint=int([value for since, value in steps if since <= draft.patrolled_on][-1]),
    )


class _Twins:
    """Which rows and patrols may be one and the same patrol that several books wrote down."""

    def __init__(self, logs: Sequence[LogDraft], seen_by: Scope):
        starts = sorted(log.patrol.started_at for log in logs)
        mine = {log.patrol.client_id for log in logs}
        there = starts_between(starts[0], starts[-1], seen_by=seen_by) if starts else []
        self.stored = [
            (patrol_id, (stretch, start)) for patrol_id, name, stretch, start in there if name not in mine
        ]

    def of(self, log: LogDraft, readings: Sequence[Reading]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        mine = (log.patrol.stretch_id, log.patrol.started_at)
        rows = tuple(
            other.number
            for other in readings
            if other.log is not None
            and other.log is not log
            and are_twins(mine, (other.log.patrol.stretch_id, other.log.patrol.started_at))
        )
        return rows, tuple(patrol_id for patrol_id, theirs in self.stored if are_twins(mine, theirs))


def import_book(
    readings: Sequence[Reading],
    *,
    filename: str,
    by: Person,
    seen_by: Scope,
    catalogue: Mapping[str, Category],
) -> Verdict:
    """Write every new row as a patrol with source `paper`, through the same door as a page of the log.

    All new rows or none: raises NotWhole when a single one can't be read. Sending the same book again writes nothing.
    """
    verdict = judge(readings, seen_by=seen_by)
    if not verdict.is_readable:
        raise NotWhole(verdict)
    for line in verdict.lines:
        if line.state is State.NEW:
            try:
                record_log(line.reading.log, by=by, seen_by=seen_by, catalogue=catalogue)
            except Conflict as met:  # somebody sent the same book at the same moment, and was first
                raise NotWhole(judge(readings, seen_by=seen_by)) from met
    if written := verdict.number_of(State.NEW):
        note("book.imported", by=by, changes={"file": [None, filename], "rows": [None, written]})
    return verdict
