"""How long GPX files take over HTTP: a real server, signed in, through the real pages. Run by `python -m tests.bench`.

The server is the one of `make serve` (waitress, 8 threads) in a process of its own, on a new SQLite database. Each file
goes to a patrol of its own. Beside it stand the figures of a peer, measured once and written down here.
"""

import concurrent.futures
import contextlib
import http.client
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from patrol.accounts.queries import person_by_username as person
from patrol.accounts.rules import Role
from patrol.extensions import db
from tests.builders import PASSWORD, form_of, make_patrol, make_person
from tests.databases import Databases, settings
from tests.needs import free_port
from tests.tracks.samples import MULTIPART, gpx, multipart, walk

PEER = "FitTrackee 1.3.6, measured on such a machine 2026-11-23"
PEER_UPLOAD_MS = {200: (140, 152), 2_000: (264, 361), 20_000: (1825, 3045)}  # points: p50, p95
PEER_FILES_A_SECOND = {1: 2.58, 2: 5.66}
PEER_FAILURES = "63 of 90"
PEER_MIB = 317
UPLOADS = {200: 40, 2_000: 40, 20_000: 12}
BULK, NEW_ACCOUNT = 200, 90
FIRST = datetime(2025, 1, 1, 12, tzinfo=UTC)
SERVER = """
import sys, waitress
from patrol.__main__ import THREADS
from wsgi import app
{more}
waitress.serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=THREADS)
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder))
        try:
            url = databases.prepared("sqlite")
            with databases.app(url) as app, app.app_context():
                needed = sum(UPLOADS.values()) + 2 * BULK + 2 * NEW_ACCOUNT + 10
                patrols = {name: fill(name, needed) for name in ("leader", "newcomer1", "newcomer2")}
                form = {
                    name: str(value)
                    for name, value in form_of(person("leader")).items()
                    if name != "programme_ids"
                }
            environment = {**os.environ, **settings(url, Path(folder)), "PATROL_ENV": "production"}
            with server(environment) as (port, pid):
                measure(port, pid, patrols, form)
        finally:
            databases.close()


def fill(name: str, number: int) -> list[int]:
    """A leader with so many patrols; their ids."""
    leader = make_person(Role.PATROL_LEADER, username=name)
    made = []
    for count in range(number if name == "leader" else NEW_ACCOUNT):
        started = FIRST + timedelta(hours=9 * count)
        patrol = make_patrol(by=leader, started=started, ended=started + timedelta(hours=3), means="on_foot")
        made.append(patrol.id)
    db.session.commit()
    return made


@contextlib.contextmanager
def server(environment: dict[str, str], more: str = "") -> Iterator[tuple[int, int]]:
    """Its port and process; `more` is said of its app before it serves."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", SERVER.format(more=more), str(port)], env=environment)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                ask(port, "GET", "/healthz")
                break
            time.sleep(0.05)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def ask(
    port: int, method: str, path: str, body: bytes | None = None, kind: str = "", cookie: str = ""
) -> tuple[int, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Origin": f"http://127.0.0.1:{port}", "Sec-Fetch-Site": "same-origin"}
    headers |= ({"Content-Type": kind} if kind else {}) | ({"Cookie": cookie} if cookie else {})
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status, response.headers


def sign_in(port: int, name: str) -> str:
    body = urlencode({"_username": name, "_password": PASSWORD}).encode()
    status, headers = ask(port, "POST", "/dang-nhap", body, "application/x-www-form-urlencoded")
    assert status == 302, status
    return re.split(";", headers["Set-Cookie"])[0]


def measure(port: int, pid: int, patrols: dict[str, list[int]], form: dict[str, str]) -> None:
    waiting = iter(patrols["leader"])
    cookie = sign_in(port, "leader")
    at_first = memory_mib(pid)

    def upload(patrol_id: int, content: bytes, as_whom: str = cookie) -> float:
        body = multipart([(content, "vet.gpx")])
        begun = time.perf_counter()
        status, headers = ask(port, "POST", f"/tuan-tra/{patrol_id}/vet", body, MULTIPART, as_whom)
        took = time.perf_counter() - begun
        assert status == 302 and "/tuan-tra/" in headers["Location"], status
        return took

    print("\nGPX over HTTP, signed in, one waitress of 8 threads, SQLite with synchronous=FULL")
    print(f"{'':44} {'p50':>9} {'p95':>9}   {PEER}")
    for points, times in UPLOADS.items():
        files = [file_of(points, number) for number in range(times)]
        took = sorted(upload(next(waiting), content) for content in files)
        p50, p95 = 1000 * statistics.median(took), 1000 * took[int(times * 0.95) - 1]
        peer50, peer95 = PEER_UPLOAD_MS[points]
        size = f"{len(files[0]) / 1000:,.0f} kB"
        print(
            f"{f'upload of {points:,} points, {size}':44} {p50:6.1f} ms {p95:6.1f} ms   "
            f"{peer50:,} / {peer95:,} ms: {peer50 / p50:.0f} times"
        )
    print_form(port, cookie, form)
    print(f"{'memory of the server (PSS)':44} {memory_mib(pid):5.0f} MiB, at first {at_first:.0f}")
    files = [file_of(2_000, 1000 + number) for number in range(2 * BULK)]
    for at_once in (1, 2):
        batch = [(next(waiting), files.pop()) for _ in range(BULK)]
        seconds, failures = together(at_once, batch, lambda each: upload(*each))
        rate = BULK / seconds
        peer = PEER_FILES_A_SECOND[at_once]
        print(
            f"{f'{BULK} files of 2,000 points, {at_once} at once':44} {rate:5.1f} files/s, {failures} failed   "
            f"{peer} files/s: {rate / peer:.0f} times"
        )
    for name, at_once in (("newcomer1", 2), ("newcomer2", 8)):
        mine = sign_in(port, name)
        batch = [(patrol_id, file_of(500, 5000 + patrol_id)) for patrol_id in patrols[name]]
        seconds, failures = together(at_once, batch, lambda each, mine=mine: upload(*each, mine))
        print(
            f"{f'{NEW_ACCOUNT} uploads of a new account, {at_once} at once':44} {failures} of {NEW_ACCOUNT} failed"
            f" in {seconds:.1f} s   {PEER_FAILURES} failed"
        )
    print(f"{'memory of the server (PSS)':44} {memory_mib(pid):5.0f} MiB   {PEER_MIB} MiB a worker, of two")


def print_form(port: int, cookie: str, form: dict[str, str]) -> None:
    """A new patrol and its file, all in one form."""
    took = []
    for number in range(20):
        fields = form | {"client_id": f"00000000-0000-4000-8000-{number:012}"}
        body = multipart([(file_of(2_000, 9000 + number), "vet.gpx")], fields)
        begun = time.perf_counter()
        status, _ = ask(port, "POST", "/tuan-tra/moi", body, MULTIPART, cookie)
        took.append(1000 * (time.perf_counter() - begun))
        assert status == 302, status
    took.sort()
    print(
        f"{'new patrol with a file of 2,000 points':44} {statistics.median(took):6.1f} ms {took[18]:6.1f} ms"
    )


def together(at_once: int, batch: list, act: Callable) -> tuple[float, int]:
    """Seconds for all of it, and how many failed."""
    failures = 0
    begun = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        for done in [pool.submit(act, each) for each in batch]:
            failures += isinstance(done.exception(), AssertionError | OSError)
    return time.perf_counter() - begun, failures


def file_of(points: int, seed: int) -> bytes:
    """A walk at one fix a second with height, as a watch writes it."""
    start = FIRST + timedelta(hours=9 * (seed % 1000))
    made, _ = walk(points - 1, 1.3, 1, 0.5, 2.0, seed, start=start)
    chance = random.Random(seed)
    text = gpx(made)
    return re.sub("<time>", lambda _: f"<ele>{chance.uniform(1, 9):.1f}</ele><time>", text).encode()


def memory_mib(pid: int) -> float:
    """Proportional share of the memory of a process."""
    with contextlib.suppress(OSError):
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
        if found:
            return int(found[1]) / 1024
    return float("nan")


if __name__ == "__main__":
    main()
