"""The coastal map: the page, and what its script fetches.

Recorded ways say where people were: they are sent under `no-store`, so no cache keeps them. The open page holds them in
memory with their ETag and asks again by it; what did not change is answered with 304 and no data.
"""

import hashlib
import tomllib
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, session, url_for
from flask.json import dumps
from flask_login import current_user

from .. import clock, wording
from ..accounts.queries import scope_of
from ..accounts.rules import Permission, may
from ..db import only_reads
from ..errors import Invalid, NotFound
from ..extensions import db
from ..findings.queries import categories
from ..patrols.models import Patrol
from ..patrols.queries import ids_to_open
from ..totals.asking import question_of
from ..totals.forms import Asked, parse_question
from ..totals.queries import by_stretch, figures, running_totals
from ..totals.rules import Period
from ..tracks.models import PatrolTrack
from ..tracks.rules import Z12
from ..units import queries as register
from ..web.access import allow
from ..web.answers import sent
from ..web.security import nonce, take_images_from
from . import queries, tiles
from .drawing import compile_map
from .forms import parse_lines, parse_patrols
from .routes import make_stream
from .rules import COUNTRY, DETAIL, Box, is_inside, starts_near, weights, widened, work_area
from .services import note_look
from .sketch import draw_inset, draw_work_area, land_file

bp = Blueprint("coastmap", __name__)

PER_PAGE = 25
LANDMARKS = tomllib.loads(Path(__file__).with_name("landmarks.toml").read_text(encoding="utf-8"))["landmark"]
DAY = 86_400


@bp.get("/ban-do")
@allow(Permission.SEE_PATROLS)
def index() -> Any:
    """The map, the totals of exactly what it shows, and the same as a table; what is asked stands in the address."""
    year = Period.of_year(clock.today().year)
    try:
        asked, errors = parse_question(request.args, default=year), {}
    except Invalid as wrong:
        asked, errors = parse_question({}, default=year), wrong.fields
    question = question_of(asked, seen_by=scope_of(current_user))
    answer = figures(question)
    lines = by_stretch(answer)
    sort = request.args.get("xep", "")
    sort = sort if sort in queries.SORTS else "moi-nhat"
    patrols = queries.table_of(
        question, viewer=current_user, sort=sort, limit=PER_PAGE, offset=(asked.page - 1) * PER_PAGE
    )
    stretches = register.stretches()
    sorties = {int(line.where["tuyen"]): line.sorties for line in lines}
    lined = {stretch.id: stretch.line for stretch in stretches if stretch.line}
    area = work_area(list(lined.values()))
    catalogue = categories()
    routes = queries.count_routes(question, viewer=current_user)
    sees_all = may(current_user.role, Permission.SEE_TRACKS)
    options = _options(asked, area, hasRoutes=routes > 0, isWeighted=not sees_all)
    element, script = _compiled(options)
    page = render_template(
        "coastmap/index.html",
        question=question,
        asked=asked,
        answer=answer,
        lines=lines,
        element=element,
        script=script,
        options=options,
        first_routes=f"{options['routes']}&net={Z12}" if routes and starts_near(area) else "",
        nonce=nonce(),
        coast=draw_work_area(stretches, sorties),
        inset=draw_inset(((area[1] + area[3]) / 2, (area[0] + area[2]) / 2)),
        undrawn=[line for line in lines if line.where["tuyen"] not in lined],
        sees_all=sees_all,
        routes=routes,
        nowhere=queries.spots_of(question)[1],
        found=[
            category
            for category in catalogue
            if any(figure.records for figure in answer.of_category(category.code))
        ],
        number_of={category.code: number for number, category in enumerate(catalogue, 1)},
        patrols=patrols,
        openable=ids_to_open(patrols, seen_by=question.seen_by),
        ways=queries.ways_shown(patrols, seen_by=question.seen_by, viewer=current_user),
        sort=sort,
        pages=max(1, -(-answer[queries.SORTIES.key].records // PER_PAGE)),
        programmes=register.programmes(),
        units=register.units(with_force=True),
        stretches=stretches,
        forces=register.forces(),
        has_boundaries=bool(current_app.config["PATROL"].MAP_BOUNDARIES),
        has_tiles=bool(_tiles()),
        credit=current_app.config["PATROL"].MAP_CREDIT,
        as_of=clock.now(),
        values=request.args,
        errors=errors,
    )
    return page, 422 if errors else 200


def _options(asked: Asked, area: Box, **more: Any) -> dict[str, Any]:
    """What the script of the map is told: addresses and numbers."""
    view = widened(area)
    return {
        "area": area,
        "bounds": COUNTRY if _tiles() or not is_inside(view, DETAIL) else DETAIL,
        "land": current_app.extensions["assets"].url(f"geo/{land_file(view)}"),
        "layers": url_for("coastmap.layers", **asked.address),
        "routes": url_for("coastmap.routes", **asked.address),
        "patrols": url_for("coastmap.patrols", **asked.address),
        "boundaries": url_for("coastmap.boundaries") if current_app.config["PATROL"].MAP_BOUNDARIES else "",
        **more,
    }


def _compiled(options: dict[str, Any]) -> tuple[Any, Any]:
    """The element and script of the map, and leave in the policy for the tiles a setting names."""
    address = _tiles()
    if origin := tiles.origin_of(address):
        take_images_from(origin)
    mbtiles = current_app.config["PATROL"].MAP_MBTILES
    west, south, east, north = options["area"]
    return compile_map(
        options,
        centre=((south + north) / 2, (west + east) / 2),
        tiles=address,
        **({"tiles_deepest": tiles.deepest(mbtiles)} if mbtiles else {}),
    )


def _tiles() -> str:
    """Where tiles come from: the file of this machine, the address of the setting, or nowhere."""
    settings = current_app.config["PATROL"]
    return "/ban-do/o/{z}/{x}/{y}" if settings.MAP_MBTILES else settings.MAP_TILES_URL


@bp.get("/ban-do/lop.json")
@allow(Permission.SEE_PATROLS)
def layers() -> Response:
    """What lies under and over the ways: stretches with their sorties, names, and findings as places of a category."""
    question = question_of(_asked(), seen_by=scope_of(current_user))
    sorties = {int(line.where["tuyen"]): line.sorties for line in by_stretch(running_totals(question))}
    shown = [
        each for each in register.stretches() if each.line and (each.valid_to is None or each.id in sorties)
    ]
    widths = weights([sorties.get(each.id, 0) for each in shown])
    spots, _ = queries.spots_of(question)
    catalogue = categories()
    number_of = {category.code: number for number, category in enumerate(catalogue, 1)}
    return sent(
        dumps(
            {
                "stretches": [
                    {"name": each.name, "line": each.line, "sorties": sorties.get(each.id, 0), "width": width}
                    for each, width in zip(shown, widths, strict=True)
                ],
                "landmarks": LANDMARKS,
                "spots": [
                    [round(spot.lat, 5), round(spot.lon, 5), number_of[spot.category], spot.patrol_id]
                    for spot in spots
                ],
            }
        ).encode(),
        "application/json",
    )


@bp.get("/ban-do/vet")
@allow(Permission.SEE_PATROLS)
def routes() -> Response:
    """The recorded ways this person may see, as one stream; a look at those of others is written down once."""
    asked = _asked()
    question = question_of(asked, seen_by=scope_of(current_user))
    line, inside = parse_lines(request.args)
    stored = queries.routes_of(question, line, viewer=current_user, inside=inside)
    answer = sent(make_stream(line, stored), "application/octet-stream")
    look = hashlib.sha256(f"{current_user.id} {clock.today()} {asked.address}".encode()).hexdigest()[:16]
    if stored and may(current_user.role, Permission.SEE_TRACKS) and session.get("map_look") != look:
        db.session.rollback()
        only_reads(False)
        note_look(asked.address, queries.count_routes(question, viewer=current_user), by=current_user)
        db.session.commit()
        session["map_look"] = look
    return answer


@bp.get("/ban-do/luot.json")
@allow(Permission.SEE_PATROLS)
def patrols() -> Response:
    """A few patrols of the map as lines of words for the place that was tapped; those one may not open are left out."""
    question = question_of(_asked(), seen_by=scope_of(current_user))
    found = queries.patrols_at(parse_patrols(request.args), question=question)
    ways = queries.ways_shown(found, seen_by=question.seen_by, viewer=current_user)
    counts = queries.counts_of(found, seen_by=question.seen_by)
    told = [_told(patrol, ways.get(patrol.id), counts.get(patrol.id, {})) for patrol in found]
    return sent(dumps(told).encode(), "application/json")


def _told(
    patrol: Patrol, way: PatrolTrack | None, counts: dict[str, list[tuple[str, float | None]]]
) -> dict[str, Any]:
    """Counts and a link; no names of people, no notes."""
    end = f"–{wording.clock_time(patrol.ended_at)}" if patrol.ended_at else ""
    return {
        "id": patrol.id,
        "when": f"{wording.day(patrol.patrolled_on)}, {wording.clock_time(patrol.started_at)}{end}",
        "stretch": patrol.stretch_name,
        "lead": patrol.lead_unit_name,
        "personnel": wording.so_far(patrol.known_personnel, patrol.unknown_personnel),
        "distance": wording.distance(way.distance_m) if way else "",
        "found": [
            f"{category}: "
            + ", ".join(f"{wording.number(quantity)} {wording.measure(unit)}" for unit, quantity in units)
            for category, units in counts.items()
        ],
        "nothing": patrol.nothing_found,
        "href": url_for("logbook.show", patrol_id=patrol.id),
    }


@bp.get("/ban-do/o/<int:z>/<int:x>/<int:y>")
@allow(Permission.SEE_PATROLS)
def tile(z: int, x: int, y: int) -> Response:
    """One tile of the administrator's own file; 204 where it has none."""
    path = current_app.config["PATROL"].MAP_MBTILES
    if not path:
        raise NotFound
    found = tiles.tile(path, z, x, y)
    answer = Response(found[0], content_type=found[1]) if found else Response(status=204)
    answer.cache_control.private = True  # a picture of the land says nothing about anybody
    answer.cache_control.max_age = DAY
    return answer


@bp.get("/ban-do/ranh-gioi.json")
@allow(Permission.SEE_PATROLS)
def boundaries() -> Response:
    """The borders the administrator gave, with their names."""
    path = current_app.config["PATROL"].MAP_BOUNDARIES
    if not path:
        raise NotFound
    return sent(dumps(tiles.boundaries(path, Path(path).stat().st_mtime)).encode(), "application/geo+json")


def _asked() -> Asked:
    return parse_question(request.args, default=Period.of_year(clock.today().year))
