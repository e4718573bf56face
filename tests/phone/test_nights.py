"""Nights with no signal, in a real browser: nothing is lost, nothing comes twice, and the strip says what is true."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, Route, expect

from patrol import clock
from patrol.extensions import db
from patrol.tracks.models import Track
from tests.browser.driver import Site, expect_status, sign_in
from tests.builders import PASSWORD
from tests.phone.phones import HERE, Pocket, begin_like_last, end, open_phone, received, strip_says, waiting

Nights = Callable[[], list[dict]]


def test_a_night_without_signal_survives_a_dead_battery_and_arrives_once(
    pocket: Pocket, site: Site, leader: str, nights: Nights
):
    page = pocket.page
    open_phone(page, leader)
    page.context.set_offline(True)
    begin_like_last(page)
    page.get_by_role("button", name="Ghi phát hiện").click()
    page.get_by_label("Tìm loại").fill("danh bac")
    page.get_by_role("button", name="Đánh bạc trái phép").click()
    page.get_by_role("button", name="Thêm 1").nth(1).click()
    page.get_by_label("Ghi thêm").fill("Sau lều số 3")
    page.wait_for_timeout(300)  # the promise: on disk within 300 ms
    pocket.kill()

    page = pocket.start(site, offline=True)
    page.goto("/phone")
    expect(page.locator("main .record").first).to_contain_text("Đang tuần tra")
    page.get_by_role("link", name="Ghi tiếp lượt đang đi").click()
    page.get_by_role("link", name="Đánh bạc trái phép").click()
    expect(page.get_by_label("Ghi thêm")).to_have_value("Sau lều số 3")
    page.get_by_role("link", name="Xong").click()
    end(page, nothing=False)
    waiting(page, 2)
    assert nights() == []

    expect_status(page, 401)  # a session doesn't outlive its browser: it asks, and everything stays
    page.context.set_offline(False)
    strip_says(page, "Cần đăng nhập để gửi")
    sign_in(page, leader, PASSWORD, at="/dang-nhap?next=/phone")
    received(page)
    (night,) = nights()
    assert (night["status"], night["personnel"], night["source"]) == ("submitted", 6, "phone")
    assert night["findings"] == [("gambling", {"cases": 1, "subjects": 1})]


def test_answers_lost_at_random_change_nothing(phones: Callable[..., Page], leader: str, nights: Nights):
    page = phones()
    open_phone(page, leader)
    chance = random.Random(7)
    lost = []

    def answer_gets_lost(route: Route) -> None:
        answer = route.fetch()
        if len(lost) < 3 and (not lost or chance.random() < 0.7):
            lost.append(answer.status)
            route.abort()
        else:
            route.fulfill(response=answer)

    page.context.route("**/api/v1/sync", answer_gets_lost)
    for _ in range(2):
        begin_like_last(page)
        end(page)
        page.get_by_role("link", name="Về trang đầu").click()
    for _ in range(8):
        page.evaluate("window.dispatchEvent(new Event('online'))")
        page.wait_for_timeout(150)
    received(page)
    assert lost == [200, 200, 200]
    assert [(night["status"], night["rev"]) for night in nights()] == [("submitted", 2)] * 2


def test_a_normal_night_takes_at_most_six_taps_on_targets_of_64_pixels_under_the_thumb(
    phones: Callable[..., Page], leader: str, nights: Nights
):
    page = phones()
    open_phone(page, leader)
    page.evaluate(
        "window.taps = 0; addEventListener('click', (event) => { if (event.isTrusted) window.taps += 1; }, true)"
    )
    assert page.get_by_role("link", name="Bắt đầu").bounding_box()["height"] >= 64
    begin_like_last(page)
    boxes = [one.bounding_box() for one in page.locator(".pad").all()]
    assert len(boxes) == 4
    assert all(box["height"] >= 64 and box["width"] >= 64 and box["y"] >= 740 / 2 for box in boxes), boxes
    end(page)
    assert page.evaluate("window.taps") <= 6
    received(page)
    (night,) = nights()
    assert (night["status"], night["nothing_found"], night["rev"]) == ("submitted", True, 2)


def test_a_session_that_ended_keeps_everything_and_goes_on_after_signing_in(
    phones: Callable[..., Page], leader: str, nights: Nights
):
    page = phones()
    open_phone(page, leader)
    begin_like_last(page)
    strip_says(page, "Nhận lần cuối")
    assert len(nights()) == 1
    page.context.clear_cookies()
    expect_status(page, 401)
    end(page)
    strip_says(page, "Cần đăng nhập để gửi")
    waiting(page, 1)
    page.get_by_role("link", name="Về trang đầu").click()
    page.get_by_role("link", name="Đăng nhập", exact=True).click()
    page.get_by_label("Tên đăng nhập").fill(leader)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    received(page)
    assert [night["status"] for night in nights()] == ["submitted"]


def test_two_tabs_write_one_night(phones: Callable[..., Page], leader: str, nights: Nights):
    page = phones()
    open_phone(page, leader)
    begin_like_last(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("link", name="Đổi quân số").click()
    other.get_by_role("button", name="Thêm 1: Cán bộ, chiến sĩ").first.click()
    other.get_by_role("link", name="Xong").click()
    expect(page.get_by_text("7 cán bộ, chiến sĩ").first).to_be_visible()
    page.get_by_role("link", name="Kết thúc").click()
    page.get_by_text("Tệp GPX, thời tiết, ghi chú").click()
    page.get_by_label("Ghi chú, kiến nghị").fill("Biển động")
    other.get_by_role("link", name="Kết thúc").click()
    other.get_by_role("button", name="Không phát hiện vi phạm").click()
    page.get_by_role("button", name="Kết thúc và gửi").click()
    received(page)
    expect(other.locator("[data-strip] .state--received")).to_be_visible()
    (night,) = nights()
    assert (night["personnel"], night["note"], night["nothing_found"], night["rev"]) == (
        7,
        "Biển động",
        True,
        2,
    )


def test_only_one_tab_records_the_way_and_another_goes_on_when_it_is_gone(
    phones: Callable[..., Page], leader: str
):
    page = phones()
    open_phone(page, leader)
    begin_like_last(page)
    page.get_by_role("button", name="Ghi đường đi").click()
    expect(page.get_by_text("Đang ghi đường đi:")).to_be_visible()
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_text("Một cửa sổ khác của sổ trên máy này đang ghi đường đi.")).to_be_visible()
    move(page, 3)
    other.get_by_role("button", name="Ghi đường đi").click()
    expect(other.get_by_text("Đang ghi đường đi:")).to_be_hidden()
    alone = fixes_on_disk(page)
    assert len(alone) >= 3
    page.close()
    other.get_by_role("button", name="Ghi đường đi").click()
    expect(other.get_by_text("Đang ghi đường đi:")).to_be_visible()
    move(other, 3)
    both = fixes_on_disk(other)
    assert len(both) >= len(alone) + 3
    assert len({one["at"] for one in both}) == len(both)
    assert [one["part"] for one in both] == [1] * len(alone) + [2] * (len(both) - len(alone))


def move(page: Page, steps: int) -> None:
    """A hundred metres on, so many times; GPS tells of each."""
    for _ in range(steps):
        before = len(fixes_on_disk(page))
        where = {**HERE, "latitude": HERE["latitude"] + (before + 1) * 100 / 111_195}
        page.context.set_geolocation(where)
        for _ in range(50):
            if len(fixes_on_disk(page)) > before:
                break
            page.wait_for_timeout(100)


def test_two_phones_on_one_patrol_keep_both_versions(
    phones: Callable[..., Page], leader: str, nights: Nights
):
    first, second = phones(), phones()
    open_phone(first, leader)
    begin_like_last(first)
    strip_says(first, "Nhận lần cuối")
    open_phone(second, leader)
    second.get_by_role("button", name="Ghi tiếp trên máy này").click()
    end(second)
    received(second)
    first.get_by_role("link", name="Đổi quân số").click()
    first.get_by_role("button", name="Thêm 1: Cán bộ, chiến sĩ").first.click()
    first.get_by_role("link", name="Xong").click()
    end(first)
    strip_says(first, "Có mục cần xem lại")
    first.locator(".strip__state").click()
    expect(first.get_by_text("Lượt này đã được sửa ở nơi khác.")).to_be_visible()
    assert [(night["status"], night["personnel"]) for night in nights()] == [("submitted", 6)]


def test_an_end_can_be_taken_back(phones: Callable[..., Page], leader: str, nights: Nights):
    page = phones()
    open_phone(page, leader)
    begin_like_last(page)
    end(page)
    received(page)
    page.get_by_role("button", name="Chưa xong, đi tiếp").click()
    expect(page.get_by_role("button", name="Ghi phát hiện")).to_be_visible()
    expect(page.locator("[data-strip] .state--saved")).to_be_visible()
    assert [night["status"] for night in nights()] == ["in_progress"]
    end(page, nothing=False)
    received(page)
    assert [(night["status"], night["nothing_found"], night["rev"]) for night in nights()] == [
        ("submitted", True, 4)
    ]


def test_a_time_that_cannot_be_read_stops_the_start_and_the_end(
    phones: Callable[..., Page], leader: str, nights: Nights
):
    page = phones()
    open_phone(page, leader)
    page.get_by_role("link", name="Bắt đầu").click()
    page.locator("[name=started]").fill("25:00")
    page.get_by_role("button", name="Như lần trước").click()
    expect(page.locator("[name=started]")).to_be_focused()
    expect(page.get_by_text("Giờ chưa đọc được")).to_be_visible()
    page.locator("[name=started]").fill("")
    page.get_by_role("button", name="Như lần trước").click()
    page.get_by_role("link", name="Kết thúc").click()
    page.get_by_role("button", name="Không phát hiện vi phạm").click()
    page.locator("[name=ended]").fill("25:61")
    page.get_by_role("button", name="Kết thúc và gửi").click()
    expect(page.locator("[name=ended]")).to_be_focused()
    expect(page.locator("[name=ended]")).to_have_value("25:61")
    page.locator("[name=ended]").fill("")
    page.get_by_role("button", name="Kết thúc và gửi").click()
    received(page)
    assert [night["status"] for night in nights()] == ["submitted"]


# A walk is long and the test is not: the page's clock is moved, and fixes carry the page's time as real ones would.
FIXES_TELL_THE_TIME_OF_THE_PAGE = """
const real = Geolocation.prototype.watchPosition;
Geolocation.prototype.watchPosition = function (found, failed, options) {
  return real.call(this, ({ coords }) => found({ coords, timestamp: Date.now() }), failed, options);
};
"""


def walk(page: Page, *, north_from: int, steps: int) -> None:
    """Ten metres north every ten seconds; each fix is on disk before the next."""
    for step in range(north_from, north_from + steps):
        page.context.set_geolocation({**HERE, "latitude": HERE["latitude"] + step * 10 / 111_195})
        page.clock.fast_forward(10_000)
        page.wait_for_timeout(40)


def fixes_on_disk(page: Page) -> list[dict]:
    return page.evaluate(
        """() => new Promise((done) => { const open = indexedDB.open('tuan-tra'); open.onsuccess = () => {
             const fixes = open.result.transaction('fixes').objectStore('fixes').getAll();
             fixes.onsuccess = () => { open.result.close(); done(fixes.result); }; }; })"""
    )


def test_a_recorded_walk_with_a_lost_fix_and_a_dead_battery_becomes_one_track(
    pocket: Pocket, site: Site, leader: str, nights: Nights
):
    page = pocket.page
    pocket.context.add_init_script(FIXES_TELL_THE_TIME_OF_THE_PAGE)
    open_phone(page, leader)
    page.clock.install(time=clock.now())
    page.goto("/phone#/bat-dau")
    page.get_by_text("Ghi đường đi bằng GPS của máy").click()
    page.get_by_role("button", name="Như lần trước").click()
    expect(page.get_by_text("Đang ghi đường đi:")).to_be_visible()
    walk(page, north_from=0, steps=20)
    page.context.set_geolocation(None)  # POSITION_UNAVAILABLE: one fix is lost
    page.wait_for_timeout(60)
    expect(page.get_by_text("Chưa có tín hiệu GPS. Cứ đi tiếp")).to_be_visible()
    walk(page, north_from=20, steps=10)
    expect(page.get_by_text("Chưa có tín hiệu GPS. Cứ đi tiếp")).to_be_hidden()
    before = len(fixes_on_disk(page))
    assert before >= 29
    walked_until = datetime.fromtimestamp(page.evaluate("Date.now()") / 1000, UTC)
    pocket.kill()

    page = pocket.start(site, geolocation={**HERE, "latitude": HERE["latitude"] + 600 / 111_195})
    pocket.context.add_init_script(FIXES_TELL_THE_TIME_OF_THE_PAGE)
    page.clock.install(time=walked_until + timedelta(minutes=14))
    sign_in(page, leader, PASSWORD, at="/dang-nhap?next=/phone")
    page.get_by_role("link", name="Ghi tiếp lượt đang đi").click()
    walk(page, north_from=60, steps=20)
    expect(page.get_by_text("Mất 14 phút ghi", exact=True)).to_be_visible()
    assert len(fixes_on_disk(page)) >= before + 19
    end(page)
    received(page)
    (night,) = nights()
    with site.app.app_context():
        (track_id,) = night["tracks"]
        track = db.session.get_one(Track, track_id)
        assert abs(track.distance_m - (290 + 190)) < 40, track.distance_m
        assert 13 * 60 <= track.gap_s <= 15 * 60, track.gap_s
