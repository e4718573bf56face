"""Random years of tips, models and commendations: what the database counts is what a pencil counts, and every
number opens into exactly its records."""

from collections import Counter
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select

from patrol.accounts.queries import scope_of, scope_of_unit
from patrol.accounts.rules import Role
from patrol.commendations.models import Commendation
from patrol.commendations.rules import Occasion, Recipient
from patrol.extensions import db as database
from patrol.findings.models import Finding
from patrol.findings.rules import CaseDraft
from patrol.schemes.models import Scheme
from patrol.tips import services as tips
from patrol.tips.models import Tip
from patrol.tips.rules import VerificationDraft, Void
from patrol.totals.queries import figures, records_behind
from tests.builders import (
    COMMITTEE,
    MILITARY,
    POLICE,
    POST,
    WHOLE_SYSTEM,
    make_commendation,
    make_person,
    make_scheme,
    make_tip,
    question,
    unit,
)

UNITS = (POST, POLICE, MILITARY, "ca_hoi_an_tay", "canh_sat_bien_2")
FORCES = ("military", "police", "border_guard", "other")
DAY = st.integers(-40, 400)
TIP = st.fixed_dictionaries(
    {
        "day": DAY,
        "units": st.lists(st.sampled_from(UNITS), min_size=2, max_size=2, unique=True),
        "is_valued": st.sampled_from([True, True, False, None]),
        "is_voided": st.sampled_from([False] * 5 + [True]),
        "checked": st.lists(
            st.tuples(st.integers(0, 60), st.sets(st.sampled_from(UNITS), min_size=1, max_size=3)), max_size=2
        ),
        "cases": st.lists(
            st.tuples(
                st.integers(0, 60),
                st.sampled_from(["gambling", "drug_use", "illegal_market"]),
                st.integers(0, 3),
            ),
            max_size=2,
        ),
        "links_to": st.none() | st.integers(0, 9),
    }
)
SCHEME = st.tuples(DAY, st.none() | st.integers(0, 300), st.sampled_from([POLICE, POST]), st.booleans())
AWARD = st.tuples(DAY, st.sampled_from(list(Recipient)), st.sampled_from(list(Occasion)), st.booleans())
RANDOM = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


def write_tips(year: int, drawn: list, police, military) -> None:
    everything = {"by": police, "seen_by": WHOLE_SYSTEM}
    start = date(year, 1, 1)
    for each in drawn:
        passed_on = start + timedelta(days=each["day"])
        tip = make_tip(by=police, of=each["units"][0], to=each["units"][1], on=passed_on)
        for after, units in each["checked"]:
            ids = tuple(unit(code).id for code in sorted(units))
            tips.verify(tip, VerificationDraft(uuid4(), passed_on + timedelta(days=after), ids), **everything)
        for after, category, number in each["cases"]:
            measures = {"sites" if category == "illegal_market" else "cases": number}
            draft = CaseDraft(uuid4(), category, passed_on + timedelta(days=after), measures)
            tips.add_case(tip, draft, **everything)
        if each["links_to"] is not None:
            near = database.session.scalars(select(Finding).order_by(Finding.id)).all()
            if near:
                tip.findings = list({*tip.findings, near[each["links_to"] % len(near)]})
        if each["is_valued"] is not None:
            tips.judge(tip, each["is_valued"], None, **everything)
        if each["is_voided"]:
            tips.void(tip, Void.MISTAKE, **everything)
    database.session.flush()


def recount_tips(first: date, last: date, reach: frozenset[int] | None) -> Counter:
    """Every record there is, read row by row, added up in Python."""
    found: Counter = Counter()
    seen_cases: set[int] = set()
    for tip in database.session.scalars(select(Tip)):
        if tip.voided_as or (reach is not None and not {tip.from_unit_id, tip.to_unit_id} & reach):
            continue
        if first <= tip.passed_on <= last:
            found[f"tips.matrix.{tip.from_force_code}.{tip.to_force_code}"] += 1
            if tip.is_valued and tip.from_force_code in ("military", "border_guard"):
                found["tips.valued_to_police"] += tip.to_force_code == "police"
            found["tips.police_to_military"] += (tip.from_force_code, tip.to_force_code) == (
                "police",
                "military",
            )
        joint = [
            each.verified_on for each in tip.verifications if len({u.force_code for u in each.units}) > 1
        ]
        found["tips.jointly_verified"] += bool(joint) and first <= min(joint) <= last
        for case in tip.findings if tip.is_valued else []:
            if case.id not in seen_cases and first <= case.found_on <= last:
                seen_cases.add(case.id)
                main = "sites" if case.category_code == "illegal_market" else "cases"
                found[f"tips.cases.{case.category_code}"] += sum(
                    measure.quantity for measure in case.measures if measure.code == main
                )
                found[f"records of tips.cases.{case.category_code}"] += 1
    return found


@RANDOM
@given(year=st.sampled_from([2023, 2024]), drawn=st.lists(TIP, max_size=8))
def test_tips_are_what_a_person_would_count(db, year, drawn):
    police, military = make_person(Role.COMMANDER, of=POLICE), make_person(Role.COMMANDER, of=MILITARY)
    write_tips(year, drawn, police, military)
    first, last = date(year, 1, 1), date(year, 12, 31)
    for seen_by in (WHOLE_SYSTEM, scope_of(police), scope_of(military)):
        reach = None if seen_by.is_whole_system else seen_by.unit_ids
        counted = recount_tips(first, last, reach)
        asked = question(first, last, seen_by=seen_by)
        answer = figures(asked)
        values = {key: figure for key, figure in answer.figures.items() if key.startswith("tips.")}
        assert {key: figure.value for key, figure in values.items() if figure.value} == {
            key: number for key, number in counted.items() if number and key.startswith("tips.")
        }
        assert {f"tips.matrix.{one}.{other}" for one in FORCES for other in FORCES} <= set(values)
        for key, figure in values.items():
            rows = database.session.scalars(records_behind(asked, figure.definition)).all()
            assert len(rows) == len(set(rows)) == figure.records, key
            if figure.definition.measure:
                assert figure.records == counted[f"records of {key}"], key
    database.session.rollback()


@RANDOM
@given(
    year=st.sampled_from([2023, 2024]),
    models=st.lists(SCHEME, max_size=8),
    awards=st.lists(AWARD, max_size=8),
)
def test_models_and_commendations_are_what_a_person_would_count(db, year, models, awards):
    first, last = date(year, 1, 1), date(year, 12, 31)
    keeper, clerk = make_person(Role.COMMANDER, of=POLICE), make_person(Role.STAFF_CLERK, of=COMMITTEE)
    for after, lasted, of, is_cancelled in models:
        founded = first + timedelta(days=after)
        scheme = make_scheme(by=keeper, founded=founded, of=of, at="Phường Điện Ngọc")
        if lasted is not None:
            scheme.ended_on, scheme.ended_because = founded + timedelta(days=lasted), "x"
        scheme.cancelled_because = "x" if is_cancelled and lasted else None
    for after, recipient, occasion, is_cancelled in awards:
        made = make_commendation(
            by=clerk, on=first + timedelta(days=after), recipient=recipient, occasion=occasion
        )
        made.cancelled_because = "x" if is_cancelled and after % 3 == 0 else None
    database.session.flush()
    for seen_by in (WHOLE_SYSTEM, scope_of_unit(unit(POST)), scope_of(clerk)):
        counted: Counter = Counter()
        for scheme in database.session.scalars(select(Scheme)):
            seen = (
                seen_by.is_whole_system
                or scheme.unit_id in seen_by.unit_ids
                or scheme.area_id in seen_by.area_ids
            )
            if seen and not scheme.cancelled_because:
                end = scheme.ended_on or date.max
                counted["schemes.active_at_end"] += scheme.founded_on <= last < end
                counted["schemes.new"] += first <= scheme.founded_on <= last
                counted["schemes.ended"] += first <= end <= last
        for award in database.session.scalars(select(Commendation)):
            seen = seen_by.is_whole_system or {award.unit_id, award.decided_by_id} & seen_by.unit_ids
            if seen and not award.cancelled_because and award.occasion == "review":
                counted[f"commendations.{award.recipient}s"] += first <= award.occasion_on <= last
        asked = question(first, last, seen_by=seen_by)
        answer = figures(asked)
        for key, figure in answer.figures.items():
            if figure.definition.register in ("schemes", "commendations"):
                assert (figure.value, figure.records) == (counted[key], counted[key]), key
                rows = database.session.scalars(records_behind(asked, figure.definition)).all()
                assert len(set(rows)) == figure.records, key
    database.session.rollback()


@pytest.fixture
def full_house(clock, db):
    """Something behind every kind of figure, all of it in the reach of the ward's police."""
    police = make_person(Role.COMMANDER, of=POLICE)
    everything = {"by": police, "seen_by": WHOLE_SYSTEM}
    for of in (POST, MILITARY, POST):
        tip = make_tip(of=of)
        tips.judge(tip, True, None, **everything)
        tips.add_case(tip, CaseDraft(uuid4(), "gambling", tip.passed_on), **everything)
    ids = (unit(POLICE).id, unit(POST).id)
    tips.verify(tip, VerificationDraft(uuid4(), tip.passed_on, ids), **everything)
    make_tip(of=POLICE, to=MILITARY, by=police)
    make_scheme()
    make_scheme(founded="2025-05-01", ended="2026-01-15")
    make_commendation(of=POLICE)
    make_commendation(of=POLICE, recipient=Recipient.COLLECTIVE)
    return police


def test_every_number_of_the_registers_opens_into_exactly_its_records(full_house, page, signed_in):
    person = signed_in(full_house)
    answer = figures(question("2026-01-01", "2026-12-31", seen_by=scope_of(person)))
    wanted = {key: f for key, f in answer.figures.items() if f.definition.register and f.records}
    assert len(wanted) == 12
    seen = page.open("/tong-ket/2026")
    links = {
        tag["href"].split("?")[0].rsplit("/", 1)[1]: tag["href"]
        for tag in seen.all('main a[href^="/so-lieu/"]')
    }
    for key, figure in wanted.items():
        opened = page.open(links[key])
        assert len(opened.all("ul.records > li.record")) == figure.records, key
        assert opened.text(".figure--big .figure__value") == str(figure.value), key
        assert "Không phân theo chương trình." in opened.text(), key


def test_a_case_leads_to_the_tips_it_came_of(full_house, page, signed_in):
    signed_in(full_house)
    seen = page.open("/so-lieu/tips.cases.gambling?tu=2026-01-01&den=2026-12-31")
    first = seen.all(".record a")[0]
    assert page.open(first["href"]).text("h1") == first.text.strip()


@pytest.mark.parametrize("narrowing", ["tuyen=1", "luc-luong=police", "thang=2026-02", "chu-tri=1"])
def test_a_question_about_patrols_alone_says_nothing_of_the_registers(full_house, page, signed_in, narrowing):
    signed_in(full_house)
    for key in ("tips.valued_to_police", "schemes.new", "commendations.individuals"):
        page.open(f"/so-lieu/{key}?tu=2026-01-01&den=2026-12-31&{narrowing}", expected=404)
    assert "guồn tin giá trị" not in page.open(f"/tong-ket?tu=2026-01-01&den=2026-12-31&{narrowing}").html


def test_a_figure_may_be_asked_of_one_unit_within_what_the_viewer_sees(full_house, db):
    post = question("2026-01-01", "2026-12-31", narrowed=scope_of_unit(unit(POST)))
    answer = figures(post)
    assert answer["tips.valued_to_police"].value == 2
    assert answer["schemes.active_at_end"].value == 0
    mine = question(
        "2026-01-01", "2026-12-31", seen_by=scope_of(make_person(Role.COMMANDER, of=MILITARY)),
        narrowed=scope_of_unit(unit(POST)),
    )  # fmt: skip
    assert figures(mine)["tips.valued_to_police"].value == 0


def test_figures_of_unknown_tips_are_not_found(full_house, page, signed_in):
    signed_in(full_house)
    for key in ("tips.x", "tips.matrix.police", "tips.matrix.a.b", "tips.cases.x", "schemes.x", "tips."):
        page.open(f"/so-lieu/{key}", expected=404)
