"""Paper books."""

from pathlib import Path

import click

from ..accounts.queries import person_by_username, scope_of
from ..accounts.rules import Permission, person_may
from ..extensions import db
from ..logbook.queries import lists_for
from ..paper.forms import parse_book
from ..paper.queries import names_of
from ..paper.rules import MOST_ROWS, REQUIRED, SHEET, State, Verdict
from ..paper.services import NotWhole, import_book, judge
from ..sheets.reading import SheetLimits, Unreadable, read_sheets
from ..wording import say
from .answers import fail

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import-book")
@click.argument("file", type=FILE)
@click.option("--by", "username", required=True, help="Account that enters it: a clerk or a duty officer.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
def import_book_command(file: Path, username: str, dry_run: bool) -> None:
    """Write the patrols of a paper book, copied into the form of /tuan-tra/tu-so-giay, into the log.

    All new rows or none. Safe to run again: a row that is in the log already is left as the log has it.
    """
    person = person_by_username(username)
    if person is None or not person_may(person, Permission.LOG_FOR_OTHERS):
        fail(f"Tài khoản {username} không có, hoặc không được nhập hộ.")
    scope = scope_of(person)
    limits = SheetLimits(rows=MOST_ROWS)
    with file.open("rb") as opened:
        content = opened.read(limits.size_bytes + 1)
    try:
        sheets = read_sheets(content, {SHEET: REQUIRED}, limits=limits)
        if SHEET not in sheets or not sheets[SHEET].rows:
            raise Unreadable("book_empty" if SHEET in sheets else "sheet_missing", SHEET)
        lists = lists_for(person, seen_by=scope)
        readings = parse_book(
            sheets[SHEET].rows, names=names_of(lists), choices=lists.choices, counted_in=lists.counted_in
        )
        if dry_run:
            verdict = judge(readings, seen_by=scope)
            if not verdict.is_readable:
                raise NotWhole(verdict)
        else:
            verdict = import_book(
                readings, filename=file.name, by=person, seen_by=scope, catalogue=lists.catalogue
            )
    except Unreadable as wrong:
        fail(f"{say(wrong.fields['file'])} ({wrong.where})" if wrong.where else say(wrong.fields["file"]))
    except NotWhole as refused:
        _tell(refused.verdict)
        fail(say(refused.code))
    db.session.rollback() if dry_run else db.session.commit()
    _tell(verdict)
    new = verdict.number_of(State.NEW)
    click.echo(
        f"{'Thử, chưa ghi gì: sẽ ghi' if dry_run else 'Đã ghi'} {new} lượt, đã có {len(verdict.lines) - new}."
    )


def _tell(verdict: Verdict) -> None:
    for line in verdict.lines:
        parts = [f"{each.header}: {say(each.code)} {each.written}".rstrip() for each in line.reading.problems]
        parts += [say(code) for code in line.remarks]
        parts += [f"có thể trùng dòng {number}" for number in line.twin_rows]
        if line.state is State.NEW:
            parts += [f"có thể trùng lượt số {patrol_id}" for patrol_id in line.twin_patrols]
        if parts or line.state is State.DIFFERS:
            click.echo(
                f"Dòng {line.reading.number} ({line.reading.title}): {'; '.join([say(line.state), *parts])}"
            )


COMMANDS = (import_book_command,)
