"""The map as each person meets it: whose ways he sees, that its totals are the figures, and that words stay words."""

import gzip
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from patrol import clock as patrol_clock, wording
from patrol.accounts.queries import scope_of, scope_of_unit
from patrol.accounts.rules import Role
from patrol.audit.models import AuditEvent
from patrol.coastmap.routes import read_stream
from patrol.extensions import db as the_db
from patrol.findings.models import Category
from patrol.totals.queries import figures
from patrol.tracks.rules import Limits
from patrol.tracks.services import attach_files, read_files
from patrol.units.models import Force, Stretch
from tests.builders import (
    COMMITTEE,
    MILITARY,
    POLICE,
    POST,
    attendance,
    finding_draft,
    make_patrol,
    make_person,
    question,
    unit,
)
from tests.tracks.samples import gpx, walk

HOSTILE = ("${document.title='x'}", "</script><b>x", '<img src=x onerror="alert(1)">')
YEAR = "tu=2026-01-01&den=2026-12-31&chuong-trinh=tuyen_bien_binh_yen"
NIGHT = patrol_clock.in_utc(datetime.fromisoformat("2026-02-04T21:00"))


def walked(patrol: Any, *, by: Any, seed: int = 1) -> Any:
    """The patrol with a recorded way."""
    points, _ = walk(170 * 60, 1.2, 10, 2.0, 2.0, seed, start=patrol.started_at + timedelta(minutes=2))
    attach_files(patrol, read_files([("vet.gpx", gpx(points).encode())], Limits()), by=by)
    return patrol


@pytest.fixture
def leader(db: Any, clock: Any) -> Any:
    return make_person(full_name="Trần Dẫn Đầu")


@pytest.fixture
def coast(leader: Any) -> dict[str, Any]:
    """Three forces led once each; two ways recorded; findings with and without a km; one patrol of one force alone."""
    second = make_person(of=POLICE)
    found = (
        finding_draft("gambling", measures={"cases": 1, "subjects": 5}, km=2.5),
        finding_draft("drug_use", measures={"cases": 1}),
    )
    led = make_patrol(by=leader, means="on_foot", started=NIGHT, findings=found, nothing_found=False)
    next_day = make_patrol(by=second, lead=POLICE, means="on_foot", started=NIGHT + timedelta(days=1))
    return {
        "led": walked(led, by=leader),
        "police": walked(next_day, by=second, seed=2),
        "bare": make_patrol(by=leader, on="dien_ban_bac", started=NIGHT + timedelta(days=2)),
        "alone": make_patrol(
            by=leader, attendance=attendance(**{POST: 3}), started=NIGHT + timedelta(days=3)
        ),
    }


def routes(client: Any, line: str = "z12", **headers: str) -> Any:
    return client.get(f"/ban-do/vet?{YEAR}&net={line}", headers=headers)


def ids_on_map(client: Any) -> set[int]:
    answer = routes(client)
    assert answer.status_code == 200
    return {route.patrol_id for route in read_stream(answer.data)[1]}


def layers(client: Any, query: str = YEAR) -> Any:
    return client.get(f"/ban-do/lop.json?{query}").json


WATCHERS = [
    (Role.COMMANDER, POST),
    (Role.DUTY_OFFICER, POST),
    (Role.STAFF_CLERK, POST),
    (Role.PATROL_LEADER, POST),
    (Role.COMMANDER, POLICE),
    (Role.STAFF_CLERK, COMMITTEE),
    (Role.COMMANDER, COMMITTEE),
]


def agrees(seen: Any, answer: Any) -> None:
    """Totals beside the map, findings by category and the lines of the table are those of the figures."""
    metres = answer["patrol.distance_m"].value
    assert seen.texts("aside .figure__value") == [
        wording.number(answer["patrol.sorties"].value),
        wording.number(answer["patrol.personnel"].value),
        wording.number(round(metres / 1000, 1)) if metres is not None else "chưa rõ",
    ]
    told = " ".join(seen.texts("aside table td"))
    for figure in answer.figures.values():
        if figure.definition.category and figure.records:
            assert f"{wording.number(figure.value)} {figure.definition.unit}" in told
    assert len(seen.all("section:has(> #cac-luot) tbody tr")) == answer["patrol.sorties"].records


def test_the_totals_beside_the_map_are_the_figures_for_every_role(
    page: Any, signed_in: Callable, coast: dict
):
    for role, whose in WATCHERS:
        person = signed_in(make_person(role, of=whose))
        agrees(page.open(f"/ban-do?{YEAR}"), figures(question(seen_by=scope_of(person))))


def test_and_for_every_narrowing(page: Any, signed_in: Callable, coast: dict):
    scope = scope_of(signed_in(make_person(Role.COMMANDER)))
    stretch, police = coast["bare"].stretch_id, unit(POLICE)
    for address, narrowed in (
        ("luc-luong=police", {"force": "police"}),
        (f"tuyen={stretch}", {"stretch_id": stretch}),
        (f"don-vi={police.id}", {"narrowed": scope_of_unit(police)}),
    ):
        agrees(page.open(f"/ban-do?{YEAR}&{address}"), figures(question(seen_by=scope, **narrowed)))


@pytest.mark.parametrize(
    ("role", "whose", "sees"),
    [
        (Role.COMMANDER, POST, {"led", "police"}),
        (Role.DUTY_OFFICER, POLICE, {"led", "police"}),
        (Role.STAFF_CLERK, POST, set()),
        (Role.COMMANDER, COMMITTEE, set()),
        (Role.PATROL_LEADER, MILITARY, set()),
    ],
)
def test_ways_are_drawn_for_whoever_may_see_them(client, signed_in, coast, role, whose, sees):
    signed_in(make_person(role, of=whose))
    assert ids_on_map(client) == {coast[name].id for name in sees}


def test_a_leader_sees_his_own_ways_and_no_others(client, page, signed_in, coast, leader):
    signed_in(leader)
    assert ids_on_map(client) == {coast["led"].id}
    assert "1 vết đi của chính đồng chí" in page.open(f"/ban-do?{YEAR}").text(".legend")


def test_who_may_not_see_ways_gets_stretches_as_wide_as_their_sorties(client, page, signed_in, coast):
    signed_in(make_person(Role.STAFF_CLERK, of=COMMITTEE))
    by_name = {each["name"]: each for each in layers(client)["stretches"]}
    whole = by_name["Bờ biển Điện Bàn, cả tuyến (km 0,0 – 6,28)"]
    north = by_name["Điện Bàn, đoạn bắc (km 0,0 – 2,0)"]
    south = by_name["Điện Bàn, đoạn nam (km 4,1 – 6,28)"]
    assert [whole["sorties"], north["sorties"], south["sorties"]] == [2, 1, 0]
    assert whole["width"] > north["width"] > south["width"]
    assert '"isWeighted": true' in page.open(f"/ban-do?{YEAR}").html


def test_findings_stand_at_their_km_and_are_a_matter_of_those_who_may_open_the_patrol(
    client, page, signed_in, coast
):
    signed_in(make_person(Role.COMMANDER))
    found = layers(client)
    assert [(lat, lon, patrol_id) for lat, lon, _, patrol_id in found["spots"]] == [
        (pytest.approx(15.94588, abs=1e-4), pytest.approx(108.3047, abs=1e-4), coast["led"].id)
    ]
    assert "1 phát hiện không ghi km" in page.open(f"/ban-do?{YEAR}").text(".legend")
    signed_in(make_person(Role.COMMANDER, of=COMMITTEE))
    assert layers(client)["spots"] == []


def test_a_tap_tells_counts_and_a_link_and_nobodys_name(client, signed_in, coast):
    signed_in(make_person(Role.COMMANDER))
    led, alone = coast["led"], coast["alone"]
    told = client.get(f"/ban-do/luot.json?{YEAR}&luot={led.id},{alone.id},999999").json
    assert [one["id"] for one in told] == [led.id]
    assert told[0]["href"] == f"/tuan-tra/{led.id}"
    assert told[0]["personnel"] == "6"
    assert told[0]["found"] == [
        "Đánh bạc trái phép: 1 vụ, 5 đối tượng",
        "Sử dụng trái phép chất ma tuý: 1 vụ, chưa rõ đối tượng",
    ]
    assert re.fullmatch(r"\d+(,\d+)? k?m", told[0]["distance"])
    assert "Dẫn Đầu" not in json.dumps(told, ensure_ascii=False)
    signed_in(make_person(Role.COMMANDER, of=COMMITTEE))
    assert client.get(f"/ban-do/luot.json?{YEAR}&luot={led.id}").json == []


def test_a_headcount_nobody_wrote_down_is_unknown_on_the_map_and_one_that_lacks_a_unit_is_marked(
    client, page, signed_in, coast
):
    signed_in(make_person(Role.COMMANDER))
    nobody = make_patrol(started="2026-02-01 21:00", attendance=attendance(**{POST: None, POLICE: None}))
    some = make_patrol(started="2026-02-02 21:00", attendance=attendance(**{POST: 3, POLICE: None}))
    told = client.get(f"/ban-do/luot.json?{YEAR}&luot={nobody.id},{some.id}").json
    assert {one["id"]: one["personnel"] for one in told} == {nobody.id: "chưa rõ", some.id: "3+"}
    shown = page.open(f"/ban-do?{YEAR}")
    assert "Dấu +: có đơn vị chưa rõ quân số." in shown.text()
    cells = shown.texts("section[aria-labelledby=cac-luot] td.num")
    assert "chưa rõ" in cells and "3+" in cells


def test_a_clerk_is_told_of_a_patrol_but_not_how_far_it_went(client, signed_in, coast):
    signed_in(make_person(Role.STAFF_CLERK))
    assert client.get(f"/ban-do/luot.json?{YEAR}&luot={coast['led'].id}").json[0]["distance"] == ""


def looks() -> list[AuditEvent]:
    return list(the_db.session.scalars(select(AuditEvent).where(AuditEvent.action == "track.viewed_on_map")))


def test_a_look_at_the_ways_of_others_is_one_line_of_the_trail(client, signed_in, coast, leader):
    person = signed_in(make_person(Role.COMMANDER))
    for line in ("z12", "z10", "fine&khung=108,15,109,16.5"):
        assert routes(client, line).status_code == 200
    (look,) = looks()
    assert (look.actor_id, look.changes["routes"], look.changes["tu"]) == (
        person.id,
        [None, 2],
        [None, "2026-01-01"],
    )
    client.get(f"/ban-do/vet?{YEAR}&net=z12&luc-luong=police")
    assert len(looks()) == 2
    signed_in(leader)
    routes(client)
    signed_in(make_person(Role.STAFF_CLERK))
    routes(client)
    assert len(looks()) == 2


def test_ways_are_kept_by_no_cache_and_not_sent_twice_to_a_page_that_holds_them(client, signed_in, coast):
    signed_in(make_person(Role.COMMANDER))
    first = routes(client)
    again = routes(client, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    for answer in (first, again):
        assert answer.headers["Cache-Control"] == "no-store"
    walked(coast["bare"], by=None, seed=3)
    assert routes(client, **{"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_what_is_large_travels_packed(client, signed_in, coast):
    signed_in(make_person(Role.COMMANDER))
    plain = client.get(f"/ban-do/lop.json?{YEAR}")
    packed = client.get(f"/ban-do/lop.json?{YEAR}", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2


def test_only_ways_inside_the_view_are_sent_in_full(client, signed_in, coast):
    signed_in(make_person(Role.COMMANDER))
    here = client.get(f"/ban-do/vet?{YEAR}&net=fine&khung=108.2,15.8,108.4,16.0")
    far = client.get(f"/ban-do/vet?{YEAR}&net=fine&khung=109.2,15.8,109.4,16.0")
    assert (len(read_stream(here.data)[1]), len(read_stream(far.data)[1])) == (2, 0)
    assert client.get(f"/ban-do/vet?{YEAR}&net=fine").status_code == 422


def test_names_of_every_kind_stay_words(client, page, signed_in, coast):
    """What somebody types as a name never becomes part of a script, of markup, or of what folium compiles."""
    the_db.session.scalar(select(Stretch).where(Stretch.code == "dien_ban")).name = HOSTILE[0] + HOSTILE[1]
    coast["led"].stretch_name = HOSTILE[0] + HOSTILE[1]
    coast["led"].lead_unit_name = HOSTILE[2]
    unit(POST).name = HOSTILE[1] + HOSTILE[2]
    the_db.session.get(Force, "police").name = HOSTILE[0] + HOSTILE[2]
    for category in the_db.session.scalars(select(Category).where(Category.code == "gambling")):
        category.name = HOSTILE[2] + HOSTILE[0]
    signed_in(make_person(Role.COMMANDER))
    seen = page.open(f"/ban-do?{YEAR}")
    (script,) = [tag.get_text() for tag in seen.all("script[nonce]")]
    for name in HOSTILE:
        assert name not in script
    assert "${" not in script
    assert not seen.all("main img, main b:-soup-contains('x')")
    assert HOSTILE[2] in seen.text("main")
    assert layers(client)["stretches"][0]["name"] == HOSTILE[0] + HOSTILE[1]
    told = client.get(f"/ban-do/luot.json?{YEAR}&luot={coast['led'].id}")
    assert told.json[0]["lead"] == HOSTILE[2]
    assert told.content_type == "application/json"


def test_the_one_script_in_the_page_runs_by_a_word_that_is_new_each_time(client, page, signed_in, coast):
    signed_in(make_person(Role.COMMANDER))
    words = set()
    for _ in range(2):
        seen = page.open(f"/ban-do?{YEAR}")
        policy = seen.response.headers["Content-Security-Policy"]
        words.add(re.search(r"script-src 'self' 'nonce-([\w-]{20,})';", policy)[1])
        assert "img-src 'self' data:;" in policy
        assert [tag["nonce"] for tag in seen.all("script:not([src])")] == [seen.one("script[nonce]")["nonce"]]
    assert len(words) == 2
    assert "nonce" not in client.get("/tuan-tra").headers["Content-Security-Policy"]


def test_without_scripts_there_are_totals_table_and_a_drawing(page, signed_in, coast):
    signed_in(make_person(Role.COMMANDER))
    seen = page.open(f"/ban-do?{YEAR}")
    assert "đang tắt JavaScript" in seen.text("noscript")
    assert seen.all("svg.shore .shore__land") and seen.all("svg.shore .shore__band")
    said = seen.one("svg.inset")["aria-label"]
    assert "Quần đảo Hoàng Sa (TP Đà Nẵng, Việt Nam)" in said
    assert "Quần đảo Trường Sa (tỉnh Khánh Hoà, Việt Nam)" in said
    assert "© người đóng góp OpenStreetMap (ODbL)" in seen.text(".coast__credit")
    assert [link["href"] for link in seen.all("section:has(> #cac-luot) tbody th a")] == [
        f"/tuan-tra/{coast[name].id}" for name in ("bare", "police", "led")
    ]


def test_the_table_is_sorted_as_wished(page, signed_in, coast):
    signed_in(make_person(Role.COMMANDER))
    by_distance = page.open(f"/ban-do?{YEAR}&xep=quang-duong").texts("section:has(> #cac-luot) tbody tr")
    assert by_distance[-1].endswith("–")
    oldest = page.open(f"/ban-do?{YEAR}&xep=cu-nhat").texts("section:has(> #cac-luot) tbody th")
    assert oldest[0].endswith("04/02/2026")


def test_a_wrong_period_is_explained_and_the_rest_stays(page, signed_in, coast):
    signed_in(make_person(Role.COMMANDER))
    seen = page.open("/ban-do?tu=2026-12-31&den=2026-01-01", expected=422)
    assert "Chưa đổi kỳ" in seen.text(".notice--problem")


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_who_sees_no_patrols_has_no_map(client, signed_in, db, role):
    signed_in(make_person(role))
    for path in (
        "/ban-do",
        "/ban-do/vet?net=z12",
        "/ban-do/lop.json",
        "/ban-do/luot.json?luot=1",
        "/ban-do/o/1/1/1",
    ):
        assert client.get(path).status_code == 403, path


def test_without_a_setting_there_are_no_tiles_and_no_borders(client, signed_in, db):
    signed_in(make_person(Role.COMMANDER))
    assert client.get("/ban-do/o/12/3280/1872").status_code == 404
    assert client.get("/ban-do/ranh-gioi.json").status_code == 404
