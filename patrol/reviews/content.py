"""What a review says: figures, sentences, what went best and what is missing; page and files only show it. Pure."""

from dataclasses import dataclass

from .. import wording
from ..totals.rules import Figure
from .queries import Material
from .rows import Row, Section, sections_of, unknown_words
from .rules import CalendarKind
from .sentences import feats_of, sentences_of

BRIEFING_KEYS = (
    "tips.valued_to_police", "tips.police_to_military", "tips.jointly_verified", "patrol.sorties", "patrol.personnel",
    "patrol.three_forces", "patrol.nothing_found", "schemes.active_at_end", "commendations.collectives",
    "commendations.individuals",
)  # fmt: skip
BRIEFING_MEASURES = ("cases", "subjects", "sites")
MOST_BRIEFING_ROWS = 22  # of one A4 sheet, with what stands below


@dataclass(frozen=True)
class Gap:
    """Something missing, and the figure that opens into it if there is one."""

    text: str
    key: str = ""


@dataclass(frozen=True)
class Content:
    """A review, every number once; page, briefing and files only show it."""

    material: Material
    sections: tuple[Section, ...]
    sentences: tuple[str, ...]
    feats: tuple[str, ...]
    gaps: tuple[Gap, ...]

    @property
    def rows(self) -> list[Row]:
        return [row for section in self.sections for row in section.rows]

    def row(self, key: str) -> Row:
        """The line of a figure that is said."""
        return next(row for row in self.rows if row.figure.key == key)

    @property
    def main_rows(self) -> list[Row]:
        """What fits on one page, in the order of the report: of what was found, the most frequent."""
        mine = [row for row in self.rows if _is_of_the_briefing(row.figure)]
        found = [row for row in mine if row.figure.key.startswith("finding.")]
        room = max(0, MOST_BRIEFING_ROWS - (len(mine) - len(found)))
        kept = sorted(found, key=lambda row: -(row.figure.value or 0))[:room]
        return [row for row in mine if row not in found or row in kept]

    @property
    def papers(self) -> list[str]:
        """The papers declared figures were copied from."""
        return list(dict.fromkeys(row.base.source for row in self.rows if row.is_declared))

    @property
    def rows_left_out(self) -> int:
        """How many figures the page of the conference shows and the briefing doesn't."""
        return len(self.rows) - len(self.main_rows)


def _is_of_the_briefing(figure: Figure) -> bool:
    return (
        figure.key in BRIEFING_KEYS
        or figure.key.startswith("tips.cases.")
        or (figure.key.startswith("finding.") and figure.definition.measure in BRIEFING_MEASURES)
    )


def make_content(material: Material) -> Content:
    """Write the review of this material."""
    return Content(
        material=material,
        sections=sections_of(material),
        sentences=sentences_of(material),
        feats=feats_of(material),
        gaps=gaps_of(material),
    )


def gaps_of(material: Material) -> tuple[Gap, ...]:
    """What whoever reads these figures should know is not in them yet."""
    answer, number = material.answer, wording.number
    gaps = []
    if answer.unconfirmed:
        words = f"{number(answer.unconfirmed)} lượt chưa được mọi lực lượng tham gia xác nhận (vẫn tính)."
        gaps.append(Gap(words, "patrol.unconfirmed"))
    if waiting := material.left_out.get("in_progress"):
        gaps.append(Gap(f"{number(waiting)} lượt đang tuần tra hoặc chưa ghi giờ về (chưa tính)."))
    if returned := material.left_out.get("returned"):
        gaps.append(Gap(f"{number(returned)} lượt bị trả lại, chưa nộp lại (chưa tính)."))
    if unknown := answer["patrol.personnel"].unknown:
        gaps.append(Gap(f"{number(unknown)} lượt có đơn vị chưa rõ quân số.", "patrol.personnel"))
    if material.not_stated:
        gaps.append(Gap(f"{number(material.not_stated)} lượt chưa ghi có hay không có phát hiện."))
    for figure in answer.figures.values():
        if figure.unknown and not figure.key.startswith("patrol.") and _is_main(figure):
            name = figure.definition.name.partition(":")[0]
            gaps.append(Gap(f"{name}: {unknown_words(figure, answer)}.", figure.key))
    if alone := answer["patrol.single_force"].value:
        gaps.append(
            Gap(f"{number(alone)} lượt chưa đủ lực lượng phối hợp (đếm riêng).", "patrol.single_force")
        )
    if material.is_running:
        gaps.append(
            Gap(
                f"Kỳ kéo dài đến {wording.day(material.whole_period.last)}; "
                f"số liệu mới đến {wording.day(material.question.period.last)}."
            )
        )
    return tuple(gaps)


def _is_main(figure: Figure) -> bool:
    """Unknown people and cases are gaps; that nobody weighed what was found rarely is."""
    return figure.definition.measure in ("", "cases", "subjects", "sites", "incidents", "crew", "attendees")


QUARTERS = ("I", "II", "III", "IV")


def period_name(kind: str, year: int, part: int) -> str:
    """'năm 2023', 'quý IV năm 2023', '6 tháng đầu năm 2023'."""
    words = {
        CalendarKind.YEAR: "",
        CalendarKind.QUARTER: f"quý {QUARTERS[part - 1]} ",
        CalendarKind.HALF_YEAR: f"6 tháng {'đầu' if part == 1 else 'cuối'} ",
        CalendarKind.NINE_MONTHS: "9 tháng đầu ",
    }
    return f"{words[CalendarKind(kind)]}năm {year}"
