"""How soon the coastal map is drawn, beside a plain folium page of the same routes. Run by `python -m tests.bench`.

Walks of 2,000 points along the beach, both ways, with the noise of a receiver. The browser is a phone on slow 4G
(1.6 Mbit/s, 150 ms), its processor slowed four times, nothing in its cache; both sides send gzip -6. The server is the
one of `make serve`, in a process of its own. Plain folium is its stock page with a PolyLine each; its libraries are
served from here too, so that no other network is in the figures.

Chromium slows the main thread only: what the worker took itself until the lines were there is added as often as is
missing.
Blocked is the time over 50 ms of the long tasks until the page is idle.
"""

import argparse
import contextlib
import gzip
import http.server
import io
import os
import re
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import folium
import numpy as np
from offlinefolium.elements import _res
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import insert, select

from patrol import geo
from patrol.accounts.rules import Role
from patrol.extensions import db
from patrol.patrols.models import Patrol
from patrol.tracks.draft import Fixes
from patrol.tracks.lines import map_lines
from patrol.tracks.models import PatrolTrack
from tests import bench, needs
from tests.bench_tracks import server
from tests.browser.driver import QUIET, sign_in
from tests.builders import PASSWORD, make_person, stretch
from tests.databases import Databases, settings

NUMBERS = (215, 2_000, 10_000)
POINTS = 2_000
PACE_M = 1.35
NAIVE_MOST = 2_000  # a plain page of 10,000 takes 9 GB to make and never shows a line; its size is 5 of these
PHONE = {
    "viewport": {"width": 412, "height": 823},
    "device_scale_factor": 1.75,
    "is_mobile": True,
    "has_touch": True,
}
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
LOOPS = 3_000_000
PERIOD = "tu=2017-01-01&den=2026-12-31"
WATCH = """
globalThis.held = [];
new PerformanceObserver((list) => { for (const task of list.getEntries()) globalThis.held.push(task.duration); })
  .observe({ type: 'longtask', buffered: true });
globalThis.waited = {};
const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (message, ...more) {
  const began = performance.now();
  const hear = ({ data }) => {
    if (data[0] !== message[0]) return;
    this.removeEventListener('message', hear);
    if (!performance.getEntriesByName('coast-drawn').length) globalThis.waited[message[0]] = performance.now() - began;
  };
  this.addEventListener('message', hear);
  return post.call(this, message, ...more);
};
"""
WATCH_WORKER = """() => {
  globalThis.took = {};
  const hear = globalThis.onmessage;
  globalThis.onmessage = async (event) => {
    const began = performance.now();
    await hear(event);
    globalThis.took[event.data[0]] = performance.now() - began;
  };
}"""
PACK_PAGES = """  # what the proxy in front does
import gzip

@app.after_request
def pack(answer):
    if answer.mimetype == "text/html" and answer.status_code == 200:
        answer.set_data(gzip.compress(answer.get_data(), 6))
        answer.headers["Content-Encoding"] = "gzip"
    return answer
"""
AFTER_FOLIUM = """
requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => performance.mark('coast-drawn'))));
"""


def main(given: list[str] | None = None) -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--routes", type=int, nargs="+", default=NUMBERS, help="how many routes, one map each")
    asked.add_argument("--slower", type=float, default=4, help="how much slower the phone's processor is")
    asked.add_argument("--no-folium", dest="folium", action="store_false", help="ours only")
    told = asked.parse_args(given)
    os.environ["PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needs.chromium(), args=list(QUIET))
        heading = f"phone, slow 4G, CPU ×{told.slower:g}; load {os.getloadavg()[0]:.1f}, loop {speed():.2f} s"
        print(
            f"\n{'map':34} {'bytes':>12} {'drawn':>9} {'in worker':>9} {'blocked':>9} {'longest':>9}  {heading}"
        )
        plain: dict[int, dict[str, float]] = {}  # how many routes → what a page of as many took
        for number in told.routes:
            routes = list(walks(number))
            ours = measure_ours(browser, routes, told.slower)
            report(f"ours, {number:,} routes", ours)
            if told.folium:
                loaded = min(number, NAIVE_MOST)
                naive = plain.get(loaded) or measure_naive(browser, routes[:loaded], told.slower)
                plain[loaded] = naive
                if number > loaded:
                    naive = {"bytes": naive["bytes"] * number // loaded}
                report(f"plain folium, {number:,} routes", naive)
                sooner = f", drawn {naive['drawn'] / ours['drawn']:.1f} × sooner" if "drawn" in naive else ""
                print(f"{'':34} 1/{naive['bytes'] / ours['bytes']:.0f} of the bytes{sooner}")
        browser.close()


def speed() -> float:
    """Seconds of processor time of a plain loop, to tell one machine from another."""
    began, total = time.process_time(), 0
    for number in range(LOOPS):
        total += number * number
    return time.process_time() - began


def report(what: str, found: dict[str, float]) -> None:
    times = [
        f"{found[name]:6.0f} ms" if name in found else f"{'–':>9}"
        for name in ("drawn", "worker", "blocked", "longest")
    ]
    print(f"{what:34} {found['bytes']:12,.0f} {' '.join(times)}", flush=True)


def walks(number: int) -> Iterator[tuple[Any, Any]]:
    """Latitudes and longitudes of each walk: 2.7 km of one of 40 winding ways along the beach, with noise."""
    chance = np.random.default_rng(20231228)
    posts = np.array(stretch_line())
    along = np.linspace(0.0, posts[-1, 0], 5_000)
    lat, lon = np.interp(along, posts[:, 0], posts[:, 1]), np.interp(along, posts[:, 0], posts[:, 2])
    x, y = geo.local_plane(lat, lon)
    gone = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    for _ in range(number):
        way = np.random.default_rng(int(chance.integers(40)))
        wave = way.uniform(60, 240, 3)
        start = chance.uniform(0, gone[-1] - POINTS * PACE_M)
        metres = start + PACE_M * np.arange(POINTS)
        off = sum(way.uniform(2, 9) * np.sin(metres / length + way.uniform(0, 6)) for length in wave)
        off = off + way.normal(0, 25) + chance.normal(0, 3)
        east = np.interp(metres, gone, x) + 0.7 * off + wander(chance)
        north = np.interp(metres, gone, y) + 0.7 * off + wander(chance)
        made = geo.from_plane(east, north, float(lat[0]), float(lon[0]))
        yield made if chance.random() < 0.5 else (made[0][::-1], made[1][::-1])


def stretch_line() -> list[list[float]]:
    return [
        [0.0, 15.96417, 108.29131],
        [2.0, 15.94944, 108.30177],
        [4.1, 15.93518, 108.31451],
        [6.28, 15.92215, 108.32939],
    ]


def wander(chance: np.random.Generator) -> Any:
    """Two metres of error that changes slowly."""
    noise, kernel = chance.normal(0, 8.0, POINTS + 60), np.exp(-np.arange(60) / 20.0) / 20.0
    return np.convolve(noise, kernel, "valid")[:POINTS]


def measure_ours(browser: Browser, routes: list, slower: float) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder))
        try:
            url = databases.prepared("sqlite")
            with databases.app(url) as app, app.app_context():
                make_person(Role.COMMANDER, username="chihuy")
                bench.fill(len(routes))
                store(routes)
                db.session.commit()
            with server({**os.environ, **settings(url, Path(folder))}, more=PACK_PAGES) as (port, _):
                site = f"http://127.0.0.1:{port}"
                known = browser.new_context(base_url=site)
                page = known.new_page()
                sign_in(page, "chihuy", PASSWORD)
                # the server is warm, the phone is not
                page.goto(f"/ban-do?{PERIOD}", wait_until="networkidle")
                cookies = known.cookies()
                known.close()
                return load(browser, f"{site}/ban-do?{PERIOD}", cookies, slower)
        finally:
            databases.close()


def store(routes: list) -> None:
    """The routes as recorded ways of the patrols there are, one each."""
    beach = stretch().id
    rows = []
    for (patrol_id, started), (lat, lon) in zip(
        db.session.execute(select(Patrol.id, Patrol.started_at).order_by(Patrol.id)), routes, strict=True
    ):
        none = np.full(lat.size, np.nan)
        lines = map_lines([Fixes(lat, lon, none, none)])
        rows.append(
            {
                "patrol_id": patrol_id,
                "kind": "recorded",
                "means": "on_foot",
                "grade": "A",
                "reasons": [],
                "remarks": [],
                "points_read": POINTS,
                "points_used": POINTS,
                "dropped": {},
                "raw_m": 2700,
                "distance_m": 2700,
                "moving_s": POINTS,
                "gap_s": 0,
                "gaps": [],
                "against_start": started,
                "against_end": started + timedelta(hours=3),
                "is_counted": True,
                "west": float(lon.min()),
                "south": float(lat.min()),
                "east": float(lon.max()),
                "north": float(lat.max()),
                "line": b"",
                **lines,
            }
        )
    db.session.execute(insert(PatrolTrack), rows)
    db.session.execute(Patrol.__table__.update().values(stretch_id=beach))


def measure_naive(browser: Browser, routes: list, slower: float) -> dict[str, float]:
    drawn = folium.Map(location=(15.94, 108.31), zoom_start=12, tiles=None)
    for lat, lon in routes:
        folium.PolyLine(np.column_stack([lat, lon]).tolist(), weight=2).add_to(drawn)
    written = io.StringIO(drawn.get_root().render())
    page = re.sub(
        r"https://[^\"']+",
        lambda found: f"/lib/{NAMES[found[0]]}" if found[0] in NAMES else found[0],
        written.read(),
    )
    page = page.replace("</html>", f"<script>{AFTER_FOLIUM}</script></html>")
    with plain_server({"/": (page.encode(), "text/html")}) as url:
        return load(browser, f"{url}/", [], slower, longest=120 if len(routes) < NAIVE_MOST else 900)


NAMES = {address: str(number) for number, address in enumerate(_res)}


@contextlib.contextmanager
def plain_server(files: dict[str, tuple[bytes, str]]) -> Iterator[str]:
    """These files and folium's libraries, packed once."""
    held = {name: (gzip.compress(content, 6), kind) for name, (content, kind) in files.items()}

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path not in held and self.path.startswith("/lib/"):
                address = next(
                    one for one, number in NAMES.items() if number == self.path.removeprefix("/lib/")
                )
                kind = "text/css" if ".css" in address else "text/javascript"
                held[self.path] = (gzip.compress(_res[address].encode(), 6), kind)
            content, kind = held.get(self.path, (b"", "text/plain"))
            self.send_response(200 if self.path in held else 404)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            if content:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def load(
    browser: Browser, url: str, cookies: list, slower: float, *, longest: float = 120, times: int = 3
) -> dict[str, float]:
    """Medians of a few cold loads; a slow page is loaded once."""
    found = [load_once(browser, url, cookies, slower, longest)]
    while len(found) < times and found[0].get("drawn", 10_000) < 10_000:
        found.append(load_once(browser, url, cookies, slower, longest))
    names = set.intersection(*(set(one) for one in found))
    return {name: statistics.median(one[name] for one in found) for name in names}


def load_once(browser: Browser, url: str, cookies: list, slower: float, longest: float) -> dict[str, float]:
    context = browser.new_context(**PHONE)
    context.add_cookies(cookies)
    context.set_default_timeout(1000 * longest)
    context.add_init_script(WATCH)
    page = context.new_page()
    page.on("worker", lambda worker: worker.evaluate(WATCH_WORKER))
    tool = context.new_cdp_session(page)
    tool.send("Network.enable")
    received = {"bytes": 0.0}
    tool.on(
        "Network.loadingFinished",
        lambda event: received.__setitem__("bytes", received["bytes"] + event["encodedDataLength"]),
    )
    tool.send("Network.emulateNetworkConditions", SLOW_4G)
    tool.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    try:
        page.goto(url, wait_until="commit")
        until = time.monotonic() + longest
        drawn = None
        while drawn is None and time.monotonic() < until:
            page.wait_for_timeout(200)
            drawn = page.evaluate("performance.getEntriesByName('coast-drawn')[0]?.startTime ?? null")
        page.wait_for_load_state("networkidle")
        held, waited = page.evaluate("[globalThis.held, globalThis.waited]")
        found = {"bytes": received["bytes"], "blocked": sum(max(0, task - 50) for task in held)}
        found["longest"] = max(held, default=0)
        if drawn is not None:
            for worker in page.workers:  # an answer that came before we could watch counts with its way
                waited |= {key: took for key, took in worker.evaluate("took").items() if key in waited}
            worked = sum(waited.values())
            found |= {"worker": worked, "drawn": drawn + (slower - 1) * worked}
        return found
    finally:
        context.close()


if __name__ == "__main__":
    main()
