"""The demo years, counted here from their rows by hand, so that the totals have something to be compared with."""

import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from patrol import clock as patrol_clock
from patrol.accounts.models import Person
from patrol.accounts.queries import scope_of
from patrol.accounts.services import sign_in
from patrol.demo.services import WORDS, Account, load_demo
from patrol.demo.years import later_year, reported_year, sorties_until
from patrol.extensions import db as the_db
from patrol.findings.models import Finding
from patrol.patrols.models import Patrol
from patrol.patrols.queries import patrols_of_leader, patrols_waiting_for, wrong_totals
from patrol.units.queries import is_demo
from tests.databases import DEMO_NOW, Databases

NOW = DEMO_NOW
MAIN = "tuyen_bien_binh_yen"
YEAR = (date(2023, 1, 1), date(2023, 12, 31))


class Loaded(NamedTuple):
    app: Flask
    accounts: list[Account]


@pytest.fixture(scope="module")
def loaded(databases: Databases, kind: str) -> Iterator[Loaded]:
    """A database of its own, filled with the demo as it is at 21:30 on 05/02/2026."""
    url, accounts = databases.demonstrated(kind)
    with databases.app(url) as app:
        yield Loaded(app, accounts)


@pytest.fixture
def demo(loaded: Loaded) -> Iterator[SQLAlchemy]:
    with loaded.app.app_context(), patrol_clock.frozen(NOW):
        yield the_db


@pytest.fixture(scope="module")
def words() -> dict[str, Any]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def every_patrol() -> list[Patrol]:
    return list(
        the_db.session.scalars(
            select(Patrol)
            .options(
                selectinload(Patrol.attendance),
                selectinload(Patrol.programmes),
                selectinload(Patrol.confirmations),
            )
            .order_by(Patrol.started_at)
        )
    )


def forces_of(patrol: Patrol) -> set[str]:
    return {row.force_code for row in patrol.attendance if row.personnel != 0 or row.militia}


def personnel_of(patrol: Patrol) -> int:
    return sum(row.personnel or 0 for row in patrol.attendance)


def is_of_the_programme(patrol: Patrol) -> bool:
    return any(programme.code == MAIN for programme in patrol.programmes)


def joint_patrols(first: date, last: date) -> list[Patrol]:
    """Counted one by one: handed in, of the programme, of two forces or more, started on these days."""
    return [
        patrol
        for patrol in every_patrol()
        if first <= patrol.patrolled_on <= last
        and patrol.status in ("submitted", "confirmed", "closed")
        and is_of_the_programme(patrol)
        and len(forces_of(patrol)) >= 2
    ]


def sums_of_findings(patrols: list[Patrol]) -> dict[str, dict[str, float]]:
    """category → unit → how many, of the findings of these patrols."""
    ids = {patrol.id for patrol in patrols}
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for finding in the_db.session.scalars(select(Finding).options(selectinload(Finding.measures))):
        if finding.patrol_id in ids and finding.detected_via == "patrol" and not finding.is_withdrawn:
            for measure in finding.measures:
                sums[finding.category_code][measure.code] += measure.quantity or 0
    return sums


def test_the_reported_year_adds_up_to_the_article(demo):
    patrols = joint_patrols(*YEAR)
    assert len(patrols) == 215
    assert sum(personnel_of(patrol) for patrol in patrols) == 1290
    assert {patrol.patrolled_on.year for patrol in patrols} == {2023}
    assert max(patrol.patrolled_on for patrol in patrols) <= date(2023, 12, 14)


def test_what_the_patrols_of_the_reported_year_found_is_what_the_article_says(demo):
    sums = sums_of_findings(joint_patrols(*YEAR))
    assert (sums["drug_possession"]["cases"], sums["drug_possession"]["subjects"]) == (2, 2)
    assert (sums["drug_use_org"]["cases"], sums["drug_use_org"]["subjects"]) == (1, 5)
    assert (sums["gambling"]["cases"], sums["gambling"]["subjects"]) == (11, 59)
    assert sums["illegal_market"]["sites"] == 10
    assert set(sums) == {"drug_possession", "drug_use_org", "gambling", "illegal_market"} | {
        "outreach",
        "coastal_hazard",
    }


def test_every_illegal_market_of_the_reported_year_was_dispersed(demo):
    found = the_db.session.scalars(select(Finding).where(Finding.category_code == "illegal_market")).all()
    outcomes = [[o.code for o in finding.outcomes] for finding in found if finding.found_on.year == 2023]
    assert len(outcomes) == 9, "ten sites in nine findings: records are not what is counted"
    assert all(codes == ["dispersed"] for codes in outcomes)


def test_the_patrol_over_midnight_makes_the_reporting_year_one_longer(demo):
    assert len(joint_patrols(*YEAR)) == 215
    assert len(joint_patrols(date(2022, 12, 15), date(2023, 12, 14))) == 216
    over = joint_patrols(date(2022, 12, 1), date(2022, 12, 31))
    assert [str(patrol_clock.local_time(patrol.started_at)) for patrol in over] == ["23:00:00"]
    assert [patrol_clock.local_day(patrol.ended_at).year for patrol in over] == [2023]


def test_team_sizes_are_mixed_and_no_month_comes_out_by_multiplying_by_six(demo):
    patrols = joint_patrols(*YEAR)
    assert {personnel_of(patrol) for patrol in patrols} == {4, 5, 6, 7, 8, 9}
    sorties = Counter(patrol.patrolled_on.month for patrol in patrols)
    personnel = Counter()
    for patrol in patrols:
        personnel[patrol.patrolled_on.month] += personnel_of(patrol)
    assert set(sorties) == set(range(1, 13))
    assert [month for month in sorties if personnel[month] == 6 * sorties[month]] == []


def test_two_and_three_forces_go_and_each_force_leads_some_time_the_post_most(demo):
    patrols = joint_patrols(*YEAR)
    assert {len(forces_of(patrol)) for patrol in patrols} == {2, 3}
    leads = Counter(patrol.lead_unit_name for patrol in patrols)
    assert set(leads) == {"Đồn Biên phòng Cửa Đại", "Công an thị xã Điện Bàn", "Ban CHQS thị xã Điện Bàn"}
    assert leads.most_common(1)[0][0] == "Đồn Biên phòng Cửa Đại"


def test_around_the_reported_year_stand_patrols_that_change_nothing(demo):
    counted = {patrol.id for patrol in joint_patrols(*YEAR)}
    others = [p for p in every_patrol() if p.patrolled_on.year == 2023 and p.id not in counted]
    assert len(others) == 4
    [cancelled] = [patrol for patrol in others if patrol.status == "cancelled"]
    assert cancelled.cancelled_because
    [still_out] = [patrol for patrol in others if patrol.status == "in_progress"]
    assert still_out.ended_at is None
    [elsewhere] = [patrol for patrol in others if not is_of_the_programme(patrol)]
    assert [programme.code for programme in elsewhere.programmes] == ["quy_che_giap_ranh"]
    assert len(forces_of(elsewhere)) >= 2
    [alone] = [patrol for patrol in others if len(forces_of(patrol)) == 1]
    assert alone.status == "confirmed"
    assert alone.remarks == ["few_forces"]


def test_somebody_forgot_to_confirm_a_handful_of_patrols_of_the_reported_year(demo):
    patrols = joint_patrols(*YEAR)
    waiting = [patrol for patrol in patrols if patrol.status == "submitted"]
    assert 3 <= len(waiting) <= 15
    for patrol in patrols:
        confirmed = {confirmation.force_code for confirmation in patrol.confirmations}
        assert (confirmed == forces_of(patrol)) == (patrol.status == "confirmed")


def test_most_patrols_say_that_they_found_nothing(demo):
    patrols = joint_patrols(*YEAR)
    assert sum(patrol.nothing_found for patrol in patrols) > 170
    with_findings = set(the_db.session.scalars(select(Finding.patrol_id)))
    assert not any(patrol.nothing_found for patrol in patrols if patrol.id in with_findings)


def test_militia_and_security_teams_stand_in_columns_of_their_own(demo):
    rows = [row for patrol in joint_patrols(*YEAR) for row in patrol.attendance]
    assert sum(row.militia for row in rows) > 50
    assert sum(row.security_team for row in rows) > 10
    assert {row.force_code for row in rows if row.militia} == {"military"}
    assert {row.force_code for row in rows if row.security_team} == {"police"}


def test_a_gambling_case_of_2024_has_subjects_nobody_counted(demo):
    found = the_db.session.scalars(
        select(Finding).where(
            Finding.category_code == "gambling",
            Finding.found_on.between(date(2024, 1, 1), date(2024, 12, 31)),
        )
    )
    numbers = [{m.code: m.quantity for m in finding.measures} for finding in found]
    assert [n for n in numbers if n["subjects"] is None] == [{"cases": 1, "subjects": None}]


def test_the_years_after_are_filled_and_the_present_one_goes_up_to_last_night(demo):
    assert 180 < len(joint_patrols(date(2024, 1, 1), date(2024, 12, 31))) <= 235
    assert 180 < len(joint_patrols(date(2025, 1, 1), date(2025, 12, 31))) <= 250
    this_year = joint_patrols(date(2026, 1, 1), date(2026, 12, 31))
    assert len(this_year) > 15
    assert max(patrol.patrolled_on for patrol in this_year) == date(2026, 2, 4)
    assert all(patrol.started_at < NOW for patrol in every_patrol())


def test_every_unit_of_a_patrol_existed_on_its_day(demo):
    patrols = every_patrol()
    assert [patrol for patrol in patrols if "unit_out_of_time" in patrol.remarks] == []
    police = {
        row.unit_name: patrol.patrolled_on
        for patrol in patrols
        for row in patrol.attendance
        if row.force_code == "police"
    }
    assert police["Công an thị xã Điện Bàn"] < date(2025, 3, 1)
    assert date(2025, 3, 1) <= police["Công an phường Điện Ngọc"] < date(2025, 7, 1)
    assert police["Công an phường Điện Bàn Đông"] >= date(2025, 7, 1)


def test_nothing_is_odd_but_what_is_meant_to_be(demo):
    odd = {code for patrol in every_patrol() for code in patrol.remarks}
    assert odd == {"few_forces", "findings_not_stated", "personnel_unknown"}


def test_records_arrive_after_the_return_and_are_confirmed_after_they_arrived(demo):
    for patrol in every_patrol():
        if patrol.ended_at is not None:
            assert patrol.received_at > patrol.ended_at
        assert all(confirmation.confirmed_at > patrol.received_at for confirmation in patrol.confirmations)


def test_tonight_one_team_is_out_one_record_came_back_and_several_wait(demo):
    by = people()
    leader, commander = by["totruong"], by["chihuy"]
    out = patrols_of_leader(leader.id, statuses=["in_progress"], seen_by=scope_of(leader))
    assert [patrol.patrolled_on for patrol in out] == [date(2026, 2, 5)]
    returned = patrols_of_leader(leader.id, statuses=["returned"], seen_by=scope_of(leader))
    assert [bool(patrol.returned_because) for patrol in returned] == [True]
    for person in (commander, by["chihuy.ca"], by["chihuy.qs"]):
        waiting = patrols_waiting_for(person.unit.force_code, seen_by=scope_of(person))
        assert [patrol for patrol in waiting if patrol.patrolled_on >= date(2026, 2, 1)], person.username
    edited = [patrol for patrol in every_patrol() if patrol.rev > 1 and patrol.status == "submitted"]
    assert edited, "one record was changed after it was handed in"


def people() -> dict[str, Any]:
    return {person.username: person for person in the_db.session.scalars(select(Person))}


def test_the_four_kinds_of_viewers_see_different_parts_of_the_same_year(demo):
    by = people()
    seen = {}
    for name in ("chihuy", "chihuy.ca", "chihuy.qs", "ubnd", "quantri", "kiemtra"):
        scope = scope_of(by[name])
        seen[name] = sum(
            bool(
                {patrol.lead_unit_id, *(row.unit_id for row in patrol.attendance)} & scope.unit_ids
                or patrol.stretch_id in scope.stretch_ids
            )
            for patrol in joint_patrols(*YEAR)
        )
    assert seen["chihuy"] == 215, "the post was always there"
    assert seen["chihuy.ca"] < 215, "the ward's police inherited what Công an thị xã took part in"
    assert seen["chihuy.qs"] < 215
    assert 200 < seen["ubnd"] < 215, "only what was walked on the coast of its area"
    assert seen["quantri"] == seen["kiemtra"] == 0


def test_everybody_signs_in_with_the_password_that_was_said(demo, loaded: Loaded):
    assert len(loaded.accounts) == 11
    for account in loaded.accounts:
        person = sign_in(account.username, account.password, "127.0.0.1")
        assert (person.role, person.unit.name) == (account.role, account.unit)
        assert not person.must_change_password
        assert len(account.password) >= 12
    the_db.session.rollback()


def test_stored_sums_are_the_sums_of_the_attendance(demo):
    assert list(wrong_totals()) == []


def test_the_database_says_that_it_is_a_sample(demo):
    assert is_demo()


def test_loading_again_changes_nothing(demo):
    before = row_counts()
    with patrol_clock.frozen(patrol_clock.in_utc(datetime.fromisoformat("2026-03-01T08:00"))):
        assert load_demo() == []
    the_db.session.commit()
    assert row_counts() == before


def row_counts() -> dict[str, int]:
    return {
        table.name: the_db.session.scalar(select(func.count()).select_from(table))
        for table in the_db.metadata.sorted_tables
    }


def test_past_years_are_the_same_on_whatever_day_they_are_made(words):
    then = {sortie.key: sortie for sortie in sorties_until(NOW, words) if sortie.day.year < 2026}
    later = patrol_clock.in_utc(datetime.fromisoformat("2027-06-30T12:00"))
    again = {sortie.key: sortie for sortie in sorties_until(later, words) if sortie.day.year < 2026}
    assert then.keys() == again.keys()
    for key, sortie in then.items():
        assert (sortie.started_at, sortie.present, sortie.found) == (
            again[key].started_at,
            again[key].present,
            again[key].found,
        )


def test_on_new_year_morning_the_old_year_is_whole(words):
    morning = patrol_clock.in_utc(datetime.fromisoformat("2026-01-01T08:00"))
    sorties = [sortie for sortie in sorties_until(morning, words) if sortie.day.year == 2025]
    assert len(sorties) == len(later_year(2025, words)) == 250
    assert len(reported_year(words)) == 215 + 5


def test_what_the_demo_says_is_in_composed_letters():
    text = Path(WORDS).read_text(encoding="utf-8")
    assert text == unicodedata.normalize("NFC", text)
