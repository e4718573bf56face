"""What a figure is, without a database."""

from datetime import date

import pytest

from patrol.totals.rules import PATROL_FIGURES, Period, added, finding_figures, share


def test_a_year_has_both_its_ends():
    assert Period.of_year(2024) == Period(date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("known", "unknown", "records", "value"),
    [
        (None, 0, 0, 0),  # nothing happened
        (None, 3, 3, None),  # it happened, nobody knows how much
        (5, 3, 4, 5),
        (0, 0, 2, 0),  # somebody wrote zero
        (0, 1, 2, 0),
        (2.5, 0, 1, 2.5),
        (4.0, 0, 2, 4),
    ],
)
def test_nothing_unknown_and_zero_are_three_things(known, unknown, records, value):
    total = added(known, unknown=unknown, records=records)
    assert (total, type(total)) == (value, type(value))


@pytest.mark.parametrize(
    ("part", "whole", "value"), [(44, 66, 44 / 66), (0, 5, 0), (None, 5, None), (5, None, None), (0, 0, None)]
)
def test_a_share_is_said_only_when_it_can_be(part, whole, value):
    assert share(part, whole) == value


def test_every_figure_is_named_and_explained_once():
    words = {"cases": "vụ", "subjects": "đối tượng"}
    every = [*PATROL_FIGURES, *finding_figures([("gambling", "Đánh bạc", ["cases", "subjects"])], words)]
    assert len({each.key for each in every}) == len(every) == len({each.name for each in every})
    assert all(each.name and each.unit and each.rule for each in every)
    assert [each.key for each in every[-2:]] == ["finding.gambling.cases", "finding.gambling.subjects"]
