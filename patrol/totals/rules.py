"""Every figure, defined once: its key, its name, its unit and its rule in words. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Period:
    """Days first..last, both counted."""

    first: date
    last: date

    @classmethod
    def of_year(cls, year: int) -> "Period":
        return cls(date(year, 1, 1), date(year, 12, 31))


@dataclass(frozen=True)
class Definition:
    """What a figure is. `measure` is the patrol column or finding unit it adds up."""

    key: str
    name: str
    unit: str
    rule: str
    category: str = ""
    measure: str = ""


@dataclass(frozen=True)
class Figure:
    """A defined figure with its value. None: there are records, but nobody knows the number of any of them.

    `unknown` says how many of its `records` lack the number.
    """

    definition: Definition
    value: int | float | None
    unknown: int
    records: int

    @property
    def key(self) -> str:
        return self.definition.key


COUNTED_RULE = (
    "Tính lượt từ khi đã nộp; không tính lượt đang tuần tra, bị trả lại, đã huỷ. Tính vào ngày xuất phát."
)
JOINT_RULE = (
    "Một lượt phối hợp là một tổ có từ hai lực lượng trở lên ra quân một lần, mấy lực lượng cũng là một lượt."
)

PATROL_FIGURES = (
    Definition("patrol.sorties", "Lượt tuần tra phối hợp", "lượt", f"{JOINT_RULE} {COUNTED_RULE}"),
    Definition(
        "patrol.personnel",
        "Lượt cán bộ, chiến sĩ tham gia",
        "lượt CBCS",
        "Cộng quân số cán bộ, chiến sĩ của mọi lực lượng trên từng lượt tuần tra phối hợp; "
        "một người đi hai lượt tính hai. Không phải số người khác nhau.",
    ),
    Definition(
        "patrol.militia",
        "Lượt dân quân tham gia",
        "lượt người",
        "Cộng dân quân của các lượt tuần tra phối hợp; ghi riêng, không nằm trong lượt CBCS trừ khi có quy định khác.",
    ),
    Definition(
        "patrol.security_team",
        "Lượt tổ bảo vệ an ninh, trật tự tham gia",
        "lượt người",
        "Cộng thành viên tổ bảo vệ an ninh, trật tự của các lượt tuần tra phối hợp; không nằm trong lượt CBCS.",
    ),
    Definition(
        "patrol.three_forces",
        "Lượt có từ ba lực lượng trở lên",
        "lượt",
        "Số lượt tuần tra phối hợp có ít nhất ba lực lượng.",
    ),
    Definition(
        "patrol.two_forces",
        "Lượt có đúng hai lực lượng",
        "lượt",
        "Số lượt tuần tra phối hợp có đúng hai lực lượng.",
    ),
    Definition(
        "patrol.single_force",
        "Lượt chưa đủ lực lượng phối hợp",
        "lượt",
        f"Lượt chỉ một lực lượng: giữ lại, đếm riêng, không tính là phối hợp. {COUNTED_RULE}",
    ),
    Definition(
        "patrol.nothing_found",
        "Lượt không phát hiện vi phạm",
        "lượt",
        "Lượt tuần tra phối hợp ghi rõ không phát hiện vi phạm.",
    ),
)

PATROLS_OF = {  # what of a patrol each figure adds up
    "patrol.personnel": "personnel",
    "patrol.militia": "militia",
    "patrol.security_team": "security_team",
}


def finding_figures(
    categories: Iterable[tuple[str, str, Sequence[str]]], words: dict[str, str]
) -> list[Definition]:
    """The figures of every category (code, name, units it is counted in), one per unit; `words` names the units."""
    return [
        Definition(
            key=f"finding.{code}.{measure}",
            name=f"{name}: số {words[measure]}",
            unit=words[measure],
            rule="Phát hiện qua tuần tra, của chính các lượt phối hợp được tính. Chưa rõ không phải là không có.",
            category=code,
            measure=measure,
        )
        for code, name, measures in categories
        for measure in measures
    ]


def added(known: float | int | None, *, unknown: int, records: int) -> int | float | None:
    """The value of a sum: 0 when nothing happened, None when there are records and none says how many."""
    if records and unknown == records:
        return None
    value = known or 0
    return int(value) if value == int(value) else round(float(value), 3)


def share(part: int | float | None, whole: int | float | None) -> float | None:
    """part ÷ whole, or None when it can't be said."""
    return part / whole if part is not None and whole else None
