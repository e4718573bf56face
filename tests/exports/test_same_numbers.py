"""Random years: page, workbook, csv and command line say, number by number, what a person counts in the raw rows."""

import json
import re
from datetime import date

from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings, strategies as st

from patrol import wording
from patrol.accounts.rules import Role
from tests.builders import POST, make_person
from tests.totals.test_recount import SORTIE, recount, write
from tests.workbooks import book_of, fetch, lines_of, table_of

YEAR = 2025
OF_THE_POST = SORTIE.map(lambda sortie: sortie | {"lead": POST})  # so that its clerk sees them all


def on_the_page(html: str) -> dict[str, set[str]]:
    """Key of a figure → what the page writes where it links to its records."""
    shown: dict[str, set[str]] = {}
    for link in BeautifulSoup(html, "html5lib").select("main a[href*='patrol.'], main a[href*='finding.']"):
        if "?" not in link["href"] or not re.search(r"thang|tuyen=|luc-luong|chu-tri", link["href"]):
            key = link["href"].partition("?")[0].rpartition("/")[2]
            number = link.select_one(".figure__value, strong") or link
            shown.setdefault(key, set()).add(" ".join(number.get_text().split()))
    return shown


@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(sorties=st.lists(OF_THE_POST, min_size=3, max_size=9))
def test_every_way_to_a_number_says_the_same(db, client, signed_in, runner, sorties):
    clerk = signed_in(make_person(Role.STAFF_CLERK))
    for sortie in sorties:
        write(YEAR, sortie, clerk)
    db.session.commit()
    count, months, _, stretches, led, _, people, findings = recount(YEAR)

    run = runner.invoke(
        args=["figures", "--from", f"{YEAR}-01-01", "--to", f"{YEAR}-12-31", "--unit", POST, "--json"]
    )
    said = {key: figure["value"] for key, figure in json.loads(run.stdout)["figures"].items()}
    page = on_the_page(fetch(client, f"/tong-ket/{YEAR}").text)
    book = book_of(client, f"/tong-ket/{YEAR}.xlsx")
    csv = lines_of(fetch(client, f"/tong-ket/{YEAR}.csv").data)
    head, rows, _ = table_of(book["Tổng hợp"])
    key, value = head.index("Mã"), head.index("Kỳ này")
    in_book = {row[key]: row[value] for row in rows}
    in_csv = {
        line[key + 1]: line[value + 1] for line in csv if line[0] == "Tổng hợp" and "." in line[key + 1]
    }

    counted = {"patrol.sorties": count["sorties"], "patrol.single_force": count["single"]}
    for figure, number in counted.items():
        assert said[figure] == number
    for name in ("personnel", "militia"):
        assert (said[f"patrol.{name}"] or 0) == count[name]
    for figure, kind in findings:
        if kind == "records":
            known = findings[figure, "unknown"] < findings[figure, "records"]
            assert said[figure] == (findings[figure, "sum"] if known else None), figure
    assert set(in_book) == set(in_csv) and "patrol.sorties" in in_book
    for figure, number in in_book.items():
        assert number == ("chưa rõ" if said[figure] is None else said[figure]), figure
        assert in_csv[figure] == ("chưa rõ" if said[figure] is None else str(said[figure])), figure
    for figure, written in page.items():
        if figure == "patrol.distance_m":  # in metres everywhere but on the page
            continue
        assert written == {wording.number(said[figure])}, figure
    assert "patrol.sorties" in page

    def by(sheet: str, *columns: str) -> list[tuple]:
        names, lines, sums = table_of(book[sheet])
        places = [names.index(column) for column in columns]
        if lines:
            assert [sums[place] for place in places] == [
                sum(line[place] for line in lines if isinstance(line[place], int)) for place in places
            ]
        return [(line[0], *(line[place] for place in places)) for line in lines]

    assert dict(by("Theo tháng", "Lượt")) == {
        wording.month(date(YEAR, month, 1)): number for month, number in months.items()
    }
    for sheet in ("Theo tháng", "Theo đơn vị", "Theo đơn vị hiện nay", "Theo tuyến", "Theo địa bàn"):
        lines = by(sheet, "Lượt", "Lượt CBCS", "Lượt dân quân")
        assert sum(line[1] for line in lines) == count["sorties"], sheet
        assert sum(line[2] for line in lines if isinstance(line[2], int)) == count["personnel"], sheet
        assert sum(line[3] for line in lines) == count["militia"], sheet
    assert sorted(number for _, number in by("Theo tuyến", "Lượt")) == sorted(stretches.values())
    forces = by("Theo lực lượng", "Lượt chủ trì", "Lượt CBCS")
    assert sum(line[1] for line in forces) == count["sorties"] == sum(led.values())
    assert (
        sum(line[2] for line in forces if isinstance(line[2], int))
        == count["personnel"]
        == sum(people.values())
    )
    _, patrols, _ = table_of(book["Lượt tuần tra (nguồn)"])
    assert len(patrols) == count["sorties"]
