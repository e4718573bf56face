"""Kill the log again and again while people save patrols and send files, then count what was acknowledged.

`make torture` runs it long and on disks that fill up; a short form is part of the suite.
"""

import contextlib
import http.client
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from sqlalchemy import func, select

import config
from patrol import create_app
from patrol.accounts.rules import WHOLE_SYSTEM
from patrol.audit.queries import verify
from patrol.audit.services import seal
from patrol.extensions import db
from patrol.patrols.models import Attendance, Patrol
from patrol.patrols.queries import wrong_totals
from patrol.totals.queries import Question, figures
from patrol.totals.rules import Period
from patrol.tracks.models import Track, TrackFile
from patrol.units.queries import programme_by_code
from tests.builders import PASSWORD, form_of, make_person
from tests.databases import settings
from tests.needs import free_port
from tests.tracks.samples import MULTIPART, gpx, multipart, walk

ROOT = Path(__file__).parent.parent.parent
SIX = 6  # people on each patrol of `form_of`
DAY = 4  # of February 2026, when they all go out


class Server:
    """`python -m patrol serve` on a port of its own, as a process that can be killed."""

    def __init__(self, url: str, folder: Path):
        self.port = free_port()
        self.env = {
            **settings(url, folder),
            "PATROL_ENV": "production",
            "BACKUP_DIR": str(folder / "backups"),
            "BACKUP_HOUR": "-1",  # never due: nothing but the saves is measured
            "PORT": str(self.port),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
        }
        self.log = folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "patrol", "serve"], cwd=ROOT, env=self.env, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.request("GET", "/healthz")[0] == 200:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"the log did not start:\n{self.log.read_text('utf-8')[-2000:]}")

    def kill(self) -> None:
        """No goodbye: SIGKILL, as when the power goes."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def request(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """(status, headers, text) of one answer; OSError or HTTPException when the log went away."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            sent = {
                "Sec-Fetch-Site": "same-origin",
                **{name.replace("_", "-"): value for name, value in headers.items()},
            }
            connection.request(method, path, body or None, sent)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def sign_in(self, username: str) -> str:
        """The cookie of a new session."""
        typed = urlencode({"_username": username, "_password": PASSWORD}).encode()
        status, headers, _ = self.request(
            "POST", "/dang-nhap", typed, Content_Type="application/x-www-form-urlencoded"
        )
        if status != 302:
            raise OSError(f"sign-in answered {status}")
        return headers["Set-Cookie"].partition(";")[0]


@dataclass
class Save:
    """One patrol to be saved, with its file or without, under an id that every try carries."""

    fields: dict[str, Any]
    file: bytes | None
    client_id: UUID = field(default_factory=uuid4)
    tries: int = 0
    is_acknowledged: bool = False

    def body(self) -> tuple[bytes, str]:
        fields = {**self.fields, "client_id": str(self.client_id)}
        if self.file is None:
            return urlencode(fields, doseq=True).encode(), "application/x-www-form-urlencoded"
        flat = {name: value[0] if isinstance(value, list) else value for name, value in fields.items()}
        return multipart([(self.file, "vet.gpx")], flat), MULTIPART


class Ordeal:
    """People saving on a log that is killed under their hands."""

    def __init__(self, url: str, folder: Path, *, saves: int, people: int = 4, seed: int = 1):
        self.url, self.folder = url, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.random = random.Random(seed)
        self.app = create_app(config.load(settings(url, folder)))
        with self.at_rest():
            persons = [make_person() for _ in range(people)]
            db.session.commit()
            self.usernames = [person.username for person in persons]
            typed = [form_of(person) for person in persons]
        self.saves = [
            Save(
                typed[number % people],
                gpx(walk(300, every_s=10, noise_m=2, seed=number)[0]).encode() if number % 4 == 0 else None,
            )
            for number in range(saves)
        ]
        self.server = Server(url, folder)
        self.kills = 0

    @contextlib.contextmanager
    def at_rest(self) -> Iterator[None]:
        with self.app.app_context():
            try:
                yield
            finally:
                db.session.remove()
                db.engine.dispose()

    def acknowledged(self) -> int:
        return sum(save.is_acknowledged for save in self.saves)

    def run(self, *, kills: int) -> None:
        """Save everything while the log is killed so many times, spread over the saves; all end acknowledged."""
        marks = sorted(self.random.sample(range(1, len(self.saves)), kills))
        self.server.start()
        threads = [
            threading.Thread(target=self._person, args=(number,)) for number in range(len(self.usernames))
        ]
        for thread in threads:
            thread.start()
        for mark in marks:
            while self.acknowledged() < mark and any(thread.is_alive() for thread in threads):
                time.sleep(0.002)
            time.sleep(self.random.uniform(0, 0.03))  # in the middle of what is under way now
            self.server.kill()
            self.kills += 1
            self.server.start()
        for thread in threads:
            thread.join()
        self.server.kill()

    def _person(self, number: int) -> None:
        """One person with a share of the saves: tries again, with the same id, until told that it is stored."""
        cookie = ""
        for save in self.saves[number :: len(self.usernames)]:
            while not save.is_acknowledged:
                save.tries += 1
                try:
                    cookie = cookie or self.server.sign_in(self.usernames[number])
                    body, kind = save.body()
                    status, headers, text = self.server.request(
                        "POST", "/tuan-tra/moi", body, Content_Type=kind, Cookie=cookie
                    )
                except (OSError, http.client.HTTPException):
                    time.sleep(0.05)
                    continue
                if status == 302 and re.fullmatch(r"/tuan-tra/\d+.*", headers["Location"]):
                    save.is_acknowledged = True
                elif status in (401, 429, 503):  # sign in again, or later
                    cookie = "" if status == 401 else cookie
                    time.sleep(0.1)
                else:
                    raise AssertionError(f"{status}: {text[:500]}")

    def wrong(self) -> list[str]:
        """Everything that is not as it must be, as sentences; nothing when the log came through."""
        with self.at_rest():
            seal()
            db.session.commit()
            held = dict(
                db.session.execute(select(Patrol.client_id, func.count()).group_by(Patrol.client_id)).all()
            )
            files = {
                row[0]: zlib.decompress(row[1])
                for row in db.session.execute(
                    select(Patrol.client_id, TrackFile.content)
                    .join(Track, Track.patrol_id == Patrol.id)
                    .join(TrackFile, TrackFile.track_id == Track.id)
                )
            }
            programme = programme_by_code("tuyen_bien_binh_yen")
            assert programme is not None
            answer = figures(Question(Period.of_year(2026), programme, WHOLE_SYSTEM))
            found = {
                "not acknowledged in the end": [
                    number for number in [len(self.saves) - self.acknowledged()] if number
                ],
                "an acknowledged patrol is missing": [
                    str(save.client_id)
                    for save in self.saves
                    if save.is_acknowledged and save.client_id not in held
                ],
                "a patrol nobody sent": sorted(map(str, set(held) - {save.client_id for save in self.saves})),
                "a patrol twice": [str(each) for each, number in held.items() if number != 1],
                "a file is missing, changed or doubled": [
                    str(save.client_id)
                    for save in self.saves
                    if save.is_acknowledged and files.get(save.client_id) != save.file
                ],
                "files without their rows": [
                    number
                    for number in [db.session.scalar(select(func.count(Track.id)))]
                    if number != len(files)
                ],
                "attendance": [
                    number
                    for number in [db.session.scalar(select(func.count(Attendance.id)))]
                    if number != 3 * len(held)
                ],
                "sums": wrong_totals(),
                "sorties": [value for value in [answer["patrol.sorties"].value] if value != len(held)],
                "personnel": [
                    value for value in [answer["patrol.personnel"].value] if value != SIX * len(held)
                ],
                "audit": verify(),
            }
        return [f"{what}: {which}" for what, which in found.items() if which]
