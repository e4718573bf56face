"""Whatever is written and edited, the sums on the patrol are those of its rows."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings, strategies as st

from patrol.accounts.rules import WHOLE_SYSTEM
from patrol.patrols.queries import wrong_totals
from patrol.patrols.services import draft_of, record_patrol
from tests.builders import MILITARY, POLICE, POST, attendance, make_person, patrol_draft

COUNT = st.none() | st.integers(0, 200)
TEAM = st.dictionaries(
    st.sampled_from([POST, POLICE, MILITARY, "ca_hoi_an_tay", "canh_sat_bien_2"]),
    st.tuples(COUNT, COUNT, COUNT),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(teams=st.lists(TEAM, min_size=1, max_size=4))
def test_sums_are_those_of_the_rows_through_every_edit(db, teams):
    person = make_person()
    draft = patrol_draft(by=person, attendance=attendance(**teams[0]))
    patrol = record_patrol(draft, by=person, seen_by=WHOLE_SYSTEM, has_findings=False).patrol
    for team in teams[1:]:
        edited = replace(draft_of(patrol), attendance=attendance(**team))
        record_patrol(edited, by=person, seen_by=WHOLE_SYSTEM, has_findings=False, base_rev=patrol.rev)
    db.session.flush()
    db.session.expire_all()
    rows = patrol.attendance
    for column in ("personnel", "militia", "security_team"):
        numbers = [getattr(row, column) for row in rows]
        assert getattr(patrol, f"{column}_total") == sum(number or 0 for number in numbers)
        assert getattr(patrol, f"unknown_{column}") == numbers.count(None)
    assert patrol.force_count == len({row.force_code for row in rows if row.personnel != 0 or row.militia})
    assert len(rows) == len(teams[-1])
    assert patrol.id not in wrong_totals()
