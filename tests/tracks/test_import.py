"""`flask import-gpx` and `flask gpx-check`: a folder of files, no guessing, nothing twice."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from patrol import clock as patrol_clock
from patrol.extensions import db as the_db
from patrol.tracks.models import PatrolTrack, Track
from tests.builders import make_patrol, make_person
from tests.tracks.samples import START, gpx, gpx_of, walk


@pytest.fixture
def folder(tmp_path: Path, clock: Any) -> Path:
    clock.set("2026-03-10 08:00")
    return tmp_path


def put(folder: Path, name: str, *, days: int = 0, minutes: int = 150, bare: bool = False) -> None:
    """A walk that begins at 20:00 on 01/03/2026, or so many days later."""
    points, _ = walk(minutes * 60, 1.2, 15, 2.0, 2.0, seed=days, start=START + timedelta(days=days))
    text = gpx(points)
    (folder / name).write_text(text.replace("<time>", "<x>").replace("</time>", "</x>") if bare else text)


def run(runner: Any, *args: Any) -> list[str]:
    the_db.session.commit()
    result = runner.invoke(args=["import-gpx", *map(str, args)])
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def count() -> int:
    return the_db.session.scalar(select(func.count(Track.id)))


def test_each_file_goes_to_the_one_patrol_it_overlaps_and_the_rest_is_listed(db, runner, folder):
    leader = make_person()
    one = make_patrol(by=leader, started="2026-03-01T20:00", means="on_foot")
    make_patrol(by=leader, started="2026-03-03T19:30")
    make_patrol(by=leader, started="2026-03-03T20:30")
    put(folder, "a.gpx")
    put(folder, "hai-luot.gpx", days=2)
    put(folder, "khong-luot.gpx", days=5)
    put(folder, "khong-gio.gpx", bare=True)
    (folder / "hong.GPX").write_bytes(b"<html>")
    (folder / "ke-hoach.gpx").write_bytes(gpx_of('<rte><rtept lat="15.9" lon="108.3"/></rte>'))
    (folder / "doc.txt").write_text("không phải tệp GPX")
    said = run(runner, folder)
    assert said[0] == f"a.gpx: lượt {one.id}"
    assert said[1] == "Đã gắn 1 tệp, đã có từ trước 0, để lại 5."
    left = "\n".join(said[2:])
    assert "hai-luot.gpx: Nhiều lượt trùng giờ (lượt" in left
    assert "khong-luot.gpx: Không lượt nào trùng giờ" in left
    assert "khong-gio.gpx: Tệp không có giờ" in left
    assert "hong.GPX: Đây là một trang web" in left
    assert "ke-hoach.gpx: Tệp chỉ có lộ trình kế hoạch" in left
    assert the_db.session.get(PatrolTrack, one.id).grade == "A"


def test_running_it_again_attaches_nothing_twice(db, runner, folder):
    make_patrol(started="2026-03-01T20:00")
    put(folder, "a.gpx")
    run(runner, folder)
    assert run(runner, folder) == ["Đã gắn 0 tệp, đã có từ trước 1, để lại 0."]
    assert count() == 1


def test_a_dry_run_says_the_same_and_changes_nothing(db, runner, folder):
    patrol = make_patrol(started="2026-03-01T20:00")
    put(folder, "a.gpx")
    assert run(runner, folder, "--dry-run") == [
        f"a.gpx: lượt {patrol.id}",
        "Thử, chưa ghi gì: sẽ gắn 1 tệp, đã có từ trước 0, để lại 0.",
    ]
    assert count() == 0


def test_patrols_that_only_touch_or_were_cancelled_do_not_match(db, runner, folder):
    leader = make_person()
    points, _ = walk(3600, start=START)
    make_patrol(by=leader, started=points[-1].at)
    cancelled = make_patrol(by=leader, started="2026-03-01T20:00")
    cancelled.status, cancelled.cancelled_because = "cancelled", "bão"
    (folder / "a.gpx").write_text(gpx(points))
    assert "Không lượt nào trùng giờ" in run(runner, folder)[-1]


def test_a_patrol_that_has_not_come_back_matches_what_was_recorded_since(db, runner, folder):
    patrol = make_patrol(started="2026-03-01T19:00", ended=None)
    put(folder, "a.gpx")
    assert run(runner, folder)[0] == f"a.gpx: lượt {patrol.id}"
    put(folder, "b.gpx", days=2)
    assert "Không lượt nào trùng giờ" in run(runner, folder)[-1]


def test_who_attached_it_is_the_system(db, runner, folder):
    make_patrol(started="2026-03-01T20:00")
    put(folder, "a.gpx")
    run(runner, folder)
    [track] = the_db.session.scalars(select(Track))
    assert (track.uploaded_by_id, track.uploaded_by_name) == (None, "hệ thống")
    assert patrol_clock.local_day(track.uploaded_at).isoformat() == "2026-03-10"


def test_gpx_check_says_a_line_of_every_file_and_needs_no_database(app, folder):
    put(folder, "a.gpx")
    (folder / "b.gpx").write_bytes(b"")
    result = app.test_cli_runner().invoke(args=["gpx-check", str(folder), "--means", "on_foot"])
    first, second = result.output.splitlines()
    assert first.split("\t")[:2] == ["a.gpx", "A"] and "=gpxpy" in first
    assert second.split("\t")[:2] == ["b.gpx", "gpx_empty"]
