"""Times, days and numbers are read the way people write them; what can't be read has a code."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from patrol.errors import Invalid
from patrol.parsing import Clock, Day, Input, Line, Number, Prose, When, Whole, nested, parse
from patrol.wording import FIELD

THOROUGH = settings(
    derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


class Typed(Input):
    clock: Clock | None = None
    day: Day | None = None
    when: When | None = None
    number: Number | None = None
    whole: Whole | None = None
    line: Line = ""
    prose: Prose = ""


def read(**typed):
    """The one field that was typed, read."""
    (name,) = typed
    return getattr(parse(Typed, typed), name)


def why(**typed) -> str:
    """The code of what is wrong with the one field that was typed."""
    (name,) = typed
    with pytest.raises(Invalid) as refused:
        parse(Typed, typed)
    assert list(refused.value.fields) == [name]
    return refused.value.fields[name]


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("21:30", time(21, 30)),
        ("21h30", time(21, 30)),
        ("21H30", time(21, 30)),
        ("21 giờ 30", time(21, 30)),
        ("21 giờ 30 phút", time(21, 30)),
        ("21g30p", time(21, 30)),
        ("21.30", time(21, 30)),
        (" 21 : 30 ", time(21, 30)),
        ("2130", time(21, 30)),
        ("930", time(9, 30)),
        ("9h", time(9, 0)),
        ("9 giờ", time(9, 0)),
        ("9", time(9, 0)),
        ("9h5", time(9, 5)),
        ("0:00", time(0, 0)),
        ("23:59", time(23, 59)),
    ],
)
def test_a_time_as_people_write_it(typed, means):
    assert read(clock=typed) == means


@pytest.mark.parametrize(
    "typed",
    [
        "24:00",
        "12:60",
        "2460",
        "-1:00",
        "21:30:15",
        "٣:٣٠",
        "²1:30",
        "9 tối",
        "chín giờ",
        "21:30 abc",
        "12345",
        "x" * 9999,
    ],
)
def test_what_is_no_time(typed):
    assert why(clock=typed) == "not_a_time"


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("05/02/2026", date(2026, 2, 5)),
        ("5-2-2026", date(2026, 2, 5)),
        ("5.2.2026", date(2026, 2, 5)),
        (" 5 / 2 / 2026 ", date(2026, 2, 5)),
        ("2026-02-05", date(2026, 2, 5)),
        ("5/2", date(2026, 2, 5)),
        ("29/02/2024", date(2024, 2, 29)),
    ],
)
def test_a_day_as_people_write_it(clock, typed, means):
    assert read(day=typed) == means


@pytest.mark.parametrize(
    "typed",
    [
        "30/02/2026",
        "29/02/2026",
        "32/1",
        "5/13/2026",
        "02/2026",
        "hôm qua",
        "٥/٢/2026",
        "01/01/0001",
        "31/12/9999",
        "5/2/26",
    ],
)
def test_what_is_no_day(clock, typed):
    assert why(day=typed) == "not_a_day"


def test_a_moment_without_a_zone_is_ours():
    assert read(when="2026-02-05T21:30") == datetime(2026, 2, 5, 14, 30, tzinfo=UTC)
    assert read(when="2026-02-05T21:30Z") == datetime(2026, 2, 5, 21, 30, tzinfo=UTC)
    for typed in ("0001-01-01T00:00", "9999-12-31T23:59", "21:30", "x"):
        assert why(when=typed) == "not_a_moment"


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("1.290", 1290),
        ("1.290.000", 1290000),
        ("1 290", 1290),
        ("66,7", 66.7),
        ("1.290,5", 1290.5),
        ("1.5", 1.5),
        ("0.5", 0.5),
        ("0.125", 0.125),
        ("0.500", 0.5),
    ],
)
def test_a_number_as_vietnamese_write_it(typed, means):
    assert read(number=typed) == means


@pytest.mark.parametrize(("typed", "means"), [("1.290", 1290), (" 6 ", 6), ("0", 0), (6, 6)])
def test_a_whole_number(typed, means):
    assert read(whole=typed) == means


@pytest.mark.parametrize("typed", ["sáu", "6,5", "6.5", "6 người", "0x10", "9" * 5000, "--6"])
def test_what_is_no_whole_number(typed):
    assert why(whole=typed) in ("not_a_number", "not_readable", "too_large")


def test_a_blank_field_is_one_that_was_not_written():
    given = parse(Typed, {"clock": "  ", "day": "", "number": "\t", "line": " \n ", "whole": None})
    assert given == Typed()


def test_text_is_cleaned_and_has_an_end():
    assert read(line=" Ba\u0303i\tBụt ") == "Bãi Bụt"
    assert read(prose="một\r\nhai") == "một\nhai"
    assert why(line="x" * 201) == why(prose="x" * 2001) == "too_long"


def test_every_problem_is_named_at_once_and_has_words():
    with pytest.raises(Invalid) as refused:
        parse(
            Typed, {"clock": "24:00", "day": "x", "when": "x", "number": "x", "whole": "x", "line": "x" * 300}
        )
    assert set(refused.value.fields) == {"clock", "day", "when", "number", "whole", "line"}
    assert set(refused.value.fields.values()) <= set(FIELD)


@THOROUGH
@given(
    st.dictionaries(
        st.sampled_from(sorted(Typed.model_fields)),
        st.text() | st.none() | st.integers() | st.lists(st.text()),
    )
)
def test_whatever_is_typed_is_read_or_refused_in_words(typed):
    try:
        parse(Typed, typed)
    except Invalid as refused:
        assert set(refused.fields.values()) <= set(FIELD)


def test_a_flat_form_becomes_a_tree_with_rows_in_the_order_of_their_numbers():
    form = {"note": "x", "rows.10.n": "b", "rows.2.n": "a", "rows.2.more.0.code": "grams", "named.key": "1"}
    assert nested(form) == {
        "note": "x",
        "rows": [{"n": "a", "more": [{"code": "grams"}]}, {"n": "b"}],
        "named": {"key": "1"},
    }


@pytest.mark.parametrize(
    "form",
    [
        {"a": "1", "a.b": "2"},
        {"a.b": "1", "a": "2"},
        {"a.b": "1", "a.b.c": "2"},
        {"": "1", ".": "2", "..": "3"},
        {"a..b": "1"},
        {"a.٣": "1", "a.3": "2"},
        {"a.-1": "1", "a.²": "2"},
        {"a.99999999": "1"},
        {"__class__.__init__": "1", "__proto__.x": "1"},
        {"." * 5000: "1"},
        {".".join("a" * 3000): "1"},
        {f"a.{number}": "1" for number in range(3000)},
    ],
)
def test_no_name_of_a_field_breaks_the_form(form):
    tree = nested(form)
    assert isinstance(parse(Typed, tree), Typed)


@THOROUGH
@given(st.dictionaries(st.text(alphabet="ab.019", max_size=20), st.text(max_size=3)))
def test_any_names_make_a_tree(form):
    assert isinstance(nested(form), dict)
