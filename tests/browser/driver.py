"""The server the browser talks to, the devices, and the watch that is kept over every page."""

import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import waitress
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, Response
from waitress import wasyncore

ARTIFACTS = Path(__file__).parent.parent / "artifacts"
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
WATCH = """
addEventListener('securitypolicyviolation', (event) =>
  console.error(`content policy: ${event.effectiveDirective} ${event.blockedURI || 'inline'}`));
"""


def settings(site: "Site", device: dict[str, Any]) -> dict[str, Any]:
    """What a browser context of this site is made with."""
    return {
        "base_url": site.url,
        "locale": "vi-VN",
        "timezone_id": "Asia/Ho_Chi_Minh",
        "reduced_motion": "reduce",
        **device,
    }


@dataclass
class Site:
    app: Flask
    url: str


@contextlib.contextmanager
def running(server: Any) -> Iterator[None]:
    """The waitress server at work beside the test; stopped without a word when the block ends."""
    thread = threading.Thread(target=server.run, name="site", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.task_dispatcher.shutdown()
        # Its own loop closes its sockets: closed from here, it may be waiting on them, and says so.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        thread.join(timeout=10)


@contextlib.contextmanager
def serving(app: Flask) -> Iterator[Site]:
    """The app behind waitress, as `make run` has it, on a free port."""
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=8, connection_limit=1000)
    with running(server):
        yield Site(app, f"http://127.0.0.1:{server.effective_port}")


class Visitor:
    """One person with one browser of their own, and everything about it that should not have happened."""

    def __init__(self, browser: Browser, site: Site, device: dict[str, Any]):
        self.watch(browser.new_context(**settings(site, device)), site)

    def watch(self, context: BrowserContext, site: Site) -> None:
        self.site = site
        self.complaints: list[str] = []
        self.expected: set[int] = set()
        self.may_lose_the_net = False
        self.warnings: set[str] = set()
        self.context = context
        self.context.set_default_timeout(10_000)
        self.context.add_init_script(WATCH)
        self.context.on("request", self._on_request)
        self.context.on("response", self._on_response)
        self.context.on("console", self._on_console)
        self.context.on("weberror", lambda error: self.complaints.append(f"error in a script: {error.error}"))
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        _visitors[self.page] = self

    def leave(self) -> None:
        with contextlib.suppress(Error):  # a page that was closed by the test
            self.page.wait_for_timeout(50)  # what is still on its way belongs to this test
        del _visitors[self.page]
        self.context.close()

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self.site.url + "/", "blob:", "data:")):
            self.complaints.append(f"leaves the origin: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"{response.status} {response.request.method} {response.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if self.may_lose_the_net and ("net::ERR_" in message.text or "Failed to fetch" in message.text):
            return
        if any(words in message.text for words in self.warnings):
            return
        if not any(
            f"the server responded with a status of {status} " in message.text for status in self.expected
        ):
            self.complaints.append(
                f"console {message.type}: {message.text} ({message.location.get('url', '')})"
            )


_visitors: dict[Page, Visitor] = {}


def expect_status(page: Page, *statuses: int) -> None:
    """From now on these answers are part of the test on this page, e.g. 422 for a form sent back."""
    _visitors[page].expected.update(statuses)


def expected_warning(page: Page, words: str) -> None:
    """From now on a warning with these words is part of the test on this page."""
    _visitors[page].warnings.add(words)


def expect_no_net(page: Page) -> None:
    """From now on requests of this page may fail because there is no network."""
    _visitors[page].may_lose_the_net = True


def complaints(page: Page) -> list[str]:
    """What the watch has noted so far; clear it when the complaint is what the test is about."""
    return _visitors[page].complaints


def shot(page: Page, name: str) -> None:
    """A picture of the whole page in tests/artifacts/, to be looked at, when `SHOTS=1 make test` asks for them."""
    if os.environ.get("SHOTS"):
        ARTIFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=True)


def sign_in(page: Page, username: str, password: str, *, at: str = "/dang-nhap") -> None:
    """Through the page, as a person does it."""
    page.goto(at)
    page.locator("input[name=_username]").fill(username)
    page.locator("input[name=_password]").fill(password)
    page.locator("form:has(input[name=_password]) button:not([type=button])").click()


def too_wide(page: Page) -> bool:
    """Whether one has to scroll sideways."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def small_targets(page: Page, *, smallest: int = 48) -> list[str]:
    """Buttons, links outside running text and fields that a thumb would miss, with their size."""
    return page.evaluate(
        """(smallest) => [...document.querySelectorAll(
             'main button, main input:not([type=hidden]), main select, main textarea, main a.button, nav a')]
           .map((one) => one.matches('[type=radio], [type=checkbox]') ? one.closest('label') ?? one : one)
           .filter((one) => one.checkVisibility() && !one.closest('.visually-hidden'))
           .map((one) => [one, one.getBoundingClientRect()])
           .filter(([, box]) => box.width > 0 && (box.height < smallest - 0.5 || box.width < smallest - 0.5))
           .map(([one, box]) =>
             `${one.tagName.toLowerCase()} ${(one.name || one.textContent).trim().slice(0, 30)}`
             + ` ${Math.round(box.width)}×${Math.round(box.height)}`)""",
        smallest,
    )
