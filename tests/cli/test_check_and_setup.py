"""`flask check` compares what is stored twice; `flask setup` may run again and again."""

import flask_migrate
import pytest
from sqlalchemy import func, select, update

from patrol.accounts.models import Person
from patrol.extensions import db as the_db
from patrol.patrols.models import Attendance, Patrol
from patrol.units.models import Unit
from tests.builders import POST, make_patrol


def test_check_is_content_with_what_people_wrote(runner, db):
    make_patrol()
    done = runner.invoke(args=["check"])
    assert (done.exit_code, done.stdout) == (0, "Tổng của mọi lượt khớp với quân số từng đơn vị.\n")


@pytest.mark.parametrize("column", ["personnel_total", "militia_total", "security_team_total"])
def test_check_names_a_patrol_whose_sum_was_changed(runner, db, column):
    honest, changed = make_patrol(), make_patrol()
    db.session.execute(update(Patrol).where(Patrol.id == changed.id).values({column: 99}))
    done = runner.invoke(args=["check"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"Error: 1 lượt có tổng khác với quân số từng đơn vị: {changed.id}\n"
    assert honest.id != changed.id


def test_check_sees_an_attendance_that_was_taken_away(runner, db):
    patrol = make_patrol()
    db.session.query(Attendance).filter_by(patrol_id=patrol.id).delete()
    assert runner.invoke(args=["check"]).exit_code == 1


def test_setup_makes_the_first_administrator_once(runner, client, db):
    first = runner.invoke(args=["setup"])
    word = first.stdout.partition("mật khẩu dùng một lần: ")[2].split()[0]
    again = runner.invoke(args=["setup"])
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert again.stdout == "Danh mục đã có sẵn.\n"
    assert db.session.scalars(select(Person.username)).all() == ["quantri"]
    assert client.post("/dang-nhap", data={"_username": "quantri", "_password": word}).status_code == 302
    assert client.get("/tai-khoan").location == "/doi-mat-khau"


def test_setup_fills_an_empty_database_and_then_leaves_it_as_it_is(databases, kind):
    with databases.app(databases.empty(kind)) as app:
        run = app.test_cli_runner().invoke
        with app.app_context():
            flask_migrate.upgrade()
            first = run(args=["setup"])
            the_db.session.execute(update(Unit).where(Unit.code == POST).values(name="Đồn tên mới"))
            the_db.session.commit()
            loaded = the_db.session.scalar(select(func.count(Unit.id)))
            again = run(args=["setup"])
            kept = the_db.session.scalar(select(Unit.name).where(Unit.code == POST))
            counted = the_db.session.scalar(select(func.count(Unit.id)))
    assert first.stdout.startswith("Đã nạp danh mục đơn vị")
    assert again.stdout == "Danh mục đã có sẵn.\n"
    assert (counted, kept) == (loaded, "Đồn tên mới")
    assert loaded > 20
