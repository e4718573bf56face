"""A real server that is killed (-9) while a phone sends; what the phone was told must be there afterwards, once.

`python -m tests.sync.killing 1000 10` sends a thousand patrols through ten kills, on a database of its own, and counts.
A short form is part of the suite.
"""

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask, session
from sqlalchemy import func, select

from patrol.accounts.models import Person
from patrol.accounts.views import start_session
from patrol.extensions import db
from patrol.patrols.models import Patrol
from tests.builders import make_person
from tests.databases import Databases, settings
from tests.sync.phones import body_of_patrol, item

ROOT = Path(__file__).parent.parent.parent
SERVE = """
import sys, waitress
from wsgi import app
waitress.serve(app, host='127.0.0.1', port=int(sys.argv[1]), threads=8)
"""
WAIT_S = 180  # a busy machine takes its time to start Python


def cookie_of(app: Flask, person_id: int) -> str:
    """The session cookie of somebody who signed in just now."""
    with app.test_request_context():
        start_session(db.session.get_one(Person, person_id))
        db.session.commit()
        held = app.session_interface.get_signing_serializer(app).dumps(dict(session))
    return f"{app.config['SESSION_COOKIE_NAME']}={held}"


def connected(port: int) -> contextlib.closing[http.client.HTTPConnection]:
    return contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20))


@dataclass
class Server:
    """A server process on a database; `kill` ends it as a power cut would."""

    url: str
    folder: Path
    port: int = 0
    process: Any = None
    kills: int = 0

    def start(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        env = {**os.environ, **settings(self.url, self.folder), "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(self.port)],
            cwd=ROOT,
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            with contextlib.suppress(OSError, http.client.HTTPException), connected(self.port) as connection:
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            time.sleep(0.1)
        raise AssertionError("the server did not come up")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(WAIT_S)
        self.kills += 1

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(WAIT_S)


@dataclass
class Sender:
    """A phone with a queue: an item leaves it only when a receipt names it by id, revision and hash."""

    server: Server
    cookie: str
    around: dict[str, Any]
    queue: dict[tuple[str, int], dict[str, Any]]
    acknowledged: dict[tuple[str, int], str] = field(default_factory=dict)
    failures: int = 0

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}

    def send_some(self, number: int, chance: random.Random) -> None:
        """One batch out of the queue; whatever goes wrong, what was not named stays."""
        some = chance.sample(sorted(self.queue), min(number, len(self.queue)))
        batch = {**self.around, "items": [self.queue[key] for key in some]}
        try:
            with connected(self.server.port) as connection:
                connection.request("POST", "/api/v1/sync", json.dumps(batch), self.headers)
                answer = connection.getresponse()
                told = json.loads(answer.read())
                assert answer.status == 200, told
        except (OSError, http.client.HTTPException, ValueError):
            self.failures += 1
            time.sleep(0.1)
            return
        for result in told["results"]:
            key = (result["id"], result["rev"])
            if result["outcome"] in ("stored", "already_stored", "superseded"):
                assert result["sha256"] == self.queue[key]["sha256"]
                self.acknowledged[key] = self.queue.pop(key)["sha256"]


def send_while_killed(
    server: Server, phone: Sender, *, kills: int, batch: int, chance: random.Random
) -> None:
    """Empty the phone's queue, in batches, while the server dies `kills` times and comes back."""
    server.start()
    try:
        with killed_now_and_then(server, times=kills, chance=chance, within_s=0.4):
            while phone.queue or server.kills < kills:
                phone.send_some(batch, chance)
    finally:
        server.stop()


@contextlib.contextmanager
def killed_now_and_then(
    server: Server, *, times: int, chance: random.Random, within_s: float
) -> Iterator[None]:
    """While the block runs, the server dies `times` times at moments nobody chose, and comes back."""
    done = threading.Event()
    failed: list[BaseException] = []

    def keep_killing() -> None:
        try:
            for _ in range(times):
                if done.wait(chance.uniform(0.05, within_s)):
                    return
                server.kill()
                server.start()
        except AssertionError as failure:
            failed.append(failure)

    killer = threading.Thread(target=keep_killing)
    killer.start()
    try:
        yield
    finally:
        killer.join(WAIT_S * times)
        done.set()
        assert not failed, failed


def main(patrols: int, kills: int, kind: str = "sqlite") -> None:
    chance = random.Random()
    with tempfile.TemporaryDirectory() as folder:
        made = Databases(Path(folder))
        url = made.prepared(kind)
        with made.app(url) as app, app.app_context():
            person = make_person()
            db.session.commit()
            every = [item(body_of_patrol(note=f"lượt {number}")) for number in range(patrols)]
            phone = Sender(
                Server(url, Path(folder)),
                cookie_of(app, person.id),
                {"device": str(uuid4()), "person_id": person.id},
                {(each["id"], each["rev"]): each for each in every},
            )
            db.session.remove()
            began = time.monotonic()
            send_while_killed(phone.server, phone, kills=kills, batch=5, chance=chance)
            took = time.monotonic() - began
            stored = sorted(str(each) for each in db.session.scalars(select(Patrol.client_id)))
            people = db.session.scalar(select(func.sum(Patrol.personnel_total)))
        made.close()
    acknowledged = sorted(id for id, _ in phone.acknowledged)
    missing, doubled = set(acknowledged) - set(stored), len(stored) - len(set(stored))
    print(
        f"{kind}: {len(acknowledged)} acknowledged, {len(stored)} stored, {people} people, {kills} kills, "
        f"{phone.failures} requests without an answer, {took:.0f} s; {len(missing)} missing, {doubled} doubled"
    )
    if missing or doubled or len(stored) != patrols or people != 6 * patrols:
        sys.exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
