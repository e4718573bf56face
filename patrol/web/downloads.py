"""A file as an answer."""

from collections.abc import Mapping
from io import BytesIO
from typing import IO

from flask import Response, send_file

MIMETYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "gpx": "application/gpx+xml",
}


def attachment(content: bytes | IO[bytes], name: str) -> Response:
    """The content as a file to keep, of the kind its name says; no cache holds it."""
    answer = send_file(
        BytesIO(content) if isinstance(content, bytes) else content,
        mimetype=MIMETYPES[name.rpartition(".")[2]],
        as_attachment=True,
        download_name=name,
        etag=False,
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def is_semicolon(raw: Mapping[str, str]) -> bool:
    """Whether a csv is wanted for a spreadsheet whose list separator is the semicolon."""
    return raw.get("ngan") == "cham-phay"
