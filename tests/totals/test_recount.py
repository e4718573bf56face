"""Random years: what the database adds up is what a person with the book and a pencil adds up."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select

from patrol.clock import local_day
from patrol.extensions import db as database
from patrol.findings.models import Finding
from patrol.patrols.models import Patrol
from patrol.patrols.rules import Status
from patrol.totals.queries import (
    by_force,
    by_lead_unit,
    by_month,
    by_stretch,
    figures,
    left_out,
    records_behind,
)
from patrol.units.queries import forces
from tests.builders import (
    MILITARY,
    POLICE,
    POST,
    attendance,
    finding_draft,
    make_patrol,
    make_person,
    question,
    unit,
)

COUNT = st.none() | st.integers(0, 9)
MEASURES = st.fixed_dictionaries({}, optional={"cases": st.integers(0, 3), "subjects": st.integers(0, 9)})
SORTIE = st.fixed_dictionaries(
    {
        "minute": st.integers(-3 * 1440, 368 * 1440),
        "team": st.dictionaries(
            st.sampled_from([POST, POLICE, MILITARY, "ca_hoi_an_tay"]),
            st.tuples(COUNT, COUNT, COUNT),
            max_size=4,
        ),
        "lead": st.sampled_from([POST, POLICE, MILITARY]),
        "on": st.sampled_from(["dien_ban", "dien_ban_nam", "hoi_an_tay"]),
        "programmes": st.sets(st.sampled_from(["tuyen_bien_binh_yen", "nghi_dinh_03"])),
        "status": st.sampled_from(list(Status) + [Status.SUBMITTED] * 6),
        "found": st.lists(
            st.tuples(
                st.sampled_from(["gambling", "drug_use_org"]),
                MEASURES,
                st.sampled_from(["patrol", "patrol", "patrol", "tip"]),
                st.booleans(),
            ),
            max_size=3,
        ),
    }
)


def write(year, sortie, person):
    start = datetime(year, 1, 1, tzinfo=UTC) + timedelta(minutes=sortie["minute"])
    patrol = make_patrol(
        by=person,
        started=start,
        attendance=attendance(**sortie["team"]),
        lead=sortie["lead"],
        on=sortie["on"],
        programmes=tuple(sortie["programmes"]),
        findings=tuple(finding_draft(code, measures=dict(given)) for code, given, *_ in sortie["found"]),
    )
    patrol.status = sortie["status"]
    patrol.cancelled_because = "Bão" if sortie["status"] == Status.CANCELLED else None
    found = database.session.scalars(
        select(Finding).where(Finding.patrol_id == patrol.id).order_by(Finding.position)
    ).all()
    for finding, (_, _, via, withdrawn) in zip(found, sortie["found"], strict=True):
        finding.detected_via, finding.is_withdrawn = via, withdrawn


def recount(year):
    """Every record there is, read row by row, added up in Python."""
    count = {"sorties": 0, "personnel": 0, "militia": 0, "single": 0, "unknown": 0, "unconfirmed": 0}
    months, leads, stretches, led, joined, people, findings = (Counter() for _ in range(7))
    for patrol in database.session.scalars(select(Patrol)):
        mine = "tuyen_bien_binh_yen" in {each.code for each in patrol.programmes}
        counts = patrol.status in ("submitted", "confirmed", "closed")
        day = local_day(patrol.started_at)
        if not (mine and counts and day.year == year):
            continue
        there = [
            row
            for row in patrol.attendance
            if row.personnel is None or row.personnel > 0 or (row.militia or 0) > 0
        ]
        if len({row.force_code for row in there}) < 2:
            count["single"] += 1
            continue
        count["sorties"] += 1
        count["personnel"] += sum(row.personnel or 0 for row in patrol.attendance)
        count["militia"] += sum(row.militia or 0 for row in patrol.attendance)
        count["unknown"] += any(row.personnel is None for row in patrol.attendance)
        count["unconfirmed"] += patrol.status == "submitted"
        months[day.month] += 1
        leads[patrol.lead_unit_id] += 1
        stretches[patrol.stretch_id] += 1
        led[
            {unit(code).id: unit(code).force_code for code in (POST, POLICE, MILITARY)}[patrol.lead_unit_id]
        ] += 1
        joined.update({row.force_code for row in there})
        for row in patrol.attendance:
            people[row.force_code] += row.personnel or 0
        for finding in patrol.findings:
            if finding.detected_via == "patrol" and not finding.is_withdrawn:
                for measure in finding.measures:
                    key = f"finding.{finding.category_code}.{measure.code}"
                    findings[key, "records"] += 1
                    findings[key, "unknown"] += measure.quantity is None
                    findings[key, "sum"] += measure.quantity or 0
    return count, months, leads, stretches, led, joined, people, findings


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(year=st.sampled_from([2023, 2024, 2025]), sorties=st.lists(SORTIE, max_size=9))
def test_figures_are_what_a_person_would_count(db, year, sorties):
    person = make_person()
    for sortie in sorties:
        write(year, sortie, person)
    db.session.commit()
    asked = question(date(year, 1, 1), date(year, 12, 31))
    answer = figures(asked)
    count, months, leads, stretches, led, joined, people, findings = recount(year)

    assert answer["patrol.sorties"].value == count["sorties"]
    assert (answer["patrol.personnel"].value or 0) == count["personnel"]
    assert (answer["patrol.personnel"].value is None) == (
        0 < count["sorties"] == count["unknown"] and not count["personnel"]
    )
    assert answer["patrol.personnel"].unknown == count["unknown"]
    assert (answer["patrol.militia"].value or 0) == count["militia"]
    assert (answer["patrol.single_force"].value, answer.unconfirmed) == (
        count["single"],
        count["unconfirmed"],
    )
    assert answer["patrol.two_forces"].value + answer["patrol.three_forces"].value == count["sorties"]

    lines = by_force(answer, forces())
    assert {line.where["thang"]: line.sorties for line in by_month(answer)} == {
        f"{year}-{month:02d}": sorties for month, sorties in months.items()
    }
    assert {line.where["chu-tri"]: line.sorties for line in by_lead_unit(answer)} == leads
    assert {line.where["tuyen"]: line.sorties for line in by_stretch(answer)} == stretches
    assert {line.code: line.led for line in lines if line.led} == led
    assert {line.code: line.joined for line in lines if line.joined} == joined
    assert {line.code: line.personnel for line in lines if line.personnel} == {
        code: number for code, number in people.items() if number
    }
    for table in (by_month(answer), by_lead_unit(answer), by_stretch(answer)):
        assert sum(line.sorties for line in table) == count["sorties"]
        assert sum(line.personnel for line in table) == count["personnel"]
        assert sum(line.militia for line in table) == count["militia"]
        assert sum(line.unconfirmed for line in table) == count["unconfirmed"]

    for key, figure in answer.figures.items():
        if figure.definition.category:
            records, unknown = findings[key, "records"], findings[key, "unknown"]
            assert (figure.records, figure.unknown) == (records, unknown), key
            assert figure.value == (None if records and records == unknown else findings[key, "sum"]), key
        behind = db.session.scalars(records_behind(asked, figure.definition)).all()
        assert len(behind) == len({each.id for each in behind}) == figure.records, key

    shown = (
        sum(left_out(asked).values()) + answer["patrol.sorties"].value + answer["patrol.single_force"].value
    )
    in_the_book = [
        each
        for each in db.session.scalars(select(Patrol))
        if each.patrolled_on.year == year and "tuyen_bien_binh_yen" in {one.code for one in each.programmes}
    ]
    assert shown == len(in_the_book)
