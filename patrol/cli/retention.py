"""Terms of keeping: what is past them, and removing it."""

import click

from ..chores import forget_outlived
from ..extensions import db
from ..retention.queries import outlived_tracks
from ..wording import day, number


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would go; change nothing.")
def retention(dry_run: bool) -> None:
    """Remove points and files that are older than their term. The running log does it every night after its backup.

    Hash, measures, grade and a line of the audit trail stay, and no figure changes.
    """
    outlived = outlived_tracks()
    db.session.rollback()
    term = outlived.term
    click.echo(
        f"Vết đi: giữ {term.months} tháng, tức là từ ngày {day(term.first_kept)}. "
        f"Quá hạn: {number(len(outlived.ids))} lượt, {number(outlived.files)} tệp, "
        f"{number(round(outlived.size_bytes / 2**20, 1))} MB."
    )
    if dry_run:
        click.echo("Thử, chưa xoá gì.")
    else:
        click.echo(
            f"Đã xoá điểm và tệp của {number(forget_outlived())} lượt. Số đo, hạng và mã băm còn nguyên."
        )


COMMANDS = (retention,)
