"""Whatever is written into a free field is text on every page that shows it, and nothing else."""

from urllib.parse import quote_plus

import pytest

from patrol.accounts.rules import Role
from patrol.patrols import services
from tests.builders import finding_draft, form_of, make_patrol, make_person

# Each breaks out of another place a text may stand in; written one after the other, any of them would show.
PAYLOAD = " ".join(
    (
        "<script>alert(1)</script>",
        "${alert(1)}",
        '"><img src=x onerror=alert(1)>',
        "'><svg onload=alert(1)>",
        "</textarea><script>alert(1)</script>",
        "</option></select><b onclick=alert(1)>",
    )
)


@pytest.fixture
def clerk(db, clock, signed_in):
    return signed_in(make_person(Role.DUTY_OFFICER))


def inert(seen, *pieces, css="main"):
    """Every piece is read as it was written, and no element came of it (the driver has looked for handlers)."""
    said = seen.text(css)
    for piece in pieces:
        assert piece in said, f"{seen.url} does not show {piece!r}"
    assert seen.all("img[src=x], svg[onload], b[onclick]") == []
    assert not [tag for tag in seen.all("script") if "alert" in tag.get_text()]


def test_hostile_text_is_only_text(page, clerk, db):
    payload = PAYLOAD
    note, start, end, leader = f"1{payload}", f"2{payload}", f"3{payload}", f"4{payload}"
    place, words, because = f"5{payload}", f"6{payload}", f"7{payload}"
    fields = form_of(
        clerk,
        note=note,
        from_place=start,
        to_place=end,
        leader_name=leader,
        nothing_found="",
        findings__0__category="gambling",
        findings__0__place=place,
        findings__0__note=words,
    )
    shown = page.post("/tuan-tra/moi", fields)
    inert(shown, note, start, end, leader, place, words)
    edit = page.open(f"{shown.url}/sua")
    form = edit.form("main form.form")
    inert(edit)
    assert [form.value(name) for name in ("note", "from_place", "to_place", "leader_name")] == [
        note,
        start,
        end,
        leader,
    ]
    assert (form.value("findings.0.place"), form.value("findings.0.note")) == (place, words)
    refused = form.fill(started_time=f"8{payload}").submit("Lưu thay đổi", expected=422)
    inert(refused)
    assert refused.form("main form.form").value("started_time") == f"8{payload}"
    stale = page.post(shown.url + "/sua", {**fields, "rev": "7", "note": "khác"}, expected=409)
    inert(stale, note, leader, css="[aria-labelledby=ban-dang-luu]")
    found = page.open(f"/tuan-tra?tim={quote_plus(payload)}")
    inert(found)
    assert found.form("main form").value("tim") == payload
    returned = page.post(shown.url + "/tra-lai", {"because": because})
    inert(returned, because)
    inert(page.open(f"{shown.url}/sua"), because)
    inert(page.open("home.index"), because)
    inert(page.post(shown.url + "/huy", {"because": because}), because)


def test_hostile_names_are_only_names(page, clerk, signed_in, db):
    payload = PAYLOAD
    leader = make_person(full_name=f"Tên {payload}", rank="Đại uý")
    patrol = make_patrol(by=leader, findings=(finding_draft(),))
    patrol.lead_unit_name = patrol.stretch_name = f"Nơi {payload}"
    patrol.attendance[0].unit_name = f"Đồn {payload}"
    services.confirm(patrol, by=leader)
    inert(
        page.open("logbook.show", patrol_id=patrol.id), f"Tên {payload}", f"Nơi {payload}", f"Đồn {payload}"
    )
    inert(page.open("logbook.index"), f"Nơi {payload}")
    inert(page.open("totals.year", year=2026), f"Nơi {payload}")
    inert(page.open("/so-lieu/patrol.sorties"), f"Nơi {payload}")
    inert(page.open("/so-lieu/finding.gambling.cases"), f"Nơi {payload}")
    signed_in(leader)
    inert(page.open("home.index"), f"Nơi {payload}")
    inert(page.open("logbook.new"), f"Tên {payload}")
