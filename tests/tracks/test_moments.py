"""Every way of writing a time that was met or may be."""

from datetime import UTC, datetime

import pytest

from patrol.tracks.moments import is_believable, parse_moment

SIX_PM = datetime(2026, 1, 1, 18, 0, tzinfo=UTC).timestamp()
HOUR = 3600.0


@pytest.mark.parametrize(
    ("text", "moment", "has_zone"),
    [
        ("2026-01-01T18:00:00Z", SIX_PM, True),
        ("2026-01-02T01:00:00+07:00", SIX_PM, True),
        ("2026-01-02T01:00:00+0700", SIX_PM, True),
        ("2026-01-02T01:00:00+07", SIX_PM, True),
        ("2026-01-01T14:30:00-03:30", SIX_PM, True),
        ("2026-01-01T14:30:00\N{MINUS SIGN}03:30", SIX_PM, True),
        ("2026-01-01T18:00:00.250Z", SIX_PM + 0.25, True),
        ("2026-01-01T18:00:00,5Z", SIX_PM + 0.5, True),
        ("2026-01-01T18:00:00.5195429Z", SIX_PM + 0.5195429, True),
        ("2026-01-01T18:00Z", SIX_PM, True),
        ("2026-01-01t18:00:00z", SIX_PM, True),
        ("2026-01-01 18:00:00 UTC", SIX_PM, True),
        ("20260101T180000Z", SIX_PM, True),
        ("2026-1-1T18:00:00Z", SIX_PM, True),
        ("2026-01-01T24:00:00Z", SIX_PM + 6 * HOUR, True),
        ("2026-12-31T24:00:00Z", datetime(2027, 1, 1, tzinfo=UTC).timestamp(), True),
        ("2026-01-01T17:59:60Z", SIX_PM, True),
        ("2026-01-02T01:00:00+07:00[Asia/Ho_Chi_Minh]", SIX_PM, True),
        ("2026-01-02T01:00:00[Asia/Ho_Chi_Minh]", SIX_PM, True),
        ("  2026-01-01T18:00:00Z \n", SIX_PM, True),
        ("1767290400", SIX_PM, True),
        ("1767290400000", SIX_PM, True),
        ("2026-01-01T18:00:00", SIX_PM, False),
        ("2026-01-01 18:00", SIX_PM, False),
    ],
)
def test_a_time_is_read_as_the_moment_it_means(text, moment, has_zone):
    read = parse_moment(text)
    assert read is not None
    assert read.at == pytest.approx(moment, abs=1e-6)
    assert read.has_zone is has_zone


@pytest.mark.parametrize(
    "text",
    [
        "", "hello", "2026-01-01", "18:00:00Z", "12/06/2026 19:30", "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z", "2026-01-01T25:00:00Z", "2026-01-01T24:00:01Z", "2026-01-01T18:61:00Z",
        "2026-01-01T18:00:00+99:00", "2026-01-01T18:00:00+07:75", "2026-01-01T18:00:00[Mars/Base]",
        "2026-W01-1T18:00:00Z", "9" * 100, "2026-01-01T18:00:00[../../etc/passwd]",
        "0000-01-01T00:00:00Z", "9999-12-31T24:00:00Z",
    ],
)  # fmt: skip
def test_a_time_that_says_no_moment_is_not_guessed(text):
    assert parse_moment(text) is None


def test_a_clock_that_was_never_set_is_not_believed():
    assert not is_believable(0.0)
    assert not is_believable(datetime(1980, 1, 6, tzinfo=UTC).timestamp())
    assert is_believable(SIX_PM)
    assert not is_believable(datetime(2106, 2, 7, tzinfo=UTC).timestamp())
