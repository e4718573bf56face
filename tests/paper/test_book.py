"""A paper book sent as a workbook: read row by row, all of its new rows or none, twice without harm."""

import base64
import io
from datetime import date, time
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from patrol.accounts.rules import Role
from patrol.audit.models import AuditEvent
from patrol.extensions import db as the_db
from patrol.findings.queries import findings_of
from patrol.paper import rules
from patrol.patrols.models import Patrol
from patrol.totals.queries import figures
from tests.builders import COMMITTEE, POLICE, POST, make_patrol, make_person, question, stretch, unit

ROW: dict[str, Any] = {
    rules.BOOK: "Sổ 2022, quyển 1",
    rules.NUMBER: 1,
    rules.DAY: date(2022, 2, 5),
    rules.START: time(21, 30),
    rules.END: "0h45",
    rules.STRETCH: "bo bien dien ban, ca tuyen (km 0,0 – 6,28)",
    rules.LEAD: "Đồn Biên phòng Cửa Đại",
    rules.LEADER: "Thượng uý Trần Mẫu Bình",
    rules.MEANS: "đi bộ",
    "Đơn vị 1": "Đồn Biên phòng Cửa Đại",
    "CBCS 1": 3,
    "Đơn vị 2": "Công an thị xã Điện Bàn",
    "CBCS 2": "?",
    "Dân quân 2": 2,
    "Phát hiện 1": "Đánh bạc trái phép",
    "Đối tượng 1": 5,
    "Kết quả 1": "lập biên bản",
    "Giờ phát hiện 1": "23h10",
}
SECOND = ROW | {rules.NUMBER: 2, rules.DAY: date(2022, 2, 6), "CBCS 2": 4, "Phát hiện 1": None, "Đối tượng 1": None,
                "Kết quả 1": None, "Giờ phát hiện 1": None, rules.NOTHING: "x"}  # fmt: skip


def book_of(*rows: dict[str, Any]) -> bytes:
    headers = list(dict.fromkeys(header for row in rows for header in row))
    book = Workbook()
    book.active.title = rules.SHEET
    book.active.append(["Sổ tuần tra chép từ sổ giấy"])
    book.active.append(headers)
    for row in rows:
        book.active.append([row.get(header) for header in headers])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def check(client: Any, content: bytes, *, expected: int = 200) -> str:
    sent = {"file": (io.BytesIO(content), "so-2022.xlsx")}
    answer = client.post("/tuan-tra/tu-so-giay/kiem-tra", data=sent, content_type="multipart/form-data")
    assert answer.status_code == expected
    return answer.text


def store(client: Any, content: bytes, *, expected: int = 302) -> Any:
    form = {"held": base64.b64encode(content).decode(), "filename": "so-2022.xlsx"}
    answer = client.post("/tuan-tra/tu-so-giay", data=form)
    assert answer.status_code == expected
    return answer


def number_of_patrols() -> int:
    return the_db.session.scalar(select(func.count(Patrol.id)))


@pytest.fixture
def clerk(db, clock, signed_in) -> Any:
    return signed_in(make_person(Role.STAFF_CLERK))


def test_a_row_becomes_the_patrol_the_book_tells_of(clerk, client):
    answer = store(client, book_of(ROW))
    assert answer.location == "/tuan-tra?tu=2022-02-05&den=2022-02-05"
    [patrol] = the_db.session.scalars(select(Patrol))
    assert (patrol.source, patrol.status, patrol.entered_by_id) == ("paper", "submitted", clerk.id)
    assert (str(patrol.patrolled_on), patrol.stretch_id) == ("2022-02-05", stretch("dien_ban").id)
    assert (patrol.ended_at - patrol.started_at).total_seconds() == 3.25 * 3600, "past midnight"
    assert patrol.leader_name == "Thượng uý Trần Mẫu Bình" and patrol.leader_id is None
    assert [(row.unit_name, row.personnel, row.militia, row.security_team) for row in patrol.attendance] == [
        ("Đồn Biên phòng Cửa Đại", 3, 0, 0),
        ("Công an thị xã Điện Bàn", None, 2, 0),
    ]
    assert patrol.unknown_personnel == 1, "a question mark is not a zero"
    [finding] = findings_of(patrol)
    assert {each.code: each.quantity for each in finding.measures} == {"cases": 1, "subjects": 5}
    assert [outcome.code for outcome in finding.outcomes] == ["minutes_made"]
    assert [programme.code for programme in patrol.programmes] == ["tuyen_bien_binh_yen"]
    assert figures(question("2022-01-01", "2022-12-31"))["patrol.sorties"].value == 1
    noted = the_db.session.scalar(select(AuditEvent).filter_by(action="book.imported"))
    assert noted.changes == {"file": [None, "so-2022.xlsx"], "rows": [None, 1]}


def test_the_dry_run_writes_nothing_and_carries_the_file_to_the_import(clerk, client):
    text = check(client, content := book_of(ROW, SECOND))
    assert "Đọc được cả 2 dòng, sẽ ghi 2 lượt" in text and "Ghi 2 lượt vào sổ" in text
    assert "Có đơn vị chưa rõ quân số" in text
    assert base64.b64encode(content).decode() in text
    assert number_of_patrols() == 0


def test_the_same_book_twice_writes_nothing_twice(clerk, client):
    store(client, book_of(ROW, SECOND))
    renamed = ROW | {rules.BOOK: "SO 2022,  Quyen 1", rules.NUMBER: "1", rules.START: "21:30"}
    store(client, book_of(renamed, SECOND, SECOND | {rules.NUMBER: 3, rules.DAY: date(2022, 2, 7)}))
    assert number_of_patrols() == 3
    text = check(client, book_of(ROW, SECOND))
    assert "Mọi dòng đã có trong sổ" in text and "vào sổ</button>" not in text


def test_what_was_corrected_in_the_log_is_not_undone_by_the_book(clerk, client):
    store(client, book_of(ROW))
    changed = ROW | {"CBCS 2": 4}
    assert "Đã có, khác dòng này; giữ bản đang có" in check(client, book_of(changed))
    store(client, book_of(changed, SECOND))
    assert number_of_patrols() == 2
    first = the_db.session.scalars(select(Patrol).order_by(Patrol.started_at)).first()
    assert first.personnel_total == 3


def test_one_row_that_cannot_be_read_keeps_all_of_them_out_and_every_problem_is_said(clerk, client):
    bad = SECOND | {
        rules.DAY: "hôm kia", rules.LEAD: "Đồn nào đó", "CBCS 2": "ba", rules.LEADER: None, "Phát hiện 2": "đá gà",
    }  # fmt: skip
    text = check(client, content := book_of(ROW, bad))
    assert "Còn 1 dòng chưa đọc được" in text and "vào sổ</button>" not in text
    for words in (
        "Ngày: Không đọc được ngày. Hãy ghi như 05/02/2026. Trong tệp ghi: “hôm kia”.",
        "CBCS 2: Không đọc được số. Hãy ghi bằng chữ số, ví dụ 6. Trong tệp ghi: “ba”.",
        "Tổ trưởng: Chưa ghi mục này.",
        "Đơn vị chủ trì: Lựa chọn này",
    ):
        assert words in text, words
    assert "sẽ ghi" not in text
    assert "Chưa dòng nào được ghi" in store(client, content, expected=422).text
    unknown = SECOND | {rules.LEAD: "Đồn nào đó", "Phát hiện 2": "đá gà"}
    text = check(client, book_of(unknown))
    assert (
        "Đơn vị chủ trì: Lựa chọn này" in text and "Phát hiện 2: Lựa chọn này" in text and "“đá gà”" in text
    )
    assert number_of_patrols() == 0


def test_a_number_used_twice_and_a_book_of_strangers_are_refused(clerk, client, signed_in):
    text = check(client, book_of(ROW, ROW | {rules.DAY: date(2022, 3, 1)}))
    assert "Hai dòng cùng quyển sổ, cùng số" in text and "“dòng 3”" in text
    signed_in(make_person(Role.DUTY_OFFICER, of="ca_hoi_an_tay"))
    text = check(client, book_of(ROW))
    assert "Đơn vị của đồng chí không có trong lượt này" in text
    store(client, book_of(ROW), expected=422)
    assert number_of_patrols() == 0


def test_a_patrol_that_two_books_wrote_down_is_pointed_at(clerk, client):
    make_patrol(started="2022-02-05 21:15", on="dien_ban")
    text = check(
        client,
        book_of(
            ROW, SECOND, ROW | {rules.NUMBER: 9, rules.START: "21:45", rules.LEAD: "Công an thị xã Điện Bàn"}
        ),
    )
    assert "Có thể trùng với lượt" in text
    assert "Cùng tuyến, cùng giờ với dòng 5" in text and "Cùng tuyến, cùng giờ với dòng 3" in text


def test_what_is_no_book_is_refused_in_words(clerk, client):
    for content, words in (
        (b"", "Chưa chọn tệp nào"),
        (b"Ngay;So", "Đây không phải tệp Excel .xlsx"),
        (book_of({rules.BOOK: "x"}), "Thiếu cột"),
        (book_of(dict.fromkeys(ROW)), "Trang này chưa có dòng nào"),
    ):
        assert words in check(client, content, expected=422), words
    for held in ("không phải base64", "====", ""):
        answer = client.post("/tuan-tra/tu-so-giay", data={"held": held})
        assert answer.status_code == 422 and "Chưa có gì được ghi" in answer.text


def test_the_form_to_download_offers_the_names_and_is_read_back(clerk, client):
    answer = client.get("/tuan-tra/tu-so-giay/mau.xlsx")
    book = load_workbook(io.BytesIO(answer.data))
    head = next(row for row in book[rules.SHEET].iter_rows() if row[0].value == rules.BOOK)
    places = {cell.value: cell.column for cell in head}
    assert set(ROW) <= set(places)
    words = {cell.value for row in book["Danh mục"].iter_rows() for cell in row}
    assert {unit(POST).name, unit(POLICE).name, "Đánh bạc trái phép", "Lập biên bản", "Đi bộ"} <= words
    for header, value in ROW.items():
        book[rules.SHEET].cell(head[0].row + 1, places[header], value)
    file = io.BytesIO()
    book.save(file)
    store(client, file.getvalue())
    assert number_of_patrols() == 1


@pytest.mark.parametrize(
    ("role", "of", "status"),
    [(Role.STAFF_CLERK, POST, 200), (Role.DUTY_OFFICER, POLICE, 200), (Role.COMMANDER, POST, 403),
     (Role.PATROL_LEADER, POST, 403), (Role.STAFF_CLERK, COMMITTEE, 403)],
)  # fmt: skip
def test_who_enters_for_others_may_send_a_book(db, client, signed_in, role, of, status):
    signed_in(make_person(role, of=of))
    assert client.get("/tuan-tra/tu-so-giay").status_code == status


def test_the_command_does_the_same(db, clock, runner, tmp_path):
    person = make_person(Role.DUTY_OFFICER, username="trucban")
    the_db.session.commit()
    file = tmp_path / "so.xlsx"
    file.write_bytes(book_of(ROW, SECOND))

    def run(*more: str) -> Any:
        return runner.invoke(args=["import-book", str(file), "--by", person.username, *more])

    tried = run("--dry-run")
    assert (tried.exit_code, number_of_patrols()) == (0, 0)
    assert "Thử, chưa ghi gì: sẽ ghi 2 lượt, đã có 0." in tried.output
    assert "Dòng 3 (Sổ 2022, quyển 1, 1): Sẽ ghi; Có đơn vị chưa rõ quân số" in tried.output
    assert "Đã ghi 2 lượt, đã có 0." in run().output
    assert "Đã ghi 0 lượt, đã có 2." in run().output
    file.write_bytes(book_of(ROW, SECOND | {rules.NUMBER: 3, rules.DAY: "mai"}))
    refused = run()
    assert (refused.exit_code, number_of_patrols()) == (1, 2)
    assert "Dòng 4" in refused.output and "Có dòng chưa đọc được nên chưa dòng nào được ghi" in refused.output
    assert runner.invoke(args=["import-book", str(file), "--by", "khongai"]).exit_code == 1
