"""The short form of `make torture`: killed in the middle of saves, on a disk that is full, on one that only reads."""

import contextlib
import resource
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from patrol.extensions import db as the_db
from patrol.patrols.models import Patrol
from patrol.web.errors import cannot_write
from tests.backup.machines import Machine
from tests.builders import PASSWORD, form_of, make_person
from tests.torture.ordeal import Ordeal

TOLD = "Máy chủ không ghi được vào ổ đĩa"


def test_killed_in_the_middle_of_saves_nothing_acknowledged_is_missing_or_doubled(databases, kind, tmp_path):
    ordeal = Ordeal(databases.prepared(kind), tmp_path, saves=12, people=2)
    ordeal.run(kills=1)
    assert ordeal.acknowledged() == 12
    assert ordeal.kills == 1
    assert ordeal.wrong() == []


@contextlib.contextmanager
def no_room(place: Path) -> Iterator[None]:
    """No file of this process grows beyond what the database's own files are now."""
    largest = max(path.stat().st_size for path in place.parent.glob(place.name + "*"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class Writer:
    """Somebody who saves a patrol on a machine."""

    def __init__(self, machine: Machine):
        self.machine = machine
        with machine.at_work():
            person = make_person()
            the_db.session.commit()
            self.typed, username = form_of(person), person.username
        self.client = machine.app.test_client()
        self.client.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin"}
        self.client.post("/dang-nhap", data={"_username": username, "_password": PASSWORD})

    def save(self, client_id: str, **more: str):
        return self.client.post("/tuan-tra/moi", data={**self.typed, "client_id": client_id, **more})

    def stored(self) -> int:
        with self.machine.at_work():
            return the_db.session.scalar(select(func.count(Patrol.id)))


def test_a_full_disk_is_said_and_heals_without_a_restart(databases, tmp_path):
    url = databases.prepared("sqlite")
    writer = Writer(Machine(url, tmp_path))
    client_id, note = str(uuid4()), "Sóng lớn " * 150
    with no_room(Path(str(make_url(url).database))):
        answers = [writer.save(str(uuid4()), note=note) for _ in range(14)]
        refused = writer.save(client_id, note=note)
        assert writer.client.get("/tuan-tra").status_code == 200  # what is there can be read
    assert refused.status_code == 503
    assert TOLD in refused.text
    kept = sum(answer.status_code == 302 for answer in answers)
    assert {answer.status_code for answer in answers} <= {302, 503}
    assert writer.save(client_id, note=note).status_code == 302
    assert writer.save(client_id, note=note).status_code == 302
    assert writer.stored() == kept + 1


@contextlib.contextmanager
def read_only(machine: Machine, url: str) -> Iterator[Machine]:
    """The same records where nothing can be written."""
    if url.startswith("sqlite"):
        place = str(make_url(url).database)
        with contextlib.closing(
            sqlite3.connect(place)
        ) as another:  # what the log has open when its disk turns
            another.execute("SELECT count(*) FROM patrols").fetchall()
            yield Machine(f"sqlite:///file:{place}?mode=ro&uri=true", machine.folder)
    else:
        name = make_url(url).database
        with machine.at_work():
            the_db.session.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
            the_db.session.commit()
        try:
            yield machine
        finally:
            with machine.at_work():
                the_db.session.execute(text("SET TRANSACTION READ WRITE"))
                the_db.session.execute(text(f"ALTER DATABASE {name} RESET default_transaction_read_only"))
                the_db.session.commit()


def test_a_disk_that_only_reads_is_said_and_heals(databases, kind, tmp_path):
    url = databases.prepared(kind)
    machine = Machine(url, tmp_path)
    writer = Writer(machine)
    client_id = str(uuid4())
    with read_only(machine, url) as locked:
        there = locked.app.test_client()
        there.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin"}
        cookie = writer.client.get_cookie("so_tuan_tra")
        there.set_cookie("so_tuan_tra", cookie.value)
        refused = there.post("/tuan-tra/moi", data={**writer.typed, "client_id": client_id})
        with locked.at_work():  # nothing stays open there
            assert the_db.session.scalar(select(func.count(Patrol.id))) == 0
    assert (refused.status_code, TOLD in refused.text) == (503, True)
    assert writer.save(client_id).status_code == 302
    assert writer.stored() == 1


def test_only_a_disk_that_cannot_be_written_is_called_so():
    assert cannot_write(OSError(28, "No space left on device"))
    assert cannot_write(OSError(30, "Read-only file system"))
    assert not cannot_write(ConnectionResetError(104, "Connection reset by peer"))
    assert not cannot_write(ValueError())
