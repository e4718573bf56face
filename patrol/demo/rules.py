"""One patrol of the demo: who went, when, where, in what weather, and what happened to its record. Pure.

Chance comes from outside, seeded; `years` puts the patrols together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from .. import clock
from ..findings.rules import OutcomeCode
from ..patrols.rules import Means, Sea, Source, Weather

Words = Mapping[str, Mapping[str, Any]]

MAIN_PROGRAMME = "tuyen_bien_binh_yen"
MILITARY, POLICE, BORDER = FORCES = ("military", "police", "border_guard")  # in the order of protocol
POST = "dbp_cua_dai"

LEADERS = {MILITARY: "totruong.qs", POLICE: "totruong.ca", BORDER: "totruong"}
CONFIRMING = {
    MILITARY: ("chihuy.qs", "chihuy.qs", "totruong.qs"),
    POLICE: ("chihuy.ca", "chihuy.ca", "totruong.ca"),
    BORDER: ("chihuy", "chihuy", "trucban"),
}

DISTRICT_POLICE_ENDED = date(2025, 3, 1)
REFORM = date(2025, 7, 1)
SECURITY_TEAMS_BEGAN = date(2024, 7, 1)  # Luật 30/2023/QH15; before it there were bảo vệ dân phố

MONTH_WEIGHTS = (9, 9, 8, 9, 10, 11, 11, 10, 8, 6, 5, 8)  # summer is busy, the storm months are not
TET = {2023: date(2023, 1, 22), 2024: date(2024, 2, 10), 2025: date(2025, 1, 29), 2026: date(2026, 2, 17)}
HOLIDAYS = {(4, 30), (5, 1), (9, 2)}
MOST_PER_DAY = 2
SIZES = {4: 10, 5: 22, 6: 30, 7: 20, 8: 12, 9: 6}  # lượt CBCS of a patrol → how often
KM = {"dien_ban": (0, 6.2), "dien_ban_bac": (0, 2), "dien_ban_giua": (2, 4.1), "dien_ban_nam": (4.1, 6.2)}


class Act(StrEnum):
    RECORD = "record"
    AMEND = "amend"  # `text` is the new note
    CONFIRM = "confirm"
    SEND_BACK = "send_back"
    CANCEL = "cancel"


@dataclass(frozen=True)
class Step:
    """What somebody does with the record of a sortie, and when."""

    at: datetime
    act: Act
    by: str
    text: str = ""


@dataclass(frozen=True)
class Present:
    """One unit taking part, by its code."""

    unit: str
    force: str
    personnel: int | None
    militia: int = 0
    security_team: int = 0


@dataclass(frozen=True)
class Found:
    category: str
    measures: Mapping[str, float]  # a unit that is not here is unknown
    minutes: int  # after the start
    outcome: OutcomeCode | None = None
    place: str = ""
    km: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Sortie:
    """One patrol with everything that happens to its record."""

    key: str
    started_at: datetime
    ended_at: datetime | None
    lead: str
    present: tuple[Present, ...]
    stretch: str
    programmes: tuple[str, ...]
    leader: str  # an account, or …
    leader_name: str  # … rank and name as text
    from_place: str
    to_place: str
    means: Means
    weather: Weather
    sea: Sea
    nothing_found: bool
    note: str
    source: Source
    found: tuple[Found, ...]
    steps: tuple[Step, ...]

    @property
    def day(self) -> date:
        return clock.local_day(self.started_at)

    @property
    def is_at_night(self) -> bool:
        return not 5 <= clock.local_time(self.started_at).hour < 18

    @property
    def entered_by(self) -> str:
        """A leader without an account has his patrol entered by the duty officer."""
        return self.leader or "trucban"


def make_starts(chance: Random, number: int, first: date, last: date) -> list[datetime]:
    """When so many patrols of these days set out, in order: mostly in the evening, some by day."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    weights = [_weight(day) for day in days]
    taken: dict[date, int] = {}
    while sum(taken.values()) < number:
        day = chance.choices(days, weights)[0]
        if taken.get(day, 0) < MOST_PER_DAY:
            taken[day] = taken.get(day, 0) + 1
    return sorted(clock.at(day, _wall(chance)) for day, times in taken.items() for _ in range(times))


def _weight(day: date) -> float:
    tet = TET.get(day.year)
    is_busy = (day.month, day.day) in HOLIDAYS or (tet is not None and -7 <= (day - tet).days <= 5)
    return MONTH_WEIGHTS[day.month - 1] * (2 if is_busy else 1)


def _wall(chance: Random) -> time:
    window = chance.choices((range(19, 23), range(4), range(5, 17)), (58, 24, 18))[0]
    return time(chance.choice(window), chance.randrange(0, 60, 5))


def make_sizes(chance: Random, number: int, *, total: int | None = None) -> list[int]:
    """How many CBCS went each time, four to nine, mixed; adding up to `total` when there is one."""
    sizes = chance.choices(list(SIZES), list(SIZES.values()), k=number)
    while total is not None and sum(sizes) != total:
        step = 1 if sum(sizes) < total else -1
        at = chance.randrange(number)
        if min(SIZES) <= sizes[at] + step <= max(SIZES):
            sizes[at] += step
    return sizes


def make_sortie(chance: Random, key: str, start: datetime, size: int, words: Words) -> Sortie:
    """An ordinary patrol of two or three forces that found nothing and was confirmed by all of them."""
    day = clock.local_day(start)
    forces = (
        FORCES if chance.random() < 0.68 else chance.choice(((POLICE, BORDER),) * 3 + ((MILITARY, BORDER),))
    )
    lead = chance.choices(
        forces, [6 if force == BORDER else 3 if force == POLICE else 2 for force in forces]
    )[0]
    ended_at = start + timedelta(minutes=chance.randrange(120, 241, 5))
    weather, sea = _weather(chance, day)
    has_account = lead != BORDER or chance.random() < 0.6
    stretch = chance.choices(("dien_ban", *list(KM)[1:], "khac"), (44, 18, 20, 16, 2))[0]
    from_place, to_place = words["ends"][stretch][:: chance.choice((1, -1))]
    present = make_present(chance, day, forces, lead, size)
    leader = LEADERS[lead] if has_account else ""
    entered_by = leader or "trucban"
    is_paper = chance.random() < (0.25 if has_account else 0.7)
    return Sortie(
        key=key,
        started_at=start,
        ended_at=ended_at,
        lead=next(unit.unit for unit in present if unit.force == lead),
        present=present,
        stretch=stretch,
        programmes=_programmes(chance, day),
        leader=leader,
        leader_name="" if leader else chance.choice(words["leaders"][BORDER]),
        from_place=from_place,
        to_place=to_place,
        means=_means(chance, sea),
        weather=weather,
        sea=sea,
        nothing_found=chance.random() < 0.98,
        note=_note(chance, start, weather, words),
        source=Source.PAPER if is_paper else Source.FORM,
        found=(),
        steps=make_steps(chance, ended_at, is_paper, entered_by, present),
    )


def make_present(
    chance: Random, day: date, forces: tuple[str, ...], lead: str, size: int
) -> tuple[Present, ...]:
    """Who of each force went, as units of that day; militia and security teams in columns of their own."""
    numbers = dict.fromkeys(forces, 1)
    numbers[lead] += 1
    for _ in range(size - len(forces) - 1):
        numbers[chance.choice(forces)] += 1
    militia = chance.random() < (0.55 if day >= REFORM else 0.3)
    security_team = chance.random() < (0.3 if day >= SECURITY_TEAMS_BEGAN else 0.1)
    if militia and day >= REFORM and lead != MILITARY and MILITARY in forces and chance.random() < 0.25:
        numbers[MILITARY] = 0  # its militia stands for it
    return tuple(
        Present(
            unit_of(force, day, chance),
            force,
            numbers[force],
            militia=chance.randint(2, 5) if force == MILITARY and militia else 0,
            security_team=chance.randint(1, 3) if force == POLICE and security_team else 0,
        )
        for force in forces
    )


def unit_of(force: str, day: date, chance: Random) -> str:
    """The unit of a force that patrolled the coast of Điện Bàn on that day."""
    if force == BORDER:
        return POST
    if force == MILITARY:
        return "qs_dien_ban_dong" if day >= REFORM else "qs_thi_xa_dien_ban"
    if day < DISTRICT_POLICE_ENDED:
        return "ca_thi_xa_dien_ban"
    return "ca_dien_ban_dong" if day >= REFORM else chance.choice(("ca_dien_ngoc", "ca_dien_duong"))


def _weather(chance: Random, day: date) -> tuple[Weather, Sea]:
    """Dry from February to August, rain and rough sea from September to December."""
    is_storm_season = day.month >= 9
    weather = chance.choices(list(Weather), (25, 34, 34, 5, 2) if is_storm_season else (58, 30, 8, 0.5, 3.5))[
        0
    ]
    if weather is Weather.STORM:
        return weather, Sea.ROUGH
    return weather, chance.choices(list(Sea), (15, 50, 35) if is_storm_season else (62, 34, 4))[0]


def _means(chance: Random, sea: Sea) -> Means:
    means = chance.choices(list(Means), (50, 25, 14, 11))[0]
    return Means.ON_FOOT if means is Means.BOAT and sea is Sea.ROUGH else means


def _programmes(chance: Random, day: date) -> tuple[str, ...]:
    """Ours, and now and then another one served by the same patrol."""
    if date(day.year, 2, 20) <= day <= date(day.year, 3, 10) and chance.random() < 0.6:
        return (MAIN_PROGRAMME, "bien_phong_toan_dan")
    return (MAIN_PROGRAMME, "nghi_dinh_03") if chance.random() < 0.15 else (MAIN_PROGRAMME,)


def _note(chance: Random, start: datetime, weather: Weather, words: Words) -> str:
    if chance.random() > 0.4:
        return ""
    day, hour = clock.local_day(start), clock.local_time(start).hour
    tet = TET.get(day.year)
    if tet is not None and abs((day - tet).days) <= 4:
        return str(chance.choice(words["notes"]["tet"]))
    if weather in (Weather.RAIN, Weather.STORM):
        return str(chance.choice(words["notes"]["rough"]))
    return str(chance.choice(words["notes"]["day" if 5 <= hour < 18 else "night"]))


def make_steps(
    chance: Random, ended_at: datetime, is_paper: bool, entered_by: str, present: tuple[Present, ...]
) -> tuple[Step, ...]:
    """Entered after the return (from paper: a day or two later), then confirmed by every force in office hours.

    A few wait for one of them for ever.
    """
    logged_at = ended_at + timedelta(minutes=chance.randrange(8, 75))
    if is_paper:
        logged_at = _office_hour(chance, clock.local_day(ended_at), chance.randint(1, 2))
    steps = [Step(logged_at, Act.RECORD, entered_by)]
    forgetful = chance.choice(present).force if chance.random() < 0.04 else None
    for unit in present:
        if unit.force != forgetful:
            at = _office_hour(chance, clock.local_day(logged_at), chance.randint(1, 3))
            steps.append(Step(at, Act.CONFIRM, chance.choice(CONFIRMING[unit.force])))
    return tuple(steps)


def _office_hour(chance: Random, day: date, days_later: int) -> datetime:
    return clock.at(day + timedelta(days=days_later), time(chance.randint(7, 16), chance.randrange(60)))


# What can be special about a sortie


def alone(sortie: Sortie) -> Sortie:
    """Only the post went out; kept, and counted apart."""
    number = sum(unit.personnel or 0 for unit in sortie.present)
    logged, *later = sortie.steps
    steps = [step for step in later if step.by in CONFIRMING[BORDER]]
    return replace(
        sortie,
        lead=POST,
        present=(Present(POST, BORDER, number),),
        leader=LEADERS[BORDER],
        leader_name="",
        steps=(replace(logged, by=LEADERS[BORDER]), *steps),
    )


def across_the_boundary(sortie: Sortie, words: Words) -> Sortie:
    """Walked with the neighbour, for that programme and not for ours."""
    present = sortie.present
    if sortie.day >= REFORM:
        present = (*present, Present("ca_hoi_an_tay", POLICE, 2))
    from_place, to_place = words["ends"]["hoi_an_tay"]
    return replace(
        sortie,
        programmes=("quy_che_giap_ranh",),
        stretch="hoi_an_tay",
        present=present,
        from_place=from_place,
        to_place=to_place,
    )


def called_off(sortie: Sortie, chance: Random, words: Words) -> Sortie:
    """Opened, and cancelled soon after."""
    opened = Step(sortie.started_at + timedelta(minutes=5), Act.RECORD, sortie.entered_by)
    at = opened.at + timedelta(minutes=chance.randrange(10, 40, 5))
    ended = Step(at, Act.CANCEL, sortie.entered_by, chance.choice(words["cancelled"]["all"]))
    return replace(sortie, ended_at=None, nothing_found=False, note="", steps=(opened, ended))


def still_out(sortie: Sortie) -> Sortie:
    """Opened on the way out; nobody has written down the return."""
    opened = Step(sortie.started_at + timedelta(minutes=5), Act.RECORD, sortie.entered_by)
    return replace(sortie, ended_at=None, nothing_found=False, note="", steps=(opened,))


def never_ended(sortie: Sortie, words: Words) -> Sortie:
    """Entered from the paper book, in which the return is missing."""
    opened = Step(sortie.started_at + timedelta(days=1), Act.RECORD, "tonghop")
    name = words["leaders"][BORDER][0]
    return replace(still_out(sortie), leader="", leader_name=name, source=Source.PAPER, steps=(opened,))


def uncounted(sortie: Sortie) -> Sortie:
    """The police were there, but the book doesn't say how many."""
    present = (
        replace(unit, personnel=None) if unit.force == POLICE and unit.unit != sortie.lead else unit
        for unit in sortie.present
    )
    return replace(sortie, present=tuple(present))


def finding_more(
    chance: Random,
    sortie: Sortie,
    category: str,
    measures: Mapping[str, float],
    outcomes: tuple[OutcomeCode, ...],
    notes: list[str],
    words: Words,
) -> Sortie:
    """The same sortie with one finding more."""
    at_km = sortie.stretch in KM and chance.random() < 0.5
    found = Found(
        category=category,
        measures=measures,
        minutes=chance.randrange(20, 110, 5),
        outcome=chance.choice(outcomes) if outcomes else None,
        place="" if at_km else chance.choice(words["places"]["all"]),
        km=round(chance.uniform(*KM[sortie.stretch]), 1) if at_km else None,
        note=chance.choice(notes),
    )
    return replace(sortie, found=(*sortie.found, found), nothing_found=False, note="")
