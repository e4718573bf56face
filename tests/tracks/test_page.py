"""GPX files on the pages: sent with the form or afterwards, several at once, and what the page says of each."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from patrol import clock as patrol_clock, wording
from patrol.accounts.rules import WHOLE_SYSTEM, Role
from patrol.audit.models import AuditEvent
from patrol.extensions import db as the_db
from patrol.totals.queries import figures
from patrol.tracks import services as track_services
from patrol.tracks.models import PatrolTrack, Track, TrackFile
from patrol.tracks.rules import MOST_FILES, Refusal
from tests.builders import (
    COMMITTEE,
    MILITARY,
    PASSWORD,
    POLICE,
    attendance,
    form_of,
    make_patrol,
    make_person,
    question,
)
from tests.pages import Page, Seen
from tests.tracks.samples import HEAD, MULTIPART, gpx, gpx_of, multipart, walk

OUT = patrol_clock.in_utc(
    datetime.fromisoformat("2026-02-04T21:00")
)  # when the patrols of the builders set out


def walked(minutes: int = 170, *, seed: int = 1, after: int = 2, speed: float = 1.2, **more: Any) -> bytes:
    """The file of a walk of so many minutes, beginning so many minutes after the patrol set out."""
    points, _ = walk(minutes * 60, speed, 10, 2.0, 2.0, seed, start=OUT + timedelta(minutes=after), **more)
    return gpx(points).encode()


WALK = walked()


def with_gap() -> bytes:
    before, _ = walk(3600, 1.2, 10, 2.0, 2.0, 3, start=OUT)
    after, _ = walk(3000, 1.2, 10, 2.0, 2.0, 4, start=OUT + timedelta(minutes=80))
    return gpx(before, after).encode()


@pytest.fixture
def leader(signed_in: Callable, clock: Any) -> Any:
    clock.set("2026-02-05 07:00")
    return signed_in(make_person())


@pytest.fixture
def patrol(leader: Any) -> Any:
    return make_patrol(by=leader, means="on_foot")


def send(page: Page, patrol: Any, *files: tuple[bytes, str], expected: int = 200) -> Seen:
    """Choose these files on the patrol's page and send them."""
    return page._visit(
        "POST", f"/tuan-tra/{patrol.id}/vet", expected, data=multipart(files), content_type=MULTIPART
    )


def outcomes(seen: Seen) -> list[str]:
    return seen.texts("main .notice .bullets li")


def measured(seen: Seen) -> dict[str, str]:
    """The column 'đo được' of the page, by its row."""
    table = next(table for table in seen.all("main table") if "Đo được" in table.get_text())
    rows = [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in table.select("tr")]
    return {row[0]: row[2] for row in rows if len(row) == 3}


def way(patrol: Any) -> PatrolTrack | None:
    the_db.session.expire_all()
    return the_db.session.get(PatrolTrack, patrol.id)


def number_of_tracks() -> int:
    return the_db.session.scalar(select(func.count(Track.id)))


# --- what a file says ---


def test_a_file_sent_from_the_page_is_measured_beside_what_the_book_says(page, patrol):
    seen = page.open("logbook.show", patrol_id=patrol.id)
    seen = seen.form('form[action$="/vet"]').fill(tracks=(WALK, "tối 4-2.gpx")).submit()
    assert outcomes(seen) == ["tối 4-2.gpx: Đã nhận."]
    assert measured(seen)["Xuất phát"] == "21:02 (2 phút sau)"
    assert measured(seen)["Kết thúc"] == "23:52 (8 phút trước)"
    assert measured(seen)["Thời gian"] == "2 giờ 50 phút (đi 2 giờ 50 phút)"
    assert "km" in measured(seen)["Quãng đường"] and "chưa lọc" in measured(seen)["Quãng đường"]
    assert measured(seen)["Phương tiện"] == "lọc theo đi bộ"
    assert measured(seen)["Quãng đứt"] == "không có"
    assert "Hạng A" in seen.text() and "Vết liên tục." in seen.text()
    assert seen.has("svg .sketch__way") or seen.has("path.sketch__way")
    assert seen.has("path.sketch__shore")
    assert seen.queries <= 38


def test_the_distance_shown_is_that_of_the_walk(patrol, page):
    points, true_m = walk(170 * 60, 1.2, 10, 2.0, 2.0, 9, start=OUT)
    send(page, patrol, (gpx(points).encode(), "a.gpx"))
    assert way(patrol).distance_m == pytest.approx(true_m, rel=0.05)


def test_gaps_are_listed_with_their_minutes_and_reason(page, patrol):
    seen = send(page, patrol, (with_gap(), "a.gpx"))
    assert measured(seen)["Quãng đứt"] == "1 quãng, 20 phút"
    assert "22:00: đứt 20 phút, máy tạm dừng ghi" in seen.text()


def test_a_track_without_times_keeps_its_line_and_says_so(page, patrol):
    points, _ = walk(170 * 60, 1.2, 10, start=OUT)
    bare = b"".join(
        part if not part.startswith(b"<time>") else b""
        for part in gpx(points)
        .encode()
        .replace(b"<time>", b"\0<time>")
        .replace(b"</time>", b"</time>\0")
        .split(b"\0")
    )
    seen = send(page, patrol, (bare, "a.gpx"))
    assert outcomes(seen) == ["a.gpx: Đã nhận. Tệp không có thời gian."]
    assert measured(seen)["Xuất phát"] == "tệp không ghi giờ"
    assert "Hạng C" in seen.text()


def test_a_plan_is_kept_and_never_counted_as_walked(page, patrol):
    body = '<rte><rtept lat="15.95" lon="108.3"/><rtept lat="15.94" lon="108.31"/></rte>'
    seen = send(page, patrol, (gpx_of(body), "lộ trình.gpx"))
    assert outcomes(seen) == ["lộ trình.gpx: Đã nhận. Tệp chỉ có lộ trình kế hoạch, không tính là đã đi."]
    assert way(patrol).distance_m == 0 and not way(patrol).is_counted


def test_a_track_of_another_time_is_kept_and_said_to_be_outside(page, patrol):
    seen = send(page, patrol, (walked(after=60 * 24), "a.gpx"))
    assert "Giờ của vết nằm ngoài giờ của lượt." in outcomes(seen)[0]
    assert "Quãng đường này không cộng vào số liệu." in seen.text()
    assert not way(patrol).is_counted


def test_a_patrol_still_out_is_measured_again_when_it_comes_back(page, leader):
    patrol = make_patrol(by=leader, means="on_foot", ended=None)
    seen = send(page, patrol, (walked(60), "a.gpx"))
    assert "đang tuần tra" in seen.text()
    edit = page.open("logbook.edit", patrol_id=patrol.id).form("main form.form")
    seen = edit.fill(ended_time="23:59").submit("Lưu thay đổi")
    assert "Vết có chưa đến nửa thời gian của lượt." in seen.text()
    assert way(patrol).grade == "C"


def test_other_means_are_other_rules(page, patrol):
    send(page, patrol, (walked(speed=8.0), "a.gpx"))
    on_foot = way(patrol).distance_m
    edit = page.open("logbook.edit", patrol_id=patrol.id).form("main form.form")
    edit.fill(means="motorbike").submit("Lưu thay đổi")
    assert way(patrol).means == "motorbike"
    assert way(patrol).distance_m > max(4 * on_foot, 60_000)


def test_an_edit_of_something_else_measures_nothing_again(page, patrol):
    send(page, patrol, (WALK, "a.gpx"))
    way(patrol).distance_m = 4321
    the_db.session.flush()
    edit = page.open("logbook.edit", patrol_id=patrol.id).form("main form.form")
    edit.fill(note="Biển lặng").submit("Lưu thay đổi")
    assert way(patrol).distance_m == 4321


# --- several files ---


def test_of_several_files_each_has_its_result_and_a_bad_one_stops_no_other(page, patrol):
    seen = send(
        page, patrol, (b"<html>", "trang.gpx"), (WALK, "a.gpx"), (b"", "rỗng.gpx"), (with_gap(), "b.gpx")
    )
    assert [line.partition(":")[0] for line in outcomes(seen)] == ["trang.gpx", "a.gpx", "rỗng.gpx", "b.gpx"]
    assert outcomes(seen)[0].endswith(wording.say("gpx_html"))
    assert outcomes(seen)[2].endswith(wording.say("gpx_empty"))
    assert "nhận 2/4" in seen.text()
    assert number_of_tracks() == 2


def test_two_phones_of_one_team_count_once(page, patrol):
    send(page, patrol, (WALK, "a.gpx"))
    alone = way(patrol).distance_m
    send(page, patrol, (walked(seed=2), "b.gpx"))
    assert number_of_tracks() == 2
    assert way(patrol).distance_m == pytest.approx(alone, rel=0.02)


def test_the_order_in_which_files_come_changes_nothing(page, leader):
    first, second = with_gap(), walked(30, after=130, seed=7)
    one, other = make_patrol(by=leader, means="on_foot"), make_patrol(by=leader, means="on_foot")
    send(page, one, (first, "a.gpx"), (second, "b.gpx"))
    send(page, other, (second, "b.gpx"))
    send(page, other, (first, "a.gpx"))
    assert way(one).distance_m == way(other).distance_m
    assert way(one).gap_s == way(other).gap_s


def test_the_same_file_twice_is_one_track(page, patrol):
    send(page, patrol, (WALK, "a.gpx"))
    before = way(patrol).distance_m
    seen = send(page, patrol, (WALK, "bản sao.gpx"), (WALK, "nữa.gpx"))
    assert outcomes(seen) == [
        "bản sao.gpx: Đã có từ trước; không ghi thêm lần nữa.",
        "nữa.gpx: Đã có từ trước; không ghi thêm lần nữa.",
    ]
    assert number_of_tracks() == 1
    assert way(patrol).distance_m == before


def test_more_files_than_a_patrol_holds_are_refused_one_by_one(page, patrol):
    point = '<trk><trkseg><trkpt lat="15.9{0:02}" lon="108.3"/></trkseg></trk>'
    files = [(gpx_of(point.format(number)), f"{number}.gpx") for number in range(MOST_FILES + 2)]
    seen = send(page, patrol, *files)
    assert outcomes(seen)[-1].endswith(wording.say("gpx_too_many_files"))
    assert number_of_tracks() == MOST_FILES
    assert wording.say("gpx_too_many_files") in outcomes(send(page, patrol, (WALK, "a.gpx")))[0]


# --- refusals ---

TOO_MANY = gpx_of("<trk><trkseg>" + '<trkpt lat="15.9" lon="108.3"/>' * 150_001 + "</trkseg></trk>")
REFUSED = {
    Refusal.EMPTY: b"",
    Refusal.TOO_BIG: b"<gpx>" + b" " * (15 * 2**20),
    Refusal.TOO_MANY_POINTS: TOO_MANY,
    Refusal.TOO_COMPLEX: gpx_of(
        "<trk>"
        + "".join(f'<trkseg><trkpt lat="15.{n:05}" lon="108.3"/></trkseg>' for n in range(2_100))
        + "</trk>"
    ),
    Refusal.HTML: b"<!doctype html><html><body>404</body></html>",
    Refusal.NOT_GPX: b"<kml/>",
    Refusal.DOCTYPE: b'<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "b">]><gpx/>',
    Refusal.MALFORMED: HEAD.encode() + b"<trk><trkseg><trkpt lat=15.9/>",
    Refusal.TRUNCATED: HEAD.encode()[:-5],
    Refusal.NO_POINTS: gpx_of("<trk></trk>"),
    Refusal.NO_GOOD_POINTS: gpx_of('<trk><trkseg><trkpt lat="nan" lon="200"/></trkseg></trk>'),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_a_file_that_is_refused_says_why_in_words(page, patrol, reason):
    seen = send(page, patrol, (REFUSED[reason], "a.gpx"))
    assert outcomes(seen) == [f"a.gpx: {wording.say(reason)}"]
    assert seen.has(".notice--problem")
    assert number_of_tracks() == 0 and way(patrol) is None


def test_sending_no_file_says_so(page, patrol):
    assert "Chưa chọn tệp nào." in send(page, patrol).text()


def test_a_fault_of_ours_is_a_refusal_and_never_a_failure(page, patrol, monkeypatch):
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(track_services, "read_gpx", broken)
        seen = send(page, patrol, (WALK, "a.gpx"))
    assert wording.say("gpx_unreadable") in outcomes(seen)[0]
    with monkeypatch.context() as patched:
        patched.setattr(track_services, "measure", broken)
        seen = send(page, patrol, (WALK, "a.gpx"))
    assert wording.say("gpx_unreadable") in outcomes(seen)[0]
    assert outcomes(send(page, patrol, (WALK, "a.gpx"))) == ["a.gpx: Đã nhận."]


# --- with the form ---


def test_files_go_with_the_form_and_the_patrol_is_stored_whatever_they_are(page, leader):
    form = page.open("logbook.new").form("main form.form")
    assert "tracks" in form.names
    filled = {
        name: value for name, value in form_of(leader).items() if name in form.names and name != "client_id"
    }
    seen = form.fill(filled).fill(tracks=(b"<html>", "a.gpx")).submit("Lưu lượt tuần tra")
    assert "Đã lưu lượt tuần tra." in seen.text()
    assert wording.say("gpx_html") in outcomes(seen)[0]
    form = page.open("logbook.new").form("main form.form")
    seen = form.fill(filled).fill(tracks=(WALK, "a.gpx")).submit("Lưu lượt tuần tra")
    assert outcomes(seen) == ["a.gpx: Đã nhận."]
    assert "Hạng A" in seen.text()


def test_a_form_with_problems_says_that_files_have_to_be_chosen_again(page, leader):
    form = page.open("logbook.new").form("main form.form")
    assert "Tệp GPX cần chọn lại" not in page.open("logbook.new").text()
    filled = {
        name: value for name, value in form_of(leader).items() if name in form.names and name != "client_id"
    }
    wrong = form.fill(filled).fill(started_time="25:99", tracks=(WALK, "a.gpx"))
    seen = wrong.submit("Lưu lượt tuần tra", expected=422)
    assert "Tệp GPX cần chọn lại" in seen.text()
    seen = seen.form("main form.form").fill(started_time="21:00").submit("Lưu lượt tuần tra")
    assert "Đã lưu lượt tuần tra." in seen.text() and number_of_tracks() == 0


def test_a_session_that_ended_keeps_the_patrol_and_says_that_the_file_is_missing(page, leader, clock):
    form = page.open("logbook.new").form("main form.form")
    filled = {
        name: value for name, value in form_of(leader).items() if name in form.names and name != "client_id"
    }
    clock.advance(hours=2)
    gate = form.fill(filled).fill(tracks=(WALK, "a.gpx")).submit("Lưu lượt tuần tra", expected=401)
    seen = gate.form("main form").fill(_username=leader.username, _password=PASSWORD).submit()
    assert "Đã lưu lượt tuần tra." in seen.text()
    assert "Tệp GPX chưa được gửi" in seen.text()


def test_a_form_sent_twice_stores_patrol_and_file_once(client, leader):
    fields = form_of(leader)
    for _ in range(2):
        data = {**fields, "tracks": (io.BytesIO(WALK), "a.gpx")}
        assert client.post("/tuan-tra/moi", data=data, content_type="multipart/form-data").status_code == 302
    assert number_of_tracks() == 1


# --- the same line on two patrols ---


def test_the_line_of_another_patrol_is_worth_c_until_explained_and_both_say_so(page, leader):
    one, other = make_patrol(by=leader, means="on_foot"), make_patrol(by=leader, means="on_foot")
    send(page, one, (WALK, "a.gpx"))
    copied = WALK.replace(b'creator="t"', b'creator="x"')  # another file, the same way
    seen = send(page, other, (copied, "b.gpx"))
    assert wording.say("proof_same_line") in outcomes(seen)[0]
    assert way(other).grade == "C" and not way(other).is_counted
    assert "Cùng vết: Bờ biển Điện Bàn" in seen.text()
    assert way(one).grade == "A" and way(one).is_counted
    assert wording.say("track_same_line_elsewhere") in page.open("logbook.show", patrol_id=one.id).text()


def test_the_very_file_of_another_patrol_is_a_copy_too_and_stays_one_after_an_edit(page, leader):
    one, other = make_patrol(by=leader, means="on_foot"), make_patrol(by=leader, means="on_foot")
    send(page, one, (WALK, "a.gpx"))
    send(page, other, (WALK, "a.gpx"))
    page.open("logbook.edit", patrol_id=other.id).form("main form.form").fill(ended_time="23:45").submit(
        "Lưu thay đổi"
    )
    assert "proof_same_line" in way(other).reasons and way(other).grade == "C"
    page.open("logbook.edit", patrol_id=one.id).form("main form.form").fill(ended_time="23:45").submit(
        "Lưu thay đổi"
    )
    assert "proof_same_line" not in way(one).reasons
    assert "track_same_line_elsewhere" in way(one).remarks


def test_a_file_moved_from_a_cancelled_patrol_is_no_copy(page, leader):
    one, other = make_patrol(by=leader, means="on_foot"), make_patrol(by=leader, means="on_foot")
    send(page, one, (WALK, "a.gpx"))
    page.post(f"/tuan-tra/{one.id}/huy", {"because": "ghi trùng"})
    send(page, other, (WALK, "a.gpx"))
    assert way(other).grade == "A"


# --- who sees what ---


def test_leader_commander_and_duty_officer_see_the_track_and_nobody_else_learns_of_it(
    page, patrol, signed_in
):
    seen = send(page, patrol, (WALK, "a.gpx"))
    track_id = the_db.session.scalar(select(Track.id))
    address = f"/tuan-tra/{patrol.id}/vet/{track_id}.gpx"

    def look(person: Any) -> tuple[bool, int]:
        signed_in(person)
        response = page.client.get(f"/tuan-tra/{patrol.id}")
        body = response.get_data(as_text=True)
        assert response.status_code in (200, 403, 404)
        shown = any(
            word in body for word in ("a.gpx", "sketch__way", "Đo được", "Vết đi</h2>", "track.", "Hạng A")
        )
        return shown, page.client.get(address).status_code

    assert "sketch__way" in seen.html
    for role, of in (
        (Role.COMMANDER, "dbp_cua_dai"),
        (Role.DUTY_OFFICER, "dbp_cua_dai"),
        (Role.COMMANDER, POLICE),
    ):
        assert look(make_person(role, of=of)) == (True, 200), (role, of)
    for role in (Role.PATROL_LEADER, Role.STAFF_CLERK):
        assert look(make_person(role)) == (False, 404), role
    assert look(make_person(Role.PATROL_LEADER, of=MILITARY)) == (False, 404)
    for role in (Role.ADMIN, Role.AUDITOR):
        assert look(make_person(role)) == (False, 403), role
    assert look(make_person(Role.COMMANDER, of=COMMITTEE))[0] is False
    assert look(make_person(Role.COMMANDER, of="ca_hoi_an_tay")) == (False, 404)


def test_a_committee_and_a_stranger_cannot_download(page, patrol, signed_in):
    send(page, patrol, (WALK, "a.gpx"))
    address = f"/tuan-tra/{patrol.id}/vet/{the_db.session.scalar(select(Track.id))}.gpx"
    signed_in(make_person(Role.STAFF_CLERK, of=COMMITTEE))
    assert page.client.get(address).status_code == 404


def test_a_track_is_found_only_under_its_own_patrol(page, patrol, leader):
    send(page, patrol, (WALK, "a.gpx"))
    other = make_patrol(by=leader)
    track_id = the_db.session.scalar(select(Track.id))
    assert page.client.get(f"/tuan-tra/{other.id}/vet/{track_id}.gpx").status_code == 404
    assert page.client.get(f"/tuan-tra/{patrol.id}/vet/{track_id + 1}.gpx").status_code == 404


def test_a_clerk_sends_for_others_and_reads_the_results_but_not_the_track(page, patrol, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    seen = send(page, patrol, (WALK, "a.gpx"), (b"<kml/>", "b.gpx"))
    assert outcomes(seen) == ["a.gpx: Đã nhận.", f"b.gpx: {wording.say('gpx_not_gpx')}"]
    assert "Đo được" not in seen.text() and "sketch__way" not in seen.html
    again = page.open("logbook.show", patrol_id=patrol.id)
    assert "a.gpx" not in again.html and "Gửi tệp vết đi" in again.text()


def test_who_may_not_write_the_patrol_may_not_send_files(page, patrol, signed_in):
    for role, of in (
        (Role.PATROL_LEADER, "dbp_cua_dai"),
        (Role.COMMANDER, "dbp_cua_dai"),
        (Role.AUDITOR, POLICE),
    ):
        signed_in(make_person(role, of=of))
        send(page, patrol, (WALK, "a.gpx"), expected=403)
    signed_in(make_person(of="ca_hoi_an_tay"))
    send(page, patrol, (WALK, "a.gpx"), expected=404)
    assert number_of_tracks() == 0


def test_a_closed_or_cancelled_patrol_takes_no_file(page, patrol):
    page.post(f"/tuan-tra/{patrol.id}/huy", {"because": "bão"})
    send(page, patrol, (WALK, "a.gpx"), expected=403)


def test_a_leader_written_in_by_name_has_no_account_to_see_with(page, signed_in, clock):
    clock.set("2026-02-05 07:00")
    clerk = signed_in(make_person(Role.STAFF_CLERK))
    patrol = make_patrol(by=clerk, leader_id=None, leader_name="Đại uý Trần Văn Mẫu")
    send(page, patrol, (WALK, "a.gpx"))
    assert "sketch__way" not in page.open("logbook.show", patrol_id=patrol.id).html


# --- the original, and the trail ---


def test_the_download_is_the_file_as_it_came(page, patrol):
    send(page, patrol, (WALK, "bãi tắm.gpx"))
    track_id = the_db.session.scalar(select(Track.id))
    response = page.client.get(f"/tuan-tra/{patrol.id}/vet/{track_id}.gpx")
    assert response.data == WALK
    assert response.headers["Content-Type"].startswith("application/gpx+xml")
    assert (
        response.headers["Content-Disposition"] == f"attachment; filename=luot-{patrol.id}-vet-{track_id}.gpx"
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"


def test_sending_looking_and_downloading_are_written_down_and_the_leaders_own_look_is_not(
    page, patrol, signed_in
):
    send(page, patrol, (WALK, "a.gpx"), (b"", "b.gpx"))
    track_id = the_db.session.scalar(select(Track.id))
    page.open("logbook.show", patrol_id=patrol.id)
    page.client.get(f"/tuan-tra/{patrol.id}/vet/{track_id}.gpx")

    def trail() -> list[str]:
        wanted = (
            select(AuditEvent.action).where(AuditEvent.action.startswith("track.")).order_by(AuditEvent.id)
        )
        return list(the_db.session.scalars(wanted))

    assert trail() == ["track.attached", "track.refused", "track.downloaded"] or trail() == [
        "track.refused", "track.attached", "track.downloaded",
    ]  # fmt: skip
    signed_in(make_person(Role.COMMANDER))
    page.open("logbook.show", patrol_id=patrol.id)
    assert trail()[3:] == ["track.viewed"]
    signed_in(make_person(Role.AUDITOR))
    said = page.open("audit.index").text()
    assert "Xem vết đi" in said and "Tải tệp vết đi" in said and wording.say("gpx_empty") in said


def test_the_time_line_of_the_patrol_says_nothing_of_files(page, patrol, signed_in):
    send(page, patrol, (WALK, "a.gpx"))
    assert "vết" not in page.open("logbook.show", patrol_id=patrol.id).text(".timeline").lower()


def test_nothing_written_in_a_file_is_ever_shown(page, patrol, signed_in):
    secret = "Bí mật <script>alert(1)</script> Nguyễn Văn Lộ"
    escaped = secret.replace("<", "&lt;").replace(">", "&gt;")
    written = WALK.decode().replace(
        "<trk>",
        f"<metadata><name>{escaped}</name><desc>{escaped}</desc><author><name>{escaped}</name></author></metadata>"
        f'<wpt lat="15.93" lon="108.31"><name>{escaped}</name></wpt><trk><name>{escaped}</name><cmt>{escaped}</cmt>',
    )
    send(page, patrol, (written.encode(), "a.gpx"))
    commander = make_person(Role.COMMANDER)
    auditor = make_person(Role.AUDITOR)
    places = ("logbook.show", "logbook.index", "home.index", "totals.index")
    for person in (None, commander):
        if person:
            signed_in(person)
        for place in places:
            seen = page.open(place, **({"patrol_id": patrol.id} if place == "logbook.show" else {}))
            assert "Bí mật" not in seen.html and "Văn Lộ" not in seen.html, place
    signed_in(auditor)
    assert "Bí mật" not in page.open("audit.index").html


def test_the_bytes_are_kept_apart_and_small(page, patrol):
    send(page, patrol, (WALK, "a.gpx"))
    content = the_db.session.scalar(select(TrackFile.content))
    assert len(content) < len(WALK) / 4
    listing = page.open("logbook.index")
    assert not [statement for statement in listing.statements if "track_files" in statement]


def test_a_file_name_is_short_and_without_folders(page, patrol):
    seen = send(page, patrol, (WALK, "Thẻ nhớ/Hùng/" + "đ" * 300 + ".gpx"))
    [name] = the_db.session.scalars(select(Track.name))
    assert len(name) <= 60 and name.endswith(".gpx") and "/" not in name
    assert outcomes(seen)[0].startswith("đđđ")


# --- figures ---


def test_the_distance_of_a_period_adds_up_and_says_how_many_patrols_lack_it(page, leader):
    def distance() -> Any:
        return figures(question(seen_by=WHOLE_SYSTEM))["patrol.distance_m"]

    assert (distance().value, distance().unknown, distance().records) == (0, 0, 0)
    one, other = make_patrol(by=leader, means="on_foot"), make_patrol(by=leader, means="on_foot")
    make_patrol(by=leader, attendance=attendance(dbp_cua_dai=3))  # of one force: not joint
    assert (distance().value, distance().unknown) == (None, 2)
    send(page, one, (WALK, "a.gpx"))
    assert (distance().value, distance().unknown) == (way(one).distance_m, 1)
    send(page, other, (with_gap(), "b.gpx"))
    assert distance().value == way(one).distance_m + way(other).distance_m
    assert distance().unknown == 0
    page.post(f"/tuan-tra/{one.id}/huy", {"because": "ghi trùng"})
    assert (distance().value, distance().records) == (way(other).distance_m, 1)
    seen = page.open("/tong-ket/2026")
    assert "Quãng đường đo được" in seen.text()


def test_pages_of_figures_do_not_depend_on_bytes_of_files(page, patrol):
    send(page, patrol, (WALK, "a.gpx"))
    seen = page.open("/tong-ket/2026")
    assert not [each for each in seen.statements if "track_files" in each or "patrol_tracks.line" in each]
    assert BeautifulSoup(seen.html, "html5lib").find("svg", class_="sketch") is None
