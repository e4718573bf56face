"""Phones for the tests: real Chromiums with a folder of their own, killed and opened again; and a bad link."""

import contextlib
import os
import signal
import socket
import threading
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests import needs
from tests.browser.driver import PHONE, QUIET, Site, Visitor, settings, sign_in
from tests.builders import PASSWORD

HERE = {"latitude": 15.9, "longitude": 108.33, "accuracy": 8}
GPS = {"permissions": ["geolocation"], "geolocation": HERE}


class Pocket(Visitor):
    """A phone in a pocket: its browser keeps a folder, so that it can die and come back with what was on disk."""

    def __init__(self, browser: Browser, site: Site, folder: Path, **more: Any):
        self.browser, self.folder = browser, folder
        self.device = {**PHONE, **GPS, **more}
        self.dead: list[str] = []
        self.start(site)

    def start(self, site: Site, **more: Any) -> Page:
        """Open the browser (again)."""
        self.watch(
            self.browser.browser_type.launch_persistent_context(
                self.folder,
                executable_path=needs.chromium(),
                args=list(QUIET),
                **settings(site, {**self.device, **more}),
            ),
            site,
        )
        self.may_lose_the_net = True
        return self.page

    def kill(self) -> None:
        """The battery dies: no page is told anything."""
        self.dead += self.complaints
        for pid in _processes(f"--user-data-dir={self.folder}"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(Exception):
            self.context.close()


def _processes(argument: str) -> list[int]:
    """Our own browser's processes, known by their folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                if argument in (entry / "cmdline").read_bytes().decode(errors="replace").split("\0"):
                    found.append(int(entry.name))
    return found


def open_phone(page: Page, username: str) -> None:
    """Sign in and open the phone log; it is ready when the shell is kept and the lists are there."""
    sign_in(page, username, PASSWORD, at="/dang-nhap?next=/phone")
    expect(page.get_by_role("link", name="Bắt đầu")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def begin_like_last(page: Page) -> None:
    page.get_by_role("link", name="Bắt đầu").click()
    page.get_by_role("button", name="Như lần trước").click()
    expect(page.get_by_role("button", name="Ghi phát hiện")).to_be_visible()


def end(page: Page, *, nothing: bool = True) -> None:
    page.get_by_role("link", name="Kết thúc").click()
    if nothing:
        page.get_by_role("button", name="Không phát hiện vi phạm").click()
    page.get_by_role("button", name="Kết thúc và gửi").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã kết thúc lúc")


def received(page: Page) -> None:
    """The strip says that everything has arrived."""
    expect(page.locator("[data-strip] .state--received")).to_be_visible(timeout=20_000)


def strip_says(page: Page, words: str) -> None:
    """What can be read in the strip now; text that is hidden doesn't count."""
    expect(page.locator("[data-strip]")).to_contain_text(words, use_inner_text=True, timeout=10_000)


def waiting(page: Page, count: int) -> None:
    strip_says(page, f"{count} chờ gửi")


class BreakingLink:
    """A way to the site on which every connection dies after so many bytes from the phone."""

    def __init__(self, site: Site, breaks_after: int):
        self.target = int(site.url.rpartition(":")[2])
        self.breaks_after = breaks_after
        self.broken = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.site = Site(site.app, f"http://127.0.0.1:{self.listener.getsockname()[1]}")
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                phone, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                threading.Thread(
                    target=self._carry, args=(phone, server, self.breaks_after), daemon=True
                ).start()
                threading.Thread(target=self._carry, args=(server, phone, None), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, budget: int | None) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(8192):
                if budget is not None:
                    data = data[:budget]
                    budget -= len(data)
                target.sendall(data)
                if budget == 0:
                    self.broken += 1
                    break
        for end_of_it in (source, target):
            with contextlib.suppress(OSError):
                end_of_it.shutdown(socket.SHUT_RDWR)
                end_of_it.close()

    def close(self) -> None:
        self.listener.close()
