"""The tips, models and commendations of the demo, made from fixed seeds. Pure: no database.

2023 adds up to what the press reported, with traps around that change nothing; the years after are moderately filled.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from .. import clock
from ..commendations.rules import Form, Occasion, Recipient
from ..findings.rules import OutcomeCode
from ..tips.rules import TipOutcome, Urgency, Void
from .rules import (
    BORDER,
    DISTRICT_POLICE_ENDED,
    MILITARY,
    POLICE,
    POST,
    REFORM,
    Words,
    unit_of,
)

REPORTED_YEAR = 2023
REPORTED_CASES = {
    "gambling": 13,
    "drug_use": 21,
    "drug_use_org": 1,
    "illegal_minerals": 2,
}  # of 37 valued tips
REPORTED_TO_MILITARY = 29
REPORTED_VERIFIED = 44
REPORTED_MODELS = 139
BEGUN, ENDED = 22, 6  # in the reported year, one of them both
TIPS = {2024: 58, 2025: 66}
TIPS_LATER = 62

WRITERS = {MILITARY: "chihuy.qs", POLICE: "chihuy.ca", BORDER: "trucban"}
KEEPERS = {MILITARY: "chihuy.qs", POLICE: "chihuy.ca", BORDER: "tonghop"}
MARKS = {MILITARY: "TB-QS", POLICE: "TB-CA", BORDER: "TB-BP"}
CATEGORIES = {"gambling": 40, "drug_use": 34, "drug_possession": 10, "illegal_minerals": 8, "theft": 8}
TAKEN = {
    "gambling": (OutcomeCode.ADMIN_FINE, OutcomeCode.PROSECUTED),
    "drug_use": (OutcomeCode.DRUG_TEST, OutcomeCode.ADMIN_FINE),
    "drug_use_org": (OutcomeCode.PROSECUTED,),
    "drug_possession": (OutcomeCode.PROSECUTED,),
    "illegal_minerals": (OutcomeCode.ADMIN_FINE, OutcomeCode.SEIZED),
    "theft": (OutcomeCode.FOLLOW_UP,),
}
COAST = ("Phường Điện Ngọc", "Phường Điện Dương")
EVERYWHERE = {
    "security_camera": "Camera giám sát an ninh khối phố {}",
    "elders": "Người cao tuổi không có con cháu vi phạm pháp luật khối phố {}",
    "safe_lodging": "Khu nhà trọ an toàn về an ninh trật tự {}",
}
BY_THE_SEA = {"safe_boat_team": "Tổ tàu thuyền an toàn {}", "safe_landing": "Bến bãi an toàn {}"}


@dataclass(frozen=True)
class Case:
    """A case that came of a tip."""

    key: str
    category: str
    found_on: date
    outcome: OutcomeCode
    subjects: int | None = None  # of the reported year nobody said how many


@dataclass(frozen=True)
class Told:
    """A tip and all that becomes of it. Days without an hour are worked off in office hours."""

    key: str
    passed_on: date
    sender: str
    sender_force: str
    receiver: str
    receiver_force: str
    category: str
    number: str = ""
    urgency: Urgency = Urgency.ROUTINE
    is_acknowledged: bool = True
    is_valued: bool | None = None
    outcome: TipOutcome | None = None
    verified: tuple[tuple[date, tuple[str, ...]], ...] = ()
    cases: tuple[Case, ...] = ()
    links: tuple[Case, ...] = ()  # cases that were recorded with another tip, or with this one before
    voided_as: Void | None = None

    @property
    def settled_on(self) -> date:
        """The day by which everything is known that makes it worth something."""
        return max(
            [self.passed_on, *(day for day, _ in self.verified[:1]), *(case.found_on for case in self.cases)]
        )


@dataclass(frozen=True)
class Model:
    """A model of self-protection."""

    key: str
    kind: str
    name: str
    area: str
    unit: str
    force: str
    founded_on: date
    members: int | None
    is_spread_wider: bool
    ended_on: date | None = None
    ended_because: str = ""


@dataclass(frozen=True)
class Award:
    key: str
    recipient: Recipient
    recipient_name: str
    unit: str
    form: Form
    body: str
    number: str
    decided_on: date
    occasion: Occasion
    occasion_name: str
    occasion_on: date


# Tips


def tips_until(now: datetime, words: Words) -> list[Told]:
    """Every tip passed by `now`, numbered in the book of its sender, oldest first."""
    today = clock.local_day(now)
    reported = _reported_tips()
    told = [*reported, *_tip_traps(reported[0].cases[0])]
    for year in range(REPORTED_YEAR + 1, today.year + 1):
        told += _later_tips(year)
    return [tip for tip in _numbered(told) if tip.passed_on < today]


def _reported_tips() -> list[Told]:
    """37 valued tips with 37 cases, 29 the other way, 44 of them checked together."""
    chance = Random("tips 2023")
    wanted = [category for category, number in REPORTED_CASES.items() for _ in range(number)]
    chance.shuffle(wanted)
    last = date(REPORTED_YEAR, 12, 14)
    told = []
    for number, category in enumerate(wanted, 1):
        sender = BORDER if chance.random() < 0.6 else MILITARY
        tip = _tip(chance, f"tip-2023-{number:02}", _day(chance, last), sender, POLICE, category)
        case = Case(
            f"{tip.key}/case",
            category,
            tip.passed_on + timedelta(days=chance.randint(1, 6)),
            chance.choice(TAKEN[category]),
        )
        told.append(replace(tip, is_valued=True, outcome=TipOutcome.CASE_FOUND, cases=(case,)))
    for number in range(1, REPORTED_TO_MILITARY + 1):
        category = chance.choices(list(CATEGORIES), list(CATEGORIES.values()))[0]
        tip = _tip(chance, f"tip-2023-ca-{number:02}", _day(chance, last), POLICE, MILITARY, category)
        told.append(replace(tip, is_valued=chance.choice((True, False, None))))
    for place in chance.sample(range(len(told)), REPORTED_VERIFIED):
        told[place] = replace(told[place], verified=(_together(chance, told[place]),))
    twice = next(place for place, tip in enumerate(told) if tip.verified and tip.cases)
    day, units = told[twice].verified[0]
    told[twice] = replace(
        told[twice],
        verified=((day, units), (day + timedelta(days=9), units)),  # checked again: still one tip
        links=told[twice].cases,  # tied to its case a second time: still one case
    )
    return told


def _tip_traps(known: Case) -> list[Told]:
    """What lies around the reported year and is in none of its three figures."""
    chance = Random("tip traps")

    def tip(name: str, day: date, sender: str, receiver: str, **more: Any) -> Told:
        return replace(_tip(chance, f"tip-trap-{name}", day, sender, receiver, "gambling"), **more)

    before = tip("year-before", date(2022, 12, 27), BORDER, POLICE)
    case = Case("tip-trap-year-before/case", "gambling", date(2022, 12, 29), OutcomeCode.ADMIN_FINE)
    alone = tip("checked-alone", date(2023, 5, 9), POLICE, BORDER)
    late = tip("checked-next-year", date(2023, 12, 21), POLICE, BORDER)
    return [
        replace(
            before,
            is_valued=True,
            outcome=TipOutcome.CASE_FOUND,
            cases=(case,),
            verified=((date(2022, 12, 28), (before.sender, before.receiver)),),
        ),
        tip("no-value", date(2023, 4, 18), MILITARY, POLICE, is_valued=False, outcome=TipOutcome.NO_CASE),
        # late to the scene: of no value, and pointing to a case that another tip had led to
        tip("no-value-known-case", known.found_on, BORDER, POLICE, is_valued=False, links=(known,)),
        tip("unjudged", date(2023, 8, 22), BORDER, POLICE),
        tip("written-twice", date(2023, 3, 14), BORDER, POLICE, is_valued=True, voided_as=Void.DUPLICATE),
        replace(alone, verified=((date(2023, 5, 11), (alone.sender,)),)),
        replace(late, verified=((date(2024, 1, 4), (late.sender, late.receiver)),)),
        tip("to-the-post", date(2023, 10, 5), POLICE, BORDER, is_valued=True, outcome=TipOutcome.PREVENTED),
        tip("among-soldiers", date(2023, 9, 12), MILITARY, BORDER, is_valued=True),
    ]


def _later_tips(year: int) -> list[Told]:
    """An ordinary year; once two tips lead to the same case."""
    chance = Random(f"tips {year}")
    told: list[Told] = []
    pairs = ((BORDER, POLICE), (MILITARY, POLICE), (POLICE, MILITARY), (POLICE, BORDER), (MILITARY, BORDER))
    for number in range(1, TIPS.get(year, TIPS_LATER) + 1):
        sender, receiver = chance.choices(pairs, (34, 20, 28, 12, 6))[0]
        category = chance.choices(list(CATEGORIES), list(CATEGORIES.values()))[0]
        tip = _tip(
            chance, f"tip-{year}-{number:02}", _day(chance, date(year, 12, 31)), sender, receiver, category
        )
        is_valued = chance.choices((True, False, None), (62, 24, 14))[0]
        cases: tuple[Case, ...] = ()
        if is_valued and receiver == POLICE and chance.random() < 0.85:
            found_on = tip.passed_on + timedelta(days=chance.randint(1, 8))
            taken, caught = chance.choice(TAKEN[category]), chance.randint(1, 6)
            cases = (Case(f"{tip.key}/case", category, found_on, taken, caught),)
        tip = replace(
            tip,
            is_valued=is_valued,
            cases=cases,
            is_acknowledged=is_valued is not None or chance.random() < 0.8,
            outcome=TipOutcome.CASE_FOUND if cases else TipOutcome.NO_CASE if is_valued is False else None,
        )
        if chance.random() < 0.6:
            tip = replace(tip, verified=(_together(chance, tip),))
        told.append(tip)
    first = next(tip for tip in told if tip.cases and tip.passed_on.month < 11)
    other = MILITARY if first.sender_force == BORDER else BORDER
    second = _tip(
        chance,
        f"tip-{year}-second",
        first.cases[0].found_on - timedelta(days=1),
        other,
        POLICE,
        first.category,
    )
    told.append(replace(second, is_valued=True, outcome=TipOutcome.CASE_FOUND, links=first.cases))
    return told


def _tip(chance: Random, key: str, day: date, sender: str, receiver: str, category: str) -> Told:
    urgency = chance.choices(list(Urgency), (70, 25, 5))[0]
    return Told(
        key, day, _unit(sender, day, chance), sender, _unit(receiver, day, chance), receiver, category,
        urgency=urgency,
    )  # fmt: skip


def _unit(force: str, day: date, chance: Random) -> str:
    """As on patrol; and in the time of the district police the wards' police passed tips too."""
    if force == POLICE and day < DISTRICT_POLICE_ENDED and chance.random() < 0.4:
        return chance.choice(("ca_dien_ngoc", "ca_dien_duong"))
    return unit_of(force, day, chance)


def _day(chance: Random, last: date) -> date:
    first = date(last.year, 1, 4)
    return first + timedelta(days=chance.randrange((last - first).days + 1))


def _together(chance: Random, tip: Told) -> tuple[date, tuple[str, ...]]:
    units = [tip.sender, tip.receiver]
    third = next(
        force for force in (BORDER, MILITARY, POLICE) if force not in (tip.sender_force, tip.receiver_force)
    )
    if chance.random() < 0.2:
        units.append(unit_of(third, tip.passed_on, chance))
    return tip.passed_on + timedelta(days=chance.randint(0, 4)), tuple(units)


def _numbered(told: list[Told]) -> list[Told]:
    """Each sender numbers its tips through the year."""
    last: dict[tuple[str, int], int] = {}
    numbered = []
    for tip in sorted(told, key=lambda tip: (tip.passed_on, tip.key)):
        book = (tip.sender, tip.passed_on.year)
        last[book] = last.get(book, 0) + 1
        numbered.append(replace(tip, number=f"{last[book]:02}/{MARKS[tip.sender_force]}"))
    return numbered


# Models


def models_until(now: datetime, words: Words) -> list[Model]:
    """Every model founded by `now`; an end after it has not come yet."""
    today = clock.local_day(now)
    chance = Random("models")
    candidates = list(_places(words))
    chance.shuffle(candidates)
    supply = iter(enumerate(candidates, 1))
    year = REPORTED_YEAR
    old = REPORTED_MODELS + ENDED - BEGUN  # in the stock on the last day of the year before
    made = [_model(chance, next(supply), date(2018, 1, 1), date(2022, 11, 20), words) for _ in range(old)]
    ends = (date(year, 2, 17), date(year, 5, 23), date(year, 8, 9), date(year, 11, 2), date(year, 12, 30))
    made[: len(ends)] = [_ended(chance, model, day, words) for model, day in zip(made, ends, strict=False)]
    new = [_model(chance, next(supply), date(year, 1, 9), date(year, 12, 8), words) for _ in range(BEGUN)]
    new[0] = _ended(chance, replace(new[0], founded_on=date(year, 3, 6)), date(year, 9, 28), words)
    gone = _model(chance, next(supply), date(2018, 6, 1), date(2019, 6, 1), words)
    made += [*new, _ended(chance, gone, date(2022, 10, 10), words)]
    for later in range(year + 1, today.year + 1):
        standing = [place for place, model in enumerate(made) if model.ended_on is None]
        for place in chance.sample(standing, 4):
            made[place] = _ended(chance, made[place], _day(chance, date(later, 12, 20)), words)
        made += [
            _model(chance, next(supply), date(later, 1, 8), date(later, 12, 12), words) for _ in range(11)
        ]
    known = [model for model in made if model.founded_on < today]
    return [
        replace(model, ended_on=None) if model.ended_on and model.ended_on >= today else model
        for model in known
    ]


def _places(words: Words) -> Iterator[tuple[str, str, str, str]]:
    """(kind, name, area, unit of the police there) of every model there may be."""
    for ward in words["models"]["wards"]:
        kinds = EVERYWHERE | (BY_THE_SEA if ward["area"] in COAST else {})
        for place in ward["places"]:
            for kind, name in kinds.items():
                yield kind, name.format(place), ward["area"], ward["unit"]


def _model(
    chance: Random, numbered: tuple[int, tuple[str, str, str, str]], first: date, last: date, words: Words
) -> Model:
    number, (kind, name, area, unit) = numbered
    day = first + timedelta(days=chance.randrange((last - first).days + 1))
    force = POLICE
    if kind in BY_THE_SEA:
        unit, force = POST, BORDER
    elif kind == "elders" and chance.random() < 0.25:
        unit, force = unit_of(MILITARY, day, chance), MILITARY
    if day >= REFORM:
        area = words["models"]["later_area"]
        unit = unit_of(force, day, chance)
    elif force == POLICE and day >= DISTRICT_POLICE_ENDED:
        unit = "ca_dien_duong" if area == COAST[1] else "ca_dien_ngoc"
    members = None if chance.random() < 0.12 else chance.randrange(8, 64)
    return Model(
        f"model-{number:03}", kind, name, area, unit, force, day, members,
        is_spread_wider=kind in EVERYWHERE and chance.random() < 0.2,
    )  # fmt: skip


def _ended(chance: Random, model: Model, day: date, words: Words) -> Model:
    return replace(model, ended_on=day, ended_because=chance.choice(words["models"]["ended"]))


# Commendations


def awards_until(now: datetime, words: Words) -> list[Award]:
    """Every commendation given by `now`."""
    today = clock.local_day(now)
    given = [award for year, occasion in words["commended"].items() for award in _awards(year, occasion)]
    return [award for award in given if award.occasion_on < today]


def _awards(year: str, occasion: Mapping[str, Any]) -> Iterator[Award]:
    kinds = (("collectives", Recipient.COLLECTIVE), ("individuals", Recipient.INDIVIDUAL))
    for kind, recipient in kinds:
        for number, (name, unit) in enumerate(occasion[kind], 1):
            yield Award(
                f"award-{year}-{kind}-{number}", recipient, name, unit, Form.DIPLOMA, occasion["body"],
                occasion["number"], occasion["day"] - timedelta(days=8),
                Occasion.REVIEW, occasion["name"], occasion["day"],
            )  # fmt: skip
    if other := occasion.get("ad_hoc"):
        name, unit = other["recipient"]
        yield Award(
            f"award-{year}-ad-hoc", Recipient.INDIVIDUAL, name, unit, Form.DIPLOMA, occasion["body"],
            other["number"], other["day"], Occasion.AD_HOC, other["name"], other["day"],
        )  # fmt: skip


def office_hour(key: str, day: date) -> datetime:
    """A moment of that day's work, always the same for the same thing."""
    chance = Random(f"{key} {day}")
    return clock.at(day, time(chance.randint(7, 16), chance.randrange(60)))
