"""The file of an invented ward, filled into the blank form the way a person does it in Excel.

Phường Bãi Thử does not exist: its beach is a straight line in the open sea.
"""

from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from patrol.administration.workbook import template

SINCE = date(2026, 1, 1)
BEACH = [(12.0, 110.5), (12.02, 110.5), (12.05, 110.5)]  # 5.5 km to the north

WARD: dict[str, list[dict[str, Any]]] = {
    "Địa bàn": [{"Mã": 99101, "Tên": "Phường Bãi Thử", "Loại": "Phường", "Trọng điểm": "có", "Từ ngày": SINCE}],
    "Đơn vị": [
        {"Mã": "dbp_bai_thu", "Tên": "Đồn Biên phòng Bãi Thử", "Loại": "Đồn Biên phòng", "Cấp trên": "bp_bai_thu",
         "Từ ngày": SINCE, "Thứ tự": 1},
        {"Mã": "bp_bai_thu", "Tên": "BĐBP tỉnh Thử", "Loại": "Ban, Bộ Chỉ huy Bộ đội Biên phòng", "Từ ngày": SINCE},
        {"Mã": "ca_bai_thu", "Tên": "Công an phường Bãi Thử", "Loại": "Công an phường, xã", "Từ ngày": SINCE},
        {"Mã": "qs_bai_thu", "Tên": "Ban CHQS phường Bãi Thử", "Loại": "Ban CHQS phường, xã", "Từ ngày": SINCE},
        {"Mã": "ubnd_bai_thu", "Tên": "UBND phường Bãi Thử", "Loại": "Uỷ ban nhân dân", "Từ ngày": SINCE},
    ],
    "Phụ trách": [
        *({"Đơn vị": code, "Địa bàn": 99101, "Là": "Phụ trách địa bàn", "Từ ngày": SINCE}
          for code in ("dbp_bai_thu", "ca_bai_thu", "qs_bai_thu")),
        {"Đơn vị": "ubnd_bai_thu", "Địa bàn": 99101, "Là": "Được xem địa bàn", "Từ ngày": SINCE},
    ],
    "Tuyến": [
        {"Mã": "bai_thu_bac", "Tên": "Bãi Thử, đoạn bắc", "Địa bàn": 99101, "Cắt từ tuyến": "bai_thu", "Từ km": 2.5,
         "Đến km": 5, "Từ ngày": SINCE, "Thứ tự": 2},
        {"Mã": "bai_thu", "Tên": "Bãi Thử, cả tuyến", "Địa bàn": 99101, "Từ ngày": SINCE, "Thứ tự": 1},
    ],
    "Điểm tuyến": [{"Tuyến": "bai_thu", "Vĩ độ": lat, "Kinh độ": lon} for lat, lon in BEACH],
    "Chương trình": [{"Mã": "tet_bai_thu", "Tên": "Cao điểm Tết Bãi Thử", "Từ ngày": date(2026, 1, 15),
                      "Đến hết ngày": date(2026, 2, 28)}],
    "Loại phát hiện": [{"Mã": "neo_dau_trai_phep", "Tên": "Neo đậu trái phép", "Nhóm": "Tàu thuyền",
                        "Đơn vị tính chính": "trường hợp", "Đơn vị tính khác": "tàu, lao động trên tàu",
                        "Từ ngày": SINCE}],
    "Lịch báo cáo": [{"Mã": "nam_bai_thu", "Tên": "Năm báo cáo Bãi Thử (01/12)", "Kỳ": "Năm", "Ngày đầu kỳ": 1,
                      "Tháng đầu kỳ": 12, "Từ năm trước": "có", "Từ ngày": SINCE}],
    "Quy định": [{"Quy định": "Số lực lượng ít nhất của một lượt phối hợp", "Giá trị": "3 lực lượng",
                  "Từ ngày": date(2027, 1, 1)}],
    "Tài khoản": [
        {"Tên đăng nhập": "to.bt", "Họ và tên": "Lê Văn Thử", "Cấp bậc": "Thượng uý", "Vai trò": "Tổ trưởng",
         "Đơn vị": "dbp_bai_thu"},
        {"Tên đăng nhập": "chihuy.bt", "Họ và tên": "Phạm Thị Mẫu", "Vai trò": "Chỉ huy", "Đơn vị": "ca_bai_thu"},
        {"Tên đăng nhập": "qt.bt", "Họ và tên": "Đỗ Quản Trị", "Vai trò": "Quản trị", "Đơn vị": "ubnd_bai_thu"},
    ],
}  # fmt: skip


def ward_file(**changes: list[dict[str, Any]]) -> bytes:
    """The ward as a file; `changes` replaces the rows of a sheet, named with _ for a space."""
    pages = WARD | {name.replace("_", " "): rows for name, rows in changes.items()}
    book = load_workbook(BytesIO(template()))
    for name, rows in pages.items():
        sheet = book[name]
        head = next(row for row in sheet.iter_rows() if len([cell for cell in row if cell.value]) > 1)
        places = {cell.value: cell.column for cell in head if cell.value}
        for number, row in enumerate(rows, head[0].row + 1):
            for header, value in row.items():
                sheet.cell(number, places[header], value)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def with_changed(page: str, place: int, **cells: Any) -> bytes:
    """The ward's file with other cells in one row; None empties one. Headers with _ for a space."""
    rows = [dict(row) for row in WARD[page]]
    rows[place] |= {header.replace("_", " "): value for header, value in cells.items()}
    rows[place] = {header: value for header, value in rows[place].items() if value is not None}
    return ward_file(**{page.replace(" ", "_"): rows})
