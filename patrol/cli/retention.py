"""Terms of keeping: what is past them, and removing it."""

import click

from ..chores import forget_outlived
from ..extensions import db
from ..retention.queries import Outlived, outlived_photos, outlived_tracks
from ..wording import day, number


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would go; change nothing.")
def retention(dry_run: bool) -> None:
    """Remove points and files that are older than their term. The running log does it every night after its backup.

    Hash, measures, grade and a line of the audit trail stay, and no figure changes.
    """
    tracks, photos = outlived_tracks(), outlived_photos()
    db.session.rollback()
    click.echo(f"Vết đi: {words(tracks, 'lượt')}")
    click.echo(f"Ảnh: {words(photos, 'ảnh')}")
    if dry_run:
        click.echo("Thử, chưa xoá gì.")
        return
    ways, pictures = forget_outlived()
    click.echo(
        f"Đã xoá điểm và tệp của {number(ways)} lượt, {number(pictures)} ảnh. "
        "Số đo, hạng, mã băm và số liệu còn nguyên."
    )


def words(outlived: Outlived, unit: str) -> str:
    """What a term says today, and what is past it."""
    term = outlived.term
    return (
        f"giữ {term.months} tháng, tức là từ ngày {day(term.first_kept)}. "
        f"Quá hạn: {number(len(outlived.ids))} {unit}, {number(outlived.files)} tệp, "
        f"{number(round(outlived.size_bytes / 2**20, 1))} MB."
    )


COMMANDS = (retention,)
