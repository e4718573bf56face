"""Conferences: their list, their page, the one-page briefing, files of their figures, and figures from paper."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_login import current_user

from .. import clock, wording
from ..accounts.queries import scope_of, scope_of_unit
from ..accounts.rules import Permission
from ..arrivals.queries import unsent
from ..audit.queries import head
from ..db import only_reads
from ..errors import Invalid, NotFound
from ..extensions import db
from ..sheets import csv, xlsx
from ..sheets.tables import file_name, slug, with_head
from ..totals.asking import question_of
from ..totals.forms import parse_question
from ..totals.queries import Question, figures
from ..totals.rules import Period
from ..units import queries as register
from ..web.access import allow
from ..web.downloads import attachment, is_semicolon
from . import queries, services
from .content import Content, make_content, period_name
from .forms import Choices, parse_declaration, parse_review
from .models import Review
from .rows import NO_RESULT, bracket, ordered, percent
from .rules import PARTS, ReviewKind
from .tables import make_book

bp = Blueprint("reviews", __name__)

MAIN_PROGRAMME = "tuyen_bien_binh_yen"


@bp.get("/hoi-nghi")
@allow(Permission.SEE_PATROLS)
def index() -> Any:
    """Every conference, the latest first."""
    return render_template("reviews/index.html", reviews=queries.reviews(), name_of=name_of)


@bp.get("/hoi-nghi/moi")
@allow(Permission.MANAGE_REVIEWS)
def new() -> Any:
    """An empty form, named by the page, so that a double tap stores one conference."""
    today = clock.today()
    programme = register.programme_by_code(MAIN_PROGRAMME)
    return _form(
        {
            "client_id": str(uuid4()),
            "kind": ReviewKind.INTERIM,
            "held_on": wording.day(today),
            "year": today.year,
            "part": 1,
            "programme_id": programme.id if programme else None,
            "unit_id": current_user.unit_id if current_user.unit.force_code else None,
        }
    )


@bp.post("/hoi-nghi/moi")
@allow(Permission.MANAGE_REVIEWS)
def create() -> Any:
    try:
        review = services.make_review(parse_review(request.form, choices=_choices()), by=current_user)
    except Invalid as wrong:
        db.session.rollback()
        return _form(request.form, errors=wrong.fields, status=wrong.status)
    db.session.commit()
    flash("Đã lưu hội nghị.", "done")
    return redirect(url_for("reviews.show", review_id=review.id))


@bp.get("/hoi-nghi/<int:review_id>")
@allow(Permission.SEE_PATROLS)
def show(review_id: int) -> Any:
    """Every figure in the order of the report, beside the year before."""
    review = _review(review_id)
    content = _content_of(review)
    return render_template(
        "reviews/show.html",
        review=review,
        name=name_of(review),
        content=content,
        unsent=unsent(seen_by=scope_of(current_user)),
        is_today="hien-nay" in request.args.getlist("quy-ve"),
        may_change=services.may_change(review, by=current_user, seen_by=scope_of(current_user)),
        **_how_to_show(content, review.unit_id),
    )


@bp.get("/hoi-nghi/<int:review_id>/giao-ban")
@allow(Permission.SEE_PATROLS)
def briefing(review_id: int) -> Any:
    """One page to be projected, and printed on one A4."""
    review = _review(review_id)
    content = _content_of(review)
    return render_template(
        "reviews/briefing.html",
        review=review,
        name=name_of(review),
        content=content,
        **_how_to_show(content, review.unit_id),
    )


@bp.get("/hoi-nghi/<int:review_id>/sua")
@allow(Permission.MANAGE_REVIEWS)
def edit(review_id: int) -> Any:
    review = _review_to_change(review_id)
    return _form(
        {
            "client_id": str(review.client_id),
            "rev": review.rev,
            "kind": review.kind,
            "held_on": wording.day(review.held_on),
            "host_id": review.host_id,
            "subject": review.subject,
            "calendar_id": review.calendar_id,
            "year": review.year,
            "part": review.part,
            "unit_id": review.unit_id,
            "programme_id": review.programme_id,
        },
        review=review,
    )


@bp.post("/hoi-nghi/<int:review_id>/sua")
@allow(Permission.MANAGE_REVIEWS)
def update(review_id: int) -> Any:
    review = _review_to_change(review_id)
    rev = request.form.get("rev", "")
    try:
        draft = parse_review({**request.form, "client_id": str(review.client_id)}, choices=_choices())
        services.change_review(
            review, draft, by=current_user, base_rev=int(rev) if rev.isdecimal() and len(rev) < 9 else 0
        )
    except Invalid as wrong:
        db.session.rollback()
        return _form(request.form, review=_review(review_id), errors=wrong.fields, status=wrong.status)
    db.session.commit()
    flash("Đã lưu thay đổi.", "done")
    return redirect(url_for("reviews.show", review_id=review_id))


@bp.get("/khai-bao")
@allow(Permission.MANAGE_REVIEWS)
def declarations() -> Any:
    """Figures of the years before the log, copied from paper."""
    programme = register.programme_by_code(MAIN_PROGRAMME)
    return _declarations(
        {
            "client_id": str(uuid4()),
            "part": 1,
            "unit_id": current_user.unit_id,
            "programme_id": programme.id if programme else None,
        }
    )


@bp.post("/khai-bao")
@allow(Permission.MANAGE_REVIEWS)
def declare() -> Any:
    try:
        services.declare(parse_declaration(request.form, choices=_choices()), by=current_user)
    except Invalid as wrong:
        db.session.rollback()
        return _declarations(request.form, errors=wrong.fields, status=wrong.status)
    db.session.commit()
    flash("Đã ghi số khai báo.", "done")
    return redirect(url_for("reviews.declarations"))


@bp.post("/khai-bao/<int:declaration_id>/rut")
@allow(Permission.MANAGE_REVIEWS)
def withdraw(declaration_id: int) -> Any:
    services.withdraw(declaration_id, by=current_user, seen_by=scope_of(current_user))
    db.session.commit()
    flash("Đã rút số khai báo. Dòng ghi vẫn được giữ.", "done")
    return redirect(url_for("reviews.declarations"))


@bp.get("/hoi-nghi/<int:review_id>.<any(xlsx, csv):extension>")
@allow(Permission.EXPORT_FIGURES)
def download(review_id: int, extension: str) -> Any:
    """The conference as a file."""
    review = _review(review_id)
    asked = (
        f"chương trình {review.programme.name}; {period_name(review.calendar.kind, review.year, review.part)}"
    )
    title = f"{name_of(review)} ({wording.day(review.held_on)}, {review.host_name})"
    return _file(
        _content_of(review), extension, title=title, asked=asked, kind=slug(name_of(review)), review=review
    )


@bp.get("/tong-ket/<int:year>.<any(xlsx, csv):extension>")
@allow(Permission.EXPORT_FIGURES)
def download_year(year: int, extension: str) -> Any:
    """A calendar year as a file."""
    if not 1900 < year < 9999:
        raise NotFound
    return _file_of_question(extension, default=Period.of_year(year), title=f"Số liệu năm {year}")


@bp.get("/tong-ket.<any(xlsx, csv):extension>")
@allow(Permission.EXPORT_FIGURES)
def download_period(extension: str) -> Any:
    """Any period as a file; the days stand in the address, as on the page of figures."""
    return _file_of_question(extension, default=Period.of_year(clock.today().year), title="Số liệu theo kỳ")


def _file_of_question(extension: str, *, default: Period, title: str) -> Any:
    try:
        asked = parse_question(request.args, default=default)
    except Invalid:  # the page of figures says what is wrong
        return redirect(url_for("totals.index", **request.args))
    question = question_of(asked, seen_by=scope_of(current_user))
    content = make_content(queries.material(question, unit_id=asked.unit_id or current_user.unit_id))
    return _file(content, extension, title=title, asked=queries.asked_words(question), kind="so-lieu")


def _file(
    content: Content, extension: str, *, title: str, asked: str, kind: str, review: Review | None = None
) -> Response:
    """The file, and a note of who took it. The note writes, so it has a transaction of its own after the reading."""
    material = content.material
    sources = queries.sources(material.answer)
    book = with_head(make_book(content, sources, title=title, asked=asked), head())
    if extension == "xlsx":
        data = xlsx.workbook(book)
    else:
        data = csv.lines(book, is_semicolon=is_semicolon(request.args))
    period = material.question.period
    name = file_name(kind, material.question.scope_name, period.first, period.last, material.as_of, extension)
    rows = sources.patrol_count
    db.session.rollback()
    only_reads(False)
    services.note_export(name, rows=rows, by=current_user, review=review)
    db.session.commit()
    return attachment(data, name)


def _review(review_id: int) -> Review:
    review = queries.review_by_id(review_id)
    if review is None:
        raise NotFound
    return review


def _review_to_change(review_id: int) -> Review:
    review = _review(review_id)
    if not services.may_change(review, by=current_user, seen_by=scope_of(current_user)):
        raise NotFound
    return review


def name_of(review: Review) -> str:
    """'Hội nghị sơ kết năm 2023'."""
    period = period_name(review.calendar.kind, review.year, review.part)
    return f"Hội nghị {wording.say(review.kind).lower()} {period}"


def _content_of(review: Review) -> Content:
    question = Question(
        period=Period(review.period_first, review.period_last),
        programme=review.programme,
        seen_by=scope_of(current_user),
        narrowed=scope_of_unit(review.unit) if review.unit else None,
    )
    return make_content(queries.material(question, unit_id=review.unit_id or current_user.unit_id))


def _how_to_show(content: Content, unit_id: int | None) -> dict[str, Any]:
    """What the pages need to write a comparison and to lead to the records behind a number."""

    def address(period: Period) -> dict[str, Any]:
        narrowed = {"don-vi": unit_id} if unit_id else {}
        programme = content.material.question.programme.code
        return {
            "tu": period.first.isoformat(), "den": period.last.isoformat(), "chuong-trinh": programme, **narrowed,
        }  # fmt: skip

    return {
        "material": content.material,
        "address": address(content.material.question.period),
        "address_before": address(content.material.before_period),
        "bracket": bracket,
        "percent": percent,
    }


def _choices() -> Choices:
    return Choices(
        calendars={calendar.id: calendar.rule for calendar in queries.calendars()},
        unit_ids={unit.id for unit in register.units()},
        own_unit_ids=scope_of(current_user).unit_ids,
        programme_ids={programme.id for programme in register.programmes()},
        keys={key for _, keys in _keys() for key, _ in keys},
    )


def _keys() -> list[tuple[str, list[tuple[str, str]]]]:
    """The figures that may be declared: (heading, [(key, name)]), as the totals have them today."""
    today = clock.today()
    programme = register.programmes()[0]
    answer = figures(Question(Period(today, today), programme, seen_by=scope_of(current_user)))
    return [
        (title, [(key, answer[key].definition.name) for key in keys if key not in NO_RESULT])
        for title, keys in ordered(list(answer.figures))
    ]


def _lists() -> dict[str, Any]:
    return {
        "calendars": queries.calendars(),
        "programmes": register.programmes(),
        "most_parts": max(PARTS.values()),
    }


def _form(
    values: Mapping[str, Any],
    *,
    errors: Mapping[str, str] | None = None,
    review: Review | None = None,
    status: int = 200,
) -> Any:
    page = render_template(
        "reviews/form.html",
        values=values,
        errors=errors or {},
        review=review,
        kinds=list(ReviewKind),
        units=register.units(),
        **_lists(),
    )
    return page, status


def _declarations(
    values: Mapping[str, Any], *, errors: Mapping[str, str] | None = None, status: int = 200
) -> Any:
    scope = scope_of(current_user)
    keys = _keys()
    page = render_template(
        "reviews/declarations.html",
        values=values,
        errors=errors or {},
        keys=keys,
        names={key: name for _, group in keys for key, name in group},
        units=[unit for unit in register.units() if unit.id in scope.unit_ids],
        declarations=queries.declarations(seen_by=scope),
        **_lists(),
    )
    return page, status
