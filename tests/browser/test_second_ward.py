"""Quản trị sets up a second ward: a file tried and loaded, a stretch and an account added by hand; then its leader
logs a patrol on his phone, and the ward next door sees nothing of it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from patrol import clock, wording
from patrol.accounts.rules import Role
from patrol.extensions import db
from tests.administration.workbooks import ward_file
from tests.browser.driver import DESKTOP, PHONE, Site, shot, sign_in, too_wide
from tests.builders import PASSWORD, make_person

FILE = {
    "name": "bai-thu.xlsx",
    "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def test_an_administrator_sets_up_a_second_ward_and_its_leader_logs_a_patrol(
    site: Site, visitor: Callable[..., Page]
):
    with site.app.app_context():
        make_person(Role.ADMIN, username="quantri")
        make_person(Role.PATROL_LEADER, username="totruong")
        db.session.commit()

    desk = visitor(DESKTOP)
    sign_in(desk, "quantri", PASSWORD)
    desk.get_by_role("link", name="Danh mục", exact=True).click()
    desk.get_by_role("link", name="Nạp từ tệp").click()
    file = {**FILE, "buffer": ward_file()}
    desk.get_by_label("Tệp Excel đã ghi theo mẫu").set_input_files(file)
    desk.get_by_role("button", name="Thử trước, chưa ghi gì").click()
    expect(desk.get_by_text("Thử xong, chưa ghi gì")).to_be_visible()
    desk.get_by_label("Tệp Excel đã ghi theo mẫu").set_input_files(file)
    desk.get_by_role("button", name="Nạp vào danh mục").click()
    expect(desk.get_by_text("Đã nạp", exact=True)).to_be_visible()
    word = desk.get_by_role("row", name="Lê Văn Thử").locator(".secret").inner_text()
    shot(desk, "second-ward-loaded")

    desk.get_by_role("link", name="Danh mục", exact=True).first.click()
    desk.get_by_role("link", name="Tuyến biển", exact=True).click()
    desk.get_by_role("link", name="Thêm tuyến").click()
    desk.get_by_label("Tên", exact=True).fill("Bãi Thử, mũi đông")
    desk.get_by_text("Ghi từng điểm").click()
    desk.get_by_label("Các điểm").fill("12,05; 110,50\n12,06; 110,51")
    desk.get_by_label("Từ ngày").fill("01/02/2026")
    desk.get_by_role("button", name="Lưu").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Bãi Thử, mũi đông")
    desk.get_by_text("Ghi địa bàn").first.click()
    desk.get_by_label("Địa bàn", exact=True).select_option(label="Phường Bãi Thử")
    desk.locator("#f-lay_in-since").fill("01/02/2026")
    desk.get_by_role("button", name="Ghi địa bàn").click()
    expect(desk.get_by_text("Đã ghi địa bàn: Phường Bãi Thử.")).to_be_visible()

    phone = visitor(PHONE)
    sign_in(phone, "to.bt", word)
    for name, typed in (("_current", word), ("_new", "Song-xa-bo-9"), ("_repeated", "Song-xa-bo-9")):
        phone.locator(f"main input[name={name}]").fill(typed)
    phone.get_by_role("button", name="Đổi mật khẩu").click()
    expect(phone.get_by_text("Đã đổi mật khẩu.")).to_be_visible()
    phone.goto("/tuan-tra/moi")
    phone.get_by_label("Ngày xuất phát").fill(wording.day(clock.today()))
    phone.get_by_label("Giờ xuất phát").fill("0:00")
    phone.get_by_label(re.compile("^Giờ kết thúc")).fill("0:01")
    phone.get_by_label("Tuyến", exact=True).select_option(label="Bãi Thử, mũi đông")
    for row in range(3):
        phone.get_by_role("button", name="Thêm 1: Cán bộ, chiến sĩ").nth(row).click()
    phone.get_by_text("Không phát hiện vi phạm", exact=True).click()
    phone.get_by_role("button", name="Lưu lượt tuần tra").click()
    expect(phone.get_by_text("Đã lưu lượt tuần tra.")).to_be_visible()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Bãi Thử, mũi đông")
    expect(phone.locator("main")).to_contain_text("Công an phường Bãi Thử")
    assert not too_wide(phone)
    shot(phone, "second-ward-patrol")

    neighbour = visitor(PHONE)
    sign_in(neighbour, "totruong", PASSWORD)
    neighbour.goto("/tuan-tra")
    expect(neighbour.locator(".record")).to_have_count(0)
