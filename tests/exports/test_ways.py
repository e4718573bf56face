"""Ways as GPX and GeoJSON: of what the reader may see, for nobody else, and every file is written down."""

import json
from datetime import datetime, timedelta
from typing import Any

import gpxpy
import pytest
from sqlalchemy import select

from patrol import clock as patrol_clock
from patrol.accounts.rules import Role
from patrol.audit.models import AuditEvent
from patrol.extensions import db as the_db
from patrol.retention.queries import Outlived, term_of
from patrol.retention.rules import Kept
from patrol.retention.services import forget_tracks
from patrol.tracks.rules import Limits
from patrol.tracks.services import attach_files, read_files
from tests.builders import COMMITTEE, MILITARY, POLICE, finding_draft, make_patrol, make_person
from tests.tracks.samples import gpx, walk

OUT = patrol_clock.in_utc(datetime.fromisoformat("2026-02-04T21:00"))


@pytest.fixture
def leader(db, clock) -> Any:
    clock.set("2026-02-05 07:00")
    return make_person()


@pytest.fixture
def patrol(leader) -> Any:
    """A patrol with a recorded way with a gap in it, a find on the way, one with a kilometre only and one nowhere."""
    found = (
        finding_draft("gambling", found_at=OUT + timedelta(minutes=30), note="nhà ông Bảy", place="Bãi bắc"),
        finding_draft("drug_use", found_at=OUT + timedelta(minutes=70), km=1.5),
        finding_draft("illegal_market"),
    )
    patrol = make_patrol(by=leader, findings=found, nothing_found=False)
    before, _ = walk(3600, 1.2, 10, 2.0, 2.0, 3, start=OUT)
    after, _ = walk(3000, 1.2, 10, 2.0, 2.0, 4, start=OUT + timedelta(minutes=80))
    attach_files(patrol, read_files([("a.gpx", gpx(before, after).encode())], Limits()), by=leader)
    make_patrol(by=leader, started="2026-02-03 21:00")  # nobody recorded this one
    return patrol


def exported() -> list[AuditEvent]:
    return list(
        the_db.session.scalars(select(AuditEvent).filter_by(action="tracks.exported").order_by(AuditEvent.id))
    )


def test_the_leader_takes_his_way_home_with_what_it_found(patrol, leader, client, signed_in):
    signed_in(leader)
    data = client.get(f"/tuan-tra/{patrol.id}/vet.gpx")
    read = gpxpy.parse(data.data)
    assert (
        data.headers["Content-Disposition"]
        == f'attachment; filename="luot-{patrol.id}_vet_20260205-0700.gpx"'
    )
    assert data.headers["Cache-Control"] == "no-store" and data.mimetype == "application/gpx+xml"
    [track] = read.tracks
    assert len(track.segments) == 2
    assert [(mark.type, mark.time) for mark in read.waypoints] == [
        ("Đánh bạc trái phép", OUT + timedelta(minutes=30)),
        ("Sử dụng trái phép chất ma tuý", OUT + timedelta(minutes=70)),
    ]
    nearest = min(track.segments[0].points, key=lambda point: abs(point.time - read.waypoints[0].time))
    assert nearest.distance_2d(read.waypoints[0]) < 15
    assert "Bảy" not in data.text and "Bãi bắc" not in data.text
    collection = json.loads(client.get(f"/tuan-tra/{patrol.id}/vet.geojson").text)
    line, *points = collection["features"]
    assert [len(part) for part in line["geometry"]["coordinates"]] == [len(s.points) for s in track.segments]
    assert [point["properties"]["category"] for point in points] == [mark.type for mark in read.waypoints]
    assert line["properties"]["distance_m"] > 5000
    assert [(each.actor_id, each.changes["rows"]) for each in exported()] == [(leader.id, [None, 1])] * 2


def test_a_list_is_one_file_of_the_ways_under_its_filter(patrol, client, signed_in):
    signed_in(make_person(Role.COMMANDER, of=POLICE))
    whole = json.loads(client.get("/tuan-tra.geojson?tu=2026-02-01").text)
    lines = [each for each in whole["features"] if each["geometry"]["type"] != "Point"]
    assert [each["properties"]["patrol"] for each in lines] == [patrol.id]
    assert "từ 01/02/2026" in whole["about"]
    assert json.loads(client.get("/tuan-tra.geojson?tu=2026-02-05").text)["features"] == []
    [track] = gpxpy.parse(client.get("/tuan-tra.gpx").data).tracks
    assert track.name.startswith(f"Lượt {patrol.id}, 04/02/2026, ")
    assert [each.changes["rows"][1] for each in exported()] == [1, 0, 1]


@pytest.mark.parametrize(
    ("role", "of", "sees"),
    [
        (Role.COMMANDER, POLICE, True),
        (Role.DUTY_OFFICER, MILITARY, True),
        (Role.STAFF_CLERK, POLICE, False),
        (Role.PATROL_LEADER, POLICE, False),
        (Role.COMMANDER, COMMITTEE, False),
        (Role.COMMANDER, "ca_hoi_an_tay", False),
    ],
)
def test_who_may_not_see_a_way_gets_none(patrol, client, signed_in, role, of, sees):
    signed_in(make_person(role, of=of))
    assert client.get(f"/tuan-tra/{patrol.id}/vet.gpx").status_code == (200 if sees else 404)
    assert client.get(f"/tuan-tra/{patrol.id}/vet.geojson").status_code == (200 if sees else 404)
    features = json.loads(client.get("/tuan-tra.geojson").text)["features"]
    assert bool(features) is sees
    assert bool(gpxpy.parse(client.get("/tuan-tra.gpx").data).tracks) is sees


def test_a_way_kept_only_coarsely_is_handed_out_without_times(patrol, client, signed_in):
    signed_in(make_person(Role.COMMANDER))
    forget_tracks(Outlived(term_of(Kept.TRACKS), (patrol.id,), 1, 0))
    [track] = gpxpy.parse(client.get(f"/tuan-tra/{patrol.id}/vet.gpx").data).tracks
    assert len(track.segments) == 2
    assert {point.time for segment in track.segments for point in segment.points} == {None}
    line = json.loads(client.get("/tuan-tra.geojson").text)["features"][0]
    assert {time for part in line["properties"]["coordTimes"] for time in part} == {None}
