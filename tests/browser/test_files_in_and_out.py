"""A clerk copies a paper book in, filters the list, prints it, takes it out as a file and opens it."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from patrol.accounts.rules import Role
from patrol.extensions import db
from tests.browser.driver import DESKTOP, Site, shot, sign_in, too_wide
from tests.builders import PASSWORD, attendance, make_patrol, make_person
from tests.paper.test_book import ROW, SECOND, book_of
from tests.workbooks import table_of


def test_a_clerk_copies_a_book_filters_the_list_prints_it_and_opens_the_file(
    site: Site, visitor: Callable[..., Page], tmp_path: Path
):
    with site.app.app_context():
        make_person(Role.STAFF_CLERK, username="tonghop")
        make_patrol(started="2025-01-10 21:00", attendance=attendance(dbp_cua_dai=3, ca_dien_ban_dong=2))
        db.session.commit()
    book = tmp_path / "so-2022.xlsx"
    book.write_bytes(book_of(ROW, SECOND))
    page = visitor(DESKTOP)
    sign_in(page, "tonghop", PASSWORD)
    page.get_by_role("link", name="Sổ tuần tra", exact=True).click()
    page.get_by_role("link", name="Nhập từ sổ giấy").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tải mẫu Excel").click()
    assert "Sổ tuần tra" in load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes())).sheetnames
    page.get_by_label("Tệp .xlsx").set_input_files(book)
    page.get_by_role("button", name="Kiểm tra tệp").click()
    expect(page.get_by_text("Đọc được cả 2 dòng, sẽ ghi 2 lượt")).to_be_visible()
    assert not too_wide(page)
    shot(page, "paper-checked-desktop")
    page.get_by_role("button", name="Ghi 2 lượt vào sổ").click()
    expect(page.get_by_text("Đã ghi 2 lượt từ sổ giấy")).to_be_visible()
    expect(page.locator(".record")).to_have_count(2)

    page.goto("/tuan-tra")
    expect(page.locator(".record")).to_have_count(3)
    page.get_by_text("Lọc theo ngày, tuyến, đơn vị…").click()
    page.get_by_label("Đến ngày").fill("31/12/2022")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.get_by_role("heading", name="2 lượt")).to_be_visible()
    page.get_by_text("Tải về 2 lượt này").click()
    shot(page, "list-to-take-out-desktop")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Excel").click()
    assert waiting.value.suggested_filename.startswith(
        "so-tuan-tra_don-bien-phong-cua-dai_tu-dau_2022-12-31_"
    )
    taken = load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()), data_only=True)
    head, rows, sums = table_of(taken["Lượt tuần tra"])
    assert [row[head.index("Lượt CBCS")] for row in rows] == [3, 7]
    assert sums[head.index("Lượt CBCS")] == 10
    assert {row[head.index("Nguồn ghi")] for row in rows} == {"từ sổ giấy"}

    page.get_by_role("link", name="In danh sách").click()
    printed = on_paper(page, "print-list")
    assert printed.wide and printed.sheets == 1
    expect(page.locator("tfoot")).to_contain_text("Cộng 2 lượt được tính")
    expect(page.locator("tfoot td").first).to_have_text("10+")
    page.get_by_role("link", name="Sổ tuần tra", exact=True).last.click()
    page.locator(".record").first.get_by_role("link").first.click()
    page.get_by_role("link", name="In", exact=True).click()
    printed = on_paper(page, "print-one")
    assert not printed.wide and printed.sheets == 1
    for force in ("Công an", "Bộ đội Biên phòng"):
        expect(page.locator(".sheet__sign").filter(has_text=force)).to_be_visible()


class Printed(NamedTuple):
    sheets: int
    wide: bool


def on_paper(page: Page, name: str) -> Printed:
    """What the button sends to the printer: A4, without what belongs to the screen."""
    page.evaluate("globalThis.print = () => { document.title = 'đang in'; }")
    page.get_by_role("button", name="In ").click()
    expect(page).to_have_title("đang in")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="In ")).to_be_hidden()
    expect(page.get_by_role("navigation").first).to_be_hidden()
    shot(page, name)
    sheets = page.pdf(prefer_css_page_size=True)
    page.emulate_media(media="screen")
    width, height = (
        float(found) for found in re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", sheets).groups()
    )
    assert {round(width), round(height)} == {595, 842}, "A4"
    return Printed(len(re.findall(rb"/Type\s*/Page[^s]", sheets)), width > height)
