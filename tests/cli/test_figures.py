"""`flask figures`: every figure of a period as JSON, and nothing else on standard output."""

import json
import sqlite3
from threading import Event, Thread

import pytest
from sqlalchemy.engine import make_url

from patrol.extensions import db as the_db
from patrol.findings.queries import categories
from patrol.totals.rules import DISTANCE, PATROL_FIGURES, STOCK_FIGURES, TIP_FIGURES
from patrol.units.queries import forces as every_force
from tests.builders import MILITARY, POLICE, POST, attendance, finding_draft, make_patrol, make_setting

YEAR = ["--from", "2026-01-01", "--to", "2026-12-31"]


@pytest.fixture
def ask(runner):
    def run(*args: str) -> dict:
        done = runner.invoke(args=["figures", *args, "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    return run


def two_patrols() -> None:
    make_patrol(findings=(finding_draft("gambling", measures={"cases": 2, "subjects": 11}),))
    make_patrol(
        attendance=attendance(**{POST: 3, MILITARY: 1}),
        findings=(finding_draft("gambling", measures={"cases": 1, "subjects": None}),),
    )


def test_the_answer_says_what_was_asked_and_holds_every_figure_in_order(ask, db):
    two_patrols()
    answer = ask(*YEAR)
    every = {definition.key for definition in (*PATROL_FIGURES, DISTANCE)} | {
        f"finding.{category.code}.{measure}" for category in categories() for measure in category.measures
    }
    forces = [force.code for force in every_force()]
    every |= {definition.key for definition in (*TIP_FIGURES, *STOCK_FIGURES)}
    every |= {f"tips.matrix.{sender}.{receiver}" for sender in forces for receiver in forces}
    every |= {f"tips.cases.{category.code}" for category in categories()}
    assert list(answer) == ["period", "programme", "scope", "figures"]
    assert answer["period"] == {"from": "2026-01-01", "to": "2026-12-31"}
    assert answer["programme"] == "tuyen_bien_binh_yen"
    assert answer["scope"] == "toàn hệ thống"
    assert list(answer["figures"]) == sorted(every)


def test_every_figure_says_value_unknown_unit_and_records(ask, db):
    two_patrols()
    found = ask(*YEAR)["figures"]
    for key, figure in found.items():
        assert list(figure) == ["value", "unknown", "unit", "records"], key
        assert figure["value"] is None or type(figure["value"]) is int, key
        assert type(figure["unknown"]) is type(figure["records"]) is int, key
    assert found["patrol.sorties"] == {"value": 2, "unknown": 0, "unit": "lượt", "records": 2}
    assert found["patrol.personnel"]["value"] == 10
    assert found["finding.gambling.cases"] == {"value": 3, "unknown": 0, "unit": "vụ", "records": 2}
    assert found["finding.gambling.subjects"] == {
        "value": 11,
        "unknown": 1,
        "unit": "đối tượng",
        "records": 2,
    }


def test_nothing_happened_is_0_and_nobody_knows_is_null(ask, db):
    make_patrol(findings=(finding_draft("gambling", measures={"cases": 1, "subjects": None}),))
    found = ask(*YEAR)["figures"]
    assert found["finding.gambling.subjects"] == {
        "value": None,
        "unknown": 1,
        "unit": "đối tượng",
        "records": 1,
    }
    assert found["finding.drug_use_org.cases"]["value"] == 0


def test_nothing_but_json_comes_out_even_of_a_demo(runner, db):
    make_setting("is_demo", "yes", since="2020-01-01")
    done = runner.invoke(args=["figures", *YEAR, "--json"])
    assert json.loads(done.stdout)["scope"] == "toàn hệ thống"
    assert done.stdout.startswith("{") and done.stdout.endswith("}\n")
    assert done.stderr == "DỮ LIỆU MẪU\n"


def test_one_unit_and_one_programme_narrow_the_figures(ask, db):
    two_patrols()
    make_patrol(programmes=("nghi_dinh_03",))
    police = ask(*YEAR, "--unit", POLICE)
    assert police["scope"] == "Công an phường Điện Bàn Đông"
    assert police["figures"]["patrol.sorties"]["value"] == 1
    other = ask(*YEAR, "--programme", "nghi_dinh_03")
    assert (other["programme"], other["figures"]["patrol.sorties"]["value"]) == ("nghi_dinh_03", 1)


def test_both_days_belong_to_the_period(ask, db):
    make_patrol(started="2026-02-03 23:59")
    make_patrol(started="2026-02-04 00:00")
    make_patrol(started="2026-02-05 00:00")
    for first, last, sorties in (("2026-02-04", "2026-02-04", 1), ("03/02/2026", "04/02/2026", 2)):
        figures = ask("--from", first, "--to", last)["figures"]
        assert figures["patrol.sorties"]["value"] == sorties


@pytest.mark.parametrize(
    ("args", "code", "sentence"),
    [
        (["--programme", "khong_co"], 1, "Không có chương trình nào mang mã khong_co."),
        (["--unit", "khong_co"], 1, "Không có đơn vị nào mang mã khong_co."),
        (["--from", "2026-12-31", "--to", "2026-01-01"], 1, "--to nằm trước --from."),
        (["--from", "hôm qua"], 2, "hôm qua"),
        (["--from", "2026-02-30"], 2, "2026-02-30"),
    ],
)
def test_what_cannot_be_answered_is_said_on_the_error_stream(runner, db, args, code, sentence):
    refused = runner.invoke(args=["figures", *YEAR, *args, "--json"])
    assert (refused.exit_code, refused.stdout) == (code, "")
    assert sentence in refused.stderr


def test_for_people_it_prints_the_figures_that_have_records(runner, db):
    two_patrols()
    shown = runner.invoke(args=["figures", *YEAR]).stdout
    assert shown.startswith("Tuyến biển bình yên, toàn hệ thống, 01/01/2026 – 31/12/2026\n")
    assert "patrol.personnel" in shown
    assert "illegal_market" not in shown


def impatient() -> None:
    """Wait for a lock 50 ms and not 10 s, on the connection the next command will get."""
    connection = the_db.engine.raw_connection()
    connection.execute("PRAGMA busy_timeout=50")
    connection.close()


def test_counting_does_not_keep_a_patrol_from_being_written(databases):
    url = databases.prepared("sqlite")
    held, done = Event(), Event()

    def hold_the_pen() -> None:
        pen = sqlite3.connect(make_url(url).database, isolation_level=None)
        pen.execute("BEGIN IMMEDIATE")
        held.set()
        done.wait(30)
        pen.close()

    writer = Thread(target=hold_the_pen)
    writer.start()
    try:
        held.wait(30)
        with databases.app(url) as app, app.app_context():
            impatient()
            counted = app.test_cli_runner().invoke(args=["figures", *YEAR, "--json"])
    finally:
        done.set()
        writer.join()
    assert counted.exit_code == 0, counted.exception
    assert json.loads(counted.stdout)["figures"]["patrol.sorties"]["value"] == 0
