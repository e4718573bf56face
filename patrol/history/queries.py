"""Reading what happened to records. The caller has checked who asks."""

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, false, or_, select

from ..extensions import db
from .models import RecordChange, Redaction

Subjects = Mapping[str, Sequence[int]]  # table → ids


def changes_of(subjects: Subjects) -> Sequence[RecordChange]:
    """Every change of these records, oldest first."""
    return db.session.scalars(
        select(RecordChange).where(_about(RecordChange, subjects)).order_by(RecordChange.at, RecordChange.id)
    ).all()


def redactions_of(subjects: Subjects) -> Sequence[Redaction]:
    """Every text blotted out of these records, oldest first."""
    return db.session.scalars(
        select(Redaction).where(_about(Redaction, subjects)).order_by(Redaction.id)
    ).all()


def changes_of_field(kind: str, subject_id: int, field: str) -> Sequence[RecordChange]:
    """The history of one field of one record."""
    return db.session.scalars(
        select(RecordChange).where(
            RecordChange.subject_kind == kind,
            RecordChange.subject_id == subject_id,
            RecordChange.field == field,
        )
    ).all()


def _about(table: type[RecordChange] | type[Redaction], subjects: Subjects):  # type: ignore[no-untyped-def]
    wanted = [
        and_(table.subject_kind == kind, table.subject_id.in_(ids)) for kind, ids in subjects.items() if ids
    ]
    return or_(*wanted) if wanted else false()
