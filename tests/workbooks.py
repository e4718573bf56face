"""Files read back: the tables of a workbook, the rows of a csv."""

import csv
import io
from datetime import datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook import Workbook


def fetch(client: Any, path: str, *, expected: int = 200) -> Any:
    answer = client.get(path)
    assert answer.status_code == expected
    return answer


def book_of(client: Any, path: str) -> Workbook:
    return load_workbook(io.BytesIO(fetch(client, path).data), data_only=True)


def table_of(sheet: Any) -> tuple[list[str], list[list[Any]], list[Any]]:
    """The header, the rows, and the line of sums of a sheet."""
    lines = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = int(sheet.freeze_panes.lstrip("ABC")) - 2
    rows = []
    for line in lines[head + 1 :]:
        if line[0] in ("Cộng", None, "") or (isinstance(line[0], str) and line[0].startswith("Số dòng")):
            break
        rows.append(line)
    after = lines[head + 1 + len(rows)] if head + 1 + len(rows) < len(lines) else []
    return lines[head], rows, after if after and after[0] == "Cộng" else []


def words_of(sheet: Any) -> list[str]:
    return [str(value) for row in sheet.iter_rows(values_only=True) for value in row if value]


def lines_of(data: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def assert_csv_is_workbook(lines: list[list[str]], book: Workbook) -> None:
    """Every row of every sheet stands in the csv too, cell by cell."""
    for name in book.sheetnames:
        head, rows, _ = table_of(book[name])
        width = len([label for label in head if label])
        mine = [line[1 : width + 1] for line in lines if line[0] == name]
        assert len(mine) > len(rows), name
        for one, other in zip(mine, rows, strict=False):
            assert [as_csv(value) for value in other[:width]] == [loosened(text) for text in one], name


def as_csv(value: Any) -> Any:
    """A cell of the workbook as the csv writes it; numbers stay numbers."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == datetime.min.time() else "%Y-%m-%d %H:%M")
    return round(float(value), 4) if isinstance(value, int | float) else value or ""


def loosened(text: str) -> Any:
    text = text.removeprefix("'").removesuffix(
        " 00:00"
    )  # a moment at midnight reads like a day in a workbook
    try:
        return round(float(text), 4)
    except ValueError:
        return text
