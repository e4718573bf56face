"""Each figure counts what its rule says, and nothing beside it."""

import pytest

from patrol.findings.models import Finding
from patrol.findings.queries import categories
from patrol.patrols import services
from patrol.patrols.rules import Status
from patrol.totals.queries import by_force, by_lead_unit, by_month, by_stretch, figures, left_out
from patrol.units.queries import forces
from tests.builders import (
    MILITARY,
    POLICE,
    POST,
    attendance,
    finding_draft,
    make_patrol,
    make_person,
    make_setting,
    patrol_draft,
    question,
    three_forces,
    unit,
)


@pytest.fixture
def leader(db, clock):
    return make_person()


def value(key, *days, **more):
    return figures(question(*days, **more))[key].value


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        (Status.IN_PROGRESS, 0),
        (Status.SUBMITTED, 1),
        (Status.CONFIRMED, 1),
        (Status.CLOSED, 1),
        (Status.RETURNED, 0),
        (Status.CANCELLED, 0),
    ],
)
def test_a_patrol_counts_from_its_handing_in(db, leader, status, counts):
    patrol = make_patrol(by=leader, findings=(finding_draft(measures={"subjects": 5}),))
    patrol.status = status
    patrol.cancelled_because = "Bão" if status == Status.CANCELLED else None
    db.session.flush()
    answer = figures(question())
    assert (answer["patrol.sorties"].value, answer["patrol.personnel"].value) == (counts, 6 * counts)
    assert answer["finding.gambling.subjects"].value == 5 * counts
    assert answer.unconfirmed == (1 if status == Status.SUBMITTED else 0)
    assert left_out(question()) == ({} if counts else {status: 1})


def test_a_patrol_over_the_new_year_counts_for_the_day_it_started(db, leader):
    make_patrol(by=leader, started="2022-12-31 23:00")
    assert (
        value("patrol.sorties", "2022-01-01", "2022-12-31"),
        value("patrol.sorties", "2023-01-01", "2023-12-31"),
    ) == (1, 0)
    assert value("patrol.sorties", "2022-12-15", "2023-12-14") == 1
    assert value("patrol.sorties", "2022-12-31", "2022-12-31") == 1


def test_the_leap_day_counts(db, leader):
    make_patrol(by=leader, started="2024-02-29 00:10")
    make_patrol(by=leader, started="2024-02-29 23:50")
    assert value("patrol.sorties", "2024-02-29", "2024-02-29") == 2
    (line,) = by_month(figures(question("2024-01-01", "2024-12-31")))
    assert (line.label, line.where, line.sorties) == ("Tháng 2/2024", {"thang": "2024-02"}, 2)


def test_personnel_are_man_turns_and_militia_stand_apart(db, leader):
    for _ in range(2):
        make_patrol(by=leader, attendance=attendance(**{POST: (3, 1, 0), POLICE: (2, 0, 4)}))
    answer = figures(question())
    assert [answer[f"patrol.{name}"].value for name in ("personnel", "militia", "security_team")] == [
        10,
        2,
        8,
    ]


def test_joint_single_two_and_three(db, leader):
    make_patrol(by=leader)
    make_patrol(by=leader, attendance=attendance(**{POST: 2, POLICE: 2}))
    make_patrol(
        by=leader, attendance=attendance(**{POST: 2, MILITARY: (0, 2, 0)})
    )  # militia stands for its force
    make_patrol(by=leader, attendance=attendance(**{POST: 2, MILITARY: (0, 0, 9)}))  # civilians do not
    make_patrol(by=leader, attendance=attendance(**{POST: 2, "dbp_non_nuoc": 2}))  # two posts, one force
    answer = figures(question())
    names = ("sorties", "three_forces", "two_forces", "single_force", "personnel")
    assert [answer[f"patrol.{name}"].value for name in names] == [3, 1, 2, 2, 12]


def test_how_many_forces_make_a_patrol_joint_is_a_dated_setting(db, leader):
    for started in ("2026-01-10 21:00", "2026-02-10 21:00"):
        make_patrol(by=leader, started=started, attendance=attendance(**{POST: 2, POLICE: 2}))
        make_patrol(by=leader, started=started)
    before = value("patrol.sorties")
    make_setting("joint_min_forces", "3", since="2026-02-10")
    answer = figures(question())
    assert (before, answer["patrol.sorties"].value, answer["patrol.single_force"].value) == (4, 3, 1)
    assert [line.sorties for line in by_month(figures(question()))] == [2, 1]
    make_setting("joint_min_forces", "2", since="2026-02-11")
    assert value("patrol.sorties") == 3


def test_whether_militia_are_personnel_is_a_dated_setting(db, leader):
    for started in ("2026-01-10 21:00", "2026-02-10 21:00"):
        make_patrol(
            by=leader, started=started, attendance=attendance(**{POST: (2, 1, 5), POLICE: (None, 4, 5)})
        )
    make_setting("militia_in_personnel", "yes", since="2026-02-10")
    answer = figures(question())
    assert (answer["patrol.personnel"].value, answer["patrol.militia"].value) == (2 + 7, 10)
    assert [line.personnel for line in by_month(figures(question()))] == [2, 7]
    people = {line.code: line.personnel for line in by_force(figures(question()), forces())}
    assert people == {"border_guard": 2 + 3, "police": 0 + 4}
    make_setting("militia_in_personnel", "no", since="2026-02-11")
    assert value("patrol.personnel") == 9


def test_militia_nobody_counted_make_the_headcount_unknown_where_they_are_personnel(db, leader):
    for started in ("2026-01-10 21:00", "2026-02-10 21:00"):
        make_patrol(by=leader, started=started, attendance=attendance(**{POST: (2, None, 0), POLICE: 2}))
    before = figures(question())["patrol.personnel"]
    make_setting("militia_in_personnel", "yes", since="2026-02-10")
    after = figures(question())["patrol.personnel"]
    assert [(each.value, each.unknown) for each in (before, after)] == [(8, 0), (8, 1)]


def test_a_patrol_of_two_programmes_counts_once_in_each(db, leader):
    make_patrol(by=leader, programmes=("tuyen_bien_binh_yen", "nghi_dinh_03"))
    make_patrol(by=leader, programmes=("nghi_dinh_03",))
    make_patrol(by=leader, programmes=())
    counted = [value("patrol.sorties", programme=code) for code in ("tuyen_bien_binh_yen", "nghi_dinh_03")]
    assert counted == [1, 2]
    assert value("patrol.personnel", programme="nghi_dinh_03") == 12


def test_unknown_is_counted_beside_the_number_and_never_as_zero(db, leader):
    make_patrol(by=leader, attendance=attendance(**{POST: (None, 0, 0), POLICE: (None, None, 0)}))
    alone = figures(question())["patrol.personnel"]
    make_patrol(by=leader, attendance=attendance(**{POST: 3, POLICE: (None, 0, 0)}))
    make_patrol(by=leader, attendance=attendance(**{POST: 1, POLICE: 2}))
    more = figures(question())
    assert (alone.value, alone.unknown, alone.records) == (None, 1, 1)
    assert (more["patrol.personnel"].value, more["patrol.personnel"].unknown) == (6, 2)
    assert (more["patrol.militia"].value, more["patrol.militia"].unknown) == (0, 1)
    assert more["patrol.security_team"].unknown == 0


def test_a_line_of_a_table_does_not_say_zero_for_unknown_either(db, leader):
    make_patrol(by=leader, attendance=attendance(**{POST: (None, 0, 0), POLICE: (None, 0, 0)}))
    make_patrol(
        by=leader, started="2026-01-10 21:00", attendance=attendance(**{POST: 2, POLICE: (None, 0, 0)})
    )
    assert [line.known_personnel for line in by_month(figures(question()))] == [2, None]
    known = {line.code: line.known_personnel for line in by_force(figures(question()), forces())}
    assert known == {"border_guard": 2, "police": None}


def test_a_finding_without_a_number_is_a_case_all_the_same(db, leader):
    make_patrol(by=leader, findings=(finding_draft(), finding_draft(measures={"cases": 2, "subjects": 7})))
    make_patrol(by=leader, findings=(finding_draft("drug_use_org"),))
    answer = figures(question())
    shown = {
        key: (answer[key].value, answer[key].unknown, answer[key].records)
        for key in ("finding.gambling.cases", "finding.gambling.subjects", "finding.drug_use_org.subjects",
                    "finding.drug_possession.subjects", "finding.illegal_market.sites")
    }  # fmt: skip
    assert shown == {
        "finding.gambling.cases": (3, 0, 2),
        "finding.gambling.subjects": (7, 1, 2),
        "finding.drug_use_org.subjects": (None, 1, 1),
        "finding.drug_possession.subjects": (0, 0, 0),
        "finding.illegal_market.sites": (0, 0, 0),
    }


def test_findings_are_those_of_the_same_joint_patrols_found_by_patrol_and_standing(db, leader):
    make_patrol(by=leader, findings=(finding_draft(measures={"subjects": 1}),))
    make_patrol(
        by=leader, attendance=attendance(**{POST: 2}), findings=(finding_draft(measures={"subjects": 10}),)
    )
    make_patrol(
        by=leader, programmes=("nghi_dinh_03",), findings=(finding_draft(measures={"subjects": 100}),)
    )
    make_patrol(by=leader, started="2025-12-31 23:00", findings=(finding_draft(measures={"subjects": 1000}),))
    by_tip = make_patrol(by=leader, findings=(finding_draft(measures={"subjects": 10_000}),))
    withdrawn = make_patrol(by=leader, findings=(finding_draft(measures={"subjects": 100_000}),))
    db.session.query(Finding).filter_by(patrol_id=by_tip.id).one().detected_via = "tip"
    db.session.query(Finding).filter_by(patrol_id=withdrawn.id).one().is_withdrawn = True
    db.session.flush()
    figure = figures(question())["finding.gambling.subjects"]
    assert (figure.value, figure.records) == (1, 1)


def test_a_finding_after_midnight_counts_with_its_patrol(db, leader):
    after_midnight = patrol_draft(started="2026-01-01 00:30").started_at
    make_patrol(by=leader, started="2025-12-31 22:00", findings=(finding_draft(found_at=after_midnight),))
    keys = [value("finding.gambling.cases", f"{year}-01-01", f"{year}-12-31") for year in (2025, 2026)]
    assert keys == [1, 0]


def test_every_key_of_the_catalogue_is_there_once_whether_or_not_anything_happened(db, leader):
    answer = figures(question())
    wanted = {f"finding.{each.code}.{measure}" for each in categories() for measure in each.measures}
    assert {key for key in answer.figures if key.startswith("finding.")} == wanted
    assert all(
        (figure.value, figure.unknown, figure.records) == (0, 0, 0) for figure in answer.figures.values()
    )
    named = {"finding.drug_possession.subjects", "finding.illegal_market.sites", "finding.gambling.cases"}
    assert named | {"patrol.sorties", "patrol.personnel", "patrol.single_force"} <= set(answer.figures)
    assert [figure.key for figure in answer.figures.values()] == list(answer.figures)


def test_a_unit_renamed_in_between_is_one_line_that_is_what_it_opens_into(db, leader):
    make_patrol(by=leader, started="2026-01-10 21:00")
    unit(POST).name = "Đồn Biên phòng tên mới"
    db.session.flush()
    make_patrol(by=leader, started="2026-02-01 21:00")
    (line,) = by_lead_unit(figures(question()))
    assert line.label == "Đồn Biên phòng Cửa Đại / Đồn Biên phòng tên mới"
    assert line.sorties == value("patrol.sorties", lead_unit_id=unit(POST).id) == 2


def test_a_civilian_team_alone_does_not_make_its_force_join(db, leader):
    make_patrol(by=leader)
    make_patrol(by=leader, attendance=attendance(**{POST: 2, POLICE: 2, MILITARY: (0, 0, 4)}))
    joined = {line.code: line.joined for line in by_force(figures(question()), forces())}
    assert joined == {"border_guard": 2, "police": 2, "military": 1}
    for code, sorties in joined.items():
        assert value("patrol.sorties", force=code) == sorties


def test_an_edit_moves_every_figure_with_it(db, leader):
    patrol = make_patrol(by=leader, attendance=three_forces(3))
    services.cancel(patrol, "Ghi trùng", by=leader)
    assert (value("patrol.sorties"), value("patrol.personnel")) == (0, 0)
    assert (
        by_month(figures(question()))
        == by_lead_unit(figures(question()))
        == by_stretch(figures(question()))
        == []
    )
