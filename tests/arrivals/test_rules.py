"""Which version becomes the record: the rules of docs/offline.md, one by one."""

from datetime import UTC, datetime

import pytest

from patrol.arrivals.rules import Taken, Verdict, clock_off, judge

A, B = "phone a", "phone b"


def verdict(rev=1, sha256="x", *, of=A, base=None, record=None, taken=()):
    return judge(device=of, rev=rev, base_rev=base, sha256=sha256, record_rev=record, taken=taken)


@pytest.mark.parametrize(
    ("what", "asked", "wanted"),
    [
        ("nothing is there yet", {}, (Verdict.NEW, None)),
        ("whatever base a new one names", {"rev": 9, "base": 4}, (Verdict.NEW, None)),
        ("the same again", {"record": 1, "taken": [Taken(A, 1, "x", 1)]}, (Verdict.ALREADY, 1)),
        ("the same from another phone", {"record": 3, "taken": [Taken(B, 1, "x", 1)]}, (Verdict.ALREADY, 1)),
        (
            "the same, after the record moved on",
            {"record": 7, "taken": [Taken(A, 1, "x", 1)]},
            (Verdict.ALREADY, 1),
        ),
        (
            "an old one, after a newer",
            {"rev": 1, "record": 1, "taken": [Taken(A, 2, "y", 1)]},
            (Verdict.PASSED, None),
        ),
        (
            "the next, based on what stands",
            {"rev": 2, "base": 1, "record": 1, "taken": [Taken(A, 1, "y", 1)]},
            (Verdict.NEXT, None),
        ),
        (
            "the next, though its receipt was lost",
            {"rev": 4, "record": 1, "taken": [Taken(A, 1, "y", 1)]},
            (Verdict.NEXT, None),
        ),
        (
            "another phone's, based on what stands",
            {"of": B, "base": 1, "record": 1, "taken": [Taken(A, 1, "y", 1)]},
            (Verdict.NEXT, None),
        ),
        (
            "another phone's, based on nothing",
            {"of": B, "record": 1, "taken": [Taken(A, 1, "y", 1)]},
            (Verdict.BESIDE, None),
        ),
        (
            "the desk was there meanwhile",
            {"rev": 2, "base": 1, "record": 2, "taken": [Taken(A, 1, "y", 1)]},
            (Verdict.BESIDE, None),
        ),
        ("a record made on a page", {"record": 1}, (Verdict.BESIDE, None)),
        (
            "the same number with another content",
            {"rev": 1, "base": 1, "record": 1, "taken": [Taken(A, 1, "y", 1)]},
            (Verdict.BESIDE, None),
        ),
        (
            "back to an earlier content",
            {"rev": 3, "base": 2, "record": 2, "taken": [Taken(A, 1, "x", 1), Taken(A, 2, "y", 2)]},
            (Verdict.NEXT, None),
        ),
        (
            "an earlier content, late",
            {"rev": 1, "record": 2, "taken": [Taken(A, 1, "x", 1), Taken(A, 2, "y", 2)]},
            (Verdict.ALREADY, 1),
        ),
        (
            "one kept beside, again",
            {"rev": 2, "record": 2, "taken": [Taken(A, 1, "y", 1), Taken(A, 2, "x", None)]},
            (Verdict.BESIDE, None),
        ),
        (
            "one kept beside, that a person worked in",
            {"rev": 2, "record": 3, "taken": [Taken(A, 1, "y", 1), Taken(A, 2, "x", 3)]},
            (Verdict.ALREADY, 3),
        ),
        (
            "the one after it",
            {"rev": 3, "record": 3, "taken": [Taken(A, 1, "y", 1), Taken(A, 2, "z", 3)]},
            (Verdict.NEXT, None),
        ),
        (
            "one a person left aside",
            {
                "rev": 2,
                "record": 2,
                "taken": [Taken(A, 1, "y", 1), Taken(A, 2, "x", None, is_set_aside=True)],
            },
            (Verdict.PASSED, None),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_version_is_judged_by_what_came_before(what, asked, wanted):
    assert verdict(**asked) == wanted


def test_a_clock_is_off_by_so_many_seconds_and_none_that_was_not_said():
    noon = datetime(2026, 2, 4, 12, 0, tzinfo=UTC)
    assert clock_off(None, noon) is None
    assert clock_off(noon.replace(minute=6), noon) == 360
    assert clock_off(noon.replace(hour=11), noon) == -3600
    assert clock_off(noon.replace(year=1901), noon) == -(2**31)
