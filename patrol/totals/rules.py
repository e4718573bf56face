"""Every figure, defined once: its key, its name, its unit and its rule in words. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..patrols.rules import known


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
    register: str = ""  # of which other register: tips, schemes, commendations

    @property
    def name_in_register(self) -> str:
        """The key as that register knows it: 'new' of 'schemes.new', 'cases.gambling' of 'tips.cases.gambling'."""
        return self.key.removeprefix(f"{self.register}.")


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
        "patrol.unconfirmed",
        "Lượt chưa được mọi lực lượng xác nhận",
        "lượt",
        "Lượt tuần tra phối hợp đã nộp mà còn lực lượng tham gia chưa xác nhận; vẫn được tính trong mọi số liệu.",
    ),
    Definition(
        "patrol.nothing_found",
        "Lượt không phát hiện vi phạm",
        "lượt",
        "Lượt tuần tra phối hợp ghi rõ không phát hiện vi phạm.",
    ),
)

DISTANCE = Definition(
    "patrol.distance_m",
    "Quãng đường đo được",
    "m",
    "Cộng quãng đường đã làm sạch của các lượt tuần tra phối hợp có tệp vết đi hạng A, B, C khớp thời gian của lượt và "
    "không trùng vết lượt khác. Lượt không có vết là chưa rõ, không phải không đi.",
)


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


NO_PROGRAMME = "Không phân theo chương trình."
TIP_RULE = (
    "Tính theo ngày chuyển tin, trong những tin đơn vị được biết; "
    f"không tính tin ghi trùng, ghi nhầm. {NO_PROGRAMME}"
)
SCHEME_RULE = f"Mỗi mô hình cụ thể là một, không tính theo loại. {NO_PROGRAMME}"
COMMENDATION_RULE = (
    "Đếm số lần khen tại hội nghị sơ kết, tổng kết có ngày trong kỳ, không phải số người khác nhau; "
    f"khen dịp khác ghi riêng, không tính vào đây. {NO_PROGRAMME}"
)
SCHEME_FIGURES = (
    Definition(
        "schemes.active_at_end",
        "Mô hình tự phòng, tự quản đang hoạt động cuối kỳ",
        "mô hình",
        f"Số đang có vào cuối ngày cuối kỳ: đã thành lập và chưa kết thúc. {SCHEME_RULE}",
        register="schemes",
    ),
    Definition(
        "schemes.new",
        "Mô hình xây dựng mới",
        "mô hình",
        f"Thành lập trong kỳ, kể cả đã kết thúc ngay trong kỳ. {SCHEME_RULE}",
        register="schemes",
    ),
    Definition(
        "schemes.ended",
        "Mô hình kết thúc",
        "mô hình",
        f"Kết thúc trong kỳ. {SCHEME_RULE}",
        register="schemes",
    ),
)
COMMENDATION_FIGURES = (
    Definition(
        "commendations.collectives",
        "Tập thể được khen thưởng",
        "tập thể",
        COMMENDATION_RULE,
        register="commendations",
    ),
    Definition(
        "commendations.individuals",
        "Cá nhân được khen thưởng",
        "cá nhân",
        COMMENDATION_RULE,
        register="commendations",
    ),
)
STOCK_FIGURES = (*SCHEME_FIGURES, *COMMENDATION_FIGURES)
TIP_FIGURES = (
    Definition(
        "tips.valued_to_police",
        "Nguồn tin giá trị Quân sự, Biên phòng chuyển Công an",
        "tin",
        f"Tin của Quân sự, Bộ đội Biên phòng chuyển Công an, được bên nhận đánh giá có giá trị. {TIP_RULE}",
        register="tips",
    ),
    Definition(
        "tips.police_to_military",
        "Tin Công an chuyển Quân sự",
        "tin",
        f"Mọi tin Công an chuyển Quân sự, dù đã đánh giá hay chưa. {TIP_RULE}",
        register="tips",
    ),
    Definition(
        "tips.jointly_verified",
        "Tin đã phối hợp kiểm tra, xác minh",
        "tin",
        "Tin được từ hai lực lượng trở lên cùng kiểm tra, xác minh; tính một lần, vào ngày cùng xác minh đầu tiên, "
        f"dù tin chuyển từ kỳ trước. Không tính tin ghi trùng, ghi nhầm. {NO_PROGRAMME}",
        register="tips",
    ),
)


def tip_figures(forces: Sequence[Any], categories: Sequence[Any], words: dict[str, str]) -> list[Definition]:
    """The figures of tips: the three of the review, every cell of forces × forces, cases by category."""
    cells = [
        Definition(
            f"tips.matrix.{sender.code}.{receiver.code}",
            f"Tin {sender.short_name} chuyển {receiver.short_name}",
            "tin",
            f"Mọi tin chuyển giữa hai bên này, dù đã đánh giá hay chưa. {TIP_RULE}",
            register="tips",
        )
        for sender in forces
        for receiver in forces
    ]
    cases = [
        Definition(
            f"tips.cases.{category.code}",
            f"{category.name}: số {words[category.measures[0]]} phát hiện qua nguồn tin",
            words[category.measures[0]],
            "Vụ việc phát hiện qua ít nhất một nguồn tin có giá trị; nhiều tin về một vụ vẫn là một vụ. "
            f"Tính vào ngày phát hiện; vụ do tuần tra phát hiện không tính lại ở đây. {NO_PROGRAMME}",
            measure=category.measures[0],
            register="tips",
        )
        for category in categories
    ]
    return [*TIP_FIGURES, *cells, *cases]


def numbers(
    definitions: Iterable[Definition],
    counted: Mapping[str, int],
    cases: Mapping[tuple[str, str], tuple[float | None, int, int]] | None = None,
) -> dict[str, Figure]:
    """The figures of registers: records counted, or (cases) their quantity added up."""
    found = {}
    for definition in definitions:
        name = definition.name_in_register
        if definition.measure:
            category = name.removeprefix("cases.")
            known, unknown, records = (cases or {}).get((category, definition.measure), (0, 0, 0))
            value = added(known, unknown=unknown, records=records)
        else:
            value, unknown, records = counted.get(name, 0), 0, counted.get(name, 0)
        found[definition.key] = Figure(definition, value, unknown, records)
    return found


def added(known: float | int | None, *, unknown: int, records: int) -> int | float | None:
    """The value of a sum: 0 when nothing happened, None when there are records and none says how many."""
    if records and unknown == records:
        return None
    value = known or 0
    return int(value) if value == int(value) else round(float(value), 3)


def share(part: int | float | None, whole: int | float | None) -> float | None:
    """part ÷ whole, or None when it can't be said."""
    return part / whole if part is not None and whole else None


@dataclass(frozen=True)
class Cell:
    """Patrols of one month, lead unit and stretch, added up. Every figure and table of patrols is a sum of cells.

    `…_unknown` counts sorties with a unit whose number nobody wrote down.
    """

    month: date  # its first day
    lead_unit_id: int
    lead_unit_name: str
    stretch_id: int
    stretch_name: str
    is_joint: bool
    sorties: int
    personnel: int
    personnel_unknown: int
    militia: int
    militia_unknown: int
    security_team: int
    security_team_unknown: int
    three_forces: int
    two_forces: int
    nothing_found: int
    unconfirmed: int


@dataclass(frozen=True)
class Line:
    """One line of a table of patrols: what it is of, its sums, and the narrowing that opens into its records."""

    label: str
    where: dict[str, str | int]
    cells: tuple[Cell, ...]

    def _sum(self, name: str) -> int:
        return sum(getattr(cell, name) for cell in self.cells)

    @property
    def sorties(self) -> int:
        return self._sum("sorties")

    @property
    def personnel(self) -> int:
        return self._sum("personnel")

    @property
    def militia(self) -> int:
        return self._sum("militia")

    @property
    def security_team(self) -> int:
        return self._sum("security_team")

    @property
    def unconfirmed(self) -> int:
        return self._sum("unconfirmed")

    @property
    def known_personnel(self) -> int | None:
        """None when every sortie lacks a number and none gives one, as in the figure it opens into."""
        return known(self.personnel, unknown=self._sum("personnel_unknown"), records=self.sorties)


def patrol_figures(cells: Iterable[Cell]) -> dict[str, Figure]:
    """The figures of patrols, summed over cells."""
    joint, alone = [], 0
    for cell in cells:
        if cell.is_joint:
            joint.append(cell)
        else:
            alone += cell.sorties
    sorties = sum(cell.sorties for cell in joint)

    def figure(definition: Definition) -> Figure:
        name = definition.key.removeprefix("patrol.")
        if name == "single_force":
            return Figure(definition, alone, 0, alone)
        value = sum(getattr(cell, name) for cell in joint)
        if name in ("personnel", "militia", "security_team"):
            unknown = sum(getattr(cell, f"{name}_unknown") for cell in joint)
            return Figure(definition, known(value, unknown=unknown, records=sorties), unknown, sorties)
        return Figure(definition, value, 0, value)

    return {definition.key: figure(definition) for definition in PATROL_FIGURES}


def lines(
    cells: Iterable[Cell],
    key: Callable[[Cell], Any],
    label: Callable[[Cell], str],
    where: Callable[[Cell], dict[str, str | int]],
) -> list[Line]:
    """Joint cells by `key`, in its order; a thing that was renamed in between tells its names one after the other."""
    groups: dict[Any, list[Cell]] = {}
    for cell in cells:
        if cell.is_joint:
            groups.setdefault(key(cell), []).append(cell)
    return [
        Line(
            " / ".join(dict.fromkeys(label(cell) for cell in sorted(group, key=lambda cell: cell.month))),
            where(group[0]),
            tuple(group),
        )
        for _, group in sorted(groups.items())
    ]
