"""After its term a track loses its points and its file, and nothing else: no figure moves, and the page says so."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from patrol.accounts.rules import Role
from patrol.audit.models import AuditEvent
from patrol.backup.queries import figures_by_year
from patrol.extensions import db as the_db
from patrol.patrols.models import Patrol
from patrol.photos.media import path_of
from patrol.photos.models import Photo
from patrol.photos.rules import PhotoDraft, PhotoLimits
from patrol.photos.services import keep_photo, prepare
from patrol.retention.rules import DEFAULT_MONTHS, Kept, months_before, term
from patrol.tracks.lines import decode_fine
from patrol.tracks.models import PatrolTrack, Track, TrackFile
from patrol.tracks.rules import Limits
from patrol.tracks.services import attach_files, read_files, remeasure
from tests.builders import make_patrol, make_person, make_setting
from tests.photos.samples import jpeg
from tests.tracks.test_page import WALK


@pytest.fixture
def walked_patrol(db, clock):
    """A patrol of 4 February 2026 with a file; the clock stands on 5 February."""
    patrol = make_patrol(means="on_foot")
    attach_files(patrol, read_files([("a.gpx", WALK)], Limits()), by=None)
    db.session.commit()
    return patrol


def facts(patrol: Patrol) -> dict:
    way = the_db.session.get(PatrolTrack, patrol.id)
    track = the_db.session.scalar(select(Track).where(Track.patrol_id == patrol.id))
    kept = ("grade", "distance_m", "moving_s", "points_read", "first_at", "last_at", "is_counted")
    return {name: getattr(way, name) for name in kept} | {"sha256": track.sha256, "km": track.distance_m}


def test_nothing_goes_before_its_term_and_a_dry_run_never_removes(walked_patrol, runner, clock):
    clock.set("2027-02-04 08:00")  # to the day twelve months later: still kept
    assert "Quá hạn: 0 lượt" in runner.invoke(args=["retention"]).output
    clock.set("2027-02-05 08:00")
    done = runner.invoke(args=["retention", "--dry-run"])
    assert "Quá hạn: 1 lượt, 1 tệp, 0,1 MB." in done.output
    assert "Thử, chưa xoá gì." in done.output
    assert the_db.session.scalar(select(func.count()).select_from(TrackFile)) == 1


def test_after_its_term_points_and_file_go_and_everything_else_stays(walked_patrol, runner, clock):
    before, figures = facts(walked_patrol), figures_by_year()
    detail = sum(len(lat) for lat, _ in decode_fine(way_of(walked_patrol).fine))
    clock.set("2027-02-05 08:00")
    done = runner.invoke(args=["retention"])
    assert "Đã xoá điểm và tệp của 1 lượt, 0 ảnh." in done.output
    the_db.session.expire_all()
    assert facts(walked_patrol) == before
    assert figures_by_year() == figures
    assert the_db.session.scalar(select(func.count()).select_from(TrackFile)) == 0
    way = way_of(walked_patrol)
    assert (way.line, way.removed_on) == (b"", date(2027, 2, 5))
    assert 2 <= sum(len(lat) for lat, _ in decode_fine(way.fine)) < detail / 2
    line = the_db.session.scalar(select(AuditEvent).where(AuditEvent.action == "track.outlived"))
    assert line.changes == {"patrol_id": [None, walked_patrol.id], "sha256": [before["sha256"], None]}
    assert "Đã xoá điểm và tệp của 0 lượt, 0 ảnh." in runner.invoke(args=["retention"]).output


def test_what_was_measured_stays_measured_whatever_is_edited_or_sent_later(walked_patrol, runner, clock):
    before = facts(walked_patrol)
    clock.set("2027-02-05 08:00")
    runner.invoke(args=["retention"])
    walked_patrol.means = "motorbike"
    remeasure(walked_patrol)
    [refused] = attach_files(walked_patrol, read_files([("b.gpx", WALK)], Limits()), by=None)
    assert refused.code == "gpx_term_over"
    assert facts(walked_patrol) == before


def test_the_page_says_when_it_went_and_offers_no_file(walked_patrol, page, signed_in, runner, clock):
    track_id = the_db.session.scalar(select(Track.id))
    clock.set("2027-02-05 08:00")
    runner.invoke(args=["retention"])
    signed_in(make_person(Role.COMMANDER))
    seen = page.open("logbook.show", patrol_id=walked_patrol.id)
    assert "Đã xoá theo thời hạn lưu ngày 05/02/2027" in seen.text()
    assert facts(walked_patrol)["sha256"] in seen.text()
    assert seen.all("a[href$='.gpx']") == []
    page.open("tracks.original", patrol_id=walked_patrol.id, track_id=track_id, expected=404)


def test_the_term_is_a_dated_setting(walked_patrol, db, runner, clock):
    make_setting(Kept.TRACKS, "1", since="2026-04-01")
    db.session.commit()
    clock.set("2026-03-31 08:00")
    assert "giữ 12 tháng" in runner.invoke(args=["retention", "--dry-run"]).output
    clock.set("2026-04-01 08:00")
    done = runner.invoke(args=["retention", "--dry-run"])
    assert "giữ 1 tháng, tức là từ ngày 01/03/2026. Quá hạn: 1 lượt" in done.output


def test_it_is_read_in_the_evening_what_goes_in_the_night(walked_patrol, page, signed_in, runner, clock):
    clock.set("2027-02-05 18:00")
    signed_in(make_person(Role.ADMIN))
    assert "Quá hạn, xoá đêm nay: 1 lượt" in page.open("/tinh-trang").text()
    runner.invoke(args=["retention"])
    assert "Quá hạn" not in page.open("/tinh-trang").text()


def test_a_cancelled_patrol_is_forgotten_like_any_other(walked_patrol, runner, clock):
    the_db.session.execute(update(Patrol).values(status="cancelled", cancelled_because="Ghi trùng"))
    clock.set("2027-02-05 08:00")
    assert "của 1 lượt" in runner.invoke(args=["retention"]).output


def way_of(patrol: Patrol) -> PatrolTrack:
    return the_db.session.get(PatrolTrack, patrol.id)


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2026-11-27", 12, "2025-11-27"),
        ("2026-03-31", 1, "2026-02-28"),
        ("2028-02-29", 12, "2027-02-28"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2026-12-31", 24, "2024-12-31"),
    ],
)
def test_months_are_counted_on_the_calendar(day, months, before):
    assert months_before(date.fromisoformat(day), months) == date.fromisoformat(before)


@pytest.mark.parametrize("odd", ["", "0", "-3", "mười hai", "99999", "12,5"])
def test_a_term_that_cannot_be_read_is_the_default(odd):
    for kept in Kept:
        assert term(kept, odd, today=date(2026, 11, 27)).months == DEFAULT_MONTHS[kept]


def test_a_photo_goes_after_its_term_and_a_file_two_patrols_hold_goes_with_the_last(
    db, app, page, signed_in, runner, clock
):
    folder = Path(app.config["PATROL"].MEDIA_DIR)
    leader = signed_in(make_person())

    def keep(patrol: Patrol, content: bytes) -> str:
        prepared = prepare(content, PhotoLimits(size_bytes=2**20, pixels=10_000_000))
        return keep_photo(
            prepared, PhotoDraft(is_clean=True), patrol=patrol, by=leader, folder=folder
        ).photo.sha256

    old, young = make_patrol(by=leader), make_patrol(by=leader)
    alone, shared = keep(old, jpeg(400, 300)), keep(old, jpeg(300, 400))
    clock.set("2026-04-05 08:00")
    assert keep(young, jpeg(300, 400)) == shared
    db.session.commit()
    clock.set("2028-02-06 08:00")
    assert (
        "Ảnh: giữ 24 tháng, tức là từ ngày 06/02/2026. Quá hạn: 2 ảnh"
        in runner.invoke(args=["retention"]).output
    )
    the_db.session.expire_all()
    assert (path_of(folder, alone).exists(), path_of(folder, shared).exists()) == (False, True)
    assert the_db.session.scalar(select(func.count(Photo.id)).where(Photo.removed_at.is_(None))) == 1
    lines = the_db.session.scalars(select(AuditEvent).where(AuditEvent.action == "photo.outlived")).all()
    assert [line.changes["sha256"] for line in lines] == [[alone, None], [shared, None]]
    signed_in(leader)  # years have passed
    assert "Đã xoá theo thời hạn lưu" in page.open("logbook.show", patrol_id=old.id).text()
    clock.set("2028-04-06 08:00")
    runner.invoke(args=["retention"])
    assert not path_of(folder, shared).exists()
