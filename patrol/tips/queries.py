"""Reading tips. To whoever may not, there are none: no line, no count, no page."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, extract, false, func, or_, select, true
from sqlalchemy.orm import selectinload

from ..accounts.rules import Scope
from ..errors import NotFound
from ..extensions import db
from ..findings.models import Finding, Measure
from ..findings.rules import DetectedVia
from ..patrols.models import Patrol
from ..patrols.queries import opens
from .models import Tip, TipFinding, Verification, VerificationUnit
from .rules import FORCES_FOR_JOINT, MILITARY, POLICE, SOLDIERS, Judgement, TipFilter

NEAR = timedelta(days=90)  # so long after a tip a case may still have come of it


def allows(seen_by: Scope) -> ColumnElement[bool]:
    """The tips somebody may know of: his units, or units under them, sent or received them."""
    if not seen_by.reads_tips:
        return false()
    if seen_by.is_whole_system:
        return true()
    return or_(Tip.from_unit_id.in_(seen_by.unit_ids), Tip.to_unit_id.in_(seen_by.unit_ids))


def matching(wanted: TipFilter, *, seen_by: Scope) -> Select[tuple[Tip]]:
    """The tips of a filter, unsorted; voided ones too, for they stay in the book."""
    found = select(Tip).where(allows(seen_by))
    if wanted.first is not None:
        found = found.where(Tip.passed_on >= wanted.first)
    if wanted.last is not None:
        found = found.where(Tip.passed_on <= wanted.last)
    if wanted.from_force:
        found = found.where(Tip.from_force_code == wanted.from_force)
    if wanted.to_force:
        found = found.where(Tip.to_force_code == wanted.to_force)
    if wanted.category:
        found = found.where(Tip.category_code == wanted.category)
    if wanted.judgement is not None:
        found = found.where(
            {
                Judgement.VALUED: Tip.is_valued.is_(True),
                Judgement.NOT_VALUED: Tip.is_valued.is_(False),
                Judgement.UNJUDGED: Tip.is_valued.is_(None),
            }[wanted.judgement]
        )
    return found


def tip_page(
    wanted: TipFilter, *, seen_by: Scope, page: int = 1, per_page: int = 20
) -> tuple[Sequence[Tip], int]:
    """One page of the list, newest first, and how many there are in all."""
    found = matching(wanted, seen_by=seen_by)
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    return latest_of(found, limit=per_page, offset=(page - 1) * per_page), total


def latest_of(found: Select[tuple[Tip]], *, limit: int, offset: int = 0) -> Sequence[Tip]:
    """The newest tips of a statement, with what a line of a list shows."""
    return db.session.scalars(
        found.options(
            selectinload(Tip.verifications).selectinload(Verification.units), selectinload(Tip.findings)
        )
        .order_by(Tip.passed_on.desc(), Tip.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()


def tip_to_open(tip_id: int, *, seen_by: Scope) -> Tip:
    """One tip, or NotFound: for a stranger there is no difference between another's tip and none."""
    tip = db.session.scalar(select(Tip).where(Tip.id == tip_id, allows(seen_by)))
    if tip is None:
        raise NotFound
    return tip


def tip_by_client_id(client_id: UUID) -> Tip | None:
    """The record a page named, whoever may see it: the caller checks the scope before showing any of it."""
    return db.session.scalar(select(Tip).where(Tip.client_id == client_id))


def verification_by_client_id(client_id: UUID) -> Verification | None:
    return db.session.scalar(select(Verification).where(Verification.client_id == client_id))


def same_in_the_book(number: str, year: int, *, from_unit_id: int, to_unit_id: int) -> Tip | None:
    """The tip that bears this number between these two units in this year: both sides keep a book of it."""
    return db.session.scalar(
        select(Tip).where(
            Tip.number == number,
            Tip.from_unit_id == from_unit_id,
            Tip.to_unit_id == to_unit_id,
            extract("year", Tip.passed_on) == year,
            Tip.voided_as.is_(None),
        )
    )


def cases_near(tip: Tip, *, seen_by: Scope) -> Sequence[Finding]:
    """Cases this tip may have led to: those of patrols the viewer opens and of other tips he knows of."""
    of_a_tip = (
        select(TipFinding.finding_id)
        .join(Tip, Tip.id == TipFinding.tip_id)
        .where(TipFinding.finding_id == Finding.id, allows(seen_by))
        .correlate(Finding)
        .exists()
    )
    linked = select(TipFinding.finding_id).where(TipFinding.tip_id == tip.id)
    return db.session.scalars(
        select(Finding)
        .outerjoin(Patrol, Patrol.id == Finding.patrol_id)
        .where(
            Finding.is_withdrawn.is_(False),
            Finding.found_on.between(tip.passed_on, tip.passed_on + NEAR),
            Finding.id.not_in(linked),
            or_(and_(Finding.patrol_id.is_not(None), opens(seen_by)), of_a_tip),
        )
        .order_by(Finding.found_on, Finding.id)
        .limit(100)
    ).all()


# Figures. `within` narrows to one unit's reach on top of what the viewer may see.


def counts(first: date, last: date, *, seen_by: Scope, within: Scope | None = None) -> dict[str, int]:
    """How many tips each figure counts, by the last part of its key. A cell of the matrix that is 0 is left out."""
    seen = _counted(seen_by, within)
    found: dict[str, int] = {"valued_to_police": 0, "police_to_military": 0}
    for sender, receiver, is_valued, number in db.session.execute(
        select(Tip.from_force_code, Tip.to_force_code, Tip.is_valued, func.count(Tip.id))
        .where(*seen, Tip.passed_on.between(first, last))
        .group_by(Tip.from_force_code, Tip.to_force_code, Tip.is_valued)
    ):
        cell = f"matrix.{sender}.{receiver}"
        found[cell] = found.get(cell, 0) + number
        if is_valued and sender in SOLDIERS and receiver == POLICE:
            found["valued_to_police"] += number
        if (sender, receiver) == (POLICE, MILITARY):
            found["police_to_military"] += number
    jointly = tips_behind("jointly_verified", first, last, seen_by=seen_by, within=within)
    found["jointly_verified"] = db.session.scalar(select(func.count()).select_from(jointly.subquery())) or 0
    return found


def case_sums(
    first: date, last: date, *, seen_by: Scope, within: Scope | None = None
) -> dict[tuple[str, str], tuple[float | None, int, int]]:
    """(category, unit) → sum, how many lack the number, how many: of the cases valued tips led to."""
    rows = db.session.execute(
        select(
            Finding.category_code,
            Measure.code,
            func.sum(Measure.quantity),
            func.count(Measure.id) - func.count(Measure.quantity),
            func.count(Measure.id),
        )
        .join(Measure, Measure.finding_id == Finding.id)
        .where(*_cases(first, last, seen_by, within))
        .group_by(Finding.category_code, Measure.code)
    )
    return {
        (category, measure): (known, unknown, records) for category, measure, known, unknown, records in rows
    }


def records_behind(
    name: str, first: date, last: date, *, seen_by: Scope, within: Scope | None = None
) -> Select[Any]:
    """The tips a figure counts, or the cases, by the last part of its key."""
    if name.startswith("cases."):
        return cases_behind(name.removeprefix("cases."), first, last, seen_by=seen_by, within=within)
    return tips_behind(name, first, last, seen_by=seen_by, within=within)


def tips_behind(
    name: str, first: date, last: date, *, seen_by: Scope, within: Scope | None = None
) -> Select[tuple[Tip]]:
    """The tips a figure counts, by the last part of its key."""
    found = select(Tip).where(*_counted(seen_by, within))
    if name == "jointly_verified":
        firsts = first_joint_verifications()
        return found.join(firsts, firsts.c.tip_id == Tip.id).where(firsts.c.verified_on.between(first, last))
    found = found.where(Tip.passed_on.between(first, last))
    if name == "valued_to_police":
        return found.where(
            Tip.is_valued.is_(True), Tip.from_force_code.in_(SOLDIERS), Tip.to_force_code == POLICE
        )
    if name == "police_to_military":
        name = f"matrix.{POLICE}.{MILITARY}"
    _, sender, receiver = name.split(".")
    return found.where(Tip.from_force_code == sender, Tip.to_force_code == receiver)


def cases_behind(
    category: str, first: date, last: date, *, seen_by: Scope, within: Scope | None = None
) -> Select[tuple[Finding]]:
    """The cases of a category that valued tips led to, each once however many tips point to it."""
    return select(Finding).where(Finding.category_code == category, *_cases(first, last, seen_by, within))


def cases_of(found: Select[tuple[Finding]], *, limit: int, offset: int = 0) -> Sequence[Finding]:
    """The newest cases of a statement, with what a line of a list shows."""
    return db.session.scalars(
        found.options(selectinload(Finding.measures), selectinload(Finding.outcomes))
        .order_by(Finding.found_on.desc(), Finding.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()


def tips_of_cases(cases: Sequence[Finding], *, seen_by: Scope) -> Mapping[int, list[Tip]]:
    """Which tips led to each of these cases, as far as the viewer may know: case → tips."""
    found: dict[int, list[Tip]] = {case.id: [] for case in cases}
    for finding_id, tip in db.session.execute(
        select(TipFinding.finding_id, Tip)
        .join(Tip, Tip.id == TipFinding.tip_id)
        .where(TipFinding.finding_id.in_(found), allows(seen_by))
        .order_by(Tip.passed_on, Tip.id)
    ):
        found[finding_id].append(tip)
    return found


def first_joint_verifications() -> Subquery:
    """Each tip with the day two forces first checked it together: a tip counts once, however often it is checked."""
    joint = (
        select(Verification.id)
        .join(VerificationUnit, VerificationUnit.verification_id == Verification.id)
        .group_by(Verification.id)
        .having(func.count(func.distinct(VerificationUnit.force_code)) >= FORCES_FOR_JOINT)
    )
    return (
        select(Verification.tip_id, func.min(Verification.verified_on).label("verified_on"))
        .where(Verification.id.in_(joint))
        .group_by(Verification.tip_id)
        .subquery()
    )


def _counted(seen_by: Scope, within: Scope | None) -> list[ColumnElement[bool]]:
    return [Tip.voided_as.is_(None), allows(seen_by), *([allows(within)] if within else [])]


def _cases(first: date, last: date, seen_by: Scope, within: Scope | None) -> list[ColumnElement[Any]]:
    through_a_valued_tip = (
        select(TipFinding.tip_id)
        .join(Tip, Tip.id == TipFinding.tip_id)
        .where(TipFinding.finding_id == Finding.id, Tip.is_valued.is_(True), *_counted(seen_by, within))
        .correlate(Finding)
        .exists()
    )
    return [
        Finding.detected_via == DetectedVia.TIP,
        Finding.is_withdrawn.is_(False),
        Finding.found_on.between(first, last),
        through_a_valued_tip,
    ]
