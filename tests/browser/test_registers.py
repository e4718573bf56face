"""A clerk keeps the books of tips and models, follows a number to its records, takes the sentences and the file."""

import io
from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from patrol.accounts.rules import Role
from patrol.extensions import db
from tests.browser.driver import DESKTOP, PHONE, Site, shot, sign_in, too_wide
from tests.builders import PASSWORD, POLICE, make_person, make_review


def test_a_clerk_enters_a_tip_and_a_model_and_finds_both_in_the_review(
    site: Site, visitor: Callable[..., Page]
):
    with site.app.app_context():
        clerk = make_person(Role.STAFF_CLERK, username="tonghop")
        make_person(Role.STAFF_CLERK, of=POLICE, username="tonghop.ca")
        review_id = make_review(2026, by=clerk).id
        db.session.commit()
    page = visitor(PHONE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, "tonghop", PASSWORD)
    page.goto("/nguon-tin")
    page.get_by_role("link", name="Ghi tin").click()
    page.get_by_label("Số của tin trong sổ bên gửi").fill("07/TB-BP")
    page.get_by_label("Ngày chuyển").fill("20/01/2026")
    page.get_by_label("Bên nhận").select_option(label="Công an phường Điện Bàn Đông")
    page.get_by_label("Loại").select_option(label="Đánh bạc trái phép")
    assert not too_wide(page)
    page.get_by_role("button", name="Lưu nguồn tin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tin số 07/TB-BP")
    shot(page, "tip-page-phone")

    page.goto("/mo-hinh/moi")
    page.get_by_label("Loại").select_option(label="Camera giám sát an ninh")
    page.get_by_label("Tên mô hình").fill("Camera giám sát an ninh khối phố Hà My Trung")
    page.get_by_label("Địa bàn").select_option(label="Phường Điện Bàn Đông")
    page.get_by_label("Đơn vị phụ trách").select_option(label="Đồn Biên phòng Cửa Đại")
    page.get_by_label("Ngày thành lập").fill("10/01/2026")
    page.get_by_role("button", name="Lưu mô hình").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Camera giám sát an ninh khối phố Hà My Trung")
    shot(page, "model-page-phone")

    receiver = visitor(DESKTOP)
    sign_in(receiver, "tonghop.ca", PASSWORD)
    receiver.goto("/nguon-tin")
    receiver.get_by_role("link", name="Tin số 07/TB-BP").click()
    receiver.get_by_role("button", name="Đã tiếp nhận").click()
    receiver.get_by_role("group", name="Tin này").get_by_text("Có giá trị", exact=True).click()
    receiver.get_by_role("button", name="Ghi đánh giá").click()
    receiver.get_by_text("Ghi vụ việc mới").click()
    receiver.get_by_label("Ngày phát hiện").fill("22/01/2026")
    receiver.get_by_role("button", name="Ghi vụ việc", exact=True).click()
    expect(receiver.get_by_text("Đã ghi vụ việc")).to_be_visible()
    shot(receiver, "tip-page-desktop")

    page.goto(f"/hoi-nghi/{review_id}")
    row = page.get_by_role("row", name="Nguồn tin giá trị Quân sự, Biên phòng chuyển Công an")
    row.get_by_role("link", name="1", exact=True).click()
    expect(page.get_by_role("link", name="Tin số 07/TB-BP")).to_be_visible()
    assert not too_wide(page)
    page.go_back()
    page.get_by_role("row", name="Mô hình xây dựng mới").get_by_role("link", name="1", exact=True).click()
    expect(page.get_by_role("link", name="Camera giám sát an ninh khối phố Hà My Trung")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Chép").click()
    expect(page.get_by_text("Đã chép.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "01 nguồn tin" in copied or "1 nguồn tin" in copied
    assert "1 mô hình" in copied.replace("01 mô hình", "1 mô hình")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Excel").click()
    book = load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()), data_only=True)
    lines = list(book["Tổng hợp"].iter_rows(values_only=True))
    head = next(line for line in lines if line[0] == "Mục")
    said = {line[head.index("Mã")]: line[head.index("Kỳ này")] for line in lines}
    assert (said["tips.valued_to_police"], said["tips.cases.gambling"], said["schemes.new"]) == (1, 1, 1)
