"""A backup is one file that comes back: same rows, same figures, same audit head, from the file and the paper alone."""

import json
import re
import stat
import zipfile
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import text

from patrol.audit.queries import head, verify
from patrol.backup import archive
from patrol.backup.queries import figures_by_year
from patrol.backup.rules import Damaged, Why
from patrol.backup.services import make_backup
from patrol.chores import place
from patrol.extensions import db as the_db
from tests.backup.machines import Machine, filled, moments_of_work, signs_in
from tests.builders import make_patrol
from tests.databases import KINDS


@pytest.fixture(scope="module")
def machine(databases, kind, tmp_path_factory) -> Machine:
    """A machine with two years of work."""
    return filled(Machine(databases.prepared(kind), tmp_path_factory.mktemp("machine")))


@pytest.fixture(scope="module")
def backed_up(machine) -> tuple[Path, str]:
    """Its backup, and what was printed."""
    return machine.backup()


def test_a_backup_is_one_file_for_its_owner_only_and_says_what_it_holds(machine, backed_up):
    path, printed = backed_up
    about = archive.check(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert about.members["tables/patrols.jsonl"].rows == 4
    assert about.figures["tuyen_bien_binh_yen/2025"]["patrol.sorties"] == [1, 0, 1]
    assert about.figures["tuyen_bien_binh_yen/2026"]["patrol.sorties"] == [3, 0, 3]
    assert about.figures["tuyen_bien_binh_yen/2026"]["finding.gambling.subjects"] == [5, 1, 2]
    assert about.audit_head in printed
    assert "tuyen_bien_binh_yen/2026: 3 lượt" in printed


def test_no_key_is_in_the_file_and_all_are_on_the_paper_printed_once(machine, backed_up, tmp_path):
    path, printed = backed_up
    secret = machine.settings.SECRET_KEY
    with zipfile.ZipFile(path) as zipped:
        everything = b"".join(zipped.read(name) for name in zipped.namelist())
        kept = json.loads(zipped.read("settings.json"))
    assert secret.encode() not in everything
    assert machine.settings.DATABASE_URL.encode() not in everything
    assert kept["SESSION_IDLE_MINUTES"] == 30
    assert f"SECRET_KEY={secret}" in printed
    again = machine.run("backup", "--to", str(tmp_path / "again"))
    assert secret not in again.output
    assert "xem tờ giấy trong két" in again.output
    assert f"SECRET_KEY={secret}" in machine.run("backup", "--to", str(tmp_path), "--paper").output


@pytest.mark.parametrize("target", KINDS)
def test_the_rehearsal_from_the_file_and_the_paper(machine, backed_up, databases, target, tmp_path):
    path, printed = backed_up
    about = archive.manifest_of(path)
    secret = re.search(r"^ *SECRET_KEY=(.+)$", printed, re.M)[1]
    new = Machine(databases.empty(target), tmp_path, SECRET_KEY=secret)
    done = new.run("restore", str(path))
    assert done.exit_code == 0, done.output
    assert "giống hệt lúc sao lưu" in done.output
    assert "SECRET_KEY KHÁC" not in done.output
    with new.at_work():
        assert figures_by_year() == about.figures
        assert (str(head()), verify()) == (about.audit_head, [])
        make_patrol()  # keys go on after the last one
        the_db.session.commit()
    assert (tmp_path / "media" / "ab" / "anh.jpg").read_bytes() == b"\xff\xd8 photo"
    assert signs_in(new, "chi.huy")


def test_another_key_than_on_the_paper_is_told(backed_up, databases, kind, tmp_path):
    path, _ = backed_up
    new = Machine(databases.empty(kind), tmp_path, SECRET_KEY="typed wrong from the paper")
    done = new.run("restore", str(path))
    assert (done.exit_code, "SECRET_KEY KHÁC" in done.output) == (0, True)


def test_a_restore_goes_only_where_nothing_is(machine, backed_up, databases, kind, tmp_path):
    path, _ = backed_up
    before = machine.rows()
    done = machine.run("restore", str(path))
    assert done.exit_code == 1
    assert "đang có bản ghi" in done.output
    assert machine.rows() == before
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "anh.jpg").write_bytes(b"x")
    done = Machine(databases.empty(kind), tmp_path).run("restore", str(path))
    assert (done.exit_code, "MEDIA_DIR đang có tệp" in done.output) == (1, True)


def broken(path: Path, to: Path, change) -> Path:
    """A copy of a backup in which `change` has had its way with name and content of every member."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            if changed := change(name, old.read(name)):
                new.writestr(*changed)
    return to


def without_one_row(name: str, content: bytes):
    return name, content[: content.rstrip(b"\n").rindex(b"\n") + 1] if name.endswith(
        "patrols.jsonl"
    ) else content


def without_a_table(name: str, content: bytes):
    return None if name.endswith("patrols.jsonl") else (name, content)


def with_a_path_upwards(name: str, content: bytes):
    if name == "manifest.json":
        content = content.replace(b"media/ab/anh.jpg", b"media/../anh.jpg")
    return name.replace("media/ab/anh.jpg", "media/../anh.jpg"), content


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (without_one_row, "backup_member_changed"),
        (without_a_table, "backup_member_missing"),
        (with_a_path_upwards, "backup_unsafe_name"),
        (lambda name, content: (name, b"{}" if name == "manifest.json" else content), "backup_unreadable"),
        (lambda name, content: (name, content.replace(b'"format": 1', b'"format": 2')), "backup_too_new"),
    ],
)
def test_a_backup_that_was_changed_is_refused(backed_up, tmp_path, change, code):
    path = broken(backed_up[0], tmp_path / "changed.patrol.zip", change)
    with pytest.raises(Damaged) as refused:
        archive.check(path)
    assert refused.value.code == code


def test_a_backup_cut_off_in_the_middle_is_refused_before_anything_is_touched(
    backed_up, databases, kind, tmp_path
):
    cut = tmp_path / "cut.patrol.zip"
    cut.write_bytes(backed_up[0].read_bytes()[:-2000])
    with pytest.raises(Damaged) as refused:
        archive.check(cut)
    assert refused.value.code == "backup_unreadable"
    new = Machine(databases.empty(kind), tmp_path)
    done = new.run("restore", str(cut))
    assert (done.exit_code, "không đọc được" in done.output) == (1, True)
    assert new.rows() == {}


def test_a_restore_that_fails_half_way_leaves_the_database_empty_for_another_try(
    backed_up, databases, kind, tmp_path, monkeypatch
):
    new = Machine(databases.empty(kind), tmp_path)
    (tmp_path / "media").write_text("a file where the folder of files should be")
    done = new.run("restore", str(backed_up[0]))
    assert done.exit_code == 1
    assert new.rows() == {}
    (tmp_path / "media").unlink()
    assert new.run("restore", str(backed_up[0])).exit_code == 0


def test_a_backup_of_an_older_schema_comes_back_up_to_date(databases, kind, tmp_path):
    old = filled(Machine(databases.prepared(kind), tmp_path / "old"))
    with old.at_work():
        flask_migrate.downgrade(revision="0006")
        path = make_backup(tmp_path, place(), why=Why.UPGRADE)
    about = archive.check(path)
    assert (about.revision, about.figures, about.audit_head) == ("0006", None, None)
    new = Machine(databases.empty(kind), tmp_path / "new")
    done = new.run("restore", str(path))
    assert (done.exit_code, "lược đồ cũ" in done.output) == (0, True), done.output
    with new.at_work():
        assert figures_by_year()["tuyen_bien_binh_yen/2026"]["patrol.sorties"] == [3, 0, 3]


def test_a_backup_under_load_is_of_one_moment(databases, kind, tmp_path):
    """Patrols are written all the while; in the backup no patrol lacks its attendance, and the figures are theirs."""
    machine = filled(Machine(databases.prepared(kind), tmp_path))
    with moments_of_work(machine) as written:
        path, _ = machine.backup()
    assert written() > 3
    about = archive.check(path)
    patrols = about.members["tables/patrols.jsonl"].rows
    assert 4 <= patrols < 4 + written()
    assert about.members["tables/attendance.jsonl"].rows == 3 * patrols
    new = Machine(databases.empty(kind), tmp_path / "new")
    done = new.run("restore", str(path))
    assert "giống hệt lúc sao lưu" in done.output
    with new.at_work():
        assert the_db.session.scalar(text("SELECT count(*) FROM patrols")) == patrols


def test_moving_from_sqlite_to_postgresql_proves_figures_and_audit_head(databases, tmp_path):
    old = filled(Machine(databases.prepared("sqlite"), tmp_path))
    target = databases.empty("postgresql")
    done = old.run("move-to", target)
    assert done.exit_code == 0, done.output
    assert "Số liệu từng năm và đầu chuỗi nhật ký giống hệt lúc sao lưu." in done.output
    with old.at_work():
        figures, sealed = figures_by_year(), str(head())
    new = Machine(target, tmp_path)
    with new.at_work():
        assert figures_by_year() == figures
        assert verify() == []
        patrol = make_patrol()
        the_db.session.commit()
        assert patrol.id == 5
    assert sealed in done.output
    assert signs_in(new, "chi.huy")
    again = old.run("move-to", target)
    assert (again.exit_code, "đang có bản ghi" in again.output) == (1, True)
    itself = old.run("move-to", old.settings.DATABASE_URL)
    assert (itself.exit_code, "Đây chính là" in itself.output) == (1, True)


def test_a_move_to_nowhere_says_so_and_leaves_the_old_database(databases, tmp_path):
    old = Machine(databases.prepared("sqlite"), tmp_path)
    done = old.run("move-to", "postgresql://patrol:secret-word@127.0.0.1:1/patrol")
    assert done.exit_code == 1
    assert "Cơ sở dữ liệu cũ còn nguyên." in done.output
    assert "Traceback" not in done.output
    assert "secret-word" not in done.output
