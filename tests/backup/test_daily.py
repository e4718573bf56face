"""What the running log does by itself with backups: one a day, old ones go, and one before an upgrade."""

import flask_migrate

from patrol import chores
from patrol.backup.archive import check
from tests.backup.machines import Machine


def test_one_backup_a_day_and_the_oldest_goes(databases, kind, tmp_path, clock):
    machine = Machine(databases.prepared(kind), tmp_path, BACKUP_DAYS="2")
    said: list[str] = []
    with machine.at_work():
        for day in ("2026-02-05 02:00", "2026-02-05 02:01", "2026-02-06 02:00", "2026-02-07 09:00"):
            clock.set(day)
            chores.daily(said.append)
    held = sorted(path.name for path in (tmp_path / "backups").glob("*.zip"))
    assert held == ["20260206-020000-daily.patrol.zip", "20260207-090000-daily.patrol.zip"]
    about = [line for line in said if line.startswith("Sao lưu")]
    assert [line.endswith("bỏ 1 bản cũ.") for line in about] == [False, False, True]


def test_while_one_process_makes_it_the_others_leave_it(databases, tmp_path):
    machine = Machine(databases.prepared("sqlite"), tmp_path)
    (tmp_path / "backups").mkdir()
    with machine.at_work(), chores.only_one(tmp_path / "backups" / ".lock") as is_mine:
        assert is_mine
        chores.daily(print)
    assert list((tmp_path / "backups").glob("*.zip")) == []


def test_an_upgrade_of_a_database_with_records_makes_a_backup_first(databases, kind, tmp_path):
    machine = Machine(databases.prepared(kind), tmp_path)
    said: list[str] = []
    with machine.at_work():
        chores.upgrade_with_backup(said.append)
        assert said == []
        flask_migrate.downgrade(revision="-1")
        chores.upgrade_with_backup(said.append)
    [path] = (tmp_path / "backups").iterdir()
    assert str(path) in said[0]
    assert path.name.endswith("-upgrade.patrol.zip")
    assert check(path).revision == f"{int(chores_head(machine)) - 1:04}"


def chores_head(machine: Machine) -> str:
    with machine.at_work():
        return chores.latest_schema()


def test_a_new_database_needs_no_backup(databases, kind, tmp_path):
    machine = Machine(databases.empty(kind), tmp_path)
    with machine.at_work():
        chores.upgrade_with_backup(print)
    assert list(tmp_path.rglob("*.zip")) == []
