"""Two thousand broken files through the page, half on each database: each is stored or refused for a known reason, and
nothing else happens.

Exceptions propagate here, so a failure of any of them fails the test.
"""

import gc
import random
import time
import tracemalloc
from typing import Any

import pytest
from sqlalchemy import func, select

from patrol import clock as patrol_clock
from patrol.audit.models import AuditEvent
from patrol.extensions import db as the_db
from patrol.tracks.models import PatrolTrack, Track
from patrol.tracks.rules import MOST_FILES, Refusal
from tests.builders import make_patrol, make_person
from tests.tracks.samples import MULTIPART, gpx, multipart, walk
from tests.tracks.test_hostile import BIG, FILES, SEED, bases, mutated

# The time is that of a core that counts to three million in 0.2 s; a slower one gets as much longer.
SLOWEST_S, MOST_MIB = 10.0, 300


def slowness() -> float:
    """How many times slower than that this core is right now; never less than once."""
    begun, total = time.thread_time(), 0
    for number in range(3_000_000):
        total += number * number
    return max(1.0, (time.thread_time() - begun) / 0.2)


@pytest.fixture
def sending(client: Any, signed_in: Any, clock: Any) -> Any:
    clock.set("2026-03-02 07:00")
    leader = signed_in(make_person())

    def send(files: list[bytes]) -> tuple[Any, Any]:
        patrol = make_patrol(by=leader, started="2026-03-01T20:00", means=None)
        named = [(content, f"{number}.gpx") for number, content in enumerate(files)]
        begun = time.thread_time()  # of the processor: what else the machine does is not this file's fault
        response = client.post(f"/tuan-tra/{patrol.id}/vet", data=multipart(named), content_type=MULTIPART)
        took = time.thread_time() - begun
        assert took < SLOWEST_S or took < SLOWEST_S * slowness()
        return patrol, response

    return send


def test_a_thousand_broken_files_are_stored_or_refused_for_a_known_reason(sending, client, kind):
    r, sources, seen = random.Random(f"{SEED} {kind}"), bases(), {}
    sent = FILES // 2
    for _ in range(sent // MOST_FILES):
        patrol, response = sending([mutated(r, r.choice(sources)) for _ in range(MOST_FILES)])
        assert response.status_code == 302
        with client.session_transaction() as kept:
            results = kept["track_results"]
        assert results["patrol_id"] == patrol.id
        for result in results["files"]:
            seen[result["code"]] = seen.get(result["code"], 0) + 1
        assert client.get(f"/tuan-tra/{patrol.id}").status_code == 200
    assert sum(seen.values()) == sent
    assert set(seen) <= {"stored", "already_stored", *map(str, Refusal)}, seen
    assert Refusal.UNREADABLE not in seen, "the last net hid a fault of ours"
    assert seen["stored"] > sent / 4 and len(seen) >= 8, seen
    stored = the_db.session.scalar(select(func.count(Track.id)))
    assert stored == seen["stored"]
    refused = the_db.session.scalar(
        select(func.count(AuditEvent.id)).where(AuditEvent.action == "track.refused")
    )
    assert refused == sent - seen["stored"] - seen.get("already_stored", 0)


@pytest.mark.parametrize("name", BIG)
def test_a_big_hostile_file_is_answered_in_time_and_memory(sending, name):
    data = b"<gpx><trk><trkseg>" + BIG[name] + b"</trkseg></trk></gpx>"
    gc.collect()
    tracemalloc.start()
    try:
        _, response = sending([data])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert response.status_code == 302
    assert peak < MOST_MIB * 2**20, f"{peak / 2**20:.0f} MiB"


def test_the_largest_file_that_is_allowed_is_stored_in_time_and_memory(sending):
    points, _ = walk(149_990, 1.2, 1, 2.0, 2.0, start=patrol_clock.start_of(patrol_clock.today()))
    data = gpx(points).encode()
    assert len(data) < 15 * 2**20
    tracemalloc.start()
    try:
        patrol, response = sending([data])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert response.status_code == 302
    assert the_db.session.get(PatrolTrack, patrol.id).points_read == 149_991
    assert peak < MOST_MIB * 2**20, f"{peak / 2**20:.0f} MiB"
