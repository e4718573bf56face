"""The page of the trail: found by person, act and day; the state of the chain; a check with a head from paper."""

import pytest
from sqlalchemy import text

from patrol.accounts.rules import Role
from patrol.audit.queries import head
from patrol.audit.services import done_at, note, seal
from tests.builders import make_person


@pytest.fixture
def trail(page, signed_in, db):
    """`trail("ai=…")` opens the page as kiểm tra."""
    signed_in(make_person(Role.AUDITOR))
    return lambda query="", **more: page.open(f"/nhat-ky?{query}", **more)


def test_lines_are_found_by_person_act_and_local_day(trail, db, clock):
    clock.set("2026-02-05 23:59")
    who, other = make_person(full_name="Lê Thị Sóng"), make_person(full_name="Trần Gió")
    note("patrol.changed", by=who)
    clock.set("2026-02-06 00:00")
    note("patrol.changed", by=who)
    note("patrol.confirmed", by=other)
    assert len(trail("ai=Sóng").records()) == 2
    assert len(trail("ai=Sóng&ngay=05/02/2026").records()) == 1
    assert len(trail("viec=patrol.confirmed&ngay=06/02/2026").records()) == 1
    assert "Không có dòng nào khớp" in trail("ai=Không ai").text()
    assert trail("ai=%25").texts("main table") == []  # a sign of the database is a letter here


def test_a_day_that_cannot_be_read_is_said_and_everything_is_shown(trail):
    seen = trail("ngay=hôm qua", expected=422)
    assert seen.one("#f-ngay-why")["data-error"] == "not_a_day"
    assert seen.form('form[action="/nhat-ky"]').value("ngay") == "hôm qua"
    assert seen.records()


def test_the_clock_of_the_phone_stands_beside_ours(trail, clock):
    evening = clock.set("2026-02-05 21:30")
    clock.set("2026-02-06 06:00")
    with done_at(evening):
        note("patrol.recorded", by=None)
    assert (
        trail("viec=patrol.recorded").records()[0]["Lúc"] == "06:00 06/02/2026 giờ trên máy 21:30 05/02/2026"
    )


def test_the_head_is_shown_to_be_copied_and_a_check_from_the_page_is_written_down(trail, db):
    sealed = seal()
    seen = trail()
    assert str(sealed) in seen.text()
    whole = seen.form('form[action="/nhat-ky/kiem-tra"]').fill(dau_chuoi=str(sealed)).submit()
    assert "Nhật ký toàn vẹn" in whole.text()
    assert "khớp với đầu chuỗi đã chép" in whole.text()
    assert "toàn vẹn." in trail("viec=audit.verified").text("main .panel")
    assert len(trail("viec=audit.verified").records()) == 1


def test_a_changed_line_is_named_on_the_page(trail, db):
    note("patrol.changed", by=None)
    sealed = seal()
    db.session.execute(
        text("UPDATE audit_events SET address = 'x' WHERE id = (SELECT max(event_id) FROM audit_seals)")
    )
    found = trail().form('form[action="/nhat-ky/kiem-tra"]').submit()
    assert f"không khớp niêm phong số {sealed.number}" in found.text().replace(".", "")


def test_a_head_that_cannot_be_read_is_said(trail, db):
    seen = trail().form('form[action="/nhat-ky/kiem-tra"]').fill(dau_chuoi="12").submit(expected=422)
    assert seen.one("#f-dau_chuoi-why")["data-error"] == "not_a_head"
    assert "Chưa kiểm tra" in seen.text()


def test_a_file_ends_with_the_head_of_the_trail(client, signed_in, db):
    note("patrol.changed", by=None)
    seal()
    signed_in(make_person(Role.COMMANDER))
    for path in ("/tuan-tra.csv", "/tong-ket/2026.csv"):
        assert f"Đầu chuỗi nhật ký: {head()}" in client.get(path).data.decode("utf-8-sig"), path
