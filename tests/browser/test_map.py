"""The map in a real Chromium: what is drawn and what a tap opens; nothing leaves the origin, no name becomes code."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from patrol.accounts.queries import person_by_username, scope_of
from patrol.accounts.rules import Role
from patrol.coastmap.queries import routes_of
from patrol.coastmap.routes import make_stream, read_stream
from patrol.extensions import db
from patrol.tracks.rules import Limits
from patrol.tracks.services import attach_files, read_files
from patrol.units.models import Stretch
from tests.browser.driver import DESKTOP, PHONE, Site, shot, sign_in
from tests.builders import PASSWORD, POLICE, finding_draft, make_patrol, make_person, question, stretch, unit
from tests.tracks.samples import START, Point, gpx

LINE = [[0.0, 15.96417, 108.29131], [6.28, 15.92215, 108.32939]]  # the ends of the stretch
HOANG_SA, TRUONG_SA = (
    "Quần đảo Hoàng Sa (TP Đà Nẵng, Việt Nam)",
    "Quần đảo Trường Sa (tỉnh Khánh Hoà, Việt Nam)",
)
YEAR = "tu=2026-01-01&den=2026-12-31"
HOSTILE = "${document.title='x'}</script><img src=x onerror=\"document.title='y'\">"
IN_BROWSER = """async (address) => {
  const app = document.querySelector('script[src$="/js/app.js"]').src;
  const { readRoutes } = await import(app.replace('app.js', 'rules/routes.js'));
  const octets = new Uint8Array(await (await fetch(address)).arrayBuffer());
  const work = readRoutes(octets);
  let step = work.next();
  while (!step.done) step = work.next();
  const { zoom, count, ids, forces, owners, starts, x, y } = step.value;
  const routes = Array.from({ length: count }, (_, n) => [ids[n], forces[n], []]);
  owners.forEach((owner, p) => routes[owner][2].push(
    Array.from({ length: starts[p + 1] - starts[p] }, (_, n) => [x[starts[p] + n], y[starts[p] + n]])));
  return [zoom, routes];
}"""
INK = """() => {
  const shown = document.querySelector('.coast-canvas');
  const canvas = Object.assign(document.createElement('canvas'), { width: shown.width, height: shown.height });
  const context = canvas.getContext('2d');
  context.drawImage(shown, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let inked = 0;
  for (let n = 3; n < data.length; n += 4) if (data[n] > 128) inked += 1;
  return inked;
}"""


def along_the_beach(start: datetime, offset: float) -> bytes:
    """A walk from km 0 to km 2 of the stretch, a little beside its line."""
    (_, lat0, lon0), _, (_, lat1, lon1) = stretch().line[:3]
    points = [
        Point(
            lat0 + (lat1 - lat0) * n / 400 + offset,
            lon0 + (lon1 - lon0) * n / 400 + offset,
            start + timedelta(seconds=5 * n),
        )
        for n in range(401)
    ]
    return gpx(points[:200], points[240:]).encode()


@pytest.fixture
def beach(site: Site) -> dict[str, int]:
    """Two walks of two forces, a finding at km 1,0, hostile names; a commander, and a clerk of the committee."""
    with site.app.app_context():
        leader = make_person(username="totruong")
        make_person(Role.COMMANDER, username="chihuy")
        make_person(Role.STAFF_CLERK, username="ubnd", of="ubnd_dien_ban_dong")
        made = {}
        for number, (name, of) in enumerate((("own", None), ("police", POLICE))):
            by = leader if of is None else make_person(of=of)
            more = {"lead": of} if of else {}
            patrol = make_patrol(
                by=by,
                means="on_foot",
                started=START + timedelta(days=number),
                ended=START + timedelta(days=number, hours=1),
                findings=(finding_draft("gambling", measures={"cases": 1, "subjects": 4}, km=1.0),)
                if of
                else (),
                nothing_found=of is None,
                **more,
            )
            content = along_the_beach(patrol.started_at, number * 0.0006)
            attach_files(patrol, read_files([("vet.gpx", content)], Limits()), by=by)
            patrol.lead_unit_name = HOSTILE
            made[name] = patrol.id
        db.session.scalar(select(Stretch).where(Stretch.code == "dien_ban")).name = HOSTILE
        unit().name = HOSTILE
        db.session.commit()
        return made


def opened(page: Page, username: str, address: str = f"/ban-do?{YEAR}") -> Page:
    sign_in(page, username, PASSWORD)
    page.goto(address, wait_until="commit")
    expect(page.locator('[data-coast][data-state="drawn"]')).to_be_visible(timeout=30_000)
    return page


def place_on_screen(page: Page, lat: float, lon: float) -> tuple[float, float]:
    """Where a place is on the screen, told by the km posts the page draws."""
    (_, lat0, lon0), (_, lat1, lon1) = LINE[0], LINE[-1]
    (x0, y0), (x1, y1) = page.evaluate(
        """() => {
          const posts = [...document.querySelectorAll('.map-post')].map((one) => one.getBoundingClientRect());
          const places = posts.map((box) => [box.left + box.width / 2, box.top + box.height / 2]);
          places.sort((one, other) => one[1] - other[1]);
          return [places[0], places.at(-1)];
        }"""
    )
    return x0 + (x1 - x0) * (lon - lon0) / (lon1 - lon0), y0 + (y1 - y0) * (lat - lat0) / (lat1 - lat0)


def test_a_tap_on_a_way_opens_its_patrols_on_a_slow_phone(
    site: Site, beach: dict, visitor: Callable[..., Page]
):
    phone = visitor(PHONE)
    phone.context.new_cdp_session(phone).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    asked = []
    phone.on("request", lambda request: asked.append(urlsplit(request.url).path))
    opened(phone, "chihuy")
    assert phone.evaluate(INK) > 300
    for path in ("/ban-do/vet", "/ban-do/lop.json"):
        assert asked.count(path) == 1  # ahead of the scripts, and not again by them
    box = phone.locator(".folium-map").bounding_box()
    assert box["y"] + box["height"] < phone.locator("aside .figures").bounding_box()["y"]
    phone.locator(".folium-map").scroll_into_view_if_needed()
    phone.touchscreen.tap(*place_on_screen(phone, 15.9627, 108.29236))
    popup = phone.locator(".leaflet-popup-content")
    expect(popup.locator("li")).to_have_count(2)
    expect(popup.locator("li a").last).to_have_attribute("href", f"/tuan-tra/{beach['own']}")
    expect(popup).to_contain_text(HOSTILE)
    box, whole = phone.locator(".folium-map").bounding_box(), phone.locator(".leaflet-popup").bounding_box()
    assert box["x"] <= whole["x"] and whole["x"] + whole["width"] <= box["x"] + box["width"]
    assert phone.title().startswith("Bản đồ")
    shot(phone, "map-phone")


def test_the_browser_draws_what_was_sent_at_every_zoom_in_full_screen_and_on_paper(
    site: Site, beach: dict, desktop: Page, visitor: Callable[..., Page]
):
    opened(desktop, "chihuy")
    for line, view in (("z12", ""), ("z10", ""), ("fine", "&khung=108,15.5,109,16.2")):
        with site.app.app_context():
            viewer = person_by_username("chihuy")
            stored = routes_of(question(seen_by=scope_of(viewer)), line, viewer=viewer)
            zoom, sent = read_stream(make_stream(line, stored))
        assert desktop.evaluate(IN_BROWSER, f"/ban-do/vet?{YEAR}&net={line}{view}") == [
            zoom,
            [[one.patrol_id, one.force, [piece.tolist() for piece in one.pieces]] for one in sent],
        ]
        assert len(sent) == 2
    ink = desktop.evaluate(INK)
    assert len(desktop.workers) == 1
    without = visitor(DESKTOP)
    without.add_init_script("delete globalThis.OffscreenCanvas")
    opened(without, "chihuy")
    assert without.workers == []
    expect_ink(without, ink)  # drawn in the page: the same picture
    for button in ("Thu nhỏ", "Thu nhỏ", "Phóng to", "Phóng to"):
        desktop.get_by_role("button", name=button).click()
        desktop.wait_for_timeout(400)
    expect_ink(desktop, ink)  # there and back: the same picture
    desktop.get_by_role("button", name="Toàn màn hình").click()
    expect(desktop.locator(".coast--full")).to_be_visible()
    assert desktop.locator(".folium-map").bounding_box()["height"] > 600
    desktop.get_by_role("button", name="Toàn màn hình").click()
    assert len(desktop.pdf(format="A4")) > 20_000
    for layer in ("routes", "spots"):
        desktop.locator(f"label:has([data-layer={layer}])").click()
    expect_ink(desktop, 0)
    labels = desktop.locator(".coast-label span").all_text_contents()
    assert {"BIỂN ĐÔNG", "km 1,0", HOANG_SA, TRUONG_SA} <= set(labels)


def expect_ink(page: Page, wanted: int) -> None:
    for _ in range(50):
        if page.evaluate(INK) == wanted:
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate(INK))


def test_who_may_not_see_ways_gets_bands_and_who_has_no_scripts_a_drawing(
    site: Site, beach: dict, visitor: Callable[..., Page]
):
    clerk = visitor(DESKTOP)
    asked = []
    clerk.on("request", lambda request: asked.append(request.url))
    opened(clerk, "ubnd")
    expect(clerk.locator(".map-band").first).to_be_attached()
    assert not [url for url in asked if "/ban-do/vet" in url]
    clerk.locator(".map-band").first.dispatch_event("click")
    expect(clerk.locator(".leaflet-popup-content")).to_contain_text("2 lượt tuần tra phối hợp trong kỳ")
    reader = visitor(DESKTOP, java_script_enabled=False)
    sign_in(reader, "chihuy", PASSWORD)
    reader.goto(f"/ban-do?{YEAR}")
    expect(reader.locator("svg.shore .shore__land").first).to_be_visible()
    expect(reader.locator("aside .figure__value").first).to_have_text("2")
