"""Every page of every role in a real browser: nothing leaves the origin, nothing is logged, axe finds nothing,
nothing is wider than the screen and nothing is too small to tap."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests import needs
from tests.browser.driver import (
    DESKTOP,
    PHONE,
    QUIET,
    Site,
    Visitor,
    serving,
    shot,
    sign_in,
    small_targets,
    too_wide,
)
from tests.databases import Databases

PATROL_PAGES = (
    "/", "/tuan-tra", "/tuan-tra?tim=bien+phong&trang-thai=confirmed", "/tuan-tra/moi",
    "/tuan-tra/5", "/tuan-tra/5/sua", "/tuan-tra/5/in", "/tuan-tra/in?tu=01/03/2023&den=31/03/2023", "/vu-viec/12",
    "/tong-ket/2023", "/tong-ket?tu=15/12/2022&den=14/12/2023", "/so-lieu/patrol.sorties?tu=2023-01-01&den=2023-12-31",
    "/so-lieu/finding.gambling.subjects?tu=2023-01-01&den=2023-12-31", "/doi-mat-khau",
    "/hoi-nghi", "/hoi-nghi/1", "/hoi-nghi/2?quy-ve=hien-nay", "/hoi-nghi/1/giao-ban", "/hoi-nghi/1/sua",
    "/hoi-nghi/moi", "/khai-bao", "/tuan-tra/tep-dien-thoai", "/tuan-tra/tu-so-giay",
)  # fmt: skip
PAGES = {
    "tonghop": PATROL_PAGES,
    "ubnd": ("/", "/tuan-tra", "/ban-do?tu=2023-01-01&den=2023-12-31", "/tong-ket/2023", "/hoi-nghi/1"),
    "quantri": (
        "/quan-tri",
        "/quan-tri/don-vi",
        "/quan-tri/don-vi/7",
        "/quan-tri/tuyen/moi",
        "/quan-tri/loai-phat-hien/6/sua",
        "/quan-tri/quy-dinh",
        "/tai-khoan",
        "/tai-khoan/2",
        "/tai-khoan/ra-soat",
        "/an-toan",
        "/tinh-trang",
        "/chung-chi",
    ),
    "kiemtra": ("/nhat-ky", "/nhat-ky?trang=3", "/huong-dan"),
}
EVERY_RULE = {"resultTypes": ["violations"]}
ONLY_COLOURS = {**EVERY_RULE, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# A colour doesn't depend on the database, and the other rules don't depend on the colour: each look is had on one
# database, every page on both, and every rule once at each size and once on each database.
LOOKS = {
    "sqlite": [(PHONE, "day", ONLY_COLOURS), (DESKTOP, "dark", EVERY_RULE)],
    "postgresql": [(PHONE, "night", EVERY_RULE)],
}


@pytest.fixture
def site(databases: Databases, kind: str, passwords: dict[str, str]) -> Iterator[Site]:
    """The running site with the demo years in it."""
    url, accounts = databases.demonstrated(kind)
    passwords.update({account.username: account.password for account in accounts})
    with databases.app(url) as app, serving(app) as site:
        yield site


@pytest.fixture
def passwords() -> dict[str, str]:
    """The demo sign-ins, once the site is there."""
    return {}


def test_every_page_keeps_its_promises_in_every_colour(
    site: Site, kind: str, visitor: Callable[..., Page], passwords: dict[str, str]
):
    problems: list[str] = []
    axe = Axe()
    for user, paths in PAGES.items():
        for device, theme, rules in LOOKS[kind]:
            page = visitor(device)
            page.context.add_cookies([{"name": "giao_dien", "value": theme, "url": site.url}])
            sign_in(page, user, passwords[user])
            for path in paths:
                page.goto(path)
                look = f"{path} {user} {theme} {'phone' if device is PHONE else 'desktop'}"
                problems += [f"{look}: {violation['id']}: {violation['nodes'][0]['html'][:150]}"
                             for violation in axe.run(page, options=rules).response["violations"]]  # fmt: skip
                if wide := too_wide(page):
                    problems.append(f"{look}: too wide: {wide}")
                if device is PHONE and (small := small_targets(page)):
                    problems.append(f"{look}: small targets: {small[:3]}")
                shot(page, look.replace("/", "_").replace("?", "_").replace(" ", "-"))
            if device is DESKTOP:
                page.set_viewport_size({"width": 1024, "height": 768})
                page.goto("/")
                if page.locator(".tabs__list").bounding_box()["height"] > 60:
                    problems.append(f"{user}: the menu takes more than one line")
    assert problems == []


def test_letters_twice_as_big_fit_a_small_phone(browser: Browser, site: Site, passwords: dict[str, str]):
    """The big-font setting of a phone, at 320 px."""
    with browser.browser_type.launch(
        executable_path=needs.chromium(), args=[*QUIET, "--blink-settings=defaultFontSize=32"]
    ) as big:
        reader = Visitor(big, site, {**PHONE, "viewport": {"width": 320, "height": 640}})
        sign_in(reader.page, "tonghop", passwords["tonghop"])
        for path in ("/", "/tuan-tra", "/tuan-tra/moi", "/tuan-tra/5", "/tong-ket/2023"):
            reader.page.goto(path)
            assert not too_wide(reader.page), path
            shot(reader.page, f"big-letters{path.replace('/', '-')}")
        reader.leave()
    assert reader.complaints == []
