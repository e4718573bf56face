"""What goes wrong with phones: updates, a full disk, a wrong clock, a link that breaks; and how every screen looks."""

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from patrol import clock
from patrol.accounts.rules import Role
from patrol.extensions import db
from patrol.phone.views import shell
from tests import needs
from tests.browser.driver import (
    DESKTOP,
    PHONE,
    QUIET,
    Site,
    Visitor,
    expect_status,
    expected_warning,
    shot,
    sign_in,
    small_targets,
    too_wide,
)
from tests.builders import PASSWORD, make_person
from tests.phone.phones import BreakingLink, begin_like_last, end, open_phone, received, strip_says, waiting

Nights = Callable[[], list[dict]]
Phones = Callable[..., Page]


def test_an_update_while_a_note_is_being_written_loses_nothing(phones: Phones, site: Site, leader: str):
    page = phones()
    open_phone(page, leader)
    page.reload()  # the first visit was not yet the worker's
    begin_like_last(page)
    page.get_by_role("link", name="Kết thúc").click()
    page.get_by_text("Tệp GPX, thời tiết, ghi chú").click()
    with site.app.app_context():
        made = shell()
    newer = replace(
        made,
        worker=made.worker.replace("const VERSION", "// a newer one\nconst VERSION", 1).replace(
            'VERSION = "', 'VERSION = "x', 1
        ),
    )
    site.app.extensions["phone_shell"] = newer
    try:
        page.evaluate("navigator.serviceWorker.getRegistration('/phone').then((one) => one.update())")
        expect(page.get_by_text("Có bản mới của sổ")).to_be_visible()
        page.get_by_label("Ghi chú, kiến nghị").fill("Đang viết dở")
        with page.expect_navigation():
            page.get_by_role("button", name="Dùng bản mới").click()
        page.get_by_text("Tệp GPX, thời tiết, ghi chú").click()
        expect(page.get_by_label("Ghi chú, kiến nghị")).to_have_value("Đang viết dở")
        assert len(page.evaluate("caches.keys()")) == 1
    finally:
        site.app.extensions["phone_shell"] = made


# What a browser answers when the disk is full, when the test chooses: its own check is cached for half a minute.
A_DISK_THAT_CAN_BE_FULL = """
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (...given) {
  if (window.diskIsFull) throw new DOMException('no room', 'QuotaExceededError');
  return put.apply(this, given);
};
"""


def test_a_full_phone_says_so_and_saves_when_there_is_room(phones: Phones, leader: str):
    page = phones()
    page.context.add_init_script(A_DISK_THAT_CAN_BE_FULL)
    open_phone(page, leader)
    begin_like_last(page)
    page.get_by_role("link", name="Kết thúc").click()
    page.get_by_text("Tệp GPX, thời tiết, ghi chú").click()
    expected_warning(page, "QuotaExceededError")
    page.evaluate("window.diskIsFull = true")
    page.get_by_label("Ghi chú, kiến nghị").fill("Biển động")
    expect(page.get_by_text("Máy hết chỗ, thay đổi vừa rồi chưa lưu được.")).to_be_visible()
    page.evaluate("window.diskIsFull = false")
    page.get_by_label("Ghi chú, kiến nghị").press_sequentially("!")
    expect(page.get_by_text("Máy hết chỗ, thay đổi vừa rồi chưa lưu được.")).to_be_hidden()
    page.reload()
    page.get_by_text("Tệp GPX, thời tiết, ghi chú").click()
    expect(page.get_by_label("Ghi chú, kiến nghị")).to_have_value("Biển động!")


def test_a_phone_whose_clock_is_a_day_behind_is_told_and_its_times_stay_as_written(
    phones: Phones, leader: str, nights: Nights
):
    page = phones()
    wrong = clock.now() - timedelta(days=1)
    page.clock.install(time=wrong)
    open_phone(page, leader)
    expect(page.get_by_text("Đồng hồ của máy lệch")).to_be_visible()
    begin_like_last(page)
    end(page)
    received(page)
    (night,) = nights()
    assert "phone_clock_off" in night["remarks"]
    assert abs(night["started_at"] - wrong) < timedelta(minutes=10)


A_WEAK_BATTERY = """
navigator.getBattery = async () => Object.assign(new EventTarget(), { level: 0.14, charging: false });
"""


def test_a_weak_battery_is_said_during_a_patrol_and_the_card_of_the_phone_s_maker_stands_open(
    phones: Phones, leader: str
):
    page = phones(user_agent="Mozilla/5.0 (Linux; Android 10; SM-A515F) AppleWebKit/537.36 Chrome/120 Mobile")
    page.context.add_init_script(A_WEAK_BATTERY)
    open_phone(page, leader)
    page.get_by_role("link", name="Sẵn sàng?").click()
    expect(page.get_by_text("chọn Không hạn chế.").first).to_be_visible()
    assert page.locator("details[data-maker]").first.get_attribute("data-maker") == "samsung"
    page.get_by_role("link", name="Quay lại").click()
    begin_like_last(page)
    expect(page.get_by_text("Pin còn 14%, chưa cắm sạc.")).to_be_visible()


def noise(seed: int) -> bytes:
    """A photo as bytes that no compression makes small."""
    picture = io.BytesIO()
    Image.effect_noise((700, 520), 60 + seed).convert("RGB").save(picture, "JPEG", quality=92)
    return picture.getvalue()


def test_ten_photos_arrive_over_a_link_that_breaks_every_50_kb(
    phones: Phones, site: Site, leader: str, nights: Nights
):
    link = BreakingLink(site, breaks_after=50_000)
    try:
        page = phones(link.site)
        open_phone(page, leader)
        page.context.set_offline(True)
        begin_like_last(page)
        files = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": noise(n)} for n in range(10)]
        for one in files:
            page.locator("[data-camera]").set_input_files(one)
        expect(page.locator(".photo")).to_have_count(10)
        end(page)
        waiting(page, 12)
        page.context.set_offline(False)
        page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(page.locator("[data-strip] .state--received")).to_be_visible(timeout=60_000)
    finally:
        link.close()
    assert link.broken > 10
    (night,) = nights()
    assert night["photos"] == 10
    assert page.evaluate("navigator.onLine")


A_PHOTO_GONE_AND_A_NUMBER_NO_FORM_WOULD_LET_THROUGH = """
async () => {
  const open = indexedDB.open('tuan-tra');
  await new Promise((done) => { open.onsuccess = done; });
  const stores = () => open.result.transaction(['items', 'contents'], 'readwrite');
  const asked = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
  const items = await asked(stores().objectStore('items').getAll());
  const item = items.find((one) => one.kind === 'patrol' && one.rev === 2);
  const body = JSON.parse(item.body);
  body.attendance[0].personnel = 99999;
  item.body = JSON.stringify(body);
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(item.body));
  item.sha256 = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const all = stores();
  all.objectStore('items').put(item);
  all.objectStore('contents').clear();
  await new Promise((done) => { all.oncomplete = done; });
  open.result.close();
}
"""


def test_what_can_t_be_sent_says_why_and_lets_the_rest_go(phones: Phones, leader: str, nights: Nights):
    page = phones()
    open_phone(page, leader)
    page.context.set_offline(True)
    begin_like_last(page)
    page.locator("[data-camera]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": noise(1)}
    )
    expect(page.locator(".photo")).to_be_visible()
    end(page)
    waiting(page, 3)
    page.evaluate(A_PHOTO_GONE_AND_A_NUMBER_NO_FORM_WOULD_LET_THROUGH)
    page.context.set_offline(False)
    strip_says(page, "Có mục cần xem lại")
    page.locator(".strip__state").click()
    expect(page.locator("main .bullets:visible")).to_have_text("Số quá lớn. Hãy kiểm tra lại.")
    gone = page.get_by_text("Nội dung không còn trên máy").locator("visible=true")
    photo = page.locator("main .record", has=gone)
    expect(photo).not_to_contain_text("Chờ gửi", use_inner_text=True)
    photo.get_by_role("button", name="Đã xem, cất bản sao").click()
    expect(page.get_by_text("Đã xem và cất, máy chủ không có").locator("visible=true")).to_have_count(1)
    assert [(night["status"], night["rev"], night["photos"]) for night in nights()] == [("in_progress", 1, 0)]


def test_signing_out_asks_about_what_is_unsent_and_deletes_nothing(
    phones: Phones, leader: str, nights: Nights
):
    page = phones()
    open_phone(page, leader)
    begin_like_last(page)
    strip_says(page, "Nhận lần cuối")
    expect_status(page, 401)  # signed out, the phone log asks once and hears it
    page.goto("/tuan-tra")
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("heading", name="Đăng xuất")).to_be_visible()
    expect(page.get_by_text("Có lượt đang đi chưa kết thúc")).to_be_visible()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page).to_have_url(re.compile("/dang-nhap"))
    page.goto("/phone")
    expect(page.get_by_text("Máy này chưa có người dùng")).to_be_visible()
    sign_in(page, leader, PASSWORD, at="/dang-nhap?next=/phone")
    expect(page.locator("main .record").first).to_contain_text("Đang tuần tra")


def test_a_practice_night_is_never_sent(phones: Phones, leader: str, nights: Nights):
    page = phones()
    open_phone(page, leader)
    page.get_by_role("link", name="Tập thử").click()
    page.get_by_role("button", name="Bắt đầu tập").click()
    strip_says(page, "Tập thử: không gửi đi đâu")
    begin_like_last(page)
    end(page)
    strip_says(page, "Lưu trên máy")
    page.get_by_role("link", name="Thôi tập").click()
    page.get_by_role("button", name="Thôi tập, về sổ thật").click()
    strip_says(page, "Không có gì chờ gửi")
    assert page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))") == ["tuan-tra"]
    assert nights() == []


def test_what_waits_is_exported_and_taken_at_the_post_once(
    phones: Phones, site: Site, leader: str, nights: Nights, tmp_path: Path
):
    page = phones()
    open_phone(page, leader)
    page.context.set_offline(True)
    begin_like_last(page)
    end(page)
    page.locator(".strip__state").click()
    with page.expect_download() as waiting_for:
        page.get_by_role("button", name="Xuất tệp những gì đang chờ").click()
    file = tmp_path / waiting_for.value.suggested_filename
    waiting_for.value.save_as(file)
    held = json.loads(file.read_text(encoding="utf-8"))
    assert [(item["kind"], item["rev"]) for item in held["items"]] == [("patrol", 1), ("patrol", 2)]
    with site.app.app_context():
        officer = make_person(Role.DUTY_OFFICER).username
        db.session.commit()
    post = phones(**DESKTOP, is_mobile=False, has_touch=False, device_scale_factor=1)
    sign_in(post, officer, PASSWORD, at="/dang-nhap?next=/tuan-tra/tep-dien-thoai")
    post.locator("input[type=file]").set_input_files(file)
    post.locator("main form button").last.click()
    expect(post.locator("main table")).to_be_visible()
    page.context.set_offline(False)
    received(page)
    assert [(night["status"], night["rev"]) for night in nights()] == [("submitted", 2)]


SCREENS = ("/", "/bat-dau", "/hang-cho", "/tuy-chon", "/san-sang", "/tap-thu", "/thung-rac", "/dang-xuat")
OF_A_PATROL = ("", "/phat-hien", "/quan-so", "/ket-thuc")


def every_screen(page: Page) -> list[str]:
    """The address of each screen, with a patrol under way that has a finding and a photo."""
    begin_like_last(page)
    page.get_by_role("button", name="Ghi phát hiện").click()
    page.get_by_role("button", name="Đánh bạc trái phép").click()
    page.get_by_role("link", name="Xong").click()
    page.locator("[data-camera]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": noise(1)}
    )
    expect(page.locator(".photo")).to_be_visible()
    night = page.url.rpartition("#")[2]
    finding = page.get_by_role("link", name="Đánh bạc trái phép").get_attribute("href").removeprefix("#")
    return [*SCREENS, night, finding, f"{night}/quan-so", f"{night}/ket-thuc"]


def test_every_screen_keeps_its_promises_in_every_colour(phones: Phones, leader: str):
    """All screens by day; in the other colours only the colours, on the screens with the most in them."""
    page = phones()
    open_phone(page, leader)
    night = every_screen(page)
    problems = []
    only_colours = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    for theme, addresses, options in (
        ("day", night, {}),
        ("dark", ["/hang-cho", *night[-4:]], only_colours),
        ("night", ["/", *night[-4:]], only_colours),
    ):
        page.evaluate("theme => localStorage.setItem('giao_dien', theme)", theme)
        page.reload()
        page.evaluate(Axe().axe_script)  # once for all screens of this colour
        for address in addresses:
            page.goto(f"/phone#{address}")
            expect(page.locator("main .screen")).to_be_visible()
            page.wait_for_timeout(60)
            look = f"phone{re.sub('/luot/[^/]+', '-luot', address)[:22]} {theme}".replace("/", "-").replace(
                " ", "-"
            )
            found = page.evaluate(
                "async (options) => (await axe.run(document, options)).violations",
                {"resultTypes": ["violations"], **options},
            )
            problems += [f"{look}: {one['id']}: {one['nodes'][0]['html'][:140]}" for one in found]
            if options == {} and too_wide(page):
                problems.append(f"{look}: too wide")
            if options == {} and (small := small_targets(page)):
                problems.append(f"{look}: small targets {small[:3]}")
            shot(page, look)
    assert problems == []


def test_letters_twice_as_big_fit_a_small_phone(browser: Browser, site: Site, leader: str):
    with browser.browser_type.launch(
        executable_path=needs.chromium(), args=[*QUIET, "--blink-settings=defaultFontSize=32"]
    ) as big:
        reader = Visitor(big, site, {**PHONE, "viewport": {"width": 320, "height": 640}})
        open_phone(reader.page, leader)
        for address in every_screen(reader.page):
            reader.page.goto(f"/phone#{address}")
            expect(reader.page.locator("main .screen")).to_be_visible()
            reader.page.wait_for_timeout(60)
            assert not too_wide(reader.page), address
            shot(
                reader.page,
                f"phone-big-letters{address.replace('/', '-')[:12]}{address[-9:].replace('/', '-')}",
            )
        reader.leave()
    assert reader.complaints == []


def test_inside_zalo_the_way_out_is_shown(phones: Phones):
    page = phones(user_agent="Mozilla/5.0 (Linux; Android 12) Chrome/120 Mobile Zalo android/12120655")
    expect_status(page, 401)
    page.goto("/phone")
    expect(page.get_by_role("link", name="Mở bằng Chrome")).to_be_visible()
