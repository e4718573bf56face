"""What goes into files, row after row as the database gives it: nothing here holds more than a batch in memory."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import selectinload

from .. import wording
from ..accounts.models import Person
from ..accounts.rules import Scope
from ..extensions import db
from ..findings.models import Finding
from ..patrols.models import Patrol
from ..patrols.queries import matching, opens
from ..patrols.rules import PatrolFilter, known
from ..totals.months import lacks_personnel, personnel_of
from ..tracks.draft import Fixes
from ..tracks.lines import decode_fine, decode_line
from ..tracks.models import PatrolTrack
from ..tracks.queries import tracks_along
from ..tracks.writing import Found, Way, place_at, place_on, simple
from ..units.queries import forces, programmes, setting, stretches, units
from ..units.rules import SettingKey
from .rules import Listed

BATCH = 500


def patrols_of(wanted: PatrolFilter, *, seen_by: Scope) -> tuple[Iterator[Listed], int]:
    """The patrols of a list's filter, oldest first, and how many there are."""
    return listed(matching(wanted, seen_by=seen_by), seen_by=seen_by)


def listed(found: Select[tuple[Patrol]], *, seen_by: Scope) -> tuple[Iterator[Listed], int]:
    """The patrols of a statement as a reader sees them, oldest first, and how many there are."""
    return _listed(found, seen_by), number_of(found, Patrol.id)


def _listed(found: Select[tuple[Patrol]], seen_by: Scope) -> Iterator[Listed]:
    personnel = personnel_of(Patrol.personnel_total, Patrol.militia_total)
    wanted = (
        found.add_columns(
            personnel, case((lacks_personnel(), 1), else_=0), case((opens(seen_by), 1), else_=0)
        )
        .options(selectinload(Patrol.attendance))
        .order_by(Patrol.started_at, Patrol.id)
        .execution_options(yield_per=BATCH)
    )
    with db.session.execute(wanted) as rows:
        for patrol, people, unknown, is_open in rows:
            yield Listed(patrol, known(int(people), unknown=unknown, records=1), bool(is_open))


def findings_of(found: Select[tuple[Finding]]) -> tuple[Iterator[Finding], int]:
    """The findings of a statement with their patrols, oldest first, and how many there are."""
    return _findings(found), number_of(found, Finding.id)


def _findings(found: Select[tuple[Finding]]) -> Iterator[Finding]:
    wanted = (
        found.options(
            selectinload(Finding.patrol), selectinload(Finding.measures), selectinload(Finding.outcomes)
        )
        .order_by(Finding.found_on, Finding.id)
        .execution_options(yield_per=BATCH)
    )
    with db.session.scalars(wanted) as findings:
        yield from findings


def number_of(found: Select[Any], key: Any) -> int:
    counted = select(func.count()).select_from(found.with_only_columns(key).order_by(None).subquery())
    return db.session.scalar(counted) or 0


def counting_rules(on: date) -> str:
    """The dated rules that decide what is counted, as they stood on a day, in words."""
    forces = setting(SettingKey.JOINT_MIN_FORCES, on=on)
    militia = setting(SettingKey.MILITIA_IN_PERSONNEL, on=on)
    return (
        f"lượt phối hợp có từ {forces} lực lượng; "
        f"dân quân {'tính' if militia == 'yes' else 'không tính'} vào lượt CBCS (ngày {on:%d/%m/%Y})"
    )


def findings_of_list(wanted: PatrolFilter, *, seen_by: Scope) -> tuple[Iterator[Finding], int]:
    """What the patrols of a filter found, of those the reader may open."""
    ids = matching(wanted, seen_by=seen_by).where(opens(seen_by)).with_only_columns(Patrol.id)
    return findings_of(select(Finding).where(Finding.patrol_id.in_(ids), Finding.is_withdrawn.is_(False)))


def asked_words(wanted: PatrolFilter) -> tuple[str, str]:
    """How a list was narrowed, in words: for the last lines of a file, and for the trail, which never says what was
    searched for."""
    names = {
        "chương trình": {each.id: each.name for each in programmes()}.get(wanted.programme_id or 0),
        "tuyến": {each.id: each.name for each in stretches()}.get(wanted.stretch_id or 0),
        "đơn vị": {each.id: each.name for each in units()}.get(wanted.unit_id or 0),
        "lực lượng": {each.code: each.name for each in forces()}.get(wanted.force),
    }
    parts = [
        f"từ {wording.day(wanted.first)}" if wanted.first else "",
        f"đến {wording.day(wanted.last)}" if wanted.last else "",
        *(f"{kind} {name}" for kind, name in names.items() if name),
        *(f"trạng thái {wording.say(status).lower()}" for status in wanted.statuses),
    ]
    searched = (f"tìm “{wanted.text}”", "có từ tìm") if wanted.text else ("", "")
    for_file, for_trail = ("; ".join(part for part in [*parts, words] if part) for words in searched)
    return for_file, for_trail


def ways_of_list(wanted: PatrolFilter, *, seen_by: Scope, viewer: Person) -> Iterator[Way]:
    """The recorded ways of a filter's patrols that this reader may see, simplified, oldest first."""
    return _ways(matching(wanted, seen_by=seen_by), seen_by=seen_by, viewer=viewer, is_simple=True)


def ways_of_patrol(patrol_id: int, *, seen_by: Scope, viewer: Person) -> Iterator[Way]:
    """The recorded way of one patrol, every fix of it; nothing for who may not see it."""
    found = select(Patrol).where(Patrol.id == patrol_id)
    return _ways(found, seen_by=seen_by, viewer=viewer, is_simple=False)


def _ways(found: Select[tuple[Patrol]], *, seen_by: Scope, viewer: Person, is_simple: bool) -> Iterator[Way]:
    coast = {stretch.id: stretch.line or [] for stretch in stretches()}
    found = found.options(selectinload(Patrol.findings))  # type: ignore[attr-defined]
    for patrol, track in tracks_along(found, seen_by=seen_by, viewer=viewer):
        pieces = _pieces(track)
        if not pieces:
            continue
        findings = sorted(patrol.findings, key=lambda finding: finding.position)
        yield Way(
            patrol_id=patrol.id,
            on=patrol.patrolled_on,
            stretch=patrol.stretch_name,
            lead_unit=patrol.lead_unit_name,
            started_at=patrol.started_at,
            ended_at=patrol.ended_at,
            distance_m=track.distance_m,
            grade=track.grade,
            pieces=[simple(piece) for piece in pieces] if is_simple else pieces,
            found=[
                Found(finding.category_name, finding.found_at, *place)
                for finding in findings
                if not finding.is_withdrawn and (place := _place(finding, pieces, coast[patrol.stretch_id]))
            ],
        )


def _pieces(track: PatrolTrack) -> list[Fixes]:
    """The cleaned way with its times; after its term only the coarse way is left, and no times."""
    if track.line:
        return decode_line(track.line)
    return [
        Fixes(lat, lon, np.full(lat.size, np.nan), np.full(lat.size, np.nan))
        for lat, lon in decode_fine(track.fine)
    ]


def _place(finding: Finding, pieces: Sequence[Fixes], coast: Sequence[Any]) -> tuple[float, float] | None:
    """Where it was found: where the patrol was at that moment, or at the kilometre somebody wrote down, or nowhere."""
    if finding.found_at and (place := place_at(pieces, finding.found_at)):
        return place
    return place_on(coast, finding.km) if finding.km is not None else None
