"""The year's figures, any period's, and the records each figure is made of."""

from typing import Any

from flask import Blueprint, render_template, request
from flask_login import current_user

from .. import clock
from ..accounts.queries import scope_of
from ..accounts.rules import Permission
from ..arrivals.queries import unsent
from ..commendations import queries as commendations
from ..errors import Invalid, NotFound
from ..extensions import db
from ..findings.queries import categories
from ..patrols.queries import ids_to_open, years_with_patrols
from ..schemes import queries as schemes
from ..tips import queries as tips
from ..tips.services import note_reading
from ..units import queries as register
from ..web.access import allow
from . import queries
from .asking import question_of
from .forms import Asked, parse_question
from .rules import Figure, Period

bp = Blueprint("totals", __name__)

PER_PAGE = 50
CARDS = ("patrol.sorties", "patrol.personnel")
BESIDE = (
    "patrol.three_forces", "patrol.two_forces", "patrol.single_force", "patrol.nothing_found",
    "patrol.militia", "patrol.security_team",
)  # fmt: skip


@bp.get("/tong-ket")
@allow(Permission.SEE_PATROLS)
def index() -> Any:
    """Any period: the days stand in the address."""
    return _page(Period.of_year(clock.today().year))


@bp.get("/tong-ket/<int:year>")
@allow(Permission.SEE_PATROLS)
def year(year: int) -> Any:
    """A calendar year."""
    if not 1900 < year < 9999:
        raise NotFound
    return _page(Period.of_year(year), year=year)


def _page(period: Period, year: int | None = None) -> Any:
    try:
        asked, errors = parse_question(request.args, default=period), {}
    except Invalid as wrong:
        asked, errors = parse_question({}, default=period), wrong.fields
    question = question_of(asked, seen_by=scope_of(current_user))
    answer = queries.figures(question)
    forces, catalogue = register.forces(), categories()
    page = render_template(
        "totals/index.html",
        question=question,
        answer=answer,
        cards=CARDS,
        beside=BESIDE,
        found=[
            category
            for category in catalogue
            if any(figure.records for figure in answer.of_category(category.code))
        ],
        months=queries.by_month(answer),
        forces=queries.by_force(answer, forces),
        units=queries.by_lead_unit(answer),
        stretches=queries.by_stretch(answer),
        left_out=queries.left_out(question),
        programmes=register.programmes(),
        years=years_with_patrols(seen_by=question.seen_by),
        every_force=forces,
        every_category=catalogue,
        year=year,
        as_of=clock.now(),
        unsent=unsent(seen_by=question.seen_by),
        address=asked.address,
        values=request.args,
        errors=errors,
    )
    return page, 422 if errors else 200


@bp.get("/so-lieu/<key>")
@allow(Permission.SEE_PATROLS)
def records(key: str) -> Any:
    """The records one figure is made of; as many as the figure says."""
    asked = parse_question(request.args, default=Period.of_year(clock.today().year))
    question = question_of(asked, seen_by=scope_of(current_user))
    figure = queries.figures(question).figures.get(key)
    if figure is None or figure.definition.register == "tips":
        raise NotFound
    if figure.definition.register:
        return _of_register(asked, question, figure)
    found, patrols = queries.page_of_records(question, figure.definition, page=asked.page, per_page=PER_PAGE)
    return render_template(
        "totals/records.html",
        question=question,
        figure=figure,
        findings=found,
        patrols=patrols,
        openable=ids_to_open(patrols, seen_by=question.seen_by),
        page=asked.page,
        pages=max(1, -(-figure.records // PER_PAGE)),
        address=asked.address,
        as_of=clock.now(),
    )


@bp.get("/so-lieu/tips.<key>")
@allow(Permission.SEE_TIPS, hidden=True, is_logged=True)
def tip_records(key: str) -> Any:
    """The tips a figure counts, or the cases they led to; looking at them is written down."""
    asked = parse_question(request.args, default=Period.of_year(clock.today().year))
    question = question_of(asked, seen_by=scope_of(current_user))
    figure = queries.figures(question).figures.get(f"tips.{key}")
    if figure is None:
        raise NotFound
    page = _of_register(asked, question, figure)
    db.session.commit()
    return page


def _of_register(asked: Asked, question: queries.Question, figure: Figure) -> str:
    """One page of the records of another register that a figure is made of."""
    behind = queries.records_behind(question, figure.definition)
    part = {"limit": PER_PAGE, "offset": (asked.page - 1) * PER_PAGE}
    found: dict[str, Any] = {"tips": [], "cases": [], "tips_of": {}, "models": [], "commendations": []}
    if figure.definition.register == "tips" and not figure.definition.measure:
        found["tips"] = tips.latest_of(behind, **part)
        note_reading(found["tips"], by=current_user)
    elif figure.definition.register == "tips":
        found["cases"] = tips.cases_of(behind, **part)
        found["tips_of"] = tips.tips_of_cases(found["cases"], seen_by=question.seen_by)
        shown = {tip.id: tip for several in found["tips_of"].values() for tip in several}
        note_reading(list(shown.values()), by=current_user)
    elif figure.definition.register == "schemes":
        found["models"] = schemes.page_of(behind, **part)
    else:
        found["commendations"] = commendations.page_of(behind, **part)
    return render_template(
        "totals/register_records.html",
        question=question,
        figure=figure,
        **found,
        page=asked.page,
        pages=max(1, -(-figure.records // PER_PAGE)),
        address=asked.address,
        as_of=clock.now(),
    )
