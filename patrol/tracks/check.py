"""Looking over a folder of GPX files: one line each, with the grade or the reason for refusal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from patrol.tracks.gpx import agrees_with_gpxpy, read_gpx
from patrol.tracks.measure import measure
from patrol.tracks.rules import Kind, Limits, Means, Refused

AGREES = {True: "=gpxpy", False: "≠gpxpy", None: "gpxpy-"}


def check_folder(folder: Path, means: Means = Means.UNKNOWN, limits: Limits | None = None) -> Iterator[str]:
    """File, grade or refusal, points used/read, km cleaned and raw, seconds, what is odd; nothing is stored.

    The last column says whether gpxpy finds the same points: `=gpxpy` the same, `≠gpxpy` others, `gpxpy-` it
    can't read the file.
    """
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".gpx")
    for path in files:
        data = path.read_bytes()
        begun = time.perf_counter()
        try:
            draft = read_gpx(data, limits)
            facts = measure(draft, means)
        except Refused as refused:
            took = time.perf_counter() - begun
            yield f"{path.name}\t{refused.reason}\t-\t-\t{took:.3f} s\t-\t-"
            continue
        took = time.perf_counter() - begun
        result = str(facts.grade) if facts.kind is Kind.RECORDED else str(facts.kind)
        gaps = f"gaps={len(facts.gaps)}/{facts.gap_s / 60:.0f}min" if facts.gaps else ""
        dropped = " ".join(f"{name}={count}" for name, count in facts.dropped.items())
        codes = " ".join([*facts.reasons, *facts.remarks]).replace("proof_", "").replace("track_", "")
        yield "\t".join(
            [
                path.name,
                result,
                f"{facts.points_used}/{facts.points_read}",
                f"{facts.distance_m / 1000:.2f} km ({facts.raw_m / 1000:.2f})",
                f"{took:.3f} s",
                " ".join(part for part in (gaps, dropped, codes) if part),
                AGREES[agrees_with_gpxpy(data)],
            ]
        )
