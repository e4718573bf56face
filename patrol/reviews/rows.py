"""The figures of a review in the order of the yearly report, each beside that of the year before. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .. import wording
from ..totals.queries import Answer
from ..totals.rules import DISTANCE, Figure
from .queries import Material
from .rules import Base, Comparison, Origin, base_of

# The order of the report: information, what was found, the patrols, the movement, awards. A figure nobody thought of
# here comes last, under its own heading, so that none is left out.
SECTIONS = (
    ("Trao đổi, cung cấp thông tin", "tips.", (
        "tips.valued_to_police", "tips.cases.", "tips.police_to_military", "tips.jointly_verified", "tips.matrix.",
    )),
    ("Phát hiện, xử lý qua tuần tra", "finding.", (
        "finding.drug_possession.", "finding.drug_use_org.", "finding.illegal_market.", "finding.gambling.",
    )),
    ("Tuần tra phối hợp", "patrol.", ("patrol.sorties", "patrol.personnel")),
    ("Mô hình tự phòng, tự quản", "schemes.", ("schemes.active_at_end", "schemes.new", "schemes.ended")),
    ("Khen thưởng", "commendations.", ("commendations.collectives", "commendations.individuals")),
    ("Số liệu khác", "", ()),
)  # fmt: skip
ALWAYS = ("patrol.sorties", "patrol.personnel")  # said even when nothing happened
OF_PEOPLE = ("patrol.personnel", "patrol.militia", "patrol.security_team")  # written down unit by unit
NO_RESULT = ("patrol.unconfirmed",)  # a gap, and said among them


@dataclass(frozen=True)
class Row:
    """One figure beside that of the year before."""

    figure: Figure
    base: Base
    before_records: int
    notes: tuple[str, ...]  # what is missing from it
    base_note: str  # where the other number comes from, when not from complete records

    @property
    def comparison(self) -> Comparison:
        """Nothing is compared with a number of a part of the period only."""
        is_whole = self.base.origin is not Origin.PARTLY
        return Comparison(self.figure.value, self.base.value if is_whole else None)

    @property
    def name(self) -> str:
        """Without the unit, which stands beside it: 'Đánh bạc trái phép' instead of 'Đánh bạc trái phép: số vụ'."""
        return self.figure.definition.name.removesuffix(f": số {self.figure.definition.unit}")

    @property
    def base_opens(self) -> bool:
        return self.base.origin in (Origin.RECORDS, Origin.PARTLY) and self.before_records > 0

    @property
    def is_declared(self) -> bool:
        return self.base.origin is Origin.DECLARED


@dataclass(frozen=True)
class Section:
    title: str
    rows: tuple[Row, ...]


def sections_of(material: Material) -> tuple[Section, ...]:
    """The figures that have something to say, in the order of the report."""
    answer = material.answer
    made = []
    for title, keys in ordered(list(answer.figures)):
        rows = (_row(answer[key], material) for key in keys if key not in NO_RESULT)
        shown = tuple(row for row in rows if _is_said(row))
        if shown:
            made.append(Section(title, shown))
    return tuple(made)


def ordered(keys: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Every key under exactly one heading, in the order of the report; within it, as the totals have them."""
    left = list(keys)
    found = []
    for title, prefix, first in SECTIONS:
        mine = [key for key in left if key.startswith(prefix)]
        left = [key for key in left if key not in mine]
        mine.sort(
            key=lambda key: next((n for n, start in enumerate(first) if key.startswith(start)), len(first))
        )
        if mine:
            found.append((title, mine))
    return found


def _is_said(row: Row) -> bool:
    return bool(row.figure.key in ALWAYS or row.figure.records or row.before_records or row.is_declared)


def _row(figure: Figure, material: Material) -> Row:
    before = material.before.figures.get(figure.key)
    records = before.records if before else 0
    base = base_of(
        before.value if before else None,
        records=records,
        declared=material.declared.get(figure.key),
        is_covered=material.is_covered and before is not None,
    )
    return Row(figure, base, records, tuple(_missing(figure, material)), _base_note(base, before, material))


def _missing(figure: Figure, material: Material) -> Iterable[str]:
    if figure.key in ALWAYS and material.answer.unconfirmed:
        yield f"{wording.number(material.answer.unconfirmed)} lượt chưa xác nhận đủ"
    if figure.key == "patrol.sorties":
        for status in ("in_progress", "returned"):
            if number := material.left_out.get(status):
                yield f"{wording.number(number)} lượt {wording.say(status).lower()}, chưa tính"
    if figure.unknown:
        yield unknown_words(figure, material.answer)


def unknown_words(figure: Figure, answer: Answer) -> str:
    """'1 vụ chưa rõ số đối tượng'."""
    number = wording.number(figure.unknown)
    if figure.key in OF_PEOPLE:
        return f"{number} lượt có đơn vị chưa rõ số"
    if figure.key == DISTANCE.key:
        return f"{number} lượt chưa có vết đi đo được"
    if figure.key.startswith("finding."):
        main = found_of(answer, figure.definition.category)[0].definition
        counted = main.unit if main.key != figure.key else "bản ghi"
        return f"{number} {counted} chưa rõ số {figure.definition.unit}"
    return f"{number} bản ghi chưa rõ số"


def found_of(answer: Answer, category: str) -> list[Figure]:
    """What patrols found of a category, in every unit it is counted in, the main one first."""
    return [figure for key, figure in answer.figures.items() if key.startswith(f"finding.{category}.")]


def _base_note(base: Base, before: Figure | None, material: Material) -> str:
    if base.origin is Origin.DECLARED:
        return f"khai báo: {base.source}"
    if base.origin is Origin.MISSING:
        return "chưa có số"
    notes = []
    if base.origin is Origin.PARTLY and material.log_begins:
        notes.append(f"sổ bắt đầu từ {wording.day(material.log_begins)}")
    if before is not None and before.unknown:
        notes.append(unknown_words(before, material.before))
    return "; ".join(notes)


# How a difference is written


def bracket(compared: Comparison) -> str:
    """'tăng 12 (227/215)', 'giảm 43 (391/434)', 'bằng (215/215)'; nothing where one of them isn't known."""
    difference = compared.difference
    if difference is None:
        return ""
    pair = f"({wording.number(compared.now)}/{wording.number(compared.before)})"
    if difference == 0:
        return f"bằng {pair}"
    return f"{'tăng' if difference > 0 else 'giảm'} {wording.number(abs(difference))} {pair}"


def percent(compared: Comparison) -> str:
    """'+5,6%', '−9,9%', '0%'; nothing where the base is 0 or unknown."""
    share = compared.share
    if share is None:
        return ""
    rounded = abs(round(share * 100, 1))
    if share and not rounded:
        return f"dưới {'+' if share > 0 else '−'}0,1%"
    sign = "" if not share else "+" if share > 0 else "−"
    return f"{sign}{wording.number(rounded)}%"
