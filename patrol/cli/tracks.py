"""GPX files from a folder."""

from pathlib import Path

import click
from flask import current_app

from ..extensions import db
from ..tracks.check import check_folder
from ..tracks.rules import Limits, Means
from ..tracks.services import attach_matching, read_files
from ..wording import TRACK

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
LEFT_ALONE = {
    "no_patrol": "Không lượt nào trùng giờ",
    "several_patrols": "Nhiều lượt trùng giờ",
    "no_times": "Tệp không có giờ",
}


@click.command("import-gpx")
@click.argument("folder", type=FOLDER)
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
def import_gpx(folder: Path, dry_run: bool) -> None:
    """Attach every GPX file in FOLDER to the patrol whose time it overlaps.

    Safe to run again: a file that is attached already is left as it is. Files that match no patrol, or more than one,
    are listed at the end and left alone, because a guess would put distance on the wrong team.
    """
    settings = current_app.config["PATROL"]
    limits = Limits(size_bytes=settings.GPX_MAX_MB * 2**20, points=settings.GPX_MAX_POINTS)
    stored = already = 0
    left: list[str] = []
    for path in sorted(each for each in folder.iterdir() if each.suffix.lower() == ".gpx"):
        with path.open("rb") as file:
            [reading] = read_files([(path.name, file.read(limits.size_bytes + 1))], limits)
        done = attach_matching(reading)
        about = ", ".join(f"lượt {patrol_id}" for patrol_id in done.patrol_ids)
        if done.code == "stored":
            stored += 1
            click.echo(f"{path.name}: {about}")
        elif done.code == "already_stored":
            already += 1
        else:
            why = LEFT_ALONE.get(done.code) or TRACK[done.code]
            left.append(f"{path.name}: {why}{f' ({about})' if about else ''}")
    db.session.rollback() if dry_run else db.session.commit()
    begun = "Thử, chưa ghi gì: sẽ gắn" if dry_run else "Đã gắn"
    click.echo(f"{begun} {stored} tệp, đã có từ trước {already}, để lại {len(left)}.")
    for line in left:
        click.echo(f"  {line}")


@click.command("gpx-check")
@click.argument("folder", type=FOLDER)
@click.option("--means", type=click.Choice([str(each) for each in Means]), default=str(Means.UNKNOWN))
def gpx_check(folder: Path, means: str) -> None:
    """Say of every GPX file in FOLDER: grade or reason, points, km, seconds. Stores nothing."""
    for line in check_folder(folder, Means(means)):
        click.echo(line)


COMMANDS = (import_gpx, gpx_check)
