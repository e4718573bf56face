"""What every form shares: empty means absent, text is cleaned, every problem becomes a wording code. No Flask here."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FiniteFloat,
    StringConstraints,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from . import clock
from .errors import Invalid
from .text import clean

CODES = {
    "missing": "required",
    "int_parsing": "not_a_number",
    "int_parsing_size": "too_large",
    "int_type": "not_a_number",
    "int_from_float": "not_a_number",
    "float_parsing": "not_a_number",
    "finite_number": "not_a_number",
    "decimal_parsing": "not_a_number",
    "less_than_equal": "too_large",
    "greater_than_equal": "too_small",
    "string_too_long": "too_long",
    "enum": "unknown_choice",
    "literal_error": "unknown_choice",
    "uuid_parsing": "not_an_id",
    "list_type": "not_readable",
    "too_long": "too_long",
}


class Input(BaseModel):
    """Untrusted input. Unknown fields are ignored; an empty field is an absent one."""

    model_config = ConfigDict(extra="ignore", frozen=True)


Model = TypeVar("Model", bound=Input)


def parse(model: type[Model], raw: Mapping[str, Any]) -> Model:
    """Read `raw` as `model`, or raise Invalid with every problem at once, named by field path."""
    try:
        return model.model_validate(without_empty(raw))
    except ValidationError as failed:
        raise Invalid(
            {
                ".".join(str(part) for part in problem["loc"]): code_of(problem["type"])
                for problem in failed.errors(include_url=False, include_input=False)
            }
        ) from failed


def code_of(kind: str) -> str:
    """The wording code of a pydantic error; our own checks raise their code as the kind."""
    return CODES.get(kind, kind if kind in OWN_CODES else "not_readable")


OWN_CODES = {
    "not_a_day",
    "not_a_time",
    "not_a_moment",
    "not_a_number",
    "not_a_number_of_the_book",
    "too_many",
}
YEARS = range(
    1900, 2200
)  # a year outside is a slip of the finger, and no calendar arithmetic may break on it
DEEPEST = 6  # parts of a field name
LARGEST_KEY = 2**31 - 1


def without_empty(value: Any) -> Any:
    """The same tree without empty or blank strings, so that a blank field reads as not given."""
    if isinstance(value, Mapping):
        return {key: without_empty(item) for key, item in value.items() if not _is_blank(item)}
    if isinstance(value, list | tuple):
        return [without_empty(item) for item in value]
    return value


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def nested(form: Mapping[str, str]) -> dict[str, Any]:
    """A flat form ('attendance.0.personnel') as a tree; rows come in the order of their numbers."""
    tree: dict[str, Any] = {}
    for name, value in form.items():
        *path, last = name.split(".")
        if len(path) >= DEEPEST:
            continue
        node = tree
        for part in path:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):  # 'a' and 'a.b' together: not a form of ours
                break
        else:
            node[last] = value
    return {name: _rows(value) for name, value in tree.items()}


def _rows(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdecimal() and len(key) < 6 for key in value):
        return [_rows(value[key]) for key in sorted(value, key=int)]
    return {key: _rows(item) for key, item in value.items()}


def no_more_than(most: int) -> BeforeValidator:
    """Refuse a longer list as a whole, before its ten thousand rows get ten thousand problems."""

    def check(raw: Any) -> Any:
        if isinstance(raw, list | tuple) and len(raw) > most:
            raise PydanticCustomError("too_many", "too many")
        return raw

    return BeforeValidator(check)


# Typed the way people type: 21:30, 21h30, 21 giờ 30, 2130; 05/02/2026, 5-2-2026, 5/2.

_TIME = re.compile(r"([0-9]{1,2})(?:\s*(?::|h|giờ|g|\.)\s*([0-9]{1,2})?\s*(?:phút|p)?)?", re.IGNORECASE)
_DAY = re.compile(r"([0-9]{1,2})\s*[/.\-]\s*([0-9]{1,2})(?:\s*[/.\-]\s*([0-9]{4}))?")


def parse_time(raw: Any) -> time:
    if isinstance(raw, time):
        return raw
    typed = str(raw).strip()
    if re.fullmatch(r"[0-9]{3,4}", typed):
        typed = f"{typed[:-2]}:{typed[-2:]}"
    if not (match := _TIME.fullmatch(typed)):
        raise PydanticCustomError("not_a_time", "not a time")
    try:
        return time(int(match[1]), int(match[2] or 0))
    except ValueError:
        raise PydanticCustomError("not_a_time", "not a time") from None


def parse_day(raw: Any) -> date:
    if isinstance(raw, date):
        return raw
    typed = str(raw).strip()
    try:
        if match := _DAY.fullmatch(typed):
            day = date(int(match[3] or clock.today().year), int(match[2]), int(match[1]))
        else:
            day = date.fromisoformat(typed)
        if day.year in YEARS:
            return day
    except ValueError:
        pass
    raise PydanticCustomError("not_a_day", "not a day")


def parse_past_day(raw: Any) -> date:
    """As `parse_day`, of something that has happened: without a year the last such day, tomorrow's at the latest."""
    typed = str(raw).strip()
    match = _DAY.fullmatch(typed)
    if match and not match[3]:
        tomorrow = clock.today() + timedelta(days=1)
        day = parse_day(f"{typed}/{tomorrow.year}")
        return day if day <= tomorrow else parse_day(f"{typed}/{tomorrow.year - 1}")
    return parse_day(raw)


def parse_moment(raw: Any) -> datetime:
    """ISO 8601; no zone given means ours."""
    try:
        moment = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw).strip())
        if moment.year in YEARS:
            return clock.in_utc(moment)
    except ValueError:
        pass
    raise PydanticCustomError("not_a_moment", "not a moment")


def to_the_minute(moment: datetime | None) -> datetime | None:
    """The book has hours and minutes; an edit on a page must not look like a change of seconds."""
    return moment.replace(second=0, microsecond=0) if moment else None


def _number(raw: Any) -> Any:
    """Numbers as Vietnamese write them: 1.290 is a thousand, 66,7 has a fraction; 0.5 and 0.125 keep their point."""
    if not isinstance(raw, str):
        return raw
    typed = raw.strip().replace(" ", "").replace("\u00a0", "")
    if re.fullmatch(r"[1-9]\d{0,2}(\.\d{3})+(,\d+)?", typed):
        typed = typed.replace(".", "")
    return typed.replace(",", ".")


Day = Annotated[date, BeforeValidator(parse_day)]
PastDay = Annotated[date, BeforeValidator(parse_past_day)]
Clock = Annotated[time, BeforeValidator(parse_time)]
When = Annotated[datetime, BeforeValidator(parse_moment)]
Number = Annotated[FiniteFloat, BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_number)]
Id = Annotated[int, Field(le=LARGEST_KEY)]  # a number out of an address that will be asked of the database
Cleaned = BeforeValidator(lambda raw: clean(raw) if isinstance(raw, str) else raw)
Line = Annotated[str, Cleaned, StringConstraints(max_length=200)]
Prose = Annotated[str, Cleaned, StringConstraints(max_length=2000)]
