"""The demo years, made from fixed seeds: the same on every machine and every day. Pure: no database.

2023 adds up to what the press reported of it, with traps around that change nothing. The years after are
moderately filled, and the year it is now goes on until last night.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

from .. import clock
from ..findings.rules import OutcomeCode
from ..patrols.rules import Means, Source
from .rules import (
    BORDER,
    FORCES,
    LEADERS,
    MAIN_PROGRAMME,
    MILITARY,
    POLICE,
    Act,
    Found,
    Sortie,
    Step,
    Words,
    across_the_boundary,
    alone,
    called_off,
    finding_more,
    make_present,
    make_sizes,
    make_sortie,
    make_starts,
    make_steps,
    never_ended,
    still_out,
    uncounted,
)

REPORTED_YEAR = 2023
REPORTED_SORTIES = 215
REPORTED_PERSONNEL = 1290
REPORTED_UNTIL = date(2023, 12, 14)
REPORTED_GAMBLERS = (4, 5, 5, 6, 4, 7, 5, 6, 5, 6, 6)  # 11 cases, 59 subjects
REPORTED_MARKETS = (1, 1, 1, 2, 1, 1, 1, 1, 1)  # 10 sites in 9 findings
SORTIES = {2024: 235, 2025: 250}
SORTIES_LATER = 260


@dataclass(frozen=True)
class Kind:
    """How a category turns up: how often, when, how much, and what usually comes of it."""

    weight: int
    hours: str  # night, day or any
    ranges: Mapping[str, tuple[int, int]]
    outcomes: tuple[OutcomeCode, ...] = ()
    scale: Mapping[str, float] = field(default_factory=dict)


_O = OutcomeCode
KINDS = {
    "gambling": Kind(16, "night", {"cases": (1, 1), "subjects": (3, 9)}, (_O.HANDED_OVER, _O.MINUTES_MADE)),
    "drug_use": Kind(6, "night", {"cases": (1, 1), "subjects": (1, 4)}, (_O.HANDED_OVER,)),
    "drug_possession": Kind(
        4,
        "night",
        {"cases": (1, 1), "subjects": (1, 2), "grams": (1, 14), "pills": (0, 4)},
        (_O.HANDED_OVER,),
        {"grams": 1},
    ),
    "drug_use_org": Kind(1, "night", {"cases": (1, 1), "subjects": (3, 6)}, (_O.HANDED_OVER,)),
    "public_disorder": Kind(6, "night", {"cases": (1, 1), "attendees": (5, 14)}, (_O.DISPERSED,)),
    "theft": Kind(3, "night", {"cases": (1, 1), "subjects": (0, 1)}, (_O.HANDED_OVER, _O.FOLLOW_UP)),
    "illegal_minerals": Kind(
        3,
        "night",
        {"cases": (1, 1), "subjects": (1, 2), "cubic_metres": (3, 9), "vehicles": (1, 2)},
        (_O.HANDED_OVER, _O.MINUTES_MADE),
    ),
    "iuu_fishing": Kind(3, "night", {"cases": (1, 1), "boats": (1, 2), "crew": (3, 8)}, (_O.MINUTES_MADE,)),
    "drifting_object": Kind(3, "any", {"incidents": (1, 1)}, (_O.FOLLOW_UP, _O.HANDED_OVER)),
    "illegal_market": Kind(12, "day", {"sites": (1, 1)}, (_O.DISPERSED,)),
    "beach_encroachment": Kind(8, "day", {"incidents": (1, 3)}, (_O.REMINDER,)),
    "drowning": Kind(
        2,
        "day",
        {"cases": (1, 1), "victims_dead": (0, 0), "victims_injured": (0, 1), "rescued": (1, 2)},
        (_O.RESCUED,),
    ),
    "pollution": Kind(3, "day", {"cases": (1, 1)}, (_O.REMINDER,)),
    "outreach": Kind(6, "day", {"sessions": (1, 1), "attendees": (10, 45)}),
    "coastal_hazard": Kind(4, "any", {"incidents": (1, 1)}, (_O.FOLLOW_UP,)),
}


def sorties_until(now: datetime, words: Words) -> list[Sortie]:
    """Every patrol of the demo that was logged by `now`, with the steps taken by then."""
    this_year = clock.local_day(now).year
    known: list[Sortie] = []
    for year in range(REPORTED_YEAR, this_year + 1):
        known += reported_year(words) if year == REPORTED_YEAR else later_year(year, words)
    known = [sortie for sortie in known if (sortie.ended_at or sortie.started_at) <= now]
    known = [_in_the_book(sortie, now) if sortie.day.year < this_year else sortie for sortie in known]
    known += [sortie for sortie in these_days(now, words) if sortie.day.year == this_year]
    known = [replace(sortie, steps=tuple(s for s in sortie.steps if s.at <= now)) for sortie in known]
    return [sortie for sortie in known if sortie.steps]


def _in_the_book(sortie: Sortie, now: datetime) -> Sortie:
    """A past year is complete from the first day of the next: nothing is still on its way to the book."""
    logged, *later = sortie.steps
    return replace(sortie, steps=(replace(logged, at=min(logged.at, now)), *later))


def reported_year(words: Words) -> list[Sortie]:
    """The year of the press report, exactly, and around it what must not change a figure."""
    chance = Random(f"{MAIN_PROGRAMME} {REPORTED_YEAR} 18")  # of these no month has a mean of exactly 6
    starts = make_starts(chance, REPORTED_SORTIES, date(REPORTED_YEAR, 1, 1), REPORTED_UNTIL)
    sizes = make_sizes(chance, REPORTED_SORTIES, total=REPORTED_PERSONNEL)
    sorties = [
        make_sortie(chance, f"{REPORTED_YEAR}-{number:03}", start, size, words)
        for number, (start, size) in enumerate(zip(starts, sizes, strict=True), 1)
    ]
    return [*_with_reported_findings(chance, sorties, words), *_traps(chance, words)]


def _with_reported_findings(chance: Random, sorties: list[Sortie], words: Words) -> list[Sortie]:
    night = chance.sample([n for n, sortie in enumerate(sorties) if sortie.is_at_night], 13)
    day = chance.sample([n for n, sortie in enumerate(sorties) if not sortie.is_at_night], 12)
    stormy = [n for n, sortie in enumerate(sorties) if sortie.day.month >= 9 and n not in night + day]
    found: list[tuple[int, str, Mapping[str, float]]] = [
        *((night[n], "gambling", {"cases": 1, "subjects": many}) for n, many in enumerate(REPORTED_GAMBLERS)),
        (night[0], "drug_use_org", {"cases": 1, "subjects": 5}),
        (night[11], "drug_possession", {"cases": 1, "subjects": 1, "grams": 1, "pills": 0}),
        (night[12], "drug_possession", {"cases": 1, "subjects": 1, "grams": 2, "pills": 2}),
        *((day[n], "illegal_market", {"sites": many}) for n, many in enumerate(REPORTED_MARKETS)),
        # not in the report, and in none of its figures
        *((day[n], "outreach", {"sessions": 1, "attendees": 3 * n}) for n in (9, 10, 11)),
        *((n, "coastal_hazard", {"incidents": 1}) for n in chance.sample(stormy, 2)),
    ]
    for number, category, measures in found:
        sorties[number] = _finding(chance, sorties[number], category, measures, words)
    return sorties


def _traps(chance: Random, words: Words) -> list[Sortie]:
    """Over midnight into the year; called off; of a single force; of another programme; never ended."""

    def sortie(name: str, day: date, hour: int, size: int) -> Sortie:
        start = clock.at(day, time(hour))
        made = make_sortie(chance, f"trap-{name}", start, size, words)
        present = make_present(chance, day, FORCES, BORDER, size)
        return replace(
            made, present=present, lead=present[-1].unit, leader=LEADERS[BORDER], leader_name="",
            programmes=(MAIN_PROGRAMME,), nothing_found=True,
            steps=make_steps(chance, made.ended_at or start, False, LEADERS[BORDER], present),
        )  # fmt: skip

    return [
        sortie("over-midnight", date(2022, 12, 31), 23, 6),
        called_off(sortie("called-off", date(2023, 10, 16), 20, 6), chance, words),
        alone(sortie("single-force", date(2023, 5, 11), 21, 5)),
        across_the_boundary(sortie("other-programme", date(2023, 8, 3), 20, 8), words),
        never_ended(sortie("never-ended", date(2023, 11, 20), 21, 6), words),
    ]


def later_year(year: int, words: Words) -> list[Sortie]:
    """A whole year of ordinary life: some found something, some went alone, some were called off."""
    chance = Random(f"{MAIN_PROGRAMME} {year}")
    number_of = SORTIES.get(year, SORTIES_LATER)
    starts = make_starts(chance, number_of, date(year, 1, 1), date(year, 12, 31))
    sizes = make_sizes(chance, number_of)
    sorties = []
    for number, (start, size) in enumerate(zip(starts, sizes, strict=True), 1):
        sortie = make_sortie(chance, f"{year}-{number:03}", start, size, words)
        lot = chance.random()
        if lot < 0.03:
            sortie = alone(sortie)
        elif lot < 0.07:
            sortie = across_the_boundary(sortie, words)
        elif lot < 0.09:
            sortie = called_off(sortie, chance, words)
        elif lot < 0.22:
            sortie = _something_found(chance, sortie, words)
        elif lot < 0.23:
            sortie = uncounted(sortie)
        sorties.append(sortie)
    if year == 2024:  # some were at cards, and nobody knows how many ran away
        number = next(n for n, s in enumerate(sorties) if _is_ordinary(s) and s.is_at_night)
        sorties[number] = _finding(chance, sorties[number], "gambling", {"cases": 1}, words)
    return sorties


def _is_ordinary(sortie: Sortie) -> bool:
    return sortie.nothing_found and len(sortie.present) > 1 and MAIN_PROGRAMME in sortie.programmes


def _something_found(chance: Random, sortie: Sortie, words: Words) -> Sortie:
    hours = "night" if sortie.is_at_night else "day"
    kinds = {category: kind for category, kind in KINDS.items() if kind.hours in (hours, "any")}
    category = chance.choices(list(kinds), [kind.weight for kind in kinds.values()])[0]
    kind = kinds[category]
    measures = {
        code: round(chance.randint(*span) * kind.scale.get(code, 1), 3) for code, span in kind.ranges.items()
    }
    return _finding(chance, sortie, category, measures, words)


def _finding(
    chance: Random, sortie: Sortie, category: str, measures: Mapping[str, float], words: Words
) -> Sortie:
    fled = category == "gambling" and "subjects" not in measures
    outcomes = (OutcomeCode.FOLLOW_UP,) if fled else KINDS[category].outcomes
    notes = words["findings"]["gambling_fled" if fled else category]
    return finding_more(chance, sortie, category, measures, outcomes, notes, words)


def these_days(now: datetime, words: Words) -> list[Sortie]:
    """One team out tonight, and the nights before it as they wait for somebody: to confirm, or to mend."""
    today = clock.local_day(now)
    chance = Random(f"{MAIN_PROGRAMME} {today}")
    said = words["tonight"]

    def night(back: int, wall: time, size: int, lead: str, note: str = "") -> Sortie:
        start = clock.at(today - timedelta(days=back), wall)
        ended_at = start + timedelta(hours=3, minutes=10)
        present = make_present(chance, clock.local_day(start), FORCES, lead, size)
        from_place, to_place = words["ends"]["dien_ban"]
        return replace(
            make_sortie(chance, f"{today}-{back}", start, size, words),
            ended_at=ended_at,
            lead=next(unit.unit for unit in present if unit.force == lead),
            present=present,
            stretch="dien_ban",
            from_place=from_place,
            to_place=to_place,
            programmes=(MAIN_PROGRAMME,),
            leader=LEADERS[lead],
            leader_name="",
            means=Means.ON_FOOT,
            nothing_found=True,
            note=note,
            source=Source.FORM,
            steps=(Step(ended_at + timedelta(minutes=15), Act.RECORD, LEADERS[lead]),),
        )

    def then(sortie: Sortie, *later: tuple[int, Act, str, str]) -> Sortie:
        """With more steps, each so many minutes after it was logged."""
        logged = sortie.steps[0]
        more = (Step(logged.at + timedelta(minutes=after), act, by, text) for after, act, by, text in later)
        return replace(sortie, steps=(logged, *more))

    started_at = now.replace(second=0, microsecond=0) - timedelta(minutes=75 + now.minute % 5)
    out = still_out(replace(night(0, time(19), 6, BORDER), started_at=started_at))
    caught = Found("gambling", {"cases": 1, "subjects": 4}, 95, OutcomeCode.HANDED_OVER, km=4.1)
    last = night(1, time(19, 30), 7, BORDER, said["last_night"])
    return [
        out,
        replace(last, found=(caught,), nothing_found=False),
        then(night(2, time(19), 6, POLICE, said["two_nights"]), (20, Act.CONFIRM, "chihuy.ca", "")),
        then(
            night(3, time(19, 15), 8, BORDER, said["three_nights"]),
            (540, Act.SEND_BACK, "chihuy", said["returned"]),
        ),
        then(
            night(4, time(19), 6, MILITARY, said["four_nights"]),
            (50, Act.AMEND, LEADERS[MILITARY], said["four_nights_again"]),
            (600, Act.CONFIRM, "chihuy.qs", ""),
            (660, Act.CONFIRM, "chihuy", ""),
        ),
    ]
