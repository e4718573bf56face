"""Filling a database of its own with the demo years, through the same doors as real use. No commit here."""

import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import select

from .. import clock
from ..accounts.models import Person
from ..accounts.queries import scope_of
from ..accounts.rules import Role, Scope
from ..accounts.services import create_person, one_time_password
from ..audit.services import note
from ..errors import DomainError
from ..extensions import db
from ..findings.models import Category, Finding
from ..findings.queries import categories
from ..findings.rules import FindingDraft, stated_measures
from ..logbook.rules import LogDraft
from ..logbook.services import record_log
from ..patrols.models import Patrol
from ..patrols.rules import AttendanceDraft, PatrolDraft
from ..patrols.services import cancel, confirm, send_back
from ..tracks.rules import Limits
from ..tracks.services import attach_files, read_files
from ..units import queries as register
from ..units.models import Setting
from .conferences import hold_conferences
from .keeping import Deed, Keeping
from .rules import Act, Sortie, Step
from .walks import make_gpx
from .years import sorties_until

WORDS = Path(__file__).parent / "words.toml"
NAMES = UUID(
    "3d6f0f0c-7a0e-5d1b-9a55-7e1c0b6d2023"
)  # every id of a demo record is made from its key and this
ACCOUNTS_MADE_AT = datetime(2022, 12, 1, 1, 0, tzinfo=UTC)


class HoldsRealRecords(DomainError):
    """The database holds something that is not demo; sample data never mixes with it."""

    status, code = 409, "holds_real_records"


class Account(NamedTuple):
    """A demo account as it is shown to whoever tries the log."""

    username: str
    role: str
    unit: str
    password: str


class Book(NamedTuple):
    """What a sortie speaks of by code, as it stands in this database."""

    units: dict[str, int]
    stretches: dict[str, int]
    lines: dict[str, Any]
    programmes: dict[str, int]
    catalogue: dict[str, Category]
    people: dict[str, Person]
    scopes: dict[str, Scope]


def load_demo() -> list[Account]:
    """Fill an empty database with the demo years and mark it; give the accounts made.

    A database already so marked is left as it is. The register must be there. Raises HoldsRealRecords.
    """
    if register.is_demo():
        return []
    if any(db.session.scalar(select(model.id).limit(1)) for model in (Person, Patrol, Finding)):
        raise HoldsRealRecords
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    db.session.add(Setting(key="is_demo", valid_from=date(2000, 1, 1), value="yes"))
    units = {unit.code: unit for unit in register.units()}
    accounts, people = [], {}
    for each in words["account"]:
        unit, password = units[each["unit"]], one_time_password()
        with clock.frozen(ACCOUNTS_MADE_AT):
            people[each["username"]] = create_person(
                username=each["username"],
                full_name=each["full_name"],
                rank=each.get("rank", ""),
                role=Role(each["role"]),
                unit=unit,
                password=password,
                must_change=False,
            )
        accounts.append(Account(each["username"], each["role"], unit.name, password))
    book = Book(
        units={code: unit.id for code, unit in units.items()},
        stretches={stretch.code: stretch.id for stretch in register.stretches()},
        lines={stretch.code: stretch.line for stretch in register.stretches()},
        programmes={programme.code: programme.id for programme in register.programmes()},
        catalogue={category.code: category for category in categories()},
        people=people,
        scopes={username: scope_of(person) for username, person in people.items()},
    )
    areas = {area.name: area.id for area in register.areas()}
    keeping = Keeping(NAMES, book.units, areas, book.people, book.scopes)
    now = clock.now()
    _live_through([*_deeds(sorties_until(now, words), book), *keeping.deeds_until(now, words)])
    hold_conferences(people)
    note("database.demo", by=None, changes={"accounts": [None, len(accounts)]})
    return accounts


def _live_through(deeds: Iterable[Deed]) -> None:
    """Do everything at its own moment, in the order of time."""
    for deed in sorted(deeds, key=lambda deed: (deed.at, deed.key, deed.place)):
        with clock.frozen(deed.at):
            deed.do()


def _deeds(sorties: list[Sortie], book: Book) -> Iterator[Deed]:
    """Every step of every sortie."""
    patrols: dict[str, Patrol] = {}

    def take(sortie: Sortie, step: Step) -> None:
        if step.act in (Act.RECORD, Act.AMEND):
            patrols[sortie.key] = _record(sortie, step, book)
        else:
            _decide(patrols[sortie.key], step, by=book.people[step.by])

    for sortie in sorties:
        for place, step in enumerate(sortie.steps):
            yield Deed(step.at, sortie.key, place, partial(take, sortie, step))


def _record(sortie: Sortie, step: Step, book: Book) -> Patrol:
    log = LogDraft(
        _patrol_draft(sortie, book, note=step.text or sortie.note),
        tuple(
            FindingDraft(
                client_id=uuid5(NAMES, f"{sortie.key}/{number}"),
                category=found.category,
                measures=stated_measures(found.measures, tuple(book.catalogue[found.category].measures)),
                found_at=sortie.started_at + timedelta(minutes=found.minutes),
                place=found.place,
                km=found.km,
                outcome=found.outcome,
                note=found.note,
            )
            for number, found in enumerate(sortie.found)
        ),
    )
    receipt = record_log(
        log,
        by=book.people[step.by],
        seen_by=book.scopes[step.by],
        base_rev=1 if step.act is Act.AMEND else None,
        catalogue=book.catalogue,
    )
    _attach_walk(receipt.patrol, sortie, step, book)
    return receipt.patrol


def _attach_walk(patrol: Patrol, sortie: Sortie, step: Step, book: Book) -> None:
    """The file of those who carried a phone that recorded, sent with the report."""
    if step.act is not Act.RECORD:
        return
    content = make_gpx(
        sortie.key, book.lines[sortie.stretch], sortie.started_at, sortie.ended_at, sortie.means
    )
    if content:
        attach_files(patrol, read_files([("vet-di.gpx", content)], Limits()), by=book.people[step.by])


def _patrol_draft(sortie: Sortie, book: Book, *, note: str) -> PatrolDraft:
    return PatrolDraft(
        client_id=uuid5(NAMES, sortie.key),
        lead_unit_id=book.units[sortie.lead],
        stretch_id=book.stretches[sortie.stretch],
        started_at=sortie.started_at,
        ended_at=sortie.ended_at,
        attendance=tuple(
            AttendanceDraft(
                unit_id=book.units[unit.unit],
                force=unit.force,
                personnel=unit.personnel,
                militia=unit.militia,
                security_team=unit.security_team,
            )
            for unit in sortie.present
        ),
        programme_ids=tuple(book.programmes[code] for code in sortie.programmes),
        leader_id=book.people[sortie.leader].id if sortie.leader else None,
        leader_name=sortie.leader_name,
        from_place=sortie.from_place,
        to_place=sortie.to_place,
        means=sortie.means,
        weather=sortie.weather,
        sea=sortie.sea,
        nothing_found=sortie.nothing_found,
        note=note,
        source=sortie.source,
    )


def _decide(patrol: Patrol, step: Step, *, by: Person) -> None:
    if step.act is Act.CONFIRM:
        confirm(patrol, by=by)
        return
    decide: Callable[..., Any] = send_back if step.act is Act.SEND_BACK else cancel
    decide(patrol, step.text, by=by)
