"""What stands in the address of a page of figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from ..errors import Invalid
from ..parsing import Day, Id, Input, Line, parse
from .rules import Period


def _month(raw: Any) -> date:
    try:
        year, month = str(raw).split("-")
        return date(int(year), int(month), 1)
    except ValueError:
        raise PydanticCustomError("not_a_day", "not a month") from None


class QuestionInput(Input):
    tu: Day | None = None
    den: Day | None = None
    chuong_trinh: Line = "tuyen_bien_binh_yen"
    don_vi: Id | None = None
    tuyen: Id | None = None
    luc_luong: Line = ""
    thang: Annotated[date, BeforeValidator(_month)] | None = None
    chu_tri: Id | None = None
    trang: Id = 1


@dataclass(frozen=True)
class Asked:
    """A question as asked in an address, its names not looked up yet."""

    period: Period
    programme_code: str
    unit_id: int | None
    stretch_id: int | None
    force: str
    month: date | None
    lead_unit_id: int | None
    page: int

    @property
    def address(self) -> dict[str, str | int]:
        """What leads back to the same question."""
        narrowing = {
            "don-vi": self.unit_id,
            "tuyen": self.stretch_id,
            "luc-luong": self.force or None,
            "thang": self.month.strftime("%Y-%m") if self.month else None,
            "chu-tri": self.lead_unit_id,
        }
        return {
            "tu": self.period.first.isoformat(),
            "den": self.period.last.isoformat(),
            "chuong-trinh": self.programme_code,
            **{name: value for name, value in narrowing.items() if value is not None},
        }


def parse_question(raw: Mapping[str, str], *, default: Period) -> Asked:
    """Read the address; a missing day is that of the default period. Raises Invalid."""
    given = parse(QuestionInput, {name.replace("-", "_"): value for name, value in raw.items()})
    period = Period(given.tu or default.first, given.den or default.last)
    if period.last < period.first:
        raise Invalid({"den": "ends_before_it_starts"})
    return Asked(
        period=period,
        programme_code=given.chuong_trinh,
        unit_id=given.don_vi,
        stretch_id=given.tuyen,
        force=given.luc_luong,
        month=given.thang,
        lead_unit_id=given.chu_tri,
        page=max(1, given.trang),
    )
