"""A paper book sent as a workbook: the form to download, a dry run row by row, and then the import."""

import base64
import binascii
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from ..accounts.queries import scope_of
from ..accounts.rules import Permission
from ..errors import Invalid
from ..extensions import db
from ..logbook.queries import Lists, lists_for
from ..sheets.reading import SheetLimits, Unreadable, read_sheets
from ..text import clean
from ..web.access import allow
from ..web.downloads import attachment
from . import queries, services
from .blank import blank_book
from .forms import parse_book
from .rules import MOST_ROWS, REQUIRED, SHEET, Reading, State, Verdict

bp = Blueprint("paper", __name__)

# The checked file travels back in the page, so that the import needs no second choosing; a form takes 2 MB.
LIMITS = SheetLimits(size_bytes=2**20, rows=MOST_ROWS)
MOST_SHOWN = 300  # rows without a problem or remark; those with one are all shown


@bp.get("/tuan-tra/tu-so-giay")
@allow(Permission.LOG_FOR_OTHERS)
def index() -> Any:
    """Where to get the form, and where to send it."""
    return _page()


@bp.get("/tuan-tra/tu-so-giay/mau.xlsx")
@allow(Permission.LOG_FOR_OTHERS)
def blank() -> Any:
    return attachment(blank_book(_lists()), "so-giay-mau.xlsx")


@bp.post("/tuan-tra/tu-so-giay/kiem-tra")
@allow(Permission.LOG_FOR_OTHERS)
def check() -> Any:
    """The dry run: what every row would do. Nothing is written."""
    sent = request.files.get("file")
    content = sent.stream.read(LIMITS.size_bytes + 1) if sent else b""
    filename = clean(sent.filename or "")[:200] if sent else ""
    try:
        readings, _ = _read(content)
    except Unreadable as wrong:
        return _page(wrong=wrong), wrong.status
    verdict = services.judge(readings, seen_by=scope_of(current_user))
    db.session.rollback()
    return _page(verdict, filename=filename, held=base64.b64encode(content).decode("ascii"))


@bp.post("/tuan-tra/tu-so-giay")
@allow(Permission.LOG_FOR_OTHERS)
def store() -> Any:
    """The import of a checked file, all of its new rows or none."""
    held, filename = request.form.get("held", ""), clean(request.form.get("filename", ""))[:200]
    try:
        readings, lists = _read(base64.b64decode(held, validate=True))
        verdict = services.import_book(
            readings,
            filename=filename,
            by=current_user,
            seen_by=scope_of(current_user),
            catalogue=lists.catalogue,
        )
    except (binascii.Error, UnicodeEncodeError, ValueError):
        damaged = Unreadable("workbook_damaged")
        return _page(wrong=damaged), damaged.status
    except Unreadable as wrong:
        return _page(wrong=wrong), wrong.status
    except services.NotWhole as refused:
        db.session.rollback()
        return _page(refused.verdict, filename=filename, held=held), refused.status
    db.session.commit()
    written = verdict.number_of(State.NEW)
    flash(f"Đã ghi {written} lượt từ sổ giấy; {len(verdict.lines) - written} lượt đã có từ trước.", "done")
    days = [line.reading.log.patrol.patrolled_on for line in verdict.lines]
    return redirect(url_for("logbook.index", tu=min(days).isoformat(), den=max(days).isoformat()))


def _lists() -> Lists:
    return lists_for(current_user, seen_by=scope_of(current_user))


def _read(content: bytes) -> tuple[list[Reading], Lists]:
    """The rows of a file as this person's lists understand them. Raises Unreadable."""
    sheets = read_sheets(content, {SHEET: REQUIRED}, limits=LIMITS)
    if SHEET not in sheets:
        raise Unreadable("sheet_missing", SHEET)
    if not sheets[SHEET].rows:
        raise Unreadable("book_empty", SHEET)
    lists = _lists()
    names = queries.names_of(lists)
    return parse_book(
        sheets[SHEET].rows, names=names, choices=lists.choices, counted_in=lists.counted_in
    ), lists


def _page(
    verdict: Verdict | None = None, *, filename: str = "", held: str = "", wrong: Invalid | None = None
) -> Any:
    return render_template(
        "paper/index.html",
        verdict=verdict,
        filename=filename,
        held=held,
        wrong=wrong,
        most_rows=MOST_ROWS,
        most_shown=MOST_SHOWN,
    )
