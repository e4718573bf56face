"""The form of a paper book to download: one row a patrol, with every list of words that are understood."""

from .. import wording
from ..logbook.queries import Lists
from ..sheets.blanks import Blank, Field, blank_workbook
from ..sheets.tables import Kind
from . import rules

TITLE = "Sổ tuần tra chép từ sổ giấy"


def blank_book(lists: Lists) -> bytes:
    """The form, with the names of this person's lists."""
    return blank_workbook(
        TITLE,
        [
            Blank(
                rules.SHEET,
                [*_patrol_fields(lists), *_unit_fields(lists), *_finding_fields(lists)],
                (
                    "Mỗi dòng một lượt. Lượt phối hợp chỉ ghi một dòng, dù nhiều lực lượng cùng đi.",
                    "Cột màu đậm là bắt buộc. Cách ghi từng cột ở trang “Cách ghi”, các từ dùng được ở “Danh mục”.",
                    "Không ghi họ tên đối tượng, vũ khí, vị trí chốt, nội dung tin.",
                ),
            )
        ],
    )


def _patrol_fields(lists: Lists) -> list[Field]:
    units = [unit.name for unit in lists.units]
    return [
        Field(rules.BOOK, "Tên quyển sổ, ví dụ: Sổ 2022, quyển 1. Gửi lại cùng sổ, cùng số thì không ghi thêm.",
              width=18, is_required=True),
        Field(rules.NUMBER, "Số của lượt trong quyển sổ đó; mỗi lượt một số.", width=9, is_required=True),
        Field(rules.DAY, "Ngày xuất phát, ví dụ 05/02/2022.", Kind.DAY, 12, is_required=True),
        Field(rules.START, "Ví dụ 21:30 hoặc 21h30.", Kind.CLOCK, 10, is_required=True),
        Field(rules.END, "Sớm hơn giờ xuất phát nghĩa là ngày hôm sau.", Kind.CLOCK, 10, is_required=True),
        Field(rules.STRETCH, "", Kind.TEXT, 30, is_required=True, choices=[each.name for each in lists.stretches]),
        Field(rules.LEAD, "Tên đơn vị vào ngày tuần tra.", Kind.TEXT, 30, is_required=True, choices=units),
        Field(rules.LEADER, "Cấp bậc và họ tên như trong sổ.", Kind.TEXT, 24, is_required=True),
        Field(rules.FROM, width=18),
        Field(rules.TO, width=18),
        Field(rules.MEANS, choices=list(wording.MEANS.values())),
        Field(rules.WEATHER, choices=list(wording.WEATHER.values())),
        Field(rules.SEA, choices=list(wording.SEA.values())),
        Field(rules.PROGRAMME, "Để trống là Tuyến biển bình yên. Nhiều chương trình cách nhau bằng dấu chấm phẩy.",
              width=24, choices=[each.name for each in lists.programmes]),
        Field(rules.NOTHING, "Ghi x nếu sổ ghi không phát hiện vi phạm.", width=12),
        Field(rules.NOTE, "Không ghi họ tên đối tượng.", width=30),
    ]  # fmt: skip


def _unit_fields(lists: Lists) -> list[Field]:
    units = [unit.name for unit in lists.units]
    fields = []
    for place in range(1, rules.UNITS + 1):
        fields += [
            Field(f"{rules.UNIT} {place}", "Đơn vị tham gia, kể cả đơn vị chủ trì.", Kind.TEXT, 28, choices=units),
            Field(f"{rules.PERSONNEL} {place}", "Số cán bộ, chiến sĩ. Để trống hoặc ? là chưa rõ.", Kind.NUMBER, 8),
            Field(f"{rules.MILITIA} {place}", "Để trống là không có; ? là có mà chưa rõ số.", Kind.NUMBER, 8),
            Field(f"{rules.SECURITY} {place}", "Để trống là không có; ? là có mà chưa rõ số.", Kind.NUMBER, 8),
        ]  # fmt: skip
    return fields


def _finding_fields(lists: Lists) -> list[Field]:
    categories = [each.name for each in lists.categories]
    fields = []
    for place in range(1, rules.FINDINGS + 1):
        fields += [
            Field(f"{rules.FOUND} {place}", "Loại phát hiện; chỉ ghi phát hiện qua tuần tra.", width=28,
                  choices=categories),
            Field(f"{rules.CASES} {place}", "Để trống là 1 nếu loại này đếm theo vụ.", Kind.NUMBER, 8),
            Field(f"{rules.SUBJECTS} {place}", "Để trống hoặc ? là chưa rõ, không phải 0.", Kind.NUMBER, 8),
            Field(f"{rules.SITES} {place}", "", Kind.NUMBER, 8),
            Field(f"{rules.OTHER} {place}", "Số theo đơn vị ghi ở cột bên, ví dụ 12,5.", Kind.NUMBER, 8),
            Field(f"{rules.OTHER_UNIT} {place}", "Ví dụ gam, viên.", width=10,
                  choices=list(wording.MEASURE.values())),
            Field(f"{rules.FOUND_TIME} {place}", "Ví dụ 23:15.", Kind.CLOCK, 10),
            Field(f"{rules.OUTCOME} {place}", "", Kind.TEXT, 24, choices=list(wording.OUTCOME.values())),
        ]  # fmt: skip
    return fields
