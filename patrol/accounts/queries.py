"""Reading accounts, and the one place that says how far somebody's view reaches."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select

from .. import clock
from ..extensions import db
from ..factors.queries import factor_of
from ..units.models import Unit
from ..units.queries import areas_granted_to, is_demo, stretches_in, units_reached_from
from .models import DeviceSession, OldPassword, Person, Posting, SignInTry
from .rules import (
    NEEDS_SECOND_FACTOR,
    NOTHING,
    Permission,
    Role,
    Scope,
    account_name,
    given_name_key,
    is_idle,
    may,
    person_may,
    token_digest,
)


def person_by_session(token: str) -> Person | None:
    """The active person of a signed-in device, or None when the account is off or the device was signed out."""
    found = db.session.execute(
        select(Person, DeviceSession.id)
        .join(DeviceSession, DeviceSession.person_id == Person.id)
        .where(
            DeviceSession.token_digest == token_digest(token),
            DeviceSession.ended_at.is_(None),
            Person.is_active,
        )
    ).first()
    if found is None:
        return None
    person, person.device_session_id = found
    return person


def duty_of(person: Person, *, admin_days: int, requires_factor: bool) -> str:
    """What somebody has to do before anything else: new_password, second_factor, or "" when he is free.

    `admin_days`: how long an administrator's password lasts, 0: for ever.
    """
    if person.must_change_password:
        return "new_password"
    lasts = timedelta(days=admin_days)
    is_old = lasts and person.role == Role.ADMIN and clock.now() - person.password_set_at >= lasts
    lacks_factor = requires_factor and person.role in NEEDS_SECOND_FACTOR and factor_of(person.id) is None
    if not (is_old or lacks_factor) or is_demo():
        return ""
    return "new_password" if is_old else "second_factor"


def devices_of(person_id: int, *, since: datetime) -> Sequence[DeviceSession]:
    """Sign-ins that somebody used since that moment, the latest first; ended ones too."""
    return db.session.scalars(
        select(DeviceSession)
        .where(DeviceSession.person_id == person_id, DeviceSession.seen_at >= since)
        .order_by(DeviceSession.seen_at.desc(), DeviceSession.id.desc())
    ).all()


def device_of(person_id: int, session_id: int) -> DeviceSession | None:
    return db.session.scalar(
        select(DeviceSession).where(DeviceSession.id == session_id, DeviceSession.person_id == person_id)
    )


def old_passwords(person_id: int, count: int) -> Sequence[str]:
    """The hashes of the last passwords somebody had before his present one."""
    return db.session.scalars(
        select(OldPassword.password_hash)
        .where(OldPassword.person_id == person_id)
        .order_by(OldPassword.id.desc())
        .limit(count)
    ).all()


def idle(people: Iterable[Person], *, days: int) -> frozenset[int]:
    """The ids of those whose account is off because nobody used it for so many days; in a demonstration none is."""
    now = clock.now()
    found = [each.id for each in people if is_idle(each.signed_in_at, each.opened_at, now=now, days=days)]
    return frozenset() if found and is_demo() else frozenset(found)


def postings_of(person_id: int) -> Sequence[Posting]:
    """Where somebody stood, the present first."""
    return db.session.scalars(
        select(Posting).where(Posting.person_id == person_id).order_by(Posting.id.desc())
    ).all()


def person_by_id(person_id: int) -> Person | None:
    return db.session.get(Person, person_id)


def person_by_username(username: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.username == account_name(username)))


def failed_tries(name: str, address: str) -> SignInTry | None:
    """The tries of an account name from an address, held against everybody else until they are counted."""
    return db.session.scalar(
        select(SignInTry).where(SignInTry.username == name, SignInTry.address == address).with_for_update()
    )


def people() -> list[Person]:
    """Every account, by unit and then by given name, as Vietnamese lists go."""
    found = db.session.scalars(select(Person).join(Unit).order_by(Unit.position, Unit.id)).all()
    return sorted(
        found, key=lambda person: (person.unit.position, person.unit_id, given_name_key(person.full_name))
    )


def possible_leaders(scope: Scope) -> Sequence[Person]:
    """Active accounts of the viewer's units that may lead a patrol."""
    roles = [
        role for role in Role if may(role, Permission.LOG_PATROL) and not may(role, Permission.LOG_FOR_OTHERS)
    ]
    found = db.session.scalars(
        select(Person).where(Person.is_active, Person.role.in_(roles), Person.unit_id.in_(scope.unit_ids))
    ).all()
    return sorted(found, key=lambda person: given_name_key(person.full_name))


def count_people() -> int:
    return db.session.scalar(select(func.count(Person.id))) or 0


def scope_of(person: Person) -> Scope:
    """What this person's queries may reach: his unit, what stands under it, what it inherited, areas granted to it."""
    if not may(person.role, Permission.SEE_PATROLS):
        return NOTHING
    return replace(scope_of_unit(person.unit), reads_tips=person_may(person, Permission.SEE_TIPS))


def scope_of_unit(unit: Unit) -> Scope:
    """The reach of a unit: leader or participant, sender or receiver, and the areas granted to it."""
    granted = areas_granted_to(unit.id, on=clock.today())
    return Scope(
        name=unit.name,
        unit_ids=units_reached_from(unit.id),
        stretch_ids=stretches_in(granted),
        area_ids=granted,
        reads_tips=True,
    )
