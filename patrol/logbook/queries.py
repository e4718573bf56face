"""What a person may choose from when writing a page of the patrol book."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from .. import clock
from ..accounts.models import Person
from ..accounts.queries import possible_leaders
from ..accounts.rules import Permission, Scope, person_may
from ..extensions import db
from ..findings.models import Category
from ..findings.queries import categories
from ..patrols.rules import Choices
from ..units import queries as register
from ..units.models import Programme, Stretch, Unit

DEFAULT_PROGRAMME = "tuyen_bien_binh_yen"


@dataclass(frozen=True)
class Lists:
    """Everything the form offers, as rows to show; `choices` says the same as ids to check against."""

    units: Sequence[Unit]
    stretches: Sequence[Stretch]
    programmes: Sequence[Programme]
    leaders: Sequence[Person]
    categories: Sequence[Category]
    may_choose_leader: bool

    @property
    def choices(self) -> Choices:
        return Choices(
            force_of={unit.id: unit.force_code for unit in self.units if unit.force_code},
            lead_unit_ids=frozenset(unit.id for unit in self.units),
            stretch_ids=frozenset(stretch.id for stretch in self.stretches),
            programme_ids=frozenset(programme.id for programme in self.programmes),
            leader_ids=frozenset(person.id for person in self.leaders),
        )

    @property
    def counted_in(self) -> dict[str, list[str]]:
        """Category → units it is counted in."""
        return {category.code: category.measures for category in self.categories}

    @property
    def catalogue(self) -> dict[str, Category]:
        return {category.code: category for category in self.categories}

    @property
    def default_programme_ids(self) -> list[int]:
        return [programme.id for programme in self.programmes if programme.code == DEFAULT_PROGRAMME]


def lists_for(person: Person, *, seen_by: Scope, leader_id: int | None = None) -> Lists:
    """What this person may choose from. A leader writes what he led himself; who enters for others chooses whom.

    `leader_id` leads the patrol that is being edited: he stays on the list though he be of another unit, or gone.
    """
    others = person_may(person, Permission.LOG_FOR_OTHERS)
    leaders = list(possible_leaders(seen_by)) if others else [person]
    if others and leader_id is not None and leader_id not in {leader.id for leader in leaders}:
        leaders.append(db.session.get_one(Person, leader_id))
    near, shore = register.neighbours(person.unit_id, on=clock.today())
    return Lists(
        units=_own_first(register.units(with_force=True), person, near),
        stretches=sorted(
            register.stretches(), key=lambda stretch: (stretch.is_past, stretch.id not in shore)
        ),
        programmes=register.programmes(),
        leaders=leaders,
        categories=categories(),
        may_choose_leader=others,
    )


def _own_first(units: Sequence[Unit], person: Person, near: Container[int]) -> list[Unit]:
    """One's own unit first, then those of today before those of the past: of one's own area, then in protocol order."""
    return sorted(
        units, key=lambda unit: (unit.id != person.unit_id, not unit.is_current, unit.id not in near)
    )
