"""A file as an answer."""

from collections.abc import Mapping

from flask import Response

MIMETYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "gpx": "application/gpx+xml",
}


def attachment(data: bytes, name: str) -> Response:
    """The bytes as a file to keep, of the kind its name says; no cache holds it."""
    return Response(
        data,
        content_type=MIMETYPES[name.rpartition(".")[2]],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def is_semicolon(raw: Mapping[str, str]) -> bool:
    """Whether a csv is wanted for a spreadsheet whose list separator is the semicolon."""
    return raw.get("ngan") == "cham-phay"
