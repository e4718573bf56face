"""A real Chromium in front of a real server with a database of its own, on SQLite and on PostgreSQL.

Every page is watched: what leaves the origin, writes to the console, breaks the content policy, throws, or
answers 4xx/5xx unannounced fails the test that opened it. Playwright drives the Chromium that is installed.
Its `wait_for_function` and `add_script_tag` do not work under our content policy: use `expect(locator)`.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.driver import DESKTOP, PHONE, Site, Visitor, serving
from tests.databases import Databases


@pytest.fixture
def site(request: pytest.FixtureRequest, databases: Databases, kind: str) -> Iterator[Site]:
    """The running site: `site.url`, and `with site.app.app_context()` to put records in and commit them."""
    assert "db" not in request.fixturenames, (
        "db rolls back and is not seen by the server; use site.app.app_context()"
    )
    with databases.app(databases.prepared(kind)) as app, serving(app) as site:
        yield site


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """`visitor(PHONE, color_scheme="dark")` opens one more watched page, of a new person; all are judged."""
    visitors: list[Visitor] = []

    def arrive(device: dict = PHONE, **more: object) -> Page:
        visitors.append(Visitor(browser, site, {**device, **more}))
        return visitors[-1].page

    try:
        yield arrive
    finally:
        for one in visitors:
            one.leave()
    for one in visitors:
        assert not one.complaints, "the browser complains:\n  " + "\n  ".join(one.complaints)


@pytest.fixture
def phone(visitor: Callable[..., Page]) -> Page:
    """360×740, touch, two device pixels a pixel. `page.goto("/dang-nhap")`."""
    return visitor(PHONE)


@pytest.fixture
def desktop(visitor: Callable[..., Page]) -> Page:
    """1280×800, mouse and keyboard."""
    return visitor(DESKTOP)
