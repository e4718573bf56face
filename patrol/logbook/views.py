"""The patrol book as pages: write, list, look, edit, confirm, send back, cancel."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user

from .. import clock
from ..accounts.queries import duty_of, scope_of
from ..accounts.rules import Permission
from ..accounts.services import sign_in
from ..arrivals.queries import kept_beside, media_of, unsent, version_to_decide
from ..arrivals.rules import Decision
from ..arrivals.services import decide
from ..db import only_reads
from ..errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from ..extensions import db
from ..findings.queries import findings_of
from ..parsing import nested
from ..patrols import queries as patrols, services
from ..patrols.forms import parse_own_numbers
from ..patrols.rules import PatrolFilter, Status
from ..photos.forms import parse_photo
from ..photos.rules import MOST_AT_ONCE
from ..photos.services import keep_photos, may_add
from ..text import clean
from ..tracks.services import attach_files, note_viewed, results_of
from ..units import queries as register
from ..web.access import allow
from ..web.held import FILES_LOST
from . import fields, files
from .forms import FILTERS, parse_filter, parse_log
from .page import own_rows, parts_of_page, redact_text
from .queries import lists_for
from .rules import refuse_slips
from .services import record_log

bp = Blueprint("logbook", __name__)

PER_PAGE = 20
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
    readings = files.tracks_sent() if services.may_edit(patrol, by=current_user) else []
    if not services.may_edit(patrol, by=current_user):  # also if that ended while the files were read
        raise NotAllowed
    if not readings:
        flash("Chưa chọn tệp nào. Hãy chọn tệp .gpx rồi gửi lại.", "warning")
        return redirect(url_for("logbook.show", patrol_id=patrol_id))
    files.keep_results(
        "track_results", patrol_id, results_of(attach_files(patrol, readings, by=current_user))
    )
    db.session.commit()
    return redirect(url_for("logbook.show", patrol_id=patrol_id, _anchor="vet"))


@bp.post("/tuan-tra/<int:patrol_id>/anh")
@allow(Permission.LOG_PATROL)
def attach_photos(patrol_id: int) -> Any:
    """Photos of a patrol, several at once; its page says what became of each."""
    patrol = _patrol(patrol_id)
    folder = Path(current_app.config["PATROL"].MEDIA_DIR)
    try:
        if not may_add(patrol, by=current_user):
            raise NotAllowed
        draft = parse_photo(request.form, started_at=patrol.started_at)
        readings = files.photos_sent()
        results = keep_photos(_patrol(patrol_id), readings, draft, by=current_user, folder=folder)
    except Invalid as wrong:
        db.session.rollback()
        return _show(_patrol(patrol_id), errors=wrong.fields, asked=request.endpoint), wrong.status
    files.keep_results("photo_results", patrol_id, results)
    db.session.commit()
    return redirect(url_for("logbook.show", patrol_id=patrol_id, _anchor="anh"))


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


@bp.post("/tuan-tra/<int:patrol_id>/xac-nhan-tai-cho")
@allow(Permission.CONFIRM_PATROL, holds_password=True)
def confirm_here(patrol_id: int) -> Any:
    """The leader of another force confirms on this phone with a sign-in of his own, for this one act."""
    _patrol(patrol_id)
    settings = current_app.config["PATROL"]
    name, password = request.form.get("other_name", ""), request.form.get("other_password", "")
    try:
        other = sign_in(
            name, password, request.remote_addr or "", idle_days=settings.ACCOUNT_IDLE_DAYS,
            asks_codes=settings.SECOND_FACTOR != "off",
        )  # fmt: skip
    except DomainError as refused:
        db.session.commit()  # the failed try is remembered
        return _not_confirmed(patrol_id, getattr(refused, "fields", None) or {"_username": refused.code})
    db.session.commit()
    requires = settings.SECOND_FACTOR == "required"
    if duty := duty_of(other, admin_days=settings.PASSWORD_ADMIN_DAYS, requires_factor=requires):
        return _not_confirmed(patrol_id, {"_username": f"{duty}_first"})
    try:
        patrol = patrols.patrol_to_open(patrol_id, seen_by=scope_of(other))
        services.confirm(patrol, by=other, on_device_of=current_user if other.id != current_user.id else None)
    except (NotAllowed, NotFound):
        db.session.rollback()
        return _not_confirmed(patrol_id, {"_username": "has_nothing_to_confirm"})
    db.session.commit()
    flash(
        f"Đã xác nhận thay mặt {other.unit.force.name}. Phiên đăng nhập trên máy này không thay đổi.", "done"
    )
    return redirect(url_for("logbook.show", patrol_id=patrol_id, _anchor="xac-nhan"))


def _not_confirmed(patrol_id: int, why: Mapping[str, str]) -> Any:
    errors = {"other_name": next(iter(why.values()))}
    return _show(_patrol(patrol_id), errors=errors, asked=request.endpoint), 422


@bp.post("/tuan-tra/<int:patrol_id>/quan-so")
@allow(Permission.LOG_PATROL)
def correct_own_number(patrol_id: int) -> Any:
    """A force writes its own numbers anew, though the rest of the record is another's."""
    patrol = _patrol(patrol_id)
    rev = request.form.get("rev", "")
    try:
        receipt = services.correct_own_number(
            patrol,
            parse_own_numbers(nested(request.form), rows=own_rows(patrol, viewer=current_user)),
            by=current_user,
            has_findings=bool(findings_of(patrol)),
            base_rev=int(rev) if rev.isdecimal() and len(rev) < 9 else 0,
        )
    except (Invalid, Conflict) as wrong:
        db.session.rollback()
        errors = getattr(wrong, "fields", {"own": wrong.code})
        return _show(_patrol(patrol_id), errors=errors, asked=request.endpoint), wrong.status
    db.session.commit()
    flash(SAVED[receipt.outcome], "done")
    return redirect(url_for("logbook.show", patrol_id=patrol_id, _anchor="xac-nhan"))


@bp.post("/tuan-tra/<int:patrol_id>/che")
@allow(Permission.REDACT_TEXT)
def redact(patrol_id: int) -> Any:
    """Blot out a text that must not stay, here and in the history of the record."""
    typed = request.form
    try:
        redact_text(
            _patrol(patrol_id),
            typed.get("text", ""),
            typed.get("reason", ""),
            seen_by=scope_of(current_user),
            by=current_user,
            only_old=bool(typed.get("only_old")),
        )
    except Invalid as wrong:
        db.session.rollback()
        return _show(_patrol(patrol_id), errors=wrong.fields, asked=request.endpoint), wrong.status
    db.session.commit()
    flash("Đã che. Ai che, lúc nào, vì sao vẫn được ghi lại; số liệu không thay đổi.", "done")
    return redirect(url_for("logbook.show", patrol_id=patrol_id, _anchor="dien-bien"))


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
    parts = parts_of_page(patrol, seen_by=scope_of(current_user), viewer=current_user)
    page = render_template(
        "logbook/show.html",
        **parts,
        results=files.results_kept("track_results", patrol),
        most_photos=MOST_AT_ONCE,
        photo_max_mb=current_app.config["PATROL"].PHOTO_MAX_MB,
        beside=kept_beside(patrol) if services.may_edit(patrol, by=current_user) else [],
        media=media_of(patrol),
        photo_results=files.results_kept("photo_results", patrol),
        errors=errors or {},
        asked=asked,
        typed=request.form if asked else {},
    )
    if parts["way"]:
        db.session.rollback()
        only_reads(False)  # looking at where people went leaves a line in the audit trail
        note_viewed(_patrol(patrol.id), by=current_user)
        db.session.commit()
    return page


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
        files_lost=files.are_lost(),
    )
    return page, status


def _save(*, base_rev: int | None, patrol: Any = None) -> Any:
    """Store what was posted, or show the page again with everything that was typed."""
    readings = files.tracks_sent()
    lists = _lists(patrol)
    form = fields.without_gaps(request.form)
    if action := form.get("action", ""):
        return _form(fields.after_action(action, form, lists, current_user), patrol=patrol)
    raw = fields.with_own_leader(nested(form), form, current_user, lists)
    if patrol is not None:
        raw["client_id"] = str(patrol.client_id)
    try:
        log = parse_log(raw, choices=lists.choices, counted_in=lists.counted_in)
        refuse_slips(log.patrol, before=patrol and services.draft_of(patrol), now=clock.now())
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
        return _form(form, errors=wrong.fields, patrol=patrol and _patrol(patrol.id), status=wrong.status)
    except Conflict as moved:
        patrol_id = moved.current.id  # type: ignore[attr-defined]
        db.session.rollback()
        stored = _patrol(patrol_id)
        return _form(fields.newer(form, stored), patrol=stored, theirs=stored, status=moved.status)
    if attached:
        files.keep_results("track_results", receipt.patrol.id, results_of(attached))
    db.session.commit()
    flash(SAVED[receipt.outcome], "done")
    if FILES_LOST in request.form:
        flash("Tệp GPX chưa được gửi vì phiên đã hết giữa chừng. Hãy chọn lại tệp ở trang này.", "warning")
    return redirect(url_for("logbook.show", patrol_id=receipt.patrol.id))


def _version(patrol: Any, given: str) -> Any:
    return version_to_decide(patrol, int(given) if given.isdecimal() and len(given) < 10 else 0)
