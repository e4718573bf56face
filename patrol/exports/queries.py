"""What goes into files, row after row as the database gives it: nothing here holds more than a batch in memory."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import selectinload

from ..accounts.rules import Scope
from ..extensions import db
from ..findings.models import Finding
from ..patrols.models import Patrol
from ..patrols.queries import matching, opens
from ..patrols.rules import FORCES_FOR_JOINT, PatrolFilter
from ..totals.queries import personnel_of
from ..totals.rules import known
from ..units.queries import setting
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
    rows = db.session.execute(
        found.add_columns(personnel, case((opens(seen_by), 1), else_=0))
        .options(selectinload(Patrol.attendance))
        .order_by(Patrol.started_at, Patrol.id)
        .execution_options(yield_per=BATCH)
    )
    for patrol, people, is_open in rows:
        unknown = int(patrol.unknown_personnel > 0)
        yield Listed(patrol, known(int(people), unknown=unknown, sorties=1), bool(is_open))


def findings_of(found: Select[tuple[Finding]]) -> tuple[Iterator[Finding], int]:
    """The findings of a statement with their patrols, oldest first, and how many there are."""
    rows = db.session.scalars(
        found.options(
            selectinload(Finding.patrol), selectinload(Finding.measures), selectinload(Finding.outcomes)
        )
        .order_by(Finding.found_on, Finding.id)
        .execution_options(yield_per=BATCH)
    )
    return iter(rows), number_of(found, Finding.id)


def number_of(found: Select[Any], key: Any) -> int:
    counted = select(func.count()).select_from(found.with_only_columns(key).order_by(None).subquery())
    return db.session.scalar(counted) or 0


def counting_rules(on: date) -> str:
    """The dated rules that decide what is counted, as they stood on a day, in words."""
    forces = setting("joint_min_forces", str(FORCES_FOR_JOINT), on=on)
    militia = setting("militia_in_personnel", "no", on=on)
    return (
        f"lượt phối hợp có từ {forces} lực lượng; "
        f"dân quân {'tính' if militia == 'yes' else 'không tính'} vào lượt CBCS (ngày {on:%d/%m/%Y})"
    )
