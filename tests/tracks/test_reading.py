"""Any file that calls itself GPX gives points, or one reason of a closed list."""

import subprocess
import sys

import numpy as np
import pytest

from patrol.tracks.gpx import agrees_with_gpxpy, read_gpx
from patrol.tracks.rules import Kind, Limits, Refusal, Refused, Remark
from tests.tracks.samples import HEAD, gpx, gpx_of, trkpt, walk

POINTS, _ = walk(60)
GOOD = gpx(POINTS)
TWO = '<trkpt lat="15.9" lon="108.3"/><trkpt lat="15.91" lon="108.31"/>'


def refusal(data: bytes, limits: Limits | None = None) -> Refusal:
    with pytest.raises(Refused) as refused:
        read_gpx(data, limits)
    assert refused.value.fields == {"file": refused.value.reason}
    return refused.value.reason


def count(data: bytes) -> int:
    return sum(len(part.fixes) for part in read_gpx(data).segments)


def named(name: str, declared: str) -> str:
    return GOOD.replace("UTF-8", declared).replace("<trk>", f"<trk><name>{name}</name>")


@pytest.mark.parametrize(
    ("data", "remarks"),
    [
        (GOOD.encode(), set()),
        (b"\xef\xbb\xbf" + GOOD.encode(), set()),
        (b" \r\n\t" + GOOD.encode(), set()),
        (b"\xef\xbb\xbf\n " + GOOD.encode(), set()),
        (named("Đà Nẵng", "UTF-16").encode("utf-16"), set()),
        (named("Đà Nẵng", "UTF-16").encode("utf-16-le"), set()),
        (named("Đà Nẵng", "UTF-16").encode("utf-16-be"), set()),
        (named("Đà Nẵng", "UTF-32").encode("utf-32"), set()),
        (named("Đà Nẵng", "UTF-16").encode("utf-8"), set()),
        (named("Plage été", "ISO-8859-1").encode("latin-1"), set()),
        (named("Bãi tắm", "windows-1258").encode("cp1258", "replace"), set()),
        (named("Plage été", "UTF-8").encode("latin-1"), {Remark.ENCODING_REPAIRED}),
        (named("Plage été", "no-such-code").encode("latin-1"), {Remark.ENCODING_REPAIRED}),
        (named("Plage été", "unicode_escape").encode("latin-1"), {Remark.ENCODING_REPAIRED}),
        (named("Bãi & biển", "UTF-8").encode(), {Remark.TEXT_REPAIRED}),
        (named("Bãi&nbsp;biển", "UTF-8").encode(), {Remark.TEXT_REPAIRED}),
        (named("ch\x00\x0buông", "UTF-8").encode(), {Remark.TEXT_REPAIRED}),
        (GOOD.encode() + b"\0" * 4096, {Remark.TEXT_REPAIRED}),
        (GOOD.encode() + b"<gpx/>rest", {Remark.TEXT_REPAIRED}),
    ],
)
def test_letters_and_marks_of_every_kind_are_read(data, remarks):
    draft = read_gpx(data)
    assert len(draft.segments[0].fixes) == len(POINTS)
    assert draft.remarks == remarks


@pytest.mark.parametrize(
    "head",
    [
        HEAD.replace("/1/1", "/1/0").replace('version="1.1"', 'version="1.0"'),
        "<gpx>",
        '<gpx xmlns="urn:something:else" version="7">',
    ],
)
def test_versions_and_namespaces_do_not_matter(head):
    assert count(gpx(POINTS, head=head).encode()) == len(POINTS)


def test_a_prefixed_root_and_undeclared_prefixes_are_read():
    inner = GOOD.split("<trk>", 1)[1].replace("</gpx>", "")
    prefixed = "<trk>" + inner
    for name in ("trkpt", "trkseg", "trk", "time"):
        prefixed = prefixed.replace(f"<{name}", f"<g:{name}").replace(f"</{name}", f"</g:{name}")
    assert count(f'<g:gpx xmlns:g="http://www.topografix.com/GPX/1/1">{prefixed}</g:gpx>'.encode()) == len(
        POINTS
    )
    undeclared = trkpt(
        POINTS[0], "<extensions><x:TPX><x:time>1999</x:time><x:hr>90</x:hr></x:TPX></extensions>"
    )
    draft = read_gpx(gpx_of(f"<trk><trkseg>{undeclared}{trkpt(POINTS[1])}</trkseg></trk>"))
    assert draft.segments[0].fixes.at[0] == POINTS[0].at.timestamp()


def test_segments_and_tracks_stay_apart_and_empty_ones_vanish():
    segment = f"<trkseg>{TWO}</trkseg>"
    body = f"<trk><trkseg/>{segment}</trk><trk>{TWO}</trk><trk>{segment}<trkseg/></trk>"
    assert [part.track for part in read_gpx(gpx_of(body)).segments] == [1, 2, 3]


def test_a_route_or_waypoints_alone_are_not_a_recorded_track():
    route = read_gpx(gpx_of('<rte><rtept lat="15.9" lon="108.3"/><rtept lat="15.8" lon="108.3"/></rte>'))
    places = read_gpx(
        gpx_of('<wpt lat="15.9" lon="108.3"><time>2026-01-01T18:00Z</time><name>Tên</name></wpt>')
    )
    assert (route.kind, route.segments, len(route.route[0])) == (Kind.ROUTE, (), 2)
    assert (places.kind, places.segments, len(places.waypoints)) == (Kind.WAYPOINTS, (), 1)
    assert places.waypoints[0].at == 1767290400.0
    both = read_gpx(gpx_of(f'<wpt lat="15.9" lon="108.3"/><trk><trkseg>{TWO}</trkseg></trk>'))
    assert (both.kind, both.points_read, len(both.waypoints)) == (Kind.RECORDED, 2, 1)


@pytest.mark.parametrize("bad", ["nan", "inf", "-inf", "200", "1e400", "", "x", "15°54'"])
def test_a_bad_point_is_left_out_and_counted(bad):
    body = f'<trk><trkseg>{TWO}<trkpt lat="{bad}" lon="108.3"/><trkpt lon="108.3"/>{TWO}</trkseg></trk>'
    draft = read_gpx(gpx_of(body))
    assert (len(draft.segments[0].fixes), draft.points_read, draft.dropped) == (4, 6, {"bad": 2})
    assert Remark.BAD_POINTS in draft.remarks


def test_the_place_zero_zero_means_no_fix_yet():
    draft = read_gpx(gpx_of(f'<trk><trkseg><trkpt lat="0" lon="0"/>{TWO}</trkseg></trk>'))
    assert draft.dropped == {"bad": 1}


def test_decimal_commas_are_read_when_they_can_mean_only_that():
    draft = read_gpx(
        gpx_of('<trk><trkseg><trkpt lat="15,9" lon="108,31"/><trkpt lat="1,5,9" lon="108"/></trkseg></trk>')
    )
    fixes = draft.segments[0].fixes
    assert (fixes.lat.tolist(), fixes.lon.tolist(), draft.dropped) == ([15.9], [108.31], {"bad": 1})
    assert Remark.COMMA_DECIMALS in draft.remarks


def test_a_file_cut_short_gives_what_can_be_read():
    cut = GOOD.encode()[: GOOD.index("<trkpt", len(GOOD) // 2) + 50]
    draft = read_gpx(cut)
    assert Remark.CUT_SHORT in draft.remarks
    assert 25 <= len(draft.segments[0].fixes) <= 35
    assert not np.isnan(draft.segments[0].fixes.at).any()  # the point being written goes


def test_a_damaged_file_gives_what_stands_before_the_damage():
    middle = GOOD.index("<trkpt", len(GOOD) // 2)
    draft = read_gpx((GOOD[:middle] + "<<<>" + GOOD[middle:]).encode())
    assert Remark.DAMAGED in draft.remarks
    assert 25 <= len(draft.segments[0].fixes) <= 35


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Refusal.EMPTY),
        (b" \r\n\0\0", Refusal.EMPTY),
        (b"\xef\xbb\xbf", Refusal.EMPTY),
        (b"<!DOCTYPE html><html><body>login</body></html>", Refusal.HTML),
        (b"\n<!-- x --><!-- y -->\n<HTML><head></head></HTML>", Refusal.HTML),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', Refusal.HTML),
        (b'<?xml version="1.0"?><kml/>', Refusal.NOT_GPX),
        (b"PK\x03\x04\x14\x00", Refusal.NOT_GPX),
        (b"\x89PNG\r\n\x1a\n\0\0", Refusal.NOT_GPX),
        (b"hello", Refusal.NOT_GPX),
        (b'<?xml version="1.0"?><!DOCTYPE gpx><gpx/>', Refusal.DOCTYPE),
        (
            b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><gpx>&b;</gpx>',
            Refusal.DOCTYPE,
        ),
        ('<?xml version="1.0"?><!DOCTYPE gpx><gpx/>'.encode("utf-16"), Refusal.DOCTYPE),
        (b'<?xml version="1.0"?>', Refusal.TRUNCATED),
        (HEAD.encode(), Refusal.TRUNCATED),
        (HEAD.encode() + b"<trk><<<", Refusal.MALFORMED),
        (gpx_of("<trk><trkseg></trkseg></trk>"), Refusal.NO_POINTS),
        (gpx_of('<trk><trkseg><trkpt lat="nan" lon="1"/></trkseg></trk>'), Refusal.NO_GOOD_POINTS),
    ],
)
def test_what_is_no_track_is_refused_with_its_reason(data, reason):
    assert refusal(data) is reason


def test_size_points_and_parts_are_bounded():
    assert refusal(GOOD.encode(), Limits(size_bytes=1000)) is Refusal.TOO_BIG
    assert refusal(GOOD.encode(), Limits(points=60)) is Refusal.TOO_MANY_POINTS
    assert (
        refusal(gpx_of(f"<trk>{f'<trkseg>{TWO}</trkseg>' * 30}</trk>"), Limits(parts=20))
        is Refusal.TOO_COMPLEX
    )
    assert refusal(gpx_of("<a>" * 100_000)) is Refusal.TOO_COMPLEX
    assert refusal(gpx_of("<trk>" * 100_000)) is Refusal.TOO_COMPLEX
    assert refusal(gpx_of("<gpx>" * 100_000)) is Refusal.TOO_COMPLEX
    assert refusal(gpx_of(trkpt(POINTS[0])[:-8] + "<time>" * 100_000)) is Refusal.TOO_COMPLEX


def test_mixed_zones_are_one_time_line_and_said():
    times = ["2026-01-01T18:00:00Z", "2026-01-01T18:00:10", "2026-01-02T01:00:20+07:00"]
    body = "".join(
        f'<trkpt lat="15.9{i}" lon="108.3"><time>{at}</time></trkpt>' for i, at in enumerate(times)
    )
    draft = read_gpx(gpx_of(f"<trk><trkseg>{body}</trkseg></trk>"))
    assert np.diff(draft.segments[0].fixes.at).tolist() == [10.0, 10.0]
    assert draft.remarks == {Remark.ZONE_MISSING}


def timed(*times: str) -> tuple[list[float], frozenset[Remark]]:
    body = "".join(
        f'<trkpt lat="15.9{i}" lon="108.3"><time>{at}</time></trkpt>' for i, at in enumerate(times)
    )
    draft = read_gpx(gpx_of(f"<trk><trkseg>{body}</trkseg></trk>"))
    return [round(at - 1767290400.0, 3) for at in draft.segments[0].fixes.at.tolist()], draft.remarks


def test_missing_times_are_filled_in_between_close_neighbours_only():
    close, remarks = timed("2026-01-01T18:00:00Z", "hello", "2026-01-01T18:05:00Z")
    assert close == [0.0, 150.0, 300.0]
    assert remarks == {Remark.TIMES_UNREADABLE, Remark.TIMES_INTERPOLATED}
    far, remarks = timed("2026-01-01T18:00:00Z", "", "2026-01-01T18:05:01Z", "")
    assert np.isnan(far).tolist() == [False, True, False, True]
    assert remarks == {Remark.TIMES_MISSING}


def test_times_that_run_backwards_cost_only_the_fixes_that_are_wrong():
    stamps = [f"2026-01-01T18:00:{second:02}Z" for second in (0, 1, 2, 59, 3, 4, 5, 6, 7, 8)]
    at, remarks = timed(*stamps)
    assert at == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
    assert remarks == {Remark.TIMES_BACKWARDS}
    reversed_at, remarks = timed(*sorted(stamps, reverse=True))
    assert np.isnan(reversed_at).all()
    assert remarks == {Remark.TIMES_BACKWARDS}


def test_a_clock_that_was_never_set_gives_no_times():
    at, remarks = timed("1970-01-01T00:00:00Z", "1970-01-01T00:00:01Z")
    assert np.isnan(at).all()
    assert remarks == {Remark.CLOCK_NOT_SET}


def test_gpxpy_finds_the_same_points_in_files_it_can_read():
    assert agrees_with_gpxpy(GOOD.encode()) is True
    assert agrees_with_gpxpy(named("Đà Nẵng", "UTF-16").encode("utf-16")) is None
    assert agrees_with_gpxpy(gpx_of(f'<trk><trkseg>{TWO}<trkpt lat="95" lon="1"/></trkseg></trk>')) is True
    assert agrees_with_gpxpy(gpx_of(f"<trk><trkseg>{TWO}</trkseg></trk>x<trk><trkseg/></trk>")) is True


def test_gpxpy_keeps_to_the_standard_library_even_where_lxml_is_installed(tmp_path):
    (tmp_path / "lxml").mkdir()
    (tmp_path / "lxml" / "__init__.py").write_text("")
    (tmp_path / "lxml" / "etree.py").write_text(
        'def XML(*_): raise SystemExit("lxml was used")\nXMLParser = XML\n'
    )
    code = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}, '.']\n"
        "import lxml.etree, gpxpy.parser\n"
        "assert getattr(gpxpy.parser, 'library')() == 'LXML'\n"
        "from patrol.tracks.gpx import agrees_with_gpxpy\n"
        f"assert agrees_with_gpxpy({gpx(POINTS[:5])!r}.encode())\n"
        "assert getattr(gpxpy.parser, 'library')() == 'STDLIB'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
