"""The page of one patrol: what it says and which buttons it offers to whom."""

import pytest

from patrol.accounts.rules import FREE_TRIES, Role
from patrol.patrols import services
from patrol.patrols.rules import Status
from tests.builders import (
    COMMITTEE,
    MILITARY,
    PASSWORD,
    POLICE,
    POST,
    attendance,
    finding_draft,
    make_patrol,
    make_person,
    unit,
)


@pytest.fixture
def leader(db, clock):
    return make_person(rank="Đại uý", full_name="Trần Văn Lái")


def shown(page, patrol, **more):
    return page.open("logbook.show", patrol_id=patrol.id, **more)


def offered(seen):
    """What may be done on this page, by where it leads."""
    acts = {str(form["action"]).rsplit("/", 1)[1] for form in seen.all("main form")}
    return acts | {"sua" for link in seen.all("main .head a.button") if str(link["href"]).endswith("/sua")}


def test_the_page_of_a_patrol_says_unknown_and_marks_a_sum_that_lacks_a_unit(page, leader, signed_in):
    signed_in(leader)
    nothing = make_patrol(
        by=leader, attendance=attendance(**{POST: (None, None, None), POLICE: (None, None, None)})
    )
    seen = shown(page, nothing)
    figures = [value for value in seen.texts(".figure__value") if value != "2"]
    assert figures == ["chưa rõ"] * 3
    assert seen.texts("tr.total td") == ["chưa rõ"] * 3
    some = make_patrol(
        by=leader,
        started="2026-01-10 21:00",
        attendance=attendance(**{POST: (3, None, 0), POLICE: (None, 2, 0)}),
    )
    seen = shown(page, some)
    assert seen.texts("tr.total td") == ["3+", "2+", "0"]
    assert seen.texts(".figure__note") == ["có đơn vị chưa rõ quân số", "có đơn vị chưa rõ số"]


def test_everything_that_was_written_is_there(page, leader, signed_in):
    signed_in(leader)
    patrol = make_patrol(
        by=leader,
        started="2026-02-04 21:05",
        ended="2026-02-05 00:40",
        attendance=attendance(**{POST: (4, 1, 0), POLICE: (None, 0, 2), MILITARY: (0, 3, 0)}),
        findings=(
            finding_draft(
                "drug_possession", measures={"subjects": 2, "grams": 0.5}, place="Bãi Viêm Đông", km=4.1
            ),
            finding_draft("illegal_market", note="Đã nhắc nhở lần hai", outcome="dispersed"),
        ),
        programmes=("tuyen_bien_binh_yen", "quy_che_giap_ranh"),
        from_place="Điểm đầu Hà My",
        to_place="Điểm cuối Thống Nhất",
        means="boat",
        weather="fog",
        sea="rough",
        note="Sóng lớn, nghỉ giữa chừng",
    )
    seen = shown(page, patrol)
    for words in (
        "21:05 04/02/2026", "00:40 05/02/2026", "Thứ Tư, ngày 04 tháng 02 năm 2026", "Đại uý Trần Văn Lái",
        unit(POST).name, unit(POLICE).name, unit(MILITARY).name, "Tàng trữ trái phép chất ma tuý", "0,5",
        "Bãi Viêm Đông", "km 4,1", "Tụ điểm họp chợ trái phép", "Đã nhắc nhở lần hai", "Giải tán", "Điểm đầu Hà My",
        "Điểm cuối Thống Nhất", "Xuồng, ca nô, tàu", "Sương mù", "Sóng lớn, biển động", "Sóng lớn, nghỉ giữa chừng",
        "Quy chế phối hợp vùng giáp ranh", "Có đơn vị chưa rõ quân số", "Đã nộp", "Xác nhận 0/3",
    ):  # fmt: skip
        assert words in seen.text(), words
    rows = [row[1:] for row in seen.table()[1:]]
    assert rows == [["4", "1", "0"], ["chưa rõ", "0", "2"], ["0", "3", "0"], ["4+", "4", "2"]]
    assert "Nhập hộ" not in seen.text()


def test_a_patrol_without_anything_says_so_and_invents_no_zero(page, leader, signed_in):
    signed_in(leader)
    patrol = make_patrol(by=leader, ended=None, attendance=(), nothing_found=False)
    text = shown(page, patrol).text()
    assert "Chưa ghi lực lượng tham gia." in text
    assert "Chưa ghi có hay không có phát hiện." in text


EVERY_ACT = {"sua", "vet", "anh", "xac-nhan", "xac-nhan-tai-cho", "tra-lai", "huy"}
CONFIRM = {"xac-nhan", "xac-nhan-tai-cho"}


@pytest.mark.parametrize(
    ("role", "of", "acts"),
    [
        (Role.PATROL_LEADER, POST, {*CONFIRM, "anh", "quan-so"}),
        (Role.DUTY_OFFICER, POST, EVERY_ACT),
        (Role.COMMANDER, POST, {*CONFIRM, "anh", "quan-so", "tra-lai", "huy"}),
        (Role.STAFF_CLERK, POST, {"sua", "vet", "anh"}),
        (Role.PATROL_LEADER, POLICE, {*CONFIRM, "anh", "quan-so"}),
        (Role.COMMANDER, MILITARY, {*CONFIRM, "anh", "quan-so", "tra-lai", "huy"}),
    ],
)
def test_buttons_are_for_those_who_may(page, leader, signed_in, role, of, acts):
    patrol = make_patrol(by=leader)
    signed_in(make_person(role, of=of))
    assert offered(shown(page, patrol)) == acts


@pytest.mark.parametrize(
    ("status", "acts"),
    [
        (Status.IN_PROGRESS, {"sua", "vet", "anh", "huy"}),
        (Status.SUBMITTED, {"sua", "vet", "anh", "huy", *CONFIRM}),
        (Status.CONFIRMED, {"sua", "vet", "anh", "huy"}),
        (Status.RETURNED, {"sua", "vet", "anh", "huy"}),
        (Status.CLOSED, {"anh"}),
        (Status.CANCELLED, set()),
    ],
)
def test_buttons_of_the_leader_follow_the_life_of_the_patrol(page, leader, signed_in, db, status, acts):
    signed_in(leader)
    patrol = make_patrol(by=leader)
    patrol.status = status
    patrol.cancelled_because = "Bão" if status == Status.CANCELLED else None
    db.session.commit()
    assert offered(shown(page, patrol)) == acts


@pytest.mark.parametrize("act", ["xac-nhan", "tra-lai", "huy", "sua"])
@pytest.mark.parametrize(
    ("role", "of"), [(Role.ADMIN, POST), (Role.AUDITOR, POST), (Role.STAFF_CLERK, COMMITTEE)]
)
def test_an_act_without_its_button_is_refused(page, leader, signed_in, db, act, role, of):
    patrol = make_patrol(by=leader)
    signed_in(make_person(role, of=of))
    page.post(f"/tuan-tra/{patrol.id}/{act}", {"because": "vì", "rev": "1"}, expected=403)
    db.session.expire_all()
    assert (patrol.status, patrol.rev, patrol.confirmations) == ("submitted", 1, [])


def test_a_force_confirms_on_the_page(page, leader, signed_in, db):
    patrol = make_patrol(by=leader)
    signed_in(make_person(Role.COMMANDER, of=POLICE, rank="Thiếu tá", full_name="Võ Thị Duyệt"))
    seen = shown(page, patrol).form("main form.panel").submit()
    assert "Đã xác nhận thay mặt Công an" in seen.text(".flashes")
    assert "Xác nhận 1/3" in seen.text()
    assert "Thiếu tá Võ Thị Duyệt, 21:30 05/02/2026" in seen.text()
    assert "xac-nhan" not in offered(seen)


def test_confirming_twice_is_refused(page, leader, signed_in, db):
    patrol = make_patrol(by=leader)
    signed_in(make_person(Role.COMMANDER, of=POLICE))
    page.post(f"/tuan-tra/{patrol.id}/xac-nhan")
    page.post(f"/tuan-tra/{patrol.id}/xac-nhan", expected=403)
    db.session.expire_all()
    assert len(patrol.confirmations) == 1


@pytest.mark.parametrize("act", ["tra-lai", "huy"])
@pytest.mark.parametrize("because", ["", "   ", "\x00\u200b"])
def test_a_reason_must_be_given(page, leader, signed_in, db, act, because):
    patrol = make_patrol(by=leader)
    signed_in(make_person(Role.COMMANDER))
    seen = page.post(f"/tuan-tra/{patrol.id}/{act}", {"because": because}, expected=422)
    assert seen.texts(".field__why") == ["Cần ghi lý do."]
    db.session.expire_all()
    assert patrol.status == "submitted"


def test_a_patrol_is_returned_put_right_and_counts_again(page, leader, signed_in, db):
    patrol = make_patrol(by=leader)
    signed_in(make_person(Role.DUTY_OFFICER))
    seen = shown(page, patrol).form("main form[action$=tra-lai]").fill(because="Thiếu quân số").submit()
    assert "Thiếu quân số" in seen.text()
    signed_in(leader)
    form = page.open("logbook.edit", patrol_id=patrol.id)
    assert "Thiếu quân số" in form.text()
    after = form.form("main form.form").submit("Lưu thay đổi")
    assert not after.has("main .notice--warning")
    assert after.texts(".edits li")[-1] == "Lý do trả lại: Thiếu quân số →thành không ghi"
    assert services.is_counted(db.session.get(type(patrol), patrol.id, populate_existing=True))


def test_a_cancelled_patrol_says_why_and_stays(page, leader, signed_in):
    patrol = make_patrol(by=leader)
    signed_in(leader)
    seen = shown(page, patrol).form("main form[action$=huy]").fill(because="Bão số 4").submit()
    assert "Đã huỷ, không tính vào số liệu" in seen.text()
    assert "Bão số 4" in seen.text()
    assert offered(seen) == set()


def test_a_withdrawn_confirmation_is_explained(page, leader, signed_in):
    patrol = make_patrol(by=leader)
    services.confirm(patrol, by=make_person(Role.COMMANDER, of=POLICE))
    signed_in(leader)
    form = page.open("logbook.edit", patrol_id=patrol.id).form("main form.form").fill(ended_time="23:59")
    assert "đã rút vì giờ đi về đã sửa" in form.submit("Lưu thay đổi").text()


def test_the_story_of_a_record_is_told(page, leader, signed_in):
    patrol = make_patrol(by=leader)
    signed_in(leader)
    page.open("logbook.edit", patrol_id=patrol.id).form("main form.form").fill(note="x").submit(
        "Lưu thay đổi"
    )
    told = shown(page, patrol).texts("#dien-bien > .timeline > li")
    assert [line.split(" ", 2)[2] for line in told] == [
        "Ghi lượt tuần tra, Trần Văn Lái",
        "Sửa lượt tuần tra, Trần Văn Lái Ghi chú: không ghi →thành x Từ máy khác, địa chỉ 127.0.0.1",
    ]


HERE, OWN, BLOT = "form[action$=tai-cho]", "form[action$=quan-so]", "form[action$=che]"


def test_another_force_confirms_on_the_same_phone_with_a_sign_in_of_its_own(page, leader, signed_in):
    patrol = make_patrol(by=leader)
    police = make_person(of=POLICE, rank="Thượng uý", full_name="Võ Văn Bạn")
    signed_in(leader)
    form = shown(page, patrol).form(HERE).fill(other_name=police.username, other_password=PASSWORD)
    seen = form.submit()
    assert "Đã xác nhận thay mặt Công an" in seen.text(".flashes")
    assert (
        "Xác nhận 1/3" in seen.text()
        and "Thượng uý Võ Văn Bạn, 21:30 05/02/2026 (trên máy của" in seen.text()
    )
    assert leader.full_name in page.open("/").text("header") + seen.text("header")  # still his session
    assert "Công an" not in seen.text(HERE)


@pytest.mark.parametrize(
    ("role", "of", "more", "why"),
    [
        (
            Role.PATROL_LEADER,
            POLICE,
            {"password": "sai-mat-khau-9"},
            "Tên đăng nhập hoặc mật khẩu không đúng.",
        ),
        (Role.PATROL_LEADER, POLICE, {"must_change": True}, "phải đổi mật khẩu trước"),
        (Role.STAFF_CLERK, POLICE, {}, "không có lực lượng nào chờ xác nhận"),
        (Role.PATROL_LEADER, "dbp_non_nuoc", {}, "không có lực lượng nào chờ xác nhận"),
    ],
)
def test_who_cannot_confirm_on_somebodys_phone(page, leader, signed_in, db, role, of, more, why):
    patrol = make_patrol(by=leader)
    password = more.get("password", PASSWORD)
    other = make_person(role, of=of, must_change=more.get("must_change", False))
    signed_in(leader)
    form = shown(page, patrol).form(HERE).fill(other_name=other.username, other_password=password)
    seen = form.submit(expected=422)
    assert why in seen.text() and seen.form(HERE).value("other_name") == other.username
    assert seen.form(HERE).value("other_password") == ""
    db.session.expire_all()
    assert patrol.confirmations == []


def test_guessing_a_password_on_somebodys_phone_has_to_wait_like_everywhere(page, leader, signed_in):
    patrol, police = make_patrol(by=leader), make_person(of=POLICE)
    signed_in(leader)
    path = f"/tuan-tra/{patrol.id}/xac-nhan-tai-cho"
    for _ in range(FREE_TRIES):
        page.post(path, {"other_name": police.username, "other_password": "đoán"}, expected=422)
    seen = page.post(path, {"other_name": police.username, "other_password": PASSWORD}, expected=422)
    assert "Sai quá nhiều lần" in seen.text() and "Xác nhận 0/3" in seen.text()


def test_a_force_corrects_its_own_number_on_the_page_and_confirms_again(page, leader, signed_in):
    patrol = make_patrol(by=leader)
    police = signed_in(make_person(of=POLICE))
    services.confirm(patrol, by=police)
    form = shown(page, patrol).form(OWN)
    seen = form.fill({"attendance.0.personnel": "", "attendance.0.militia": ""}).submit(expected=422)
    assert "Chưa ghi mục này." in seen.text()
    seen = seen.form(OWN).fill({"attendance.0.personnel": "4"}).submit()
    assert "Xác nhận 0/3" in seen.text()
    (told,) = seen.texts(".edits li")
    assert told.startswith(
        "Lực lượng và quân số (Công an phường Điện Bàn Đông): 2 CBCS, 0 dân quân, 0 tổ an ninh "
    )
    assert told.endswith("thành 4 CBCS, chưa rõ dân quân, 0 tổ an ninh")
    assert "xac-nhan" in offered(seen)


def test_a_number_corrected_from_an_old_page_is_asked_again_with_what_was_typed(page, leader, signed_in):
    patrol = make_patrol(by=leader)
    signed_in(make_person(of=POLICE))
    form = shown(page, patrol).form(OWN).fill({"attendance.0.personnel": "4"})
    services.send_back(patrol, "Xem lại", by=make_person(Role.COMMANDER))
    seen = form.submit(expected=409)
    assert "vừa được người khác sửa" in seen.text()
    assert seen.form(OWN).value("attendance.0.personnel") == "4"
    assert "6" in seen.texts(".figure__value")


def test_a_number_that_was_confirmed_is_refused_to_others_and_nothing_typed_is_lost(page, leader, signed_in):
    patrol = make_patrol(by=leader)
    services.confirm(patrol, by=make_person(Role.COMMANDER, of=POLICE))
    signed_in(leader)
    form = page.open("logbook.edit", patrol_id=patrol.id).form("main form.form")
    seen = form.fill({"attendance.1.personnel": "5"}, note="Đêm yên").submit("Lưu thay đổi", expected=422)
    assert "Lực lượng đã xác nhận thì chỉ lực lượng đó sửa được" in seen.text()
    assert seen.form("main form.form").value("attendance.1.personnel") == "5"
    assert seen.form("main form.form").value("note") == "Đêm yên"


def test_a_commander_blots_out_a_text_and_nobody_finds_it_again(page, leader, signed_in):
    patrol = make_patrol(by=leader, note="gặp Nguyễn Văn Mật", findings=(finding_draft(place="nhà ông Mật"),))
    signed_in(make_person(Role.COMMANDER, full_name="Lê Văn Che"))
    form = shown(page, patrol).form(BLOT)
    name = next(value for value, words in form.options("text").items() if "Ghi chú" in words)
    assert form.fill(text=name).submit(expected=422).text(".field__why") == "Chưa ghi mục này."
    seen = shown(page, patrol).form(BLOT).fill(text=name, reason="personal_data").submit()
    assert "gặp Nguyễn Văn Mật" not in seen.text() and "[đã che]" in seen.text("main")
    assert (
        "Lê Văn Che che mục “Ghi chú” lúc 21:30 05/02/2026: có tên, giấy tờ, nơi ở của người." in seen.text()
    )
    form = seen.form(BLOT)
    name = next(value for value, words in form.options("text").items() if "nhà ông Mật" in words)
    seen = form.fill(text=name, reason="personal_data").submit()
    assert "ông Mật" not in seen.text("main")
    assert not page.open("/tuan-tra?tim=mat").has(".record")
    assert page.open("/tuan-tra?tim=danh+bac").has(".record")
    page.post(
        f"/tuan-tra/{patrol.id}/che",
        {"text": "patrols.1.personnel_total", "reason": "personal_data"},
        expected=422,
    )
    signed_in(leader)
    assert not shown(page, patrol).has(BLOT)


@pytest.mark.parametrize("number", ["999999", "9" * 12, "9" * 30])
def test_a_patrol_that_is_not_there(page, leader, signed_in, number):
    signed_in(leader)
    for way in ("", "/sua"):
        page.open(f"/tuan-tra/{number}{way}", expected=404)
    page.post(f"/tuan-tra/{number}/huy", {"because": "vì"}, expected=404)


def test_a_stranger_finds_nothing_and_a_committee_only_the_line(page, leader, signed_in):
    patrol = make_patrol(by=leader, attendance=attendance(**{POST: 2, POLICE: 2}))
    signed_in(make_person(of="dbp_non_nuoc"))
    shown(page, patrol, expected=404)
    signed_in(make_person(Role.COMMANDER, of=COMMITTEE))
    shown(page, patrol, expected=403)
