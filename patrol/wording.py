"""Vietnamese for what comes out of Python: codes, units, numbers, dates. Sentences of pages are in templates."""

import re
from datetime import date, datetime
from typing import Any

from . import clock
from .vocabulary.accounts import ACCOUNT_ACTION, ACCOUNT_REFUSAL
from .vocabulary.administration import (
    ACTION_REGISTER,
    REGISTER_CODE,
    REGISTER_FIELD,
    REGISTER_REFUSAL,
    REGISTER_WORD,
)
from .vocabulary.coastmap import MAP_FIELD
from .vocabulary.findings import MEASURE, OUTCOME
from .vocabulary.history import CHANGED_FIELD, HISTORY_ACTION, HISTORY_REFUSAL, REDACTION
from .vocabulary.keeping import BACKUP
from .vocabulary.paper import BOOK_REFUSAL, ROW_STATE
from .vocabulary.phones import PHONE_REFUSAL, RECEIVED
from .vocabulary.photos import PHOTO, PHOTO_ACTION, PHOTO_FIELD
from .vocabulary.refusals import REFUSAL
from .vocabulary.registers import (
    COMMENDATION,
    JUDGEMENT,
    OCCASION,
    RECIPIENT,
    STANDING,
    TIP_OUTCOME,
    URGENCY,
    VOID,
)
from .vocabulary.tracks import GRADE, TRACK
from .vocabulary.trail import RECORD, SEAL_PROBLEM, TRAIL_REFUSAL
from .vocabulary.workbooks import WORKBOOK

FIELD = {
    **REFUSAL,
    **PHONE_REFUSAL,
    **REGISTER_REFUSAL,
    **ACCOUNT_REFUSAL,
    **TRAIL_REFUSAL,
    **HISTORY_REFUSAL,
    **BOOK_REFUSAL,
    **BACKUP,
}  # a room with many refusals of its own keeps them in its file of `vocabulary`

# What is odd but kept.
REMARK = {
    "few_forces": "Chưa đủ lực lượng phối hợp: giữ lại và đếm riêng, không tính là lượt phối hợp",
    "in_the_future": "Giờ ghi ở tương lai",
    "very_long": "Kéo dài trên 16 giờ",
    "very_large": "Quân số trên 60",
    "no_attendance": "Chưa ghi lực lượng tham gia",
    "personnel_unknown": "Có đơn vị chưa rõ quân số",
    "findings_not_stated": "Chưa ghi có hay không có phát hiện",
    "lead_not_present": "Đơn vị chủ trì không có quân số tham gia",
    "no_programme": "Chưa ghi chương trình nào, nên không vào số liệu của chương trình nào",
    "phone_clock_off": "Đồng hồ điện thoại lệch trên 5 phút, xem lại giờ",
    "unit_out_of_time": "Có đơn vị chưa thành lập hoặc đã kết thúc vào ngày đó",
}

STATUS = {
    "in_progress": "Đang tuần tra",
    "submitted": "Đã nộp",
    "confirmed": "Đã xác nhận",
    "closed": "Đã chốt",
    "returned": "Trả lại",
    "cancelled": "Đã huỷ",
}
SOURCE = {
    "form": "ghi trên trang",
    "phone": "ghi trên điện thoại",
    "paper": "từ sổ giấy",
    "import": "nhập từ tệp",
}
MEANS = {"on_foot": "Đi bộ", "motorbike": "Mô tô", "car": "Ô tô", "boat": "Xuồng, ca nô, tàu"}
WEATHER = {"clear": "Quang", "cloudy": "Nhiều mây", "rain": "Mưa", "storm": "Bão, giông", "fog": "Sương mù"}
SEA = {"calm": "Lặng", "moderate": "Sóng vừa", "rough": "Sóng lớn, biển động"}
ROLE = {
    "patrol_leader": "Tổ trưởng",
    "duty_officer": "Trực ban",
    "commander": "Chỉ huy",
    "staff_clerk": "Cán bộ tổng hợp",
    "admin": "Quản trị",
    "auditor": "Kiểm tra",
}
DETECTED_VIA = {"patrol": "Qua tuần tra", "tip": "Qua nguồn tin", "other": "Khác"}
REVIEW_KIND = {"interim": "Sơ kết", "final": "Tổng kết"}
WITHDRAWN = {"times_changed": "giờ đi về đã sửa", "attendance_changed": "quân số đã sửa"}
ACTION = {
    "patrol.recorded": "Ghi lượt tuần tra",
    "patrol.changed": "Sửa lượt tuần tra",
    "patrol.confirmed": "Xác nhận lượt tuần tra",
    "patrol.confirmation_withdrawn": "Xác nhận bị rút vì có sửa đổi",
    "patrol.returned": "Trả lại lượt tuần tra",
    "patrol.cancelled": "Huỷ lượt tuần tra",
    "finding.recorded": "Ghi phát hiện",
    "phone.version_decided": "Quyết định về bản khác từ điện thoại",
    "phone.forgotten": "Dọn dữ liệu điện thoại quá hạn",
    "finding.withdrawn": "Bỏ phát hiện khỏi lượt",
    "track.attached": "Gửi tệp vết đi",
    "track.refused": "Tệp vết đi không nhận được",
    "track.viewed": "Xem vết đi",
    "track.viewed_on_map": "Xem vết đi trên bản đồ",
    "track.downloaded": "Tải tệp vết đi",
    "photo.outlived": "Xoá ảnh theo thời hạn lưu",
    "track.outlived": "Xoá điểm và tệp vết đi theo thời hạn lưu",
    "review.made": "Lập hội nghị",
    "review.changed": "Sửa hội nghị",
    "figure.declared": "Khai báo số liệu từ sổ giấy",
    "figure.withdrawn": "Rút số liệu khai báo",
    "figures.exported": "Xuất số liệu ra tệp",
    "list.exported": "Xuất danh sách lượt ra tệp",
    "book.imported": "Nhập sổ giấy từ tệp",
    "tracks.exported": "Xuất vết đi ra tệp",
    "tips.recorded": "Ghi nguồn tin",
    "tips.viewed": "Xem nguồn tin",
    "tips.acknowledged": "Tiếp nhận nguồn tin",
    "tips.judged": "Đánh giá nguồn tin",
    "tips.verified": "Ghi kiểm tra, xác minh nguồn tin",
    "tips.linked": "Gắn nguồn tin với vụ việc",
    "tips.voided": "Bỏ nguồn tin khỏi số liệu",
    "scheme.recorded": "Ghi mô hình",
    "scheme.changed": "Sửa mô hình",
    "scheme.ended": "Ghi mô hình kết thúc",
    "scheme.cancelled": "Bỏ mô hình khỏi số liệu",
    "commendation.recorded": "Ghi khen thưởng",
    "commendation.cancelled": "Bỏ khen thưởng khỏi số liệu",
    "account.created": "Lập tài khoản",
    "account.password_reset": "Cấp lại mật khẩu",
    "account.password_changed": "Đổi mật khẩu",
    "account.deactivated": "Khoá tài khoản",
    "account.activated": "Mở lại tài khoản",
    "session.signed_in": "Đăng nhập",
    "session.signed_out": "Đăng xuất",
    "session.refused": "Đăng nhập không thành công",
    "audit.verified": "Kiểm nhật ký",
    "backup.made": "Sao lưu",
    "backup.restored": "Khôi phục từ bản sao lưu",
    "backup.paper": "In tờ giấy khoá cho két",
    "database.moved": "Chuyển sang cơ sở dữ liệu khác",
    "database.set_up": "Nạp danh mục ban đầu",
    "database.demo": "Nạp dữ liệu mẫu",
    **ACTION_REGISTER,
    **ACCOUNT_ACTION,
}
PATROL_FIELD = {
    **MAP_FIELD,
    **PHOTO_FIELD,
    **CHANGED_FIELD,
    "started_at": "Giờ xuất phát",
    "ended_at": "Giờ kết thúc",
    "lead_unit_id": "Đơn vị chủ trì",
    "leader_id": "Tổ trưởng",
    "leader_name": "Tổ trưởng",
    "stretch_id": "Tuyến",
    "attendance": "Lực lượng và quân số",
    "programme_ids": "Chương trình",
    "from_place": "Điểm đầu",
    "to_place": "Điểm cuối",
    "means": "Phương tiện",
    "weather": "Thời tiết",
    "sea": "Mặt biển",
    "nothing_found": "Không phát hiện vi phạm",
    "note": "Ghi chú",
    "status": "Trạng thái",
    "force": "Lực lượng",
    "category": "Loại",
    "role": "Vai trò",
    "kind": "Loại hội nghị",
    "held_on": "Ngày",
    "host_name": "Chủ trì",
    "subject": "Nội dung",
    "calendar_id": "Lịch báo cáo",
    "period_first": "Từ ngày",
    "period_last": "Đến ngày",
    "unit_id": "Đơn vị",
    "programme_id": "Chương trình",
    "figure": "Chỉ tiêu",
    "value": "Giá trị",
    "source": "Nguồn",
    "file": "Tệp",
    "rows": "Số dòng",
    "problems": "Chỗ không khớp",
    "filter": "Lọc",
    "patrol_id": "Lượt số",
    "reason": "Lý do",
    "tips": "Các tin",
    "is_valued": "Có giá trị",
    "tip_outcome": "Kết quả",
    "verified_on": "Ngày xác minh",
    "finding": "Vụ việc",
    "voided_as": "Bỏ vì",
    "scheme_kind": "Loại",
    "name": "Tên",
    "area": "Địa bàn",
    "unit": "Đơn vị",
    "device": "Thiết bị",
    "founded_on": "Ngày thành lập",
    "ended_on": "Ngày kết thúc",
    "members": "Thành viên",
    "last_activity_on": "Hoạt động gần nhất",
    "is_spread_wider": "Nhân rộng",
    **REGISTER_FIELD,
}

_EVERY = {
    **FIELD, **REMARK, **STATUS, **MEANS, **WEATHER, **SEA, **ROLE, **MEASURE, **OUTCOME,
    **DETECTED_VIA, **ACTION, **SOURCE, **WITHDRAWN, **TRACK, **GRADE,
    **DETECTED_VIA, **ACTION, **SOURCE, **WITHDRAWN, **REVIEW_KIND,
    **DETECTED_VIA, **ACTION, **SOURCE, **WITHDRAWN, **URGENCY, **JUDGEMENT, **TIP_OUTCOME, **VOID,
    **STANDING, **RECIPIENT, **COMMENDATION, **OCCASION, **WORKBOOK,
    **BOOK_REFUSAL, **ROW_STATE,
    **PHOTO, **PHOTO_ACTION, **RECEIVED, **REGISTER_WORD, **HISTORY_ACTION, **HISTORY_REFUSAL, **REDACTION,
}  # fmt: skip
# 'rescued' is an outcome and a unit; whoever means the unit asks `measure`.


def say(code: str) -> str:
    """The Vietnamese of a code. An unknown code is a bug and raises KeyError."""
    return _EVERY[code]


def record(table: str) -> str:
    """What people call a record of a table; a table nothing is written down about is named as it is."""
    return RECORD.get(table, table)


def measure(code: str) -> str:
    """The Vietnamese name of a unit findings are counted in."""
    return MEASURE[code]


def number(value: float | int | None, unknown: str = "chưa rõ") -> str:
    """1290 → '1.290', 66.7 → '66,7', None → 'chưa rõ'."""
    if value is None:
        return unknown
    whole, _, fraction = f"{value:,.3f}".partition(".")
    whole, fraction = whole.replace(",", "."), fraction.rstrip("0")
    return f"{whole},{fraction}" if fraction else whole


def so_far(value: float | int | None, unknown: int) -> str:
    """A number of which `unknown` parts may be missing: '12', '12+' when some are, 'chưa rõ' when nothing is known."""
    return number(value) + ("+" if unknown and value is not None else "")


def percent(share: float) -> str:
    """0.667 → '66,7%'."""
    return f"{number(round(share * 100, 1))}%"


def day(value: date) -> str:
    """'05/02/2026'."""
    return value.strftime("%d/%m/%Y")


def long_day(value: date) -> str:
    """'ngày 05 tháng 02 năm 2026'; only days below 10 and the months 1 and 2 take a leading zero."""
    month = f"{value.month:02d}" if value.month < 3 else str(value.month)
    return f"ngày {value.day:02d} tháng {month} năm {value.year}"


WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


def weekday(value: date) -> str:
    return WEEKDAYS[value.weekday()]


def month(value: date) -> str:
    """'Tháng 3/2023'."""
    return f"Tháng {value.month}/{value.year}"


def moment(value: datetime) -> str:
    """'21:30 05/02/2026', in the time of Việt Nam."""
    return value.astimezone(clock.LOCAL).strftime("%H:%M %d/%m/%Y")


def clock_time(value: datetime) -> str:
    """'21:30', in the time of Việt Nam."""
    return value.astimezone(clock.LOCAL).strftime("%H:%M")


def same_day(value: datetime, other: datetime) -> bool:
    """Whether two moments are of one day in Việt Nam."""
    return clock.local_day(value) == clock.local_day(other)


def iso_clock(text: str) -> str:
    """'2026-02-05T14:30:00+00:00' → '21:30'."""
    return clock_time(datetime.fromisoformat(text))


def km(value: float) -> str:
    """'km 4,1'."""
    return f"km {number(value)}" if value % 1 else f"km {int(value)},0"


def distance(metres: float) -> str:
    """5840 → '5,84 km', 320 → '320 m'."""
    return f"{number(round(metres / 1000, 2))} km" if metres >= 1000 else f"{number(round(metres))} m"


def duration(seconds: float | None) -> str:
    """9000 → '2 giờ 30 phút', 240 → '4 phút', 20 → '20 giây'."""
    if seconds is None:
        return number(None)
    if seconds < 60:
        return f"{round(seconds)} giây"
    hours, minutes = divmod(round(seconds / 60), 60)
    return " ".join([f"{hours} giờ"] * (hours > 0) + [f"{minutes} phút"] * (minutes > 0))


def audit_change(changes: dict[str, Any]) -> str:
    """What an audit line says changed, in one sentence."""
    parts = []
    for field, pair in changes.items():
        name = PATROL_FIELD.get(field, field)
        old, new = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        if field == "field":
            new = PATROL_FIELD.get(new, new)
        parts.append(f"{name}: {_shown(old)} → {_shown(new)}")
    return "; ".join(parts)


def seal_problem(problem: Any) -> str:
    """What a check of the audit trail found, in one sentence."""
    return SEAL_PROBLEM[problem.code].format(number=number(problem.number), line=number(problem.event_id))


HEADS = {"personnel": "CBCS", "militia": "dân quân", "security_team": "tổ an ninh"}


def changed_field(field: str) -> str:
    """What a field of a record is called."""
    return PATROL_FIELD[field]


def changed_value(field: str, value: Any) -> str:
    """What stood in a field, as a person would have read it."""
    if value in (None, "", [], {}):
        return "không ghi"
    if field.endswith("_at"):
        return moment(datetime.fromisoformat(value))
    if isinstance(value, bool):
        return "có" if value else "không"
    if field == "attendance":
        return ", ".join(f"{number(value[name])} {head}" for name, head in HEADS.items())
    if isinstance(value, dict):
        return ", ".join(f"{number(quantity)} {MEASURE[code]}" for code, quantity in value.items())
    if isinstance(value, list):
        return ", ".join(value)
    if field in ("means", "weather", "sea", "outcome"):
        return _EVERY.get(value, value)
    return number(value) if isinstance(value, int | float) else str(value)


def device(header: str) -> str:
    """'Chrome, Android' of what a browser calls itself; an unknown one is 'máy khác'."""
    kinds = ("Firefox", "Edg", "OPR", "SamsungBrowser", "Chrome", "Safari")
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux")
    names = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung", "Mac OS X": "Mac"}
    found = [next((each for each in group if each in header), "") for group in (kinds, systems)]
    return ", ".join(names.get(each, each) for each in found if each) or "máy khác"


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return day(date.fromisoformat(value))
    if isinstance(value, list):
        return ", ".join(
            MEASURE.get(each, str(each)) if isinstance(each, str) else str(each) for each in value
        )
    known = STATUS | ROLE | TRACK | PHOTO | REDACTION | OUTCOME | TIP_OUTCOME | VOID | REGISTER_CODE
    return known.get(value, str(value)) if isinstance(value, str) else str(value)
