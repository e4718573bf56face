"""Two thousand broken files: each is read or refused for a known reason, quickly, and nothing else."""

import random
import time
from dataclasses import replace

import pytest

from patrol.tracks.gpx import read_gpx
from patrol.tracks.lines import decode_line
from patrol.tracks.measure import measure
from patrol.tracks.rules import Means, Refusal, Refused
from tests.tracks.samples import gpx, gpx_of, walk

SEED, FILES = 20260301, 2000
NASTY = [
    b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"<", b">", b"&", b"&#0;", b"&#x110000;", b"&nbsp;",
    b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?pi?>", b"<!DOCTYPE gpx>", b"<!ENTITY a 'b'>",
    b"<html>", b"</gpx>", b"</trkseg>", b"<trkseg>", b"<trk>", b"<rte>", b"<wpt/>", b"<trkpt/>",
    b"<trkpt lat='1' lat='2'/>", b"<x:y z:w='1'>", b"<extensions>", b"\r\n", b"<time>", b"<time/>",
    b"<hdop>NaN</hdop>", b"<hdop>1e999</hdop>", b"encoding='UTF-7'", b"<" * 50, b"<a>" * 200,
]  # fmt: skip
NUMBERS = [
    b"nan", b"-inf", b"1e308", b"-0", b"90", b"-90", b"180", b"-180", b"180.0000001", b"15,9",
    b"1_0", b"0x1F", "１５".encode(), b"9" * 400, b"0", b"89.9999999999",
]  # fmt: skip
TIMES = [
    b"1970-01-01T00:00:00Z", b"9999-12-31T24:00:00Z", b"0001-01-01T00:00:00+15:00", b"2026-03-01",
    b"z", b"2" * 5000, b"2026-03-01T13:00:00", b"2099-12-31T23:59:59Z",
    b"1990-01-01T00:00:00-15:00", b"20260301T130001,5+07",
]  # fmt: skip


def bases() -> list[bytes]:
    plain, _ = walk(40, 1.3, 1, 1.0, 2.0)
    coarse, _ = walk(1800, 3.0, 60)
    bare = [replace(point, at=None) for point in plain[:20]]
    mixed = gpx(plain[:20], coarse, bare).encode()
    odd = gpx_of('<wpt lat="15.9" lon="108.3"><time>2026-03-01T13:00:00Z</time></wpt>'
                 '<rte><rtept lat="15.9" lon="108.3"/><rtept lat="15.8" lon="108.3"/></rte>'
                 '<trk><name>Bãi</name><trkseg><trkpt lat="15.9" lon="108.3"><hdop>1.2</hdop>'
                 "<extensions><a:b>1</a:b></extensions></trkpt></trkseg></trk>")  # fmt: skip
    return [gpx(plain).encode(), gpx(coarse).encode(), mixed, odd, gpx(plain).encode("utf-16")]


def mutated(r: random.Random, base: bytes) -> bytes:
    data = bytearray(base)
    for _ in range(r.choice([1, 1, 2, 4, 12])):
        size = max(len(data), 1)
        place, length = r.randrange(size), r.choice([1, 1, 4, 40, 400])
        match r.randrange(9):
            case 0:
                data[place : place + 1] = bytes([r.randrange(256)])
            case 1:
                del data[place : place + length]
            case 2:
                data[place:place] = r.choice(NASTY)
            case 3:
                data[place:place] = data[place : place + length] * r.choice([1, 2, 30])
            case 4:
                del data[place:]
            case 5:
                data[place : place + length] = r.randbytes(length)
            case 6:
                between(r, data, b'="', b'"', r.choice(NUMBERS))
            case 7:
                between(r, data, b"<time>", b"</time>", r.choice(TIMES))
            case 8:
                other = r.randrange(size)
                data[place : place + length], data[other : other + length] = (
                    data[other : other + length],
                    data[place : place + length],
                )
    return bytes(data)


def between(r: random.Random, data: bytearray, opening: bytes, closing: bytes, text: bytes) -> None:
    """Replace what stands after some opening, up to its closing."""
    start = data.find(opening, r.randrange(max(len(data), 1)))
    end = data.find(closing, start + len(opening)) if start >= 0 else -1
    if end >= 0:
        data[start + len(opening) : end] = text


def test_two_thousand_broken_files_are_read_or_refused_for_a_known_reason():
    r, sources, seen = random.Random(SEED), bases(), {}
    for number in range(FILES):
        data = mutated(r, r.choice(sources))
        begun = time.perf_counter()
        try:
            facts = measure(read_gpx(data), r.choice(list(Means)))
            outcome = str(facts.kind)
            decode_line(facts.line)
        except Refused as refused:
            outcome = str(refused.reason)
            assert refused.reason in Refusal
        assert time.perf_counter() - begun < 10, f"file {number} took too long"
        seen[outcome] = seen.get(outcome, 0) + 1
    assert sum(seen.values()) == FILES
    assert seen["recorded"] > FILES / 4
    assert len(seen) >= 8, seen


def point(index: int, time_text: str) -> str:
    return f'<trkpt lat="15.9" lon="108.{index % 9}"><time>{time_text}</time></trkpt>'


def clock_at(second: int) -> str:
    return f"2026-03-01T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"


BIG = {
    "flood of waypoints": b"<wpt lat='1' lon='1'/>" * 600_000,
    "times to and fro": "".join(point(i, clock_at(i % 60)) for i in range(60_000)).encode(),
    "every other time missing": "".join(
        point(i, clock_at(3) if i % 2 else "") for i in range(60_000)
    ).encode(),
    "jumps": "".join(point(i // 10, clock_at(i)) for i in range(60_000)).encode(),
    "comments": b"<!-- x -->" * 1_000_000,
    "stray ampersands": b"<name>" + b"& " * 3_000_000,
    "one long time": b"<trkpt lat='1' lon='1'><time>" + b"2" * 14_000_000,
    "one long number": b"<trkpt lon='1' lat='" + b"1" * 900_000 + b"'/>",
    "one long tag": b"<trkpt lon='1' lat='" + b"1" * 14_000_000 + b"'/>",
    "many attributes": b"<trk " + b" ".join(b"a%d=''" % i for i in range(400_000)) + b"/>",
    "many names": b"".join(b"<n%d/>" % i for i in range(400_000)),
}


@pytest.mark.parametrize("name", BIG)
def test_a_big_hostile_file_stays_within_its_time_and_memory(name):
    data = b"<gpx><trk><trkseg>" + BIG[name] + b"</trkseg></trk></gpx>"
    begun = time.perf_counter()
    try:
        measure(read_gpx(data), Means.ON_FOOT)
    except Refused as refused:
        assert refused.reason in Refusal
    assert time.perf_counter() - begun < 10
