"""Reading accounts, and the one place that says how far somebody's view reaches."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func, select

from .. import clock
from ..extensions import db
from ..units.models import Unit
from ..units.queries import areas_granted_to, stretches_in, units_reached_from
from .models import Person, SignInTry
from .rules import NOTHING, Permission, Role, Scope, account_name, given_name_key, may, person_may


def person_by_session(session_id: str) -> Person | None:
    """The active person of a session, or None when the account is off or was signed out everywhere."""
    id_text, _, epoch = session_id.partition(".")
    if not (id_text.isdecimal() and epoch.isdecimal()):
        return None
    person = db.session.get(Person, int(id_text))
    if person is None or not person.is_active or person.session_epoch != int(epoch):
        return None
    return person


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
