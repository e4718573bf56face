"""`make bench`: how long the pages of figures take on large databases, and GPX files over HTTP. Prints figures; no test
depends on them.

Ten years of patrols, three attendance rows each and a finding on every third, put in by bulk. The page is asked for by
a commander whose unit took part in all of them, so the whole scope is searched.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, text

from patrol import clock
from patrol.accounts.queries import person_by_username
from patrol.accounts.rules import Role
from patrol.extensions import db
from patrol.findings.models import Finding, Measure
from patrol.patrols.models import Attendance, Patrol, PatrolProgramme
from patrol.units import queries as register
from tests import bench_map, bench_tracks
from tests.builders import MILITARY, PASSWORD, POLICE, POST, make_patrol, make_person, unit
from tests.databases import Databases

YEARS = 10
BATCH = 20_000
BY_HAND = 100_000  # more than that are copies of these, made by the database itself
# What a patrol is made of: the column that says which rows, and the others that point to patrols or findings.
COPIED = {
    "patrols": ("id",),
    "patrol_programmes": ("patrol_id",),
    "attendance": ("patrol_id",),
    "findings": ("id", "patrol_id"),
    "finding_measures": ("finding_id",),
}
PAGES = ("/tong-ket/2026", "/", "/tuan-tra", "/so-lieu/patrol.sorties?tu=2026-01-01&den=2026-12-31")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sqlite", type=int, default=100_000, help="patrols on SQLite")
    asked.add_argument("--postgresql", type=int, default=1_000_000, help="patrols on PostgreSQL")
    asked.add_argument("--times", type=int, default=40, help="how often each page is asked for")
    asked.add_argument("--no-tracks", dest="tracks", action="store_false", help="leave out the GPX files")
    asked.add_argument("--no-map", dest="map", action="store_false", help="leave out the map in a browser")
    given = asked.parse_args()
    print(f"three million steps of a loop take {yardstick():.2f} s here")
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder))
        try:
            for kind, patrols in (("sqlite", given.sqlite), ("postgresql", given.postgresql)):
                if patrols:
                    measure(databases, kind, patrols, given.times)
        finally:
            databases.close()
    if given.tracks:
        bench_tracks.main()
    if given.map:
        bench_map.main([])


def yardstick() -> float:
    """Seconds of a plain loop: what a machine is worth beside another one, and the same one on another day."""
    began, total = time.perf_counter(), 0
    for number in range(3_000_000):
        total += number * number
    return time.perf_counter() - began


def measure(databases: Databases, kind: str, patrols: int, times: int) -> None:
    with databases.app(databases.prepared(kind)) as app:
        began = time.perf_counter()
        with app.app_context():
            make_person(Role.COMMANDER, username="chihuy")
            by_hand = min(patrols, BY_HAND)
            fill(by_hand)
            for copy in range(1, -(-patrols // by_hand)):
                copy_all(copy * by_hand, by_hand)
            if kind == "postgresql":
                number_on()
            db.session.commit()
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ANALYZE"))
        print(
            f"\n{kind}: {patrols:,} patrols over {YEARS} years, filled in {time.perf_counter() - began:.0f} s"
        )
        client = app.test_client()
        client.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin"}
        client.post("/dang-nhap", data={"_username": "chihuy", "_password": PASSWORD})
        print(f"{'page':64} {'first':>9} {'p50':>9} {'p95':>9}")
        for page in PAGES:
            report(page, list(seconds_of(client, page, times)))
        after_each = seconds_of(client, PAGES[0], times, before=lambda: store_one(app))
        report(f"{PAGES[0]}, a patrol stored before each", list(after_each))


def report(what: str, took: list[float]) -> None:
    first, *others = took
    others.sort()
    times = (first, statistics.median(others), others[int(len(others) * 0.95) - 1])
    print(f"{what:64} {' '.join(f'{1000 * each:6.0f} ms' for each in times)}", flush=True)


def seconds_of(
    client: FlaskClient, page: str, times: int, *, before: Callable[[], None] = lambda: None
) -> Iterator[float]:
    """The first time and `times` more; `before` each runs unmeasured."""
    for _ in range(times + 1):
        before()
        began = time.perf_counter()
        assert client.get(page).status_code == 200
        yield time.perf_counter() - began


def store_one(app: Flask) -> None:
    """One more patrol of three forces in the year that is asked for."""
    with app.app_context():
        make_patrol(by=person_by_username("chihuy"), started="2026-12-15 20:00")
        db.session.commit()


def copy_all(further: int, of: int) -> None:
    """The first `of` patrols once more with all that is theirs, under ids `further` on. PostgreSQL only."""
    for table, (picked_by, *also_moved) in COPIED.items():
        value_of = {name: f"{name} + {further}" for name in (picked_by, *also_moved)}
        value_of["client_id"] = "gen_random_uuid()"
        names = [column.name for column in db.metadata.tables[table].columns]
        if picked_by != "id" and "id" in names:
            names.remove("id")  # numbers itself
        values = ", ".join(value_of.get(name, name) for name in names)
        db.session.execute(
            text(
                f"INSERT INTO {table} ({', '.join(names)}) "
                f"SELECT {values} FROM {table} WHERE {picked_by} <= {of}"
            )
        )


def number_on() -> None:
    """What is added from now on gets numbers after those given by hand. PostgreSQL only."""
    for table in ("patrols", "findings"):
        db.session.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        )


def fill(patrols: int) -> None:
    """Patrols spread evenly over the years, in batches."""
    chance = random.Random(20231228)
    units = [unit(code) for code in (POST, POLICE, MILITARY)]
    stretches = register.stretches()
    programme = register.programme_by_code("tuyen_bien_binh_yen")
    first = date(2027 - YEARS, 1, 1)
    days = (date(2026, 12, 31) - first).days + 1
    for start in range(1, patrols + 1, BATCH):
        rows, present, found, measured = [], [], [], []
        for number in range(start, min(start + BATCH, patrols + 1)):
            day = first + timedelta(days=(number * days // (patrols + 1)))
            started = clock.start_of(day) + timedelta(hours=19, minutes=chance.randrange(240))
            numbers = [chance.randint(1, 3) for _ in units]
            lead, stretch = chance.choice(units), chance.choice(stretches)
            rows.append(
                {
                    "id": number,
                    "client_id": uuid4(),
                    "rev": 1,
                    "source": "form",
                    "status": chance.choice(("confirmed", "confirmed", "confirmed", "submitted")),
                    "received_at": datetime(2026, 12, 31, tzinfo=UTC),
                    "closed_by_system": False,
                    "started_at": started,
                    "ended_at": started + timedelta(hours=3),
                    "patrolled_on": day,
                    "lead_unit_id": lead.id,
                    "lead_unit_name": lead.name,
                    "leader_name": "Đại uý Trần Văn Mẫu",
                    "entered_by_id": 1,
                    "entered_by_name": "Đại uý Trần Văn Mẫu",
                    "stretch_id": stretch.id,
                    "stretch_name": stretch.name,
                    "from_place": "",
                    "to_place": "",
                    "nothing_found": number % 3 != 0,
                    "note": "",
                    "remarks": [],
                    "personnel_total": sum(numbers),
                    "militia_total": 0,
                    "security_team_total": 0,
                    "unknown_personnel": 0,
                    "unknown_militia": 0,
                    "unknown_security_team": 0,
                    "force_count": 3,
                    "search_text": "",
                    "note_folded": "",
                }
            )
            present += [
                {
                    "patrol_id": number,
                    "unit_id": each.id,
                    "unit_name": each.name,
                    "force_code": each.force_code,
                    "position": position,
                    "personnel": numbers[position],
                    "militia": 0,
                    "security_team": 0,
                }
                for position, each in enumerate(units)
            ]
            if number % 3 == 0:
                found.append(
                    {
                        "id": number,
                        "client_id": uuid4(),
                        "patrol_id": number,
                        "unit_id": lead.id,
                        "detected_via": "patrol",
                        "category_code": "gambling",
                        "category_name": "Đánh bạc",
                        "position": 0,
                        "found_on": day,
                        "place": "",
                        "note": "",
                        "is_withdrawn": False,
                    }
                )
                measured += [
                    {"finding_id": number, "code": "cases", "quantity": 1},
                    {"finding_id": number, "code": "subjects", "quantity": chance.choice((None, 2, 5))},
                ]
        db.session.execute(insert(Patrol), rows)
        db.session.execute(
            insert(PatrolProgramme), [{"programme_id": programme.id, "patrol_id": row["id"]} for row in rows]
        )
        db.session.execute(insert(Attendance), present)
        db.session.execute(insert(Finding), found)
        db.session.execute(insert(Measure), measured)


if __name__ == "__main__":
    main()
