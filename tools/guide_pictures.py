"""Take the pictures of the user guide anew: python -m tools.guide_pictures (or `make guide-pictures`).

A demonstration of its own is made in instance/guide-pictures/ at the first run and used again afterwards; delete the
folder for a new one. The pages are opened as a phone and as a desk, and static/guide/*.webp are written.
"""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

import config
from patrol import chores, create_app
from patrol.__main__ import prepare_demo
from tests import needs
from tests.browser.driver import QUIET, Site, serving, settings, sign_in

FOLDER = config.ROOT / "instance" / "guide-pictures"
TARGET = config.ROOT / "static" / "guide"
PHONE = {
    "viewport": {"width": 360, "height": 640},
    "device_scale_factor": 1.5,
    "has_touch": True,
    "is_mobile": True,
}
DESK = {"viewport": {"width": 1250, "height": 800}}
WIDEST = 1000  # pixels of a picture; a desk is made smaller
QUALITY = 60
DESK_PAGES = {
    "trang-dau": ("chihuy", "/"),
    "ban-do": ("chihuy", "/ban-do"),
    "so-lieu": ("tonghop", "/tong-ket/2023"),
    "hoi-nghi": ("tonghop", "/hoi-nghi/1"),
    "tai-khoan": ("quantri", "/tai-khoan"),
    "danh-muc": ("quantri", "/quan-tri"),
    "nhat-ky": ("kiemtra", "/nhat-ky"),
}


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    with demonstration() as (site, passwords), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needs.chromium(), args=list(QUIET))
        try:
            with visit(browser, site, PHONE) as page:
                sign_in(page, "totruong", passwords["totruong"])
                a_night(page)
            for user in dict.fromkeys(user for user, _ in DESK_PAGES.values()):
                with visit(browser, site, DESK) as page:
                    sign_in(page, user, passwords[user])
                    for name, (whose, path) in DESK_PAGES.items():
                        if whose == user:
                            page.goto(path, wait_until="networkidle")
                            take(page, name)
            with visit(browser, site, DESK) as page:
                sign_in(page, "chihuy", passwords["chihuy"])
                page.locator("[aria-labelledby=cho-xac-nhan] .records a").first.click()
                page.get_by_role("button", name="Xác nhận thay mặt").first.wait_for()
                take(page, "xac-nhan")
        finally:
            browser.close()


@contextmanager
def demonstration() -> Iterator[tuple[Site, dict[str, str]]]:
    """The log over its own demo database, served on a free port, and the sign-ins."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    config.INSTANCE = FOLDER  # where the demonstration keeps its sign-ins
    app = create_app(
        config.load(
            dict(os.environ)
            | {
                "DATABASE_URL": f"sqlite:///{FOLDER / 'demo.db'}",
                "MEDIA_DIR": str(FOLDER / "media"),
                "BACKUP_DIR": str(FOLDER / "backups"),
                "SECRET_KEY": "takes-pictures-and-nothing-else",
            }
        )
    )
    with app.app_context():
        flask_migrate.upgrade()
        prepare_demo()
        chores.seal_waiting(thorough=True)
    lines = (FOLDER / "demo-accounts.txt").read_text("utf-8").splitlines()
    with serving(app) as site:
        yield site, {words[0]: words[1] for words in map(str.split, lines) if words}


@contextmanager
def visit(browser: Browser, site: Site, device: dict) -> Iterator[Page]:
    """One person with a browser of their own, by day."""
    context = browser.new_context(**settings(site, device))
    context.add_cookies([{"name": "giao_dien", "value": "day", "url": site.url}])
    try:
        yield context.new_page()
    finally:
        context.close()


def a_night(page: Page) -> None:
    """A night on the phone without signal, so that nothing of it reaches the demonstration."""
    page.goto("/phone")
    page.get_by_role("link", name="Bắt đầu").wait_for()
    take(page, "dien-thoai-dau")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    begin(page, picture="dien-thoai-bat-dau")
    take(page, "dien-thoai-dang-di")
    page.get_by_role("link", name="Kết thúc").click()
    page.get_by_role("button", name="Không phát hiện vi phạm").click()
    take(page, "dien-thoai-ket-thuc")
    page.get_by_role("button", name="Kết thúc và gửi").click()
    page.get_by_role("link", name="Về trang đầu").wait_for()
    page.goto("/phone#/hang-cho")
    page.get_by_role("heading", name="Hàng chờ gửi").wait_for()
    take(page, "dien-thoai-cho-gui")
    page.goto("/phone#/")
    begin(page)
    page.get_by_role("button", name="Ghi phát hiện").click()
    page.get_by_role("heading", name="Ghi phát hiện").wait_for()
    take(page, "dien-thoai-phat-hien")


def begin(page: Page, *, picture: str = "") -> None:
    """Set out like the last time."""
    page.get_by_role("link", name="Bắt đầu").click()
    like_last = page.get_by_role("button", name="Như lần trước")
    like_last.wait_for()
    if picture:
        take(page, picture)
    like_last.click()
    page.get_by_role("button", name="Ghi phát hiện").wait_for()


def take(page: Page, name: str) -> Path:
    """What stands on the screen, as static/guide/<name>.webp."""
    page.wait_for_timeout(500)  # drawings and the state of the queue settle
    path = TARGET / f"{name}.webp"
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.thumbnail((WIDEST, WIDEST), Image.Resampling.LANCZOS)
    picture.save(path, "WEBP", quality=QUALITY, method=6)
    return path


if __name__ == "__main__":
    main()
