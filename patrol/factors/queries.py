"""Reading second factors."""

from sqlalchemy import func, select

from ..extensions import db
from .models import RecoveryCode, SecondFactor


def factor_of(person_id: int) -> SecondFactor | None:
    return db.session.get(SecondFactor, person_id)


def people_with_factor() -> frozenset[int]:
    """Who has one."""
    return frozenset(db.session.scalars(select(SecondFactor.person_id)))


def factor_to_use(person_id: int) -> SecondFactor | None:
    """The factor, held against everybody else until it is decided whether a code is right."""
    return db.session.scalar(
        select(SecondFactor)
        .where(SecondFactor.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def unused_code(person_id: int, digest: str) -> RecoveryCode | None:
    return db.session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.person_id == person_id, RecoveryCode.digest == digest, RecoveryCode.used_at.is_(None)
        )
    )


def count_unused_codes(person_id: int) -> int:
    return (
        db.session.scalar(
            select(func.count(RecoveryCode.id)).where(
                RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
            )
        )
        or 0
    )
