"""What the words of a paper book mean in this log, and what the log holds of its rows already."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from .. import wording
from ..accounts.rules import Scope
from ..extensions import db
from ..findings.models import Finding
from ..logbook.queries import Lists
from ..patrols.models import Patrol
from ..patrols.queries import opens
from ..patrols.rules import Status
from ..text import folded
from .rules import TWINS_WITHIN, Named, Names


def names_of(lists: Lists) -> Names:
    """Everything this person's lists offer, by the names people write; units and stretches by their code too."""
    units: dict[str, list[Named]] = defaultdict(list)
    for unit in lists.units:
        for name in dict.fromkeys(map(folded, (unit.name, unit.code))):
            units[name].append(Named(unit.id, unit.code, unit.valid_from, unit.valid_to))
    stretches: dict[str, list[Named]] = defaultdict(list)
    for stretch in lists.stretches:
        for name in dict.fromkeys(map(folded, (stretch.name, stretch.code))):
            stretches[name].append(Named(stretch.id, stretch.code, stretch.valid_from, stretch.valid_to))
    return Names(
        units=units,
        stretches=stretches,
        programmes={folded(each.name): each.id for each in lists.programmes},
        categories={folded(each.name): each.code for each in lists.categories},
        words={
            "means": _codes(wording.MEANS),
            "weather": _codes(wording.WEATHER),
            "sea": _codes(wording.SEA),
            "outcome": _codes(wording.OUTCOME),
            "measure": _codes(wording.MEASURE),
        },
        default_programme_ids=lists.default_programme_ids,
    )


def _codes(words: Mapping[str, str]) -> dict[str, str]:
    return {folded(word): code for code, word in words.items()}


def patrols_named(client_ids: Iterable[UUID]) -> dict[UUID, Patrol]:
    """The patrols of these names, whoever may see them: the caller checks the scope before showing any of it."""
    found = db.session.scalars(
        select(Patrol)
        .where(Patrol.client_id.in_(list(client_ids)))
        .options(selectinload(Patrol.attendance), selectinload(Patrol.programmes))
    )
    return {patrol.client_id: patrol for patrol in found}


def findings_by_patrol(patrol_ids: Iterable[int]) -> dict[int, list[Finding]]:
    """What stands under these patrols, in the order it was written."""
    found: dict[int, list[Finding]] = defaultdict(list)
    for finding in db.session.scalars(
        select(Finding)
        .where(Finding.patrol_id.in_(list(patrol_ids)), Finding.is_withdrawn.is_(False))
        .options(selectinload(Finding.measures), selectinload(Finding.outcomes))
        .order_by(Finding.patrol_id, Finding.position)
    ):
        found[finding.patrol_id or 0].append(finding)
    return found


def starts_between(
    first: datetime, last: datetime, *, seen_by: Scope
) -> Sequence[tuple[int, UUID, int, datetime]]:
    """Patrols the reader may open that set out in this time, as (id, name, stretch, start)."""
    return [
        tuple(row)
        for row in db.session.execute(
            select(Patrol.id, Patrol.client_id, Patrol.stretch_id, Patrol.started_at)
            .where(
                opens(seen_by),
                Patrol.status != Status.CANCELLED,
                Patrol.started_at.between(first - TWINS_WITHIN, last + TWINS_WITHIN),
            )
            .order_by(Patrol.started_at)
        )
    ]
