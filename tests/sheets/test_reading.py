"""What somebody sends as a workbook is read as it stands, or refused in words; never half, and never with a crash."""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from openpyxl import Workbook, load_workbook

from patrol import wording
from patrol.sheets.blanks import GUIDE, LISTS, Blank, Field, blank_workbook
from patrol.sheets.reading import SheetLimits, Unreadable, read_sheets
from patrol.sheets.tables import Kind

WANTED = {"Sổ tuần tra": ("Ngày", "Quân số")}


def book_of(*rows: tuple[Any, ...], name: str = "Sổ tuần tra") -> bytes:
    book = Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def refused(content: bytes, wanted: Any = None, **limits: int) -> tuple[str, str]:
    with pytest.raises(Unreadable) as refusal:
        read_sheets(content, wanted or WANTED, limits=SheetLimits(**limits) if limits else None)
    code = refusal.value.fields["file"]
    assert wording.say(code)
    return code, refusal.value.where


def repacked(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The same file with something in one of its parts written differently."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(file, "w") as after:
        for each in before.namelist():
            data = before.read(each)
            assert each != part or old in data
            after.writestr(each, data.replace(old, new) if each == part else data)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_rows_come_typed_under_headers_known_without_accents_and_case():
    content = book_of(
        ("SỔ TUẦN TRA PHỐI HỢP",),
        (),
        ("NGAY", "quân  số", "Xuất phát", "Dài (km)", "Ghi chú"),
        (date(2026, 2, 5), 6, time(21, 30), 3.5, " biển động "),
        (),
        (datetime.fromisoformat("2026-02-06 04:15"), 7.0, timedelta(hours=22), None, "chữ"),
    )
    sheet = read_sheets(content, WANTED)["Sổ tuần tra"]
    assert sheet.headers == ("NGAY", "quân số", "Xuất phát", "Dài (km)", "Ghi chú")
    first, second = sheet.rows
    assert (first.number, second.number) == (4, 6)
    assert [first.get(name) for name in ("Ngày", "Quân số", "Xuất phát", "Dài (km)", "Ghi chú")] == [
        date(2026, 2, 5), 6, time(21, 30), 3.5, "biển động",
    ]  # fmt: skip
    assert type(first.get("Ngày")) is date and type(second.get("Quân số")) is int
    assert second.get("Ngày") == datetime.fromisoformat("2026-02-06 04:15")
    assert second.get("Xuất phát") == time(22)
    assert second.get("Dài (km)") is None and second.get("cột nào đó") is None


def test_a_sheet_nobody_asked_for_is_left_alone_and_a_missing_one_is_not_there():
    assert read_sheets(book_of(("gì đó",), name="Nháp"), WANTED) == {}


def test_a_formula_is_read_by_the_value_saved_with_it():
    content = book_of(("Ngày", "Quân số"), (date(2026, 2, 5), "=2+4"))
    counted = repacked(content, SHEET, b"<f>2+4</f><v />", b"<f>2+4</f><v>6</v>")
    assert read_sheets(counted, WANTED)["Sổ tuần tra"].rows[0].get("Quân số") == 6
    assert refused(content)[0] == "formula_without_value", "a number would have become unknown without a word"


def test_a_blank_form_filled_in_is_read_back():
    fields = (
        Field("Ngày", "Ghi như 05/02/2026.", Kind.DAY, is_required=True),
        Field("Giờ", kind=Kind.CLOCK),
        Field("Quân số", kind=Kind.NUMBER, is_required=True),
        Field("Tuyến", choices=("Bãi bắc", "Bãi nam")),
    )
    rows = ((date(2026, 2, 5), time(21, 30), 6, "Bãi bắc"), (date(2026, 2, 6), None, 4, "=1+1"))
    content = blank_workbook("Sổ tuần tra", [Blank("Sổ tuần tra", fields, ("Mỗi dòng một lượt.",), rows)])
    read = read_sheets(content, WANTED)["Sổ tuần tra"].rows
    assert [(row.get("Ngày"), row.get("Giờ"), row.get("Quân số"), row.get("Tuyến")) for row in read] == list(
        rows
    )
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Sổ tuần tra", GUIDE, LISTS]
    assert [cell.value for cell in book[LISTS]["A"]] == ["Tuyến", "Bãi bắc", "Bãi nam"]
    offered = {str(each.sqref): each.formula1 for each in book["Sổ tuần tra"].data_validations.dataValidation}
    assert offered["D4:D2003"] == f"'{LISTS}'!$A$2:$A$3"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "workbook_missing"),
        ("Ngày;Quân số\r\n05/02/2026;6\r\n".encode(), "not_a_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"Workbook" * 99, "workbook_old"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "workbook_locked"),
        (b"PK\x03\x04 and then nothing", "workbook_damaged"),
        (b"<html>sign in</html>", "not_a_workbook"),
    ],
)
def test_what_is_no_workbook_is_named_for_what_it_is(content: bytes, code: str):
    assert refused(content)[0] == code


def test_another_program_s_package_is_no_workbook():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refused(file.getvalue())[0] == "not_a_workbook"


GOOD = book_of(("Ngày", "Quân số"), (date(2026, 2, 5), 6))


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"")
        packed.writestr(SHEET, b" " * (33 * 2**20))
    assert len(bomb.getvalue()) < 50_000
    assert refused(bomb.getvalue())[0] == "workbook_too_big"
    assert refused(GOOD, tags=50)[0] == "workbook_too_big"
    assert refused(GOOD, parts=3)[0] == "workbook_too_big"
    assert refused(GOOD, size_bytes=100)[0] == "workbook_too_big"


def test_entities_are_refused_and_rows_a_mile_apart_cost_nothing():
    doctype = repacked(GOOD, SHEET, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet')
    assert refused(doctype)[0] == "workbook_damaged"
    far = repacked(GOOD, SHEET, b'<row r="2">', b'<row r="999999999999">')
    assert refused(far) == ("too_many_rows", "Sổ tuần tra")


def test_too_much_is_refused_as_a_whole():
    many = book_of(("Ngày", "Quân số"), *[(date(2026, 2, 5), n) for n in range(1, 12)])
    assert refused(many, rows=10) == ("too_many_rows", "Sổ tuần tra")
    wide = book_of(("Ngày", "Quân số", "a", "b"), (date(2026, 2, 5), 6, 7, 8))
    assert refused(wide, columns=3) == ("too_many_columns", "Sổ tuần tra")


def test_a_column_that_is_missing_twice_or_nameless_is_said():
    assert refused(book_of(("Ngày", "Số"), (date(2026, 2, 5), 6))) == (
        "columns_missing",
        "Sổ tuần tra: Quân số",
    )
    assert refused(book_of(("Ngày", "Quân số", "QUAN SO"), ())) == ("columns_twice", "Sổ tuần tra: QUAN SO")
    beside = book_of(("Ngày", "Quân số"), (date(2026, 2, 5), 6, "và một chữ"))
    assert refused(beside) == ("cell_without_header", "Sổ tuần tra, ô C2")


@settings(max_examples=60)
@given(st.data())
def test_a_broken_file_is_refused_and_breaks_nothing(data: st.DataObject):
    """Bytes of one part changed, so that the packing is whole and the reader gets to see the nonsense."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as packed:
        part = data.draw(st.sampled_from(packed.namelist()))
        text = packed.read(part)
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 40))
    new = data.draw(st.one_of(st.binary(max_size=20), st.sampled_from([b"-1", b"9" * 30, b'"', b"<v>x</v>"])))
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as before, zipfile.ZipFile(file, "w") as after:
        for each in before.namelist():
            changed = text[:start] + new + text[start + length :] if each == part else before.read(each)
            after.writestr(each, changed)
    try:
        found = read_sheets(file.getvalue(), WANTED)
    except Unreadable as refusal:
        assert wording.say(refusal.fields["file"])
    else:
        assert set(found) <= set(WANTED)
