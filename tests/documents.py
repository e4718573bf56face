"""Every file of the demo years, opened and recalculated by LibreOffice: `make documents` says if the numbers stay.

Outside the suite: it needs an office program (some 400 MB) and minutes. The stored values of the formulas are taken out
of a copy of each workbook first, so that LibreOffice has nothing to repeat and must add up for itself. Each file is
compared cell by cell with what LibreOffice made of it, with its csv, with `flask figures`, and with a count of the raw
rows. Exit code 1 when anything differs. A PDF of each workbook is left in tests/artifacts to be looked at.
"""

import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import gpxpy
from flask import Flask, session
from flask.testing import FlaskClient
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from sqlalchemy import select

from patrol import clock
from patrol.accounts.queries import person_by_username
from patrol.accounts.views import start_session
from patrol.extensions import db
from patrol.patrols.models import Patrol
from tests import needs
from tests.databases import DEMO_NOW, Databases
from tests.workbooks import assert_csv_is_workbook, lines_of, table_of

ARTIFACTS = Path(__file__).parent / "artifacts"
YEAR = 2023
FILES = (
    f"/tong-ket/{YEAR}",
    "/tong-ket/2025",
    f"/tuan-tra?tu={YEAR}-01-01&den={YEAR}-12-31",
    "/tuan-tra",
    "/hoi-nghi/1",
)
STORED = re.compile(rb"(<c\b[^>]*>\s*<f>[^<]*</f>\s*)<v>[^<]*</v>")
# A profile in which LibreOffice recalculates every workbook it opens; by itself it believes what is stored.
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


def main() -> int:
    try:
        office = Office(needs.libreoffice())
    except needs.Missing as missing:
        print(f"\n{missing}", file=sys.stderr)
        return 1
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder))
        try:
            url, _ = databases.demonstrated("sqlite")
            with databases.app(url) as app, clock.frozen(DEMO_NOW):
                wrong += figures_differ(app, client_of(app, "tonghop"))
                for path in FILES:
                    wrong += file_differs(office, client_of(app, "tonghop"), path)
                wrong += form_differs(office, client_of(app, "tonghop"))
                wrong += ways_differ(client_of(app, "chihuy"))
        finally:
            databases.close()
            office.close()
    for line in wrong:
        print(f"KHÁC: {line}", file=sys.stderr)
    print("Mọi số giống nhau." if not wrong else f"{len(wrong)} chỗ khác nhau.")
    return 1 if wrong else 0


class Office:
    """LibreOffice without a screen, with a profile of its own."""

    def __init__(self, program: str):
        self.program = program
        self.folder = Path(tempfile.mkdtemp(prefix="patrol-office-"))
        profile = self.folder / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")

    def converted(self, content: bytes, extension: str) -> bytes:
        """The workbook opened, recalculated and saved as another kind of file."""
        source, out = self.folder / "in.xlsx", self.folder / "out"
        source.write_bytes(content)
        subprocess.run(
            [self.program, f"-env:UserInstallation=file://{self.folder / 'profile'}", "--headless",
             "--convert-to", extension, "--outdir", out, source],
            check=True, capture_output=True, timeout=600,
        )  # fmt: skip
        return (out / f"in.{extension.partition(':')[0]}").read_bytes()

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def client_of(app: Flask, username: str) -> FlaskClient:
    """A browser in which this account of the demo is signed in."""
    client = app.test_client()
    client.environ_base |= {"HTTP_ORIGIN": "http://localhost", "HTTP_SEC_FETCH_SITE": "same-origin"}
    with app.test_request_context(environ_base=client.environ_base):
        start_session(person_by_username(username))
        db.session.commit()
        started = dict(session)
    with client.session_transaction() as kept:
        kept.update(started)
    return client


def taken(client: FlaskClient, path: str, extension: str) -> bytes:
    place, _, query = path.partition("?")
    answer = client.get(f"{place}.{extension}?{query}")
    assert answer.status_code == 200, f"{path}.{extension}: {answer.status}"
    return answer.data


def without_results(content: bytes) -> tuple[bytes, int]:
    """The same workbook with 0 stored beside every formula, and how many formulas there are."""
    file = io.BytesIO()
    formulas = 0
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(file, "w") as after:
        for part in before.namelist():
            data = before.read(part)
            if part.startswith("xl/worksheets/"):
                data, number = STORED.subn(rb"\g<1><v>0</v>", data)
                formulas += number
            after.writestr(part, data)
    return file.getvalue(), formulas


def cells_of(book: Workbook) -> dict[tuple[str, str], Any]:
    return {
        (sheet.title, cell.coordinate): round(cell.value, 6) if isinstance(cell.value, float) else cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value not in (None, "")
    }


def file_differs(office: Office, client: FlaskClient, path: str) -> list[str]:
    content = taken(client, path, "xlsx")
    book = load_workbook(io.BytesIO(content), data_only=True)
    emptied, formulas = without_results(content)
    recalculated = load_workbook(io.BytesIO(office.converted(emptied, "xlsx")), data_only=True)
    ours, theirs = cells_of(book), cells_of(recalculated)
    wrong = [
        f"{path} {sheet}!{cell}: {ours.get((sheet, cell))!r} ở tệp, {theirs.get((sheet, cell))!r} ở LibreOffice"
        for sheet, cell in sorted(ours.keys() | theirs.keys())
        if ours.get((sheet, cell)) != theirs.get((sheet, cell))
    ]
    try:
        assert_csv_is_workbook(lines_of(taken(client, path, "csv")), book)
    except AssertionError as differs:
        wrong.append(f"{path}: csv khác xlsx: {str(differs)[:300]}")
    ARTIFACTS.mkdir(exist_ok=True)
    name = re.sub(r"\W+", "-", path).strip("-")
    (ARTIFACTS / f"document-{name}.pdf").write_bytes(office.converted(content, "pdf"))
    print(f"{path}: {len(book.sheetnames)} trang, {len(ours)} ô, {formulas} công thức, {len(wrong)} chỗ khác")
    return wrong


def figures_differ(app: Flask, client: FlaskClient) -> list[str]:
    """The sheet of figures beside the command line, and beside a count of the raw rows of the article's year."""
    book = load_workbook(io.BytesIO(taken(client, f"/tong-ket/{YEAR}", "xlsx")), data_only=True)
    head, rows, _ = table_of(book["Tổng hợp"])
    key, value, scope = head.index("Mã"), head.index("Kỳ này"), "dbp_cua_dai"
    with app.app_context():
        run = app.test_cli_runner().invoke(
            args=["figures", "--from", f"{YEAR}-01-01", "--to", f"{YEAR}-12-31", "--unit", scope, "--json"]
        )
    assert run.exit_code == 0, run.output or run.exception
    said = json.loads(run.stdout)["figures"]
    wrong = []
    for row in rows:
        expected = said[row[key]]["value"]
        if row[value] != ("chưa rõ" if expected is None else expected):
            wrong.append(f"{row[key]}: {row[value]!r} ở tệp, {expected!r} ở dòng lệnh")
    with app.app_context():
        counted = [
            sum(row.personnel or 0 for row in patrol.attendance)
            for patrol in db.session.scalars(select(Patrol))
            if patrol.patrolled_on.year == YEAR
            and patrol.status in ("submitted", "confirmed", "closed")
            and "tuyen_bien_binh_yen" in {programme.code for programme in patrol.programmes}
            and len({r.force_code for r in patrol.attendance if r.personnel != 0 or r.militia}) >= 2
        ]
    for figure, expected in (("patrol.sorties", len(counted)), ("patrol.personnel", sum(counted))):
        if said[figure]["value"] != expected:
            wrong.append(f"{figure}: {said[figure]['value']} ở dòng lệnh, {expected} đếm từng dòng")
    print(f"Năm {YEAR}: {len(rows)} chỉ tiêu; đếm từng dòng {len(counted)} lượt, {sum(counted)} lượt CBCS")
    return wrong


def form_differs(office: Office, client: FlaskClient) -> list[str]:
    """The form of the paper book, opened and saved by LibreOffice, is still a form we read."""
    content = client.get("/tuan-tra/tu-so-giay/mau.xlsx").data
    again = office.converted(content, "xlsx")
    wrong = [] if cells_of(load_workbook(io.BytesIO(content))) == cells_of(load_workbook(io.BytesIO(again))) else [
        "mẫu sổ giấy: LibreOffice lưu lại khác đi"
    ]  # fmt: skip
    sent = {"file": (io.BytesIO(again), "mau.xlsx")}
    answer = client.post("/tuan-tra/tu-so-giay/kiem-tra", data=sent, content_type="multipart/form-data")
    if "Trang này chưa có dòng nào" not in answer.text:
        wrong.append("mẫu sổ giấy: không đọc lại được sau khi LibreOffice lưu")
    print(f"Mẫu sổ giấy: {len(wrong)} chỗ khác")
    return wrong


def ways_differ(client: FlaskClient) -> list[str]:
    """As many ways, pieces and positions in the GPX as in the GeoJSON."""
    tracks = gpxpy.parse(taken(client, "/tuan-tra", "gpx")).tracks
    features = json.loads(taken(client, "/tuan-tra", "geojson"))["features"]
    lines = [each["geometry"] for each in features if each["geometry"]["type"] != "Point"]
    positions = sum(
        len(line["coordinates"]) if line["type"] == "LineString" else sum(map(len, line["coordinates"]))
        for line in lines
    )
    points = sum(
        len(segment.points) for track in tracks for segment in track.segments if len(segment.points) > 1
    )
    print(f"Vết đi: {len(tracks)} ở GPX, {len(lines)} ở GeoJSON, {points} và {positions} điểm")
    return [] if (len(tracks), points) == (len(lines), positions) and lines else ["vết đi: GPX khác GeoJSON"]


if __name__ == "__main__":
    sys.exit(main())
