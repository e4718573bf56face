"""`flask setup FILE.xlsx`: a ward invented for the test, from nothing and beside the one that is there."""

import stat
from datetime import date
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import func, select

from patrol.accounts.models import Person
from patrol.accounts.queries import person_by_username, scope_of
from patrol.administration.loading import load
from patrol.administration.workbook import COLUMNS, Page, template
from patrol.audit.models import AuditEvent
from patrol.extensions import db as the_db
from patrol.findings.queries import categories
from patrol.logbook.queries import lists_for
from patrol.patrols import queries as patrols
from patrol.patrols.services import confirm
from patrol.reviews.queries import calendars
from patrol.setup import load_reference
from patrol.sheets.reading import read_sheets
from patrol.totals.queries import figures
from patrol.units.models import Unit, UnitArea
from patrol.units.queries import programmes, setting, stretches, unit_by_code, units
from tests.administration.workbooks import WARD, ward_file, with_changed
from tests.builders import attendance, make_patrol, make_person, question, stretch, unit


@pytest.fixture(autouse=True)
def _stopped(clock):
    """05/02/2026."""


@pytest.fixture
def ward(tmp_path: Path) -> Path:
    path = tmp_path / "bai-thu.xlsx"
    path.write_bytes(ward_file())
    return path


def said(content: bytes) -> list[str]:
    return [str(problem) for problem in load(content, by=None).problems]


# --- from nothing ---


def test_a_ward_is_set_up_from_nothing_logs_a_patrol_and_counts_it(databases, kind, tmp_path, ward):
    passwords = tmp_path / "mat-khau.txt"
    with databases.app(databases.empty(kind)) as app, app.app_context():
        flask_migrate.upgrade()
        run = app.test_cli_runner().invoke
        tried = run(args=["setup", str(ward), "--dry-run"])
        assert (tried.exit_code, the_db.session.scalar(select(func.count(Unit.id)))) == (0, 0)
        assert "Thử, chưa ghi gì." in tried.stdout
        done = run(args=["setup", str(ward), "--passwords", str(passwords)])
        assert (done.exit_code, done.stderr) == (0, "")
        assert "Đơn vị: thêm 5, sửa 0, giữ nguyên 0" in done.stdout
        again = run(args=["setup", str(ward)])
        assert again.stdout.endswith("Không có gì mới để nạp.\n")
        assert "Đơn vị: thêm 0, sửa 0, giữ nguyên 5" in again.stdout

        # the register of the other coast never comes in behind its back
        load_reference()
        assert {each.code for each in units()} == {row["Mã"] for row in WARD["Đơn vị"]}
        assert [each.code for each in stretches()] == ["bai_thu", "bai_thu_bac"]

        assert stat.S_IMODE(passwords.stat().st_mode) == 0o600
        given = dict(line.split("\t")[:2] for line in passwords.read_text("utf-8").splitlines())
        assert set(given) == {"to.bt", "chihuy.bt", "qt.bt"}
        assert all(word not in done.stdout for word in given.values())
        client = app.test_client()
        client.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin"}
        signed = client.post("/dang-nhap", data={"_username": "to.bt", "_password": given["to.bt"]})
        assert (signed.status_code, client.get("/").location) == (302, "/doi-mat-khau")

        leader = person_by_username("to.bt")
        present = attendance(dbp_bai_thu=3, ca_bai_thu=2, qs_bai_thu=2)
        patrol = make_patrol(by=leader, lead="dbp_bai_thu", on="bai_thu", attendance=present)
        confirm(patrol, by=person_by_username("chihuy.bt"))
        counted = figures(question(seen_by=scope_of(leader))).figures
        assert (counted["patrol.sorties"].value, counted["patrol.personnel"].value) == (1, 7)
        committee = person_by_username("qt.bt")
        assert committee.unit.force_code is None
        the_db.session.rollback()


# --- beside the ward that is there ---


@pytest.fixture
def second_ward(db):
    report = load(ward_file(), by=None)
    assert report.problems == []
    return report


def test_two_wards_do_not_see_each_other(second_ward, db):
    leader, other = person_by_username("to.bt"), make_person()
    here = make_patrol(
        by=leader, lead="dbp_bai_thu", on="bai_thu", attendance=attendance(dbp_bai_thu=3, ca_bai_thu=2)
    )
    there = make_patrol(by=other)
    for person, own, foreign in ((leader, here, there), (other, there, here)):
        scope = scope_of(person)
        assert [each.id for each in patrols.latest_patrols(10, seen_by=scope)] == [own.id]
        assert not patrols.may_open(foreign, seen_by=scope)
        counted = figures(question(seen_by=scope)).figures
        assert counted["patrol.sorties"].value == 1
    assert figures(question(seen_by=scope_of(leader))).figures["patrol.personnel"].value == 5
    looker = make_person(of="ubnd_bai_thu")
    assert scope_of(looker).stretch_ids == {
        each.id for each in stretches() if each.code.startswith("bai_thu")
    }


def test_a_leader_finds_his_own_ward_first(second_ward, db):
    lists = lists_for(person_by_username("to.bt"), seen_by=scope_of(person_by_username("to.bt")))
    assert {each.code for each in lists.units[:3]} == {"dbp_bai_thu", "ca_bai_thu", "qs_bai_thu"}
    assert lists.units[0].code == "dbp_bai_thu"
    assert [each.code for each in lists.stretches[:2]] == ["bai_thu", "bai_thu_bac"]
    assert stretch("dien_ban").id in {each.id for each in lists.stretches}


def test_everything_of_the_file_is_there_as_it_says(second_ward, db):
    whole, part = (
        next(each for each in stretches() if each.code == code) for code in ("bai_thu", "bai_thu_bac")
    )
    assert (whole.from_km, whole.to_km, len(whole.line)) == (0.0, pytest.approx(5.53, abs=0.01), 2)
    assert (part.from_km, part.to_km, part.line[0][1]) == (2.5, 5.0, pytest.approx(12.0226, abs=0.001))
    category = next(each for each in categories() if each.code == "neo_dau_trai_phep")
    assert category.measures == ["incidents", "boats", "crew"]
    assert [each.valid_to for each in programmes() if each.code == "tet_bai_thu"] == [date(2026, 2, 28)]
    assert [
        (each.start_month, each.starts_year_before) for each in calendars() if each.code == "nam_bai_thu"
    ] == [(12, True)]
    assert setting("joint_min_forces", on=date(2027, 1, 1)) == "3"
    assert {name for name, _, _ in second_ward.accounts} == {"to.bt", "chihuy.bt", "qt.bt"}
    told = select(AuditEvent.changes).where(AuditEvent.action == "register.loaded")
    assert db.session.scalars(told).all() == [{"rows": [None, 19]}]


def test_the_same_file_again_changes_nothing(second_ward, db):
    before = db.session.scalar(select(func.count(AuditEvent.id)))
    again = load(ward_file(), by=None)
    assert (again.problems, again.told, again.accounts, again.is_changed) == ([], [], [], False)
    assert db.session.scalar(select(func.count(AuditEvent.id))) == before


def test_what_differs_is_put_right_and_said_and_a_blank_leaves_a_field_as_it_is(second_ward, db):
    changed = with_changed("Đơn vị", 0, Tên="Đồn Biên phòng Bãi Thử Mới", Thứ_tự=None)
    report = load(changed, by=None)
    assert [str(line) for line in report.told] == ["Đơn vị, dòng 4: đã có, sửa theo tệp"]
    found = unit_by_code("dbp_bai_thu")
    assert (found.name, found.position) == ("Đồn Biên phòng Bãi Thử Mới", 1)


def test_accounts_and_superiors_that_are_there_stay_as_they_are(second_ward, db):
    report = load(with_changed("Tài khoản", 0, Vai_trò="Chỉ huy"), by=None)
    assert [line.code for line in report.told] == ["row_kept"]
    assert person_by_username("to.bt").role == "patrol_leader"
    report = load(with_changed("Đơn vị", 0, Cấp_trên="bp_da_nang"), by=None)
    assert [str(line) for line in report.told] == [
        "Đơn vị, dòng 4: đã có và khác tệp; giữ nguyên, muốn đổi thì sửa trên trang"
    ]


def test_a_stretch_that_was_walked_keeps_its_line(second_ward, db):
    make_patrol(by=person_by_username("to.bt"), lead="dbp_bai_thu", on="bai_thu",
                attendance=attendance(dbp_bai_thu=3, ca_bai_thu=2))  # fmt: skip
    moved = [{"Tuyến": "bai_thu", "Vĩ độ": lat, "Kinh độ": 111.0} for lat in (12.0, 12.1)]
    assert any("sửa sẽ làm đổi số liệu cũ" in line for line in said(ward_file(Điểm_tuyến=moved)))


def test_a_ward_may_come_after_the_ward_that_is_there(db):
    after = with_changed("Địa bàn", 0, Kế_tục="20579", Cách="Sáp nhập")
    assert said(after) == []
    granted = (
        select(UnitArea.valid_to)
        .where(UnitArea.unit_id == unit("ubnd_dien_ban_dong").id)
        .order_by(UnitArea.id)
    )
    assert db.session.scalars(granted).all() == [date(2025, 12, 31), None]
    assert load(after, by=None).is_changed is False


# --- what is wrong is named by its row, and nothing is loaded ---


@pytest.mark.parametrize(
    ("page", "place", "cells", "expected"),
    [
        ("Địa bàn", 0, {"Loại": "Tổ dân phố"}, "Địa bàn, dòng 4, cột Loại: Không có trong danh sách"),
        ("Địa bàn", 0, {"Từ ngày": "hôm qua"}, "Địa bàn, dòng 4, cột Từ ngày: Không đọc được ngày"),
        ("Địa bàn", 0, {"Mã": 20579}, "Địa bàn, dòng 4, cột Mã: Mã này đã có hiệu lực"),
        ("Địa bàn", 0, {"Thuộc địa bàn": "00000"}, "Địa bàn, dòng 4, cột Thuộc địa bàn: Không có mã này"),
        ("Đơn vị", 0, {"Mã": "Đồn 1!"}, "Đơn vị, dòng 4, cột Mã: Mã chỉ gồm chữ thường"),
        ("Đơn vị", 0, {"Tên": None}, "Đơn vị, dòng 4, cột Tên: Chưa ghi mục này"),
        ("Đơn vị", 0, {"Đến hết ngày": date(2020, 1, 1)}, "Đơn vị, dòng 4, cột Đến hết ngày: Ngày cuối trước"),
        ("Đơn vị", 0, {"Cấp trên": "dbp_bai_thu"}, "Đơn vị, dòng 4, cột Cấp trên: Không có mã này"),
        ("Đơn vị", 2, {"Mã": "bp_bai_thu"}, "Đơn vị, dòng 6, cột Mã: Mục này đã được ghi ở một dòng trên"),
        ("Đơn vị", 2, {"Kế tục": "khong_co", "Cách": "Đổi tên"}, "Đơn vị, dòng 6, cột Kế tục: Không có mã này"),
        ("Phụ trách", 0, {"Là": "Chủ"}, "Phụ trách, dòng 4, cột Là: Không có trong danh sách"),
        ("Phụ trách", 0, {"Từ ngày": date(2025, 1, 1)}, "Phụ trách, dòng 4, cột Từ ngày: Một trong hai bên"),
        ("Tuyến", 0, {"Đến km": 9}, "Tuyến, dòng 4, cột Đến km: Km này nằm ngoài tuyến"),
        ("Tuyến", 0, {"Cắt từ tuyến": "hoi_an_tay"}, "Tuyến, dòng 4, cột Cắt từ tuyến: Tuyến này chưa có đường"),
        ("Điểm tuyến", 1, {"Km": 2}, "Tuyến, dòng 5: Có điểm ghi km, có điểm không"),
        ("Điểm tuyến", 1, {"Vĩ độ": 52.5}, "Tuyến, dòng 5: Có điểm nằm ngoài vùng biển"),
        ("Điểm tuyến", 1, {"Tuyến": "lac"}, "Điểm tuyến, dòng 5, cột Tuyến: Không có mã này"),
        ("Loại phát hiện", 0, {"Đơn vị tính khác": "tàu, thúng"}, "Loại phát hiện, dòng 4, cột Đơn vị tính khác"),
        ("Lịch báo cáo", 0, {"Ngày đầu kỳ": 31}, "Lịch báo cáo, dòng 4, cột Ngày đầu kỳ: Số quá lớn"),
        ("Quy định", 0, {"Giá trị": "có"}, "Quy định, dòng 4, cột Giá trị: Lựa chọn này không có"),
        ("Tài khoản", 0, {"Đơn vị": "lac"}, "Tài khoản, dòng 4, cột Đơn vị: Không có mã này"),
        ("Tài khoản", 0, {"Vai trò": "Vua"}, "Tài khoản, dòng 4, cột Vai trò: Không có trong danh sách"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_sheet_row_and_column(db, page, place, cells, expected):
    lines = said(
        with_changed(page, place, **{name.replace(" ", "_"): value for name, value in cells.items()})
    )
    assert any(line.startswith(expected) for line in lines), lines


def test_one_mistake_keeps_everything_out(runner, db, ward):
    ward.write_bytes(with_changed("Tài khoản", 2, Vai_trò="Vua"))
    done = runner.invoke(args=["setup", str(ward)])
    assert done.exit_code == 1
    assert done.stderr == (
        "Tài khoản, dòng 6, cột Vai trò: Không có trong danh sách. Hãy chọn trong danh sách của ô.\n"
        "Error: Có 1 chỗ chưa đúng. Chưa nạp gì; hãy sửa tệp rồi chạy lại.\n"
    )
    assert unit_by_code("dbp_bai_thu") is None
    assert db.session.scalar(select(func.count(Person.id))) == 0


def test_a_ward_without_an_administrator_is_refused(db):
    assert said(ward_file(Tài_khoản=WARD["Tài khoản"][:2])) == [
        "Tài khoản: Chưa có tài khoản quản trị nào. Hãy ghi ít nhất một."
    ]


def test_a_file_that_is_no_workbook_is_refused_in_words(runner, db, ward):
    ward.write_bytes(b"Ma;Ten\n1;2\n")
    done = runner.invoke(args=["setup", str(ward)])
    assert (done.exit_code, done.stderr.partition(".")[0]) == (1, "Error: Đây không phải tệp Excel ")


def test_the_password_file_is_never_written_over(runner, db, ward, tmp_path):
    kept = tmp_path / "cu.txt"
    kept.write_text("quan trọng", encoding="utf-8")
    done = runner.invoke(args=["setup", str(ward), "--passwords", str(kept)])
    assert (done.exit_code, kept.read_text("utf-8")) == (1, "quan trọng")
    assert unit_by_code("dbp_bai_thu") is None


def test_the_blank_form_is_written_by_a_command_and_has_every_column(runner, db, tmp_path):
    path = tmp_path / "mau.xlsx"
    assert runner.invoke(args=["setup", "--template", str(path)]).exit_code == 0
    wanted = {str(page): [column.header for column in columns] for page, columns in COLUMNS.items()}
    assert set(read_sheets(path.read_bytes(), wanted)) == {str(page) for page in Page}
    assert all(not sheet.rows for sheet in read_sheets(template(), wanted).values())


def test_a_trial_needs_a_file(runner, db):
    assert runner.invoke(args=["setup", "--dry-run"]).exit_code == 2


# --- on the page ---


def test_a_file_is_tried_and_then_loaded_on_the_page_and_passwords_show_once(page, signed_in, db):
    signed_in(make_person("admin"))
    form = page.open("/quan-tri").follow("Nạp từ tệp").form('main form[action="/quan-tri/nap"]')
    tried = form.fill(file=(ward_file(), "bai-thu.xlsx")).submit("Thử trước, chưa ghi gì")
    assert "Thử xong, chưa ghi gì" in tried.text()
    assert ["Đơn vị", "5", "0", "0"] in tried.table()
    assert unit_by_code("dbp_bai_thu") is None and not tried.has(".secret")
    form = tried.form('main form[action="/quan-tri/nap"]').fill(file=(ward_file(), "bai-thu.xlsx"))
    done = form.submit("Nạp vào danh mục")
    assert len(done.all(".secret")) == 3
    assert unit_by_code("dbp_bai_thu").name == "Đồn Biên phòng Bãi Thử"
    again = form.fill(file=(ward_file(), "bai-thu.xlsx")).submit("Nạp vào danh mục")
    assert "Không có gì mới để nạp" in again.text() and not again.has(".secret")


def test_mistakes_and_other_files_are_told_on_the_page(page, signed_in, db):
    signed_in(make_person("admin"))

    def send(content: bytes):
        form = page.open("/quan-tri/nap").form('main form[action="/quan-tri/nap"]')
        return form.fill(file=(content, "a.xlsx")).submit("Nạp vào danh mục", expected=422)

    assert "Đơn vị, dòng 4, cột Tên: Chưa ghi mục này." in send(with_changed("Đơn vị", 0, Tên=None)).text()
    assert "không phải tệp Excel" in send(b"x").text()
    empty = page.open("/quan-tri/nap").form('main form[action="/quan-tri/nap"]').submit(expected=422)
    assert "Chưa chọn tệp nào" in empty.text()
    assert unit_by_code("dbp_bai_thu") is None


def test_the_blank_form_is_downloaded(client, signed_in, db):
    signed_in(make_person("admin"))
    answer = client.get("/quan-tri/mau.xlsx")
    assert answer.headers["Content-Disposition"] == "attachment; filename=mau-danh-muc.xlsx"
    assert answer.data[:2] == b"PK"
