"""The register as pages of quản trị: what there is, something new, put right, ended, succeeded; rules of counting."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_login import current_user

from .. import clock, wording
from ..accounts.rules import Permission
from ..audit.queries import events_about
from ..errors import Invalid, NotFound
from ..extensions import db
from ..findings.rules import MeasureCode
from ..parsing import nested
from ..reviews.rules import CalendarKind
from ..sheets.reading import SheetLimits, Unreadable
from ..tracks.forms import parse_files
from ..tracks.rules import Limits
from ..units import linking
from ..units.coastline import Point
from ..units.queries import setting
from ..units.rules import (
    SETTING_AT_FIRST,
    SETTING_VALUES,
    Answering,
    AreaKind,
    SettingKey,
    SuccessionKind,
    UnitKind,
)
from ..web.access import allow
from . import forms, loading, queries, services, workbook
from .drafts import draft_of, following_of, points_of_gpx
from .rules import VERSIONED, Kind, Standing

bp = Blueprint("administration", __name__)

KINDS = ", ".join(f"'{kind}'" for kind in Kind)
THING = f"/quan-tri/<any({KINDS}):kind>/<int:thing_id>"
# Where on its form an act asks for what a service complains about.
LINKS_ASK = {"valid_from": "since", "valid_to": "until", "parent_id": "other_id", "area_id": "other_id"}
ENDS_ASK = {"valid_to": "last_day", "valid_from": "last_day"}
ASKED_AS = {
    "end": ENDS_ASK,
    "succeed": {"valid_from": "since", "valid_to": "since", "predecessor_ids": "successor_id"},
    "place_under": LINKS_ASK,
    "answer_for": LINKS_ASK,
    "lay_in": LINKS_ASK,
}
MULTIPLE = ("predecessor_ids", "other_measures")


@bp.get("/quan-tri")
@allow(Permission.MANAGE_REGISTER)
def index() -> Any:
    """The parts of the register, and how to set up a whole ward."""
    return render_template("administration/index.html", counts=queries.counts())


@bp.get(f"/quan-tri/<any({KINDS}):kind>")
@allow(Permission.MANAGE_REGISTER)
def listing(kind: str) -> Any:
    """Everything of one kind: what holds today, what is to come, what held before."""
    return render_template(
        "administration/list.html",
        kind=Kind(kind),
        parts=queries.by_standing(queries.things(Kind(kind))),
        standings=list(Standing),
    )


@bp.get(f"/quan-tri/<any({KINDS}):kind>/moi")
@allow(Permission.MANAGE_REGISTER)
def new(kind: str, values: dict[str, Any] | None = None, errors: dict[str, str] | None = None) -> Any:
    """An empty form, or one filled with what the thing it comes after was (`?thay=`)."""
    before = _before(Kind(kind))
    if values is None:
        values = queries.fields_of(before) if before else {}
        values |= {"valid_from": "", "valid_to": "", "carries_links": "1"}
        values |= {"predecessor_ids": [before.id], "how": SuccessionKind.RENAMED} if before else {}
    return _form(Kind(kind), values, errors or {}, before=before)


@bp.post(f"/quan-tri/<any({KINDS}):kind>/moi")
@allow(Permission.MANAGE_REGISTER)
def create(kind: str) -> Any:
    typed = _typed()
    try:
        recorded = _recorded()
        draft = draft_of(Kind(kind), typed, recorded=recorded)
        thing = services.add(Kind(kind), draft, following_of(Kind(kind), typed), by=current_user)
    except Invalid as wrong:
        db.session.rollback()
        return new(kind, typed, wrong.fields), wrong.status
    db.session.commit()
    flash(f"Đã thêm: {thing.name}.", "done")
    return redirect(url_for("administration.show", kind=kind, thing_id=thing.id))


@bp.get(THING)
@allow(Permission.MANAGE_REGISTER)
def show(
    kind: str, thing_id: int, values: Any = None, errors: dict[str, str] | None = None, asked: str = ""
) -> Any:
    """One of them: what it is, what hangs on it, what happened to it, what can be done."""
    thing = queries.thing_by_id(Kind(kind), thing_id)
    after = queries.steps_after(thing)
    others = [each for each in queries.things(Kind(kind)) if each is not thing]
    return render_template(
        "administration/show.html",
        kind=Kind(kind),
        thing=thing,
        facts=queries.fields_of(thing),
        before=queries.steps_before(thing),
        after=after,
        versions=queries.versions(thing) if Kind(kind) in VERSIONED else [],
        links=queries.links_of(thing),
        history=events_about(thing.__tablename__, thing.id),
        people=queries.people_of(thing) if kind == Kind.UNIT else [],
        others=others,
        units=queries.things(Kind.UNIT) if kind == Kind.UNIT else [],
        areas=queries.things(Kind.AREA) if kind in (Kind.UNIT, Kind.STRETCH) else [],
        successions=list(SuccessionKind),
        answerings=list(Answering),
        today=clock.today(),
        values=values or {},
        errors=errors or {},
        asked=asked,
    )


@bp.get(f"{THING}/sua")
@allow(Permission.MANAGE_REGISTER)
def edit(kind: str, thing_id: int, values: Any = None, errors: dict[str, str] | None = None) -> Any:
    """The same form with what is written, to put right a slip."""
    thing = queries.thing_by_id(Kind(kind), thing_id)
    return _form(Kind(kind), values or queries.fields_of(thing), errors or {}, thing=thing)


@bp.post(f"{THING}/sua")
@allow(Permission.MANAGE_REGISTER)
def update(kind: str, thing_id: int) -> Any:
    typed = _typed()
    try:
        recorded = _recorded()
        thing = queries.thing_by_id(Kind(kind), thing_id)
        draft = draft_of(Kind(kind), typed, recorded=recorded, held=thing)
        changed = services.correct(Kind(kind), thing, draft, by=current_user)
    except Invalid as wrong:
        db.session.rollback()
        return edit(kind, thing_id, typed, wrong.fields), wrong.status
    db.session.commit()
    flash("Đã lưu thay đổi." if changed else "Không có gì thay đổi.", "done")
    return redirect(url_for("administration.show", kind=kind, thing_id=thing_id))


@bp.post(f"{THING}/ket-thuc")
@allow(Permission.MANAGE_REGISTER)
def end(kind: str, thing_id: int) -> Any:
    def act(thing: Any, given: Mapping[str, Any]) -> str:
        last_day = forms.parse_end(given)
        services.end(Kind(kind), thing, last_day, by=current_user)
        return f"{thing.name}: hết hiệu lực sau ngày {wording.day(last_day)}."

    return _act(kind, thing_id, "end", act)


@bp.post(f"{THING}/ke-tuc")
@allow(Permission.MANAGE_REGISTER)
def succeed(kind: str, thing_id: int) -> Any:
    """Something that is in the register already comes after it: a merger into what is there."""

    def act(thing: Any, given: Mapping[str, Any]) -> str:
        successor_id, what = forms.parse_successor(given)
        successor = _chosen(Kind(kind), successor_id, "successor_id")
        services.succeed(Kind(kind), thing, successor, what, by=current_user)
        return f"Đã ghi: {thing.name} → {successor.name}, từ {wording.day(what.since)}."

    return _act(kind, thing_id, "succeed", act)


@bp.post("/quan-tri/don-vi/<int:thing_id>/cap-tren")
@allow(Permission.MANAGE_REGISTER)
def place_under(thing_id: int) -> Any:
    def act(unit: Any, given: Mapping[str, Any]) -> str:
        link = forms.parse_link(given)
        parent = _chosen(Kind.UNIT, link.other_id, "other_id")
        linking.place_under(unit, parent, link.since, link.until, by=current_user)
        return f"Đã ghi cấp trên: {parent.name}."

    return _act(Kind.UNIT, thing_id, "place_under", act)


@bp.post("/quan-tri/don-vi/<int:thing_id>/dia-ban")
@allow(Permission.MANAGE_REGISTER)
def answer_for(thing_id: int) -> Any:
    def act(unit: Any, given: Mapping[str, Any]) -> str:
        link = forms.parse_link(given)
        area = _chosen(Kind.AREA, link.other_id, "other_id")
        linking.answer_for(unit, area, link.kind, link.since, link.until, by=current_user)
        return f"Đã ghi địa bàn: {area.name}."

    return _act(Kind.UNIT, thing_id, "answer_for", act)


@bp.post("/quan-tri/tuyen/<int:thing_id>/dia-ban")
@allow(Permission.MANAGE_REGISTER)
def lay_in(thing_id: int) -> Any:
    def act(stretch: Any, given: Mapping[str, Any]) -> str:
        link = forms.parse_link(given)
        area = _chosen(Kind.AREA, link.other_id, "other_id")
        linking.lay_in(stretch, area, link.since, link.until, by=current_user)
        return f"Đã ghi địa bàn: {area.name}."

    return _act(Kind.STRETCH, thing_id, "lay_in", act)


@bp.post(f"{THING}/lien-ket/<table>/<int:link_id>")
@allow(Permission.MANAGE_REGISTER)
def end_link(kind: str, thing_id: int, table: str, link_id: int) -> Any:
    """A superior or an area holds no longer after a day."""

    def act(thing: Any, given: Mapping[str, Any]) -> str:
        link = queries.link_by_id(table, link_id)
        if all(each.row is not link for each in queries.links_of(thing)):
            raise NotFound
        linking.end_link(link, forms.parse_end(given), of=thing, by=current_user)
        return "Đã ghi ngày kết thúc."

    return _act(kind, thing_id, f"{table}_{link_id}", act)


@bp.post("/quan-tri/don-vi/<int:thing_id>/chuyen-tai-khoan")
@allow(Permission.MANAGE_REGISTER)
def move_people(thing_id: int) -> Any:
    """The accounts of a unit go to the unit that came after it."""

    def act(unit: Any, given: Mapping[str, Any]) -> str:
        successor_id = given.get("successor_id", "")
        steps = {str(step.thing.id): step.thing for step in queries.steps_after(unit)}
        if successor_id not in steps:
            raise Invalid({"successor_id": "unknown_choice"})
        moved = services.move_people(queries.people_of(unit), steps[successor_id], by=current_user)
        return f"Đã chuyển {moved} tài khoản sang {steps[successor_id].name}."

    return _act(Kind.UNIT, thing_id, "move_people", act)


@bp.get("/quan-tri/quy-dinh")
@allow(Permission.MANAGE_REGISTER)
def settings(values: Any = None, errors: dict[str, str] | None = None) -> Any:
    """The rules of counting and the terms of keeping, each from a day on."""
    return render_template(
        "administration/settings.html",
        steps=queries.settings_so_far(),
        keys=list(SettingKey),
        choices=SETTING_VALUES,
        at_first=SETTING_AT_FIRST,
        today=clock.today(),
        values={f"{key}.value": setting(key) for key in SettingKey} | dict(values or {}),
        errors=errors or {},
    )


@bp.post("/quan-tri/quy-dinh")
@allow(Permission.MANAGE_REGISTER)
def set_rule() -> Any:
    try:
        key, given = next(iter(nested(request.form).items()), ("", {}))
        value, since = forms.parse_setting(key, given if isinstance(given, dict) else {})
        services.set_rule(SettingKey(key), value, since, by=current_user)
    except Invalid as wrong:
        db.session.rollback()
        errors = {f"{key}.{name}": why for name, why in wrong.fields.items()}
        return settings(request.form, errors), wrong.status
    db.session.commit()
    flash(f"Đã ghi, áp dụng từ {wording.day(since)}.", "done")
    return redirect(url_for("administration.settings"))


@bp.get("/quan-tri/mau.xlsx")
@allow(Permission.MANAGE_REGISTER)
def template() -> Any:
    """The blank form a whole ward is set up from."""
    return send_file(
        BytesIO(workbook.template()),
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_attachment=True,
        download_name="mau-danh-muc.xlsx",
    )


@bp.get("/quan-tri/nap")
@allow(Permission.MANAGE_REGISTER)
def upload(report: Any = None, is_trial: bool = False, refused: str = "", where: str = "") -> Any:
    """Where the filled-in form goes: tried first, then loaded; the report says what happened, or would."""
    return render_template(
        "administration/upload.html", report=report, is_trial=is_trial, refused=refused, where=where
    )


@bp.post("/quan-tri/nap")
@allow(Permission.MANAGE_REGISTER)
def load() -> Any:
    is_trial = "trial" in request.form
    files = parse_files(request.files.getlist("file"), longest=SheetLimits().size_bytes)
    try:
        report = loading.load(files[0][1] if files else b"", by=current_user)
    except Unreadable as unreadable:
        db.session.rollback()
        return upload(refused=unreadable.fields["file"], where=unreadable.where), unreadable.status
    if report.problems or is_trial:
        db.session.rollback()
        return upload(report, is_trial), 422 if report.problems else 200
    db.session.commit()
    return upload(report)


def _act(kind: str, thing_id: int, part: str, act: Callable[[Any, Mapping[str, Any]], str]) -> Any:
    """One act on one thing, or its page again with what was typed and why not. The fields of each act on that page
    begin with its name, `part`, since several of them ask for a day."""
    given = nested(request.form).get(part, {})
    try:
        done = act(queries.thing_by_id(Kind(kind), thing_id), given if isinstance(given, dict) else {})
    except Invalid as wrong:
        db.session.rollback()
        errors = {
            f"{part}.{ASKED_AS.get(part, ENDS_ASK).get(name, name)}": why
            for name, why in wrong.fields.items()
        }
        return show(kind, thing_id, request.form, errors, part), wrong.status
    db.session.commit()
    flash(done, "done")
    return redirect(url_for("administration.show", kind=kind, thing_id=thing_id))


def _chosen(kind: Kind, thing_id: int, field: str) -> Any:
    try:
        return queries.thing_by_id(kind, thing_id)
    except NotFound:
        raise Invalid({field: "unknown_choice"}) from None


def _before(kind: Kind) -> Any:
    """What a new thing is to come after, if the address says."""
    typed = request.args.get("thay", "")
    return queries.thing_by_id(kind, int(typed)) if typed.isdecimal() and len(typed) < 10 else None


def _typed() -> dict[str, Any]:
    return request.form.to_dict() | {name: request.form.getlist(name) for name in MULTIPLE}


def _recorded() -> list[Point]:
    """The points of a GPX file that was chosen, read before the database is asked for anything."""
    settings = current_app.config["PATROL"]
    limits = Limits(size_bytes=settings.GPX_MAX_MB * 2**20, points=settings.GPX_MAX_POINTS)
    files = parse_files(request.files.getlist("gpx"), longest=limits.size_bytes)
    if not files or request.form.get("shape") != "gpx":
        return []
    db.session.rollback()
    return points_of_gpx(*files[0], limits)


def _form(
    kind: Kind, values: dict[str, Any], errors: dict[str, str], *, before: Any = None, thing: Any = None
) -> Any:
    return render_template(
        "administration/form.html",
        kind=kind,
        is_versioned=kind in VERSIONED,
        thing=thing,
        before=before,
        is_used=thing is not None and queries.is_used(thing),
        things=queries.things(kind),
        coast=[each for each in queries.things(Kind.STRETCH) if each.line] if kind is Kind.STRETCH else [],
        area_kinds=list(AreaKind),
        unit_kinds=list(UnitKind),
        calendar_kinds=list(CalendarKind),
        measures=list(MeasureCode),
        successions=list(SuccessionKind),
        values=values,
        errors=errors,
    )
