"""The patrol book as pages: write, list, look, edit, confirm, send back, cancel."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user

from ..accounts.queries import scope_of
from ..accounts.rules import Permission, person_may
from ..arrivals.queries import kept_beside, media_of, unsent, version_to_decide
from ..arrivals.rules import Decision
from ..arrivals.services import decide
from ..audit.queries import events_about
from ..db import only_reads
from ..errors import Conflict, Invalid, NotAllowed, NotFound
from ..extensions import db
from ..findings.queries import findings_of
from ..parsing import nested
from ..patrols import queries as patrols, services
from ..patrols.rules import PatrolFilter, Status
from ..photos.forms import parse_photo
from ..photos.queries import photos_of, shows
from ..photos.rules import MOST_AT_ONCE, PhotoLimits
from ..photos.services import keep_photos, may_add, may_release, may_withdraw, read_photos
from ..text import clean
from ..tracks.forms import parse_files
from ..tracks.queries import may_see_tracks, patrols_sharing_a_line, tracks_of, way_of
from ..tracks.rules import Limits
from ..tracks.services import Attached, Reading, attach_files, note_viewed, read_files, results_of
from ..tracks.sketch import sketch
from ..units import queries as register
from ..web.access import allow
from . import fields
from .forms import FILTERS, parse_filter, parse_log
from .queries import lists_for
from .services import record_log

bp = Blueprint("logbook", __name__)

PER_PAGE = 20
FILES_LOST = "_files_lost"  # carried through the sign-in of a session that had ended
SAVED = {
    "stored": "Đã lưu lượt tuần tra.",
    "changed": "Đã lưu thay đổi.",
    "already_stored": "Lượt này đã được lưu trước đó; không ghi thêm lần nữa.",
}


@bp.get("/tuan-tra")
@allow(Permission.SEE_PATROLS)
def index() -> Any:
    """The list, narrowed by what stands in its address."""
    scope = scope_of(current_user)
    programmes = register.programmes()
    try:
        wanted, page = parse_filter(request.args, programme_ids={each.code: each.id for each in programmes})
        errors = {}
    except Invalid as wrong:
        wanted, page, errors = (
            PatrolFilter(),
            1,
            {name.replace("_", "-"): why for name, why in wrong.fields.items()},
        )
    found, total = patrols.patrol_page(wanted, seen_by=scope, page=page, per_page=PER_PAGE)
    return render_template(
        "logbook/index.html",
        patrols=found,
        openable=patrols.ids_to_open(found, seen_by=scope),
        total=total,
        page=page,
        pages=max(1, -(-total // PER_PAGE)),
        scope=scope,
        unsent=unsent(seen_by=scope),
        errors=errors,
        values={name: request.args[name] for name in FILTERS if request.args.get(name, "").strip()},
        statuses=list(Status),
        programmes=programmes,
        stretches=register.stretches(),
        units=register.units(with_force=True),
        forces=register.forces(),
    ), 422 if errors else 200


@bp.get("/tuan-tra/moi")
@allow(Permission.LOG_PATROL)
def new() -> Any:
    """An empty page of the book, named by its own id, so that a double tap stores it once."""
    return _form(fields.blank(current_user, _lists()))


@bp.post("/tuan-tra/moi")
@allow(Permission.LOG_PATROL)
def create() -> Any:
    return _save(base_rev=None)


@bp.get("/tuan-tra/<int:patrol_id>")
@allow(Permission.SEE_PATROLS)
def show(patrol_id: int) -> Any:
    return _show(_patrol(patrol_id))


@bp.post("/tuan-tra/<int:patrol_id>/vet")
@allow(Permission.LOG_PATROL)
def attach(patrol_id: int) -> Any:
    """GPX files for a patrol, several at once; its page says what became of each."""
    patrol = _patrol(patrol_id)
    readings = _readings() if services.may_edit(patrol, by=current_user) else []
    if not services.may_edit(patrol, by=current_user):  # also if that ended while the files were read
        raise NotAllowed
    if not readings:
        flash("Chưa chọn tệp nào. Hãy chọn tệp .gpx rồi gửi lại.", "warning")
        return redirect(url_for("logbook.show", patrol_id=patrol_id))
    _keep_results(patrol_id, attach_files(patrol, readings, by=current_user))
    db.session.commit()
    return redirect(url_for("logbook.show", patrol_id=patrol_id, _anchor="vet"))


@bp.post("/tuan-tra/<int:patrol_id>/anh")
@allow(Permission.LOG_PATROL)
def attach_photos(patrol_id: int) -> Any:
    """Photos of a patrol, several at once; its page says what became of each."""
    patrol = _patrol(patrol_id)
    settings = current_app.config["PATROL"]
    limits = PhotoLimits(settings.PHOTO_MAX_MB * 2**20, settings.PHOTO_MAX_MEGAPIXELS * 10**6)
    try:
        if not may_add(patrol, by=current_user):
            raise NotAllowed
        draft = parse_photo(request.form, started_at=patrol.started_at)
        files = parse_files(request.files.getlist("photos"), longest=limits.size_bytes)
        if not files:
            raise Invalid({"photos": "no_photo_chosen"})
        db.session.rollback()  # nobody waits for the database while pictures are made small
        readings = read_photos(files, limits)
        patrol = _patrol(patrol_id)
        results = keep_photos(patrol, readings, draft, by=current_user, folder=Path(settings.MEDIA_DIR))
    except Invalid as wrong:
        db.session.rollback()
        return _show(_patrol(patrol_id), errors=wrong.fields, asked=request.endpoint), wrong.status
    session["photo_results"] = {"patrol_id": patrol_id, "files": results}
    db.session.commit()
    return redirect(url_for("logbook.show", patrol_id=patrol_id, _anchor="anh"))


def _readings() -> list[Reading]:
    """The files of this request, read before the database is asked for anything, so that nobody waits for it."""
    settings = current_app.config["PATROL"]
    limits = Limits(size_bytes=settings.GPX_MAX_MB * 2**20, points=settings.GPX_MAX_POINTS)
    files = parse_files(request.files.getlist("tracks"), longest=limits.size_bytes)
    if files:
        db.session.rollback()
    return read_files(files, limits)


def _files_lost() -> bool:
    """Whether files were chosen that the next page can't hold: browsers keep none, nor does a sign-in in between."""
    return any(each.filename for each in request.files.values()) or FILES_LOST in request.form


def _keep_results(patrol_id: int, attached: list[Attached]) -> None:
    """What became of each file, for the next look at the patrol's page."""
    session["track_results"] = {"patrol_id": patrol_id, "files": results_of(attached)}


def _results(name: str, patrol: Any) -> list[dict[str, Any]]:
    """What became of the files that were just sent to this patrol; told once."""
    kept = session.pop(name, None)
    return kept["files"] if kept and kept["patrol_id"] == patrol.id else []


@bp.get("/tuan-tra/<int:patrol_id>/sua")
@allow(Permission.LOG_PATROL)
def edit(patrol_id: int) -> Any:
    patrol = _patrol(patrol_id)
    if not services.may_edit(patrol, by=current_user):
        raise NotFound
    version = request.args.get("ban", "")
    if not version:
        return _form(fields.of_patrol(patrol, findings_of(patrol)), patrol=patrol)
    sent = _version(patrol, version)
    values = fields.based_on(fields.of_body(json.loads(sent.body)), sent.id, patrol)
    return _form(values, patrol=patrol, theirs=patrol, version=sent)


@bp.post("/tuan-tra/<int:patrol_id>/ban/<int:version_id>/bo")
@allow(Permission.LOG_PATROL)
def leave_version(patrol_id: int, version_id: int) -> Any:
    """A version a phone sent is set aside: the record stays as it is."""
    patrol = _patrol(patrol_id)
    if not services.may_edit(patrol, by=current_user):
        raise NotAllowed
    decide(version_to_decide(patrol, version_id), Decision.LEFT, became=None, by=current_user)
    db.session.commit()
    flash("Đã giữ bản đang lưu. Bản từ điện thoại được cất lại, không thay gì.", "done")
    return redirect(url_for("logbook.show", patrol_id=patrol_id))


@bp.post("/tuan-tra/<int:patrol_id>/sua")
@allow(Permission.LOG_PATROL)
def update(patrol_id: int) -> Any:
    rev = request.form.get("rev", "")
    return _save(base_rev=int(rev) if rev.isdecimal() and len(rev) < 9 else 0, patrol=_patrol(patrol_id))


@bp.post("/tuan-tra/<int:patrol_id>/xac-nhan")
@allow(Permission.CONFIRM_PATROL)
def confirm(patrol_id: int) -> Any:
    services.confirm(_patrol(patrol_id), by=current_user)
    db.session.commit()
    flash(f"Đã xác nhận thay mặt {current_user.unit.force.name}.", "done")
    return redirect(url_for("logbook.show", patrol_id=patrol_id))


@bp.post("/tuan-tra/<int:patrol_id>/tra-lai")
@allow(Permission.RETURN_PATROL)
def send_back(patrol_id: int) -> Any:
    return _with_reason(patrol_id, services.send_back, "Đã trả lại cho tổ trưởng kèm ý kiến.")


@bp.post("/tuan-tra/<int:patrol_id>/huy")
@allow(Permission.CANCEL_PATROL)
def cancel(patrol_id: int) -> Any:
    return _with_reason(
        patrol_id, services.cancel, "Đã huỷ lượt tuần tra. Bản ghi vẫn được giữ, không tính vào số liệu."
    )


def _with_reason(patrol_id: int, act: Any, done: str) -> Any:
    patrol = _patrol(patrol_id)
    try:
        act(patrol, clean(request.form.get("because", ""))[:500], by=current_user)
    except Invalid as wrong:
        db.session.rollback()
        return _show(_patrol(patrol_id), errors=wrong.fields, asked=request.endpoint), wrong.status
    db.session.commit()
    flash(done, "done")
    return redirect(url_for("logbook.show", patrol_id=patrol_id))


def _patrol(patrol_id: int) -> Any:
    return patrols.patrol_to_open(patrol_id, seen_by=scope_of(current_user))


def _lists(patrol: Any = None) -> Any:
    leader_id = patrol.leader_id if patrol is not None else None
    return lists_for(current_user, seen_by=scope_of(current_user), leader_id=leader_id)


def _show(patrol: Any, *, errors: Mapping[str, str] | None = None, asked: str | None = None) -> Any:
    viewer = {"seen_by": scope_of(current_user), "viewer": current_user}
    tracks = tracks_of(patrol, **viewer)
    way = way_of(patrol, **viewer)
    stretch = next(each for each in register.stretches() if each.id == patrol.stretch_id)
    page = render_template(
        "logbook/show.html",
        patrol=patrol,
        findings=findings_of(patrol),
        forces={force.code: force for force in register.forces()},
        present=services.draft_of(patrol).forces,
        history=events_about("patrols", patrol.id),
        may_edit=services.may_edit(patrol, by=current_user),
        may_confirm=services.may_confirm(patrol, by=current_user),
        may_return=services.may_return(patrol, by=current_user),
        may_cancel=services.may_cancel(patrol, by=current_user),
        tracks=tracks,
        way=way,
        drawing=sketch(way.fine, stretch.line) if way else None,
        stretch=stretch,
        copies=patrols_sharing_a_line(tracks, **viewer) if way else [],
        may_see_tracks=may_see_tracks(patrol, **viewer),
        results=_results("track_results", patrol),
        album=_album(patrol),
        may_add_photos=may_add(patrol, by=current_user),
        most_photos=MOST_AT_ONCE,
        photo_max_mb=current_app.config["PATROL"].PHOTO_MAX_MB,
        beside=kept_beside(patrol) if services.may_edit(patrol, by=current_user) else [],
        media=media_of(patrol),
        maybe_same=_maybe_same(patrol),
        photo_results=_results("photo_results", patrol),
        errors=errors or {},
        asked=asked,
        typed=request.form if asked else {},
    )
    if way:
        db.session.rollback()
        only_reads(False)  # looking at where people went leaves a line in the audit trail
        note_viewed(_patrol(patrol.id), by=current_user)
        db.session.commit()
    return page


def _maybe_same(patrol: Any) -> Any:
    """Records that may be of the same sortie, for its leader and for command."""
    if patrol.status == Status.CANCELLED or not (
        services.may_edit(patrol, by=current_user) or person_may(current_user, Permission.RETURN_PATROL)
    ):
        return []
    return patrols.maybe_same_as(patrol, seen_by=scope_of(current_user))


def _album(patrol: Any) -> list[dict[str, Any]]:
    """The photos of a patrol with what this viewer may do about each."""
    return [
        {
            "photo": photo,
            "is_shown": shows(photo, viewer=current_user),
            "may_withdraw": may_withdraw(photo, by=current_user),
            "may_release": may_release(photo, by=current_user),
        }
        for photo in photos_of(patrol, seen_by=scope_of(current_user))
    ]


def _form(
    values: Mapping[str, Any],
    *,
    errors: Mapping[str, str] | None = None,
    patrol: Any = None,
    theirs: Any = None,
    version: Any = None,
    status: int = 200,
) -> Any:
    """The page of the book with these values; `theirs` is the record somebody else saved meanwhile.

    `version`: what a phone sent and these values are of.
    """
    lists = _lists(patrol)
    page = render_template(
        "logbook/form.html",
        values=values,
        rows=fields.rows(values, lists),
        errors=errors or {},
        lists=lists,
        offered=fields.offered(lists, values),
        extras=fields.extras,
        patrol=patrol,
        theirs=theirs,
        version=version,
        their_findings=findings_of(theirs) if theirs else [],
        files_lost=_files_lost(),
    )
    return page, status


def _save(*, base_rev: int | None, patrol: Any = None) -> Any:
    """Store what was posted, or show the page again with everything that was typed."""
    readings = _readings()
    lists = _lists(patrol)
    form = fields.without_gaps(request.form)
    if action := form.get("action", ""):
        return _form(fields.after_action(action, form, lists, current_user), patrol=patrol)
    raw = fields.with_own_leader(nested(form), form, current_user, lists)
    if patrol is not None:
        raw["client_id"] = str(patrol.client_id)
    try:
        log = parse_log(raw, choices=lists.choices, counted_in=lists.counted_in)
        receipt = record_log(
            log, by=current_user, seen_by=scope_of(current_user), base_rev=base_rev, catalogue=lists.catalogue
        )
        if readings and not services.may_edit(receipt.patrol, by=current_user):
            raise NotAllowed
        if patrol is not None and (version := form.get("ban", "")):
            decide(_version(patrol, version), Decision.TAKEN, became=receipt.patrol.rev, by=current_user)
        attached = attach_files(receipt.patrol, readings, by=current_user) if readings else []
    except Invalid as wrong:
        db.session.rollback()
        if "client_id" in wrong.fields:
            form = fields.with_new_id(form)
        return _form(form, errors=wrong.fields, patrol=_again(patrol), status=wrong.status)
    except Conflict as moved:
        patrol_id = moved.current.id  # type: ignore[attr-defined]
        db.session.rollback()
        stored = _patrol(patrol_id)
        return _form(fields.newer(form, stored), patrol=stored, theirs=stored, status=moved.status)
    if attached:
        _keep_results(receipt.patrol.id, attached)
    db.session.commit()
    flash(SAVED[receipt.outcome], "done")
    if FILES_LOST in request.form:
        flash("Tệp GPX chưa được gửi vì phiên đã hết giữa chừng. Hãy chọn lại tệp ở trang này.", "warning")
    return redirect(url_for("logbook.show", patrol_id=receipt.patrol.id))


def _version(patrol: Any, given: str) -> Any:
    return version_to_decide(patrol, int(given) if given.isdecimal() and len(given) < 10 else 0)


def _again(patrol: Any) -> Any:
    return _patrol(patrol.id) if patrol is not None else None
