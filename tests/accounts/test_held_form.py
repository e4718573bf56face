"""A form posted after the session ended is held by the sign-in page and saved after signing in."""

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from patrol.accounts.queries import scope_of
from patrol.accounts.rules import Role
from patrol.logbook.queries import lists_for
from patrol.patrols.models import Patrol
from patrol.units import queries as register
from tests.builders import PASSWORD, form_of, make_patrol, make_person

NOTE = "Anh Tư nói: \"sóng lớn\" & <b>gió giật</b>\r\nquay về lúc 23 giờ, 'an toàn' </textarea><script>x</script>"


def two_programmes(person) -> list[str]:
    return [str(each.id) for each in lists_for(person, seen_by=scope_of(person)).programmes[:2]]


def fields_of(seen) -> MultiDict:
    """What the browser would send from the sign-in page, less the sign-in itself."""
    return MultiDict(
        (name, value)
        for name, value in seen.form().data().items(multi=True)
        if name not in ("_username", "_password", "_next", "_post")
    )


def test_the_sign_in_page_holds_every_field_as_it_was_typed(page, signed_in, clock):
    person = signed_in(make_person())
    typed = form_of(person, note=NOTE, programme_ids=two_programmes(person))
    clock.advance(minutes=45)
    asked = page.post("/tuan-tra/moi", typed, expected=401)
    held = fields_of(asked)
    assert "Chưa lưu, nhưng chưa mất gì" in asked.text()
    assert asked.form().value("_next") == "/tuan-tra/moi"
    assert held.getlist("programme_ids") == typed["programme_ids"]
    assert held["note"].replace("\r\n", "\n") == NOTE.replace("\r\n", "\n")
    assert sorted(set(held)) == sorted(typed)


def test_signing_in_finishes_the_save_and_a_second_tap_stores_nothing_more(
    page, client, signed_in, clock, db
):
    person = signed_in(make_person())
    typed = form_of(person, note=NOTE, programme_ids=two_programmes(person))
    clock.advance(minutes=45)
    asked = page.post("/tuan-tra/moi", typed, expected=401)
    body = asked.form().fill(_username=person.username, _password=PASSWORD).data()
    signed = client.post("/dang-nhap", data=body)
    assert (signed.status_code, signed.location) == (307, "/tuan-tra/moi")
    saved = page.post("/tuan-tra/moi", body)
    again = page.post("/tuan-tra/moi", body)
    stored = db.session.scalars(select(Patrol)).all()
    assert saved.url == again.url == f"/tuan-tra/{stored[0].id}"
    assert len(stored) == 1
    assert [str(each.id) for each in stored[0].programmes] == typed["programme_ids"]
    assert stored[0].note == NOTE.replace("\r\n", "\n")
    assert stored[0].personnel_total == 6


def test_a_wrong_password_keeps_what_was_typed(page, signed_in, clock, db):
    person = signed_in(make_person())
    typed = form_of(person, note=NOTE, programme_ids=two_programmes(person))
    clock.advance(minutes=45)
    asked = page.post("/tuan-tra/moi", typed, expected=401)
    wrong = asked.form().fill(_username=person.username, _password="sai").submit(expected=422)
    assert fields_of(wrong) == fields_of(asked)
    wrong.form().fill(_username=person.username, _password=PASSWORD).submit()
    assert db.session.scalars(select(Patrol.note)).all() == [NOTE.replace("\r\n", "\n")]


def test_a_wait_keeps_what_was_typed_too(page, signed_in, clock):
    person = signed_in(make_person())
    clock.advance(minutes=45)
    seen = page.post("/tuan-tra/moi", form_of(person, note=NOTE), expected=401)
    for status in [422] * 5 + [429]:
        seen = seen.form().fill(_username=person.username, _password="sai").submit(expected=status)
    assert fields_of(seen)["note"].replace("\r\n", "\n") == NOTE.replace("\r\n", "\n")


def test_a_button_without_a_field_is_pressed_again_after_signing_in(page, client, clock, db):
    person = make_person(Role.COMMANDER)
    patrol = make_patrol(by=person)
    asked = page.post(f"/tuan-tra/{patrol.id}/xac-nhan", {}, expected=401)
    signed = client.post(
        "/dang-nhap", data=asked.form().fill(_username=person.username, _password=PASSWORD).data()
    )
    assert (signed.status_code, signed.location) == (307, f"/tuan-tra/{patrol.id}/xac-nhan")
    page.post(signed.location, {})
    assert [each.force_code for each in db.session.get(Patrol, patrol.id).confirmations] == ["border_guard"]


CHANGE = 'main form[action="/doi-mat-khau"]'


def test_whoever_signs_in_with_a_one_time_password_saves_after_changing_it(page, client, db):
    person = make_person(must_change=True)
    typed = form_of(person, note=NOTE, programme_ids=two_programmes(person))
    asked = page.post("/tuan-tra/moi", typed, expected=401)
    body = asked.form().fill(_username=person.username, _password=PASSWORD).data()
    assert client.post("/dang-nhap", data=body).status_code == 307
    held = page.post("/tuan-tra/moi", body, expected=403)
    assert "Chưa lưu, nhưng chưa mất gì" in held.text()
    new = "Trăng-lên-biển-9"
    wrong = held.form(CHANGE).fill(_current=PASSWORD, _new=new, _repeated="khác").submit(expected=422)
    body = wrong.form(CHANGE).fill(_current=PASSWORD, _new=new, _repeated=new).data()
    changed = client.post("/doi-mat-khau", data=body)
    assert (changed.status_code, changed.location) == (307, "/tuan-tra/moi")
    saved = page.post("/tuan-tra/moi", body)
    stored = db.session.scalars(select(Patrol)).one()
    assert saved.url == f"/tuan-tra/{stored.id}"
    assert stored.note == NOTE.replace("\r\n", "\n")
    assert "Đã đổi mật khẩu" in saved.text()


def test_a_session_that_ends_on_the_page_in_between_keeps_the_form_too(page, client, clock, db):
    person = make_person(must_change=True)
    typed = form_of(person, note=NOTE, programme_ids=two_programmes(person))
    asked = page.post("/tuan-tra/moi", typed, expected=401)
    body = asked.form().fill(_username=person.username, _password=PASSWORD).data()
    client.post("/dang-nhap", data=body)
    held = page.post("/tuan-tra/moi", body, expected=403)
    clock.advance(minutes=45)
    new = {"_current": PASSWORD, "_new": "Trăng-lên-biển-9", "_repeated": "Trăng-lên-biển-9"}
    again = held.form(CHANGE).fill(**new).submit(expected=401)
    assert (again.text("h1"), again.form().value("_next")) == ("Đăng nhập", "/tuan-tra/moi")
    assert fields_of(again) == fields_of(asked)
    assert "Trăng-lên-biển-9" not in again.html


def test_the_new_password_is_not_written_into_the_page_it_is_posted_on_to(page, client, clock):
    """307 sends the fields of the page in between along; a second sign-in must not carry them any further."""
    typed = {"_current": PASSWORD, "_new": "Trăng-lên-biển-9", "_repeated": "Trăng-lên-biển-9", "note": "x"}
    asked = page.post("/tuan-tra/moi", typed, expected=401)
    assert list(fields_of(asked)) == ["note"]
    assert PASSWORD not in asked.html and "Trăng-lên-biển-9" not in asked.html


def test_passwords_typed_for_a_change_are_not_written_into_a_page(page, client):
    typed = {"_current": PASSWORD, "_new": "Trăng-lên-biển-9", "_repeated": "Trăng-lên-biển-9"}
    asked = page.post("/doi-mat-khau", typed, expected=401)
    assert PASSWORD not in asked.html
    assert "Trăng-lên-biển-9" not in asked.html


def test_the_password_of_the_sign_in_is_never_written_into_a_page(page, client):
    person = make_person()
    wrong = page.open("/dang-nhap").form().fill(_username=person.username, _password="Sai-hoàn-toàn-1")
    assert "Sai-hoàn-toàn-1" not in wrong.submit(expected=422).html
    asked = page.post("/tuan-tra/moi", {"_password": PASSWORD, "note": "x"}, expected=401)
    assert PASSWORD not in asked.html


def test_whoever_signs_in_to_finish_a_save_needs_the_right_to_it(page, client, db):
    auditor, leader = make_person(Role.AUDITOR), make_person()
    asked = page.post("/tuan-tra/moi", form_of(leader), expected=401)
    asked.form().fill(_username=auditor.username, _password=PASSWORD).submit(expected=403)
    assert db.session.scalars(select(Patrol)).all() == []
    assert register.units()  # the register is there, only the patrol is not
