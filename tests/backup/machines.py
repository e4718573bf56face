"""Machines of one's own for tests of backups: a database, folders, settings, and commands run there."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text

import config
from patrol import create_app
from patrol.accounts.rules import Role
from patrol.extensions import db
from patrol.tracks.rules import Limits
from patrol.tracks.services import attach_files, read_files
from tests.builders import (
    PASSWORD,
    finding_draft,
    make_commendation,
    make_patrol,
    make_person,
    make_scheme,
    make_tip,
)
from tests.databases import settings
from tests.tracks.samples import gpx, walk


class Machine:
    """One installation."""

    def __init__(self, url: str, folder: Path, **changes: str):
        self.folder = folder
        self.settings = config.load(
            {**settings(url, folder), "BACKUP_DIR": str(folder / "backups"), **changes}
        )
        self.app = create_app(self.settings)

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """A block inside the app; its connections are closed afterwards."""
        with self.app.app_context():
            try:
                yield
            finally:
                db.session.remove()
                db.engine.dispose()

    def run(self, *args: str) -> Any:
        """`flask …` on this machine."""
        with self.at_work():
            return self.app.test_cli_runner().invoke(args=list(args))

    def backup(self) -> tuple[Path, str]:
        """Its newest backup after making one, and what was printed."""
        done = self.run("backup")
        assert done.exit_code == 0, done.output
        return max((self.folder / "backups").iterdir()), done.output

    def rows(self) -> dict[str, int]:
        """How many rows each table holds."""
        with self.at_work():
            tables = inspect(db.engine).get_table_names()
            return {name: db.session.scalar(text(f"SELECT count(*) FROM {name}")) for name in tables}


def filled(machine: Machine) -> Machine:
    """The machine with four patrols in two years, findings, a tip, a model, a commendation and a file."""
    with machine.at_work():
        make_person(Role.COMMANDER, username="chi.huy")
        make_patrol(started="2025-11-04 21:00")
        make_patrol(note="Sóng lớn \u2028 “ngoặc” \\ 'nháy'")
        make_patrol(findings=(finding_draft("gambling", measures={"cases": 2, "subjects": 5}),))
        walked = make_patrol(
            findings=(finding_draft("gambling", measures={"cases": 1, "subjects": None}),),
        )
        attach_files(
            walked, read_files([("a.gpx", gpx(walk(3000, every_s=10)[0]).encode())], Limits()), by=None
        )
        make_tip()
        make_scheme()
        make_commendation()
        db.session.commit()
    kept = machine.folder / "media" / "ab"
    kept.mkdir(parents=True)
    (kept / "anh.jpg").write_bytes(b"\xff\xd8 photo")
    return machine


def signs_in(machine: Machine, username: str) -> bool:
    client = machine.app.test_client()
    client.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin"}
    with machine.at_work():
        signed = client.post("/dang-nhap", data={"_username": username, "_password": PASSWORD})
    return signed.status_code == 302


@contextlib.contextmanager
def moments_of_work(machine: Machine) -> Iterator[Callable[[], int]]:
    """Patrols being written without a pause as long as the block lasts; gives how many were."""
    stop, count = threading.Event(), []
    beside = Machine(machine.settings.DATABASE_URL, machine.folder)

    def work() -> None:
        with beside.at_work():
            while not stop.is_set():
                make_patrol()
                db.session.commit()
                count.append(1)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield lambda: len(count)
    finally:
        stop.set()
        worker.join()
