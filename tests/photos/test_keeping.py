"""Photos on the pages: sent from the patrol's page, kept once, shown to whom they are meant for."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from patrol import clock as patrol_clock
from patrol.accounts.rules import Role
from patrol.audit.models import AuditEvent
from patrol.errors import Conflict, Invalid, NotAllowed
from patrol.extensions import db as the_db
from patrol.photos import media
from patrol.photos.models import Photo
from patrol.photos.queries import is_held, photos_older_than
from patrol.photos.rules import MOST_PHOTOS, PhotoDraft, PhotoLimits, Refused
from patrol.photos.services import keep_photo, prepare
from tests.builders import MILITARY, POLICE, finding_draft, make_patrol, make_person
from tests.pages import Page, Seen
from tests.photos.samples import SECRET, jpeg, opened, png

LIMITS = PhotoLimits(size_bytes=2**20, pixels=10_000_000)


@pytest.fixture
def leader(signed_in: Callable, clock: Any) -> Any:
    clock.set("2026-02-05 07:00")
    return signed_in(make_person())


@pytest.fixture
def patrol(leader: Any) -> Any:
    return make_patrol(by=leader, findings=(finding_draft(),))


@pytest.fixture
def folder(app: Any) -> Path:
    return Path(app.config["PATROL"].MEDIA_DIR)


def send(
    page: Page, patrol: Any, content: bytes, name: str = "anh.jpg", *, expected: int = 200, **more: Any
) -> Seen:
    form = page.open("logbook.show", patrol_id=patrol.id).form('form[action$="/anh"]')
    return form.fill(photos=(content, name), **more).submit(expected=expected)


def answers(seen: Seen) -> list[str]:
    return seen.texts("main .notice .bullets li")


def kept(patrol: Any) -> list[Photo]:
    the_db.session.expire_all()
    return list(the_db.session.scalars(select(Photo).where(Photo.patrol_id == patrol.id).order_by(Photo.id)))


def noted(action: str) -> int:
    return the_db.session.scalar(select(func.count(AuditEvent.id)).where(AuditEvent.action == action))


def keep(patrol: Any, by: Any, folder: Path, content: bytes = b"", **said: Any) -> Any:
    prepared = prepare(content or jpeg(), LIMITS)
    return keep_photo(prepared, PhotoDraft(**said), patrol=patrol, by=by, folder=folder)


# --- from the page ---


def test_a_photo_sent_from_the_page_is_made_small_and_shown(page, client, patrol, folder):
    finding = patrol.findings[0]
    seen = send(page, patrol, jpeg(2000, 1500, secrets=True), "bãi biển.jpg", is_clean=True, taken_time="0:30",
                place="Bãi tắm Hà My", caption="Tang vật đã thu", finding_id=str(finding.client_id))  # fmt: skip
    assert answers(seen) == ["bãi biển.jpg: Đã nhận."]
    assert "Tang vật đã thu" in seen.text(".album") and "00:30 05/02/2026, Bãi tắm Hà My" in seen.text(
        ".album"
    )
    assert finding.category_name in seen.text(".album")
    (photo,) = kept(patrol)
    stored = media.path_of(folder, photo.sha256).read_bytes()
    assert hashlib.sha256(stored).hexdigest() == photo.sha256
    assert (len(stored), photo.width, photo.height) == (photo.size_bytes, 1600, 1200)
    assert SECRET.encode() not in stored and not opened(stored).getexif()

    link, image = seen.one(".album a")["href"], seen.one(".album img")["src"]
    for address, width in ((link, 1600), (image, 320)):
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert opened(answer.data).width == width
    assert noted("photo.viewed") == 0


def test_each_of_several_files_gets_its_own_answer_and_a_bad_one_stops_no_other(client, page, patrol):
    files = [
        (jpeg(), "một.jpg"),
        (jpeg()[:900], "hai.jpg"),
        (b"GIF89a", "ba.gif"),
        (png(), "bốn.png"),
        (jpeg(), "lại.jpg"),
    ]
    client.post(
        f"/tuan-tra/{patrol.id}/anh",
        data={"photos": [(io.BytesIO(content), name) for content, name in files], "is_clean": "1"},
    )
    seen = page.open("logbook.show", patrol_id=patrol.id)
    assert answers(seen) == [
        "một.jpg: Đã nhận.",
        "hai.jpg: Tệp ảnh bị hỏng hoặc bị cụt. Hãy chọn lại ảnh gốc trên máy.",
        "ba.gif: Đây không phải ảnh JPEG hay PNG.",
        "bốn.png: Đã nhận.",
        "lại.jpg: Đã có từ trước; không ghi thêm lần nữa.",
    ]
    assert "Ảnh: nhận 3/5" in seen.text() and len(kept(patrol)) == 2
    assert noted("photo.refused") == 2
    assert not answers(page.open("logbook.show", patrol_id=patrol.id))


def test_what_was_typed_stays_when_no_file_or_no_time_can_be_read(page, patrol):
    form = page.open("logbook.show", patrol_id=patrol.id).form('form[action$="/anh"]')
    seen = form.fill(caption="Cổng chào", place="Hà My").submit(expected=422)
    assert "Chưa chọn ảnh nào" in seen.text()
    assert seen.form('form[action$="/anh"]').value("caption") == "Cổng chào"
    seen = send(page, patrol, jpeg(), taken_time="25h", caption="Cổng chào", expected=422)
    assert "Không đọc được giờ" in seen.text()
    assert seen.form('form[action$="/anh"]').value("caption") == "Cổng chào"
    assert kept(patrol) == []


# --- who may look ---


def test_a_photo_nobody_called_clean_is_for_commanders_and_each_look_is_written_down(
    page, client, patrol, signed_in
):
    send(page, patrol, jpeg(), caption="Người đánh bạc")
    (photo,) = kept(patrol)
    address = f"/tuan-tra/{patrol.id}/anh/{photo.id}.jpg"
    thumb = address.replace(".jpg", "-nho.jpg")
    for role in (Role.PATROL_LEADER, Role.DUTY_OFFICER, Role.STAFF_CLERK):
        signed_in(make_person(role))
        seen = page.open("logbook.show", patrol_id=patrol.id)
        assert "Ảnh chỉ chỉ huy xem được" in seen.text() and not seen.has(".album img")
        assert client.get(address).status_code == client.get(thumb).status_code == 404
    signed_in(make_person(Role.COMMANDER, of=POLICE))
    seen = page.open("logbook.show", patrol_id=patrol.id)
    assert not seen.has(".album img") and seen.one(".album a")["href"] == address
    assert client.get(thumb).status_code == 404
    assert noted("photo.viewed") == 0
    assert opened(client.get(address).data).size == (800, 600)
    assert noted("photo.viewed") == 1


def test_a_photo_is_out_of_sight_for_who_may_not_open_its_patrol(client, patrol, leader, folder, signed_in):
    photo = keep(patrol, leader, folder, is_clean=True).photo
    other = make_patrol(by=leader, attendance=())
    signed_in(make_person(Role.COMMANDER, of=MILITARY))
    assert client.get(f"/tuan-tra/{patrol.id}/anh/{photo.id}.jpg").status_code == 200
    assert client.get(f"/tuan-tra/{other.id}/anh/{photo.id}.jpg").status_code == 404
    signed_in(make_person(Role.COMMANDER, of="dbp_non_nuoc"))
    assert client.get(f"/tuan-tra/{patrol.id}/anh/{photo.id}.jpg").status_code == 404
    assert client.post(f"/tuan-tra/{patrol.id}/anh/{photo.id}/cho-xem").status_code == 404


def test_a_commander_releases_a_photo_and_the_sender_takes_it_back(page, client, patrol, leader, signed_in):
    send(page, patrol, jpeg())
    signed_in(make_person(Role.COMMANDER))
    seen = page.open("logbook.show", patrol_id=patrol.id).form('form[action$="/cho-xem"]').submit()
    assert seen.has(".album img")
    signed_in(leader)
    seen = page.open("logbook.show", patrol_id=patrol.id)
    assert seen.has(".album img") and not seen.has('form[action$="/cho-xem"]')
    seen = seen.form('form[action$="/giu-kin"]').submit()
    assert not seen.has(".album img") and kept(patrol)[0].is_clean is False
    assert (noted("photo.released"), noted("photo.guarded")) == (1, 1)


def test_a_withdrawn_photo_is_shown_to_nobody_and_its_record_stays(page, client, patrol, signed_in):
    send(page, patrol, jpeg(), is_clean=True)
    (photo,) = kept(patrol)
    form = page.open("logbook.show", patrol_id=patrol.id).form('form[action$="/rut"]')
    assert "cần ghi lý do" in form.submit().text()
    assert kept(patrol)[0].withdrawn_at is None
    form = page.open("logbook.show", patrol_id=patrol.id).form('form[action$="/rut"]')
    seen = form.fill(because="Chụp nhầm").submit()
    assert "Ảnh đã rút" in seen.text() and "Chụp nhầm" in seen.text() and not seen.has(".album img")
    assert answers(send(page, patrol, jpeg(), is_clean=True)) == [
        "anh.jpg: Ảnh này đã rút khỏi lượt nên không nhận lại."
    ]
    signed_in(make_person(Role.COMMANDER))
    assert client.get(f"/tuan-tra/{patrol.id}/anh/{photo.id}.jpg").status_code == 404
    assert len(kept(patrol)) == 1


# --- from the phone: the same service ---


def test_a_photo_sent_again_is_the_one_that_is_there(patrol, leader, folder):
    named = uuid4()
    first = keep(patrol, leader, folder, client_id=named, caption="Lần đầu")
    again = keep(patrol, leader, folder, client_id=named, caption="Lần sau")
    unnamed = keep(patrol, leader, folder)
    assert [first.outcome, again.outcome, unnamed.outcome] == ["stored", "already_stored", "already_stored"]
    assert {first.photo.id} == {again.photo.id, unnamed.photo.id} and first.photo.caption == "Lần đầu"
    with pytest.raises(Conflict):
        keep(patrol, leader, folder, jpeg(300, 200), client_id=named)
    assert len(kept(patrol)) == 1


def test_a_photo_is_added_by_any_force_that_took_part_and_by_nobody_else(patrol, folder):
    assert keep(patrol, make_person(of=POLICE), folder).outcome == "stored"
    with pytest.raises(NotAllowed):
        keep(patrol, make_person(Role.AUDITOR), folder)
    patrol.status, patrol.cancelled_because = "cancelled", "Bão"
    with pytest.raises(NotAllowed):
        keep(patrol, make_person(), folder, jpeg(300, 200))


def test_a_photo_of_a_finding_of_another_patrol_is_refused(patrol, leader, folder):
    other = make_patrol(by=leader, findings=(finding_draft(),))
    with pytest.raises(Invalid):
        keep(patrol, leader, folder, finding_id=other.findings[0].client_id)


def test_there_is_an_end_to_the_photos_of_a_patrol(patrol, leader, folder):
    prepared = prepare(jpeg(), LIMITS)
    for number in range(MOST_PHOTOS):
        other = replace(prepared, source_sha256=f"{number:064}")
        keep_photo(other, PhotoDraft(), patrol=patrol, by=leader, folder=folder)
    with pytest.raises(Refused):
        keep(patrol, leader, folder)


def test_the_rule_of_retention_finds_old_photos_and_knows_which_files_are_still_held(
    patrol, leader, folder, clock
):
    old = keep(patrol, leader, folder).photo
    clock.advance(days=40)
    same_picture = keep(make_patrol(by=leader), leader, folder).photo
    assert photos_older_than(patrol_clock.now() - timedelta(days=30)) == [old]
    assert old.sha256 == same_picture.sha256
    old.removed_at = patrol_clock.now()
    the_db.session.flush()
    assert photos_older_than(patrol_clock.now()) == []
    assert is_held(old.sha256) and is_held(old.thumb_sha256)
    same_picture.removed_at = patrol_clock.now()
    the_db.session.flush()
    assert not is_held(old.sha256)


# --- on the disk ---


def test_a_file_is_whole_or_not_there_at_all(tmp_path, monkeypatch):
    sha256 = media.keep(tmp_path, b"whole")
    assert media.path_of(tmp_path, sha256).read_bytes() == b"whole"
    assert media.path_of(tmp_path, sha256).stat().st_mode & 0o077 == 0

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(media.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        media.keep(tmp_path, b"half")
    assert [each.name for each in tmp_path.rglob("*") if each.is_file()] == [f"{sha256}.jpg"]
    assert media.keep(tmp_path, b"whole") == sha256  # what is there is not written again
