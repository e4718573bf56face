"""Entering conferences and figures from paper, and noting what was taken out as a file. No commit here."""

from typing import Any

from sqlalchemy.exc import IntegrityError

from .. import clock, wording
from ..accounts.models import Person
from ..accounts.rules import Permission, Scope, person_may, ranked_name
from ..audit.services import note
from ..errors import Conflict, NotFound
from ..extensions import db
from ..units.models import Unit
from .models import DeclaredFigure, Review
from .queries import declaration, declaration_by_client_id, review_by_client_id
from .rules import Declaration, ReviewDraft


def make_review(draft: ReviewDraft, *, by: Person) -> Review:
    """Enter a conference once; the same page sent again gives the one that is there."""
    if known := review_by_client_id(draft.client_id):
        return known
    review = Review(
        client_id=draft.client_id,
        made_by_id=by.id,
        made_by_name=ranked_name(by.rank, by.full_name),
        made_by_unit_id=by.unit_id,
        made_at=clock.now(),
        **_columns(draft),
    )
    try:
        with db.session.begin_nested():
            db.session.add(review)
    except IntegrityError:  # a double tap: the other request was first
        known = review_by_client_id(draft.client_id)
        if known is None:
            raise
        return known
    note("review.made", review, by=by, changes={"held_on": [None, wording.day(review.held_on)]})
    return review


def may_change(review: Review, *, by: Person, seen_by: Scope) -> bool:
    """People of the unit that entered it, and of those above it or after it."""
    return person_may(by, Permission.MANAGE_REVIEWS) and review.made_by_unit_id in seen_by.unit_ids


def change_review(review: Review, draft: ReviewDraft, *, by: Person, base_rev: int) -> None:
    """Correct a conference; every change is noted. Raises Conflict when somebody was faster."""
    if review.rev != base_rev:
        raise Conflict(review)
    changes = {}
    for name, value in _columns(draft).items():
        old = getattr(review, name)
        if old != value:
            changes[name] = [_plain(old), _plain(value)]
            setattr(review, name, value)
    if changes:
        review.rev += 1
        note("review.changed", review, by=by, changes=changes)
    db.session.flush()


def _columns(draft: ReviewDraft) -> dict[str, Any]:
    return {
        "kind": draft.kind.value,
        "held_on": draft.held_on,
        "host_id": draft.host_id,
        "host_name": db.session.get_one(Unit, draft.host_id).name,
        "subject": draft.subject,
        "calendar_id": draft.calendar_id,
        "year": draft.year,
        "part": draft.part,
        "period_first": draft.period.first,
        "period_last": draft.period.last,
        "unit_id": draft.unit_id,
        "programme_id": draft.programme_id,
    }


def _plain(value: Any) -> Any:
    return wording.day(value) if hasattr(value, "isoformat") else value


def declare(draft: Declaration, *, by: Person) -> DeclaredFigure:
    """Note a figure from paper, once. A newer one of the same figure and days takes the place of an older."""
    if known := declaration_by_client_id(draft.client_id):
        return known
    row = DeclaredFigure(
        client_id=draft.client_id,
        key=draft.key,
        period_first=draft.period.first,
        period_last=draft.period.last,
        unit_id=draft.unit_id,
        programme_id=draft.programme_id,
        value=draft.value,
        source=draft.source,
        declared_by_id=by.id,
        declared_by_name=ranked_name(by.rank, by.full_name),
        declared_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        known = declaration_by_client_id(draft.client_id)
        if known is None:
            raise
        return known
    note(
        "figure.declared",
        row,
        by=by,
        changes={
            "figure": [None, row.key],
            "value": [None, row.value],
            "period_first": [None, wording.day(row.period_first)],
            "period_last": [None, wording.day(row.period_last)],
            "source": [None, row.source],
        },
    )
    return row


def withdraw(declaration_id: int, *, by: Person, seen_by: Scope) -> None:
    """A declared figure was wrong: it counts no more, the row stays."""
    row = declaration(declaration_id, seen_by=seen_by)
    if row is None:
        raise NotFound
    if row.withdrawn_at is None:
        row.withdrawn_at = clock.now()
        note("figure.withdrawn", row, by=by, changes={"figure": [row.key, None], "value": [row.value, None]})
        db.session.flush()


def note_export(filename: str, *, rows: int, by: Person, review: Review | None = None) -> None:
    """Who took which figures out, and how many patrols stand in the file."""
    note("figures.exported", review, by=by, changes={"file": [None, filename], "rows": [None, rows]})
