"""The list of patrols as a file: what the list shows this reader, all of it, under the same filter."""

from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user

from .. import clock
from ..accounts.queries import scope_of
from ..accounts.rules import Permission
from ..audit.queries import head
from ..db import only_reads
from ..errors import Invalid, NotFound
from ..extensions import db
from ..logbook.forms import parse_filter
from ..parsing import LARGEST_KEY
from ..patrols.rules import PatrolFilter
from ..sheets import csv, xlsx
from ..sheets.tables import file_name, with_head
from ..tracks.writing import Way, write_geojson, write_gpx
from ..units import queries as register
from ..web.access import allow
from ..web.downloads import attachment, is_semicolon
from . import queries, services
from .tables import list_book

bp = Blueprint("exports", __name__)


@bp.get("/tuan-tra.<any(xlsx, csv):extension>")
@allow(Permission.EXPORT_FIGURES)
def patrol_list(extension: str) -> Any:
    """Every patrol of the filter with what it found; no page ends it."""
    wanted = _wanted()
    if wanted is None:  # the list says what is wrong
        return redirect(url_for("logbook.index", **request.args))
    scope, now = scope_of(current_user), clock.now()
    patrols, rows = queries.patrols_of(wanted, seen_by=scope)
    findings, finding_count = queries.findings_of_list(wanted, seen_by=scope)
    asked, for_trail = queries.asked_words(wanted)
    book = list_book(
        patrols,
        findings,
        rows=rows,
        finding_count=finding_count,
        scope_name=scope.name,
        asked=asked,
        rules=queries.counting_rules(wanted.last or clock.today()),
        made_at=now,
        is_demo=register.is_demo(),
    )
    book = with_head(book, head())
    if extension == "xlsx":
        data = xlsx.workbook(book)
    else:
        data = csv.lines(book, is_semicolon=is_semicolon(request.args))
    name = file_name("so-tuan-tra", scope.name, wanted.first, wanted.last, now, extension)
    _start_writing()
    services.note_list_exported(name, rows=rows, asked=for_trail, by=current_user)
    db.session.commit()
    return attachment(data, name)


@bp.get("/tuan-tra.<any(geojson, gpx):extension>")
@allow(Permission.SEE_PATROLS)
def track_list(extension: str) -> Any:
    """The ways of the filter's patrols that this reader may see; to who may see none, an empty map."""
    wanted = _wanted()
    if wanted is None:
        return redirect(url_for("logbook.index", **request.args))
    scope, now = scope_of(current_user), clock.now()
    ways = queries.ways_of_list(wanted, seen_by=scope, viewer=current_user)
    asked, for_trail = queries.asked_words(wanted)
    name = file_name("vet-tuan-tra", scope.name, wanted.first, wanted.last, now, extension)
    file, rows = _written(ways, extension, f"{scope.name}; {asked or 'mọi lượt được xem'}", now)
    _start_writing()
    services.note_tracks_exported(name, rows=rows, asked=for_trail, by=current_user)
    db.session.commit()
    return attachment(file, name)


@bp.get("/tuan-tra/<int:patrol_id>/vet.<any(geojson, gpx):extension>")
@allow(Permission.SEE_PATROLS)
def track_of_patrol(patrol_id: int, extension: str) -> Any:
    """The recorded way of one patrol, whole; to who may not see it there is none."""
    if patrol_id > LARGEST_KEY:
        raise NotFound
    scope, now = scope_of(current_user), clock.now()
    file, rows = _written(
        queries.ways_of_patrol(patrol_id, seen_by=scope, viewer=current_user),
        extension,
        f"Lượt {patrol_id}",
        now,
    )
    if not rows:
        file.close()
        raise NotFound
    name = f"luot-{patrol_id}_vet_{now.astimezone(clock.LOCAL):%Y%m%d-%H%M}.{extension}"
    _start_writing()
    services.note_tracks_exported(name, rows=rows, asked=f"lượt {patrol_id}", by=current_user)
    db.session.commit()
    return attachment(file, name)


def _wanted() -> PatrolFilter | None:
    """The filter of the address; None when it can't be read."""
    programmes = {each.code: each.id for each in register.programmes()}
    try:
        return parse_filter(request.args, programme_ids=programmes)[0]
    except Invalid:
        return None


def _written(ways: Iterator[Way], extension: str, about: str, now: datetime) -> tuple[IO[bytes], int]:
    about = f"DỮ LIỆU MẪU; {about}" if register.is_demo() else about
    if sealed := head():
        about = f"{about}; đầu chuỗi nhật ký {sealed}"
    if extension == "gpx":
        return write_gpx(ways, about=about, made_at=now)
    return write_geojson(ways, about=about)


def _start_writing() -> None:
    """What looks like reading leaves a line in the audit trail, in a transaction of its own after the reading."""
    db.session.rollback()
    only_reads(False)
