"""The rules of the house as a function: Python sources in, sentences about what is wrong out."""

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

# Lowest first; rooms of one floor do not know each other. A room imports only rooms below it.
FLOORS = (
    ("audit",),
    ("units", "factors"),
    ("accounts",),
    ("history",),
    ("patrols", "safety"),
    ("findings",),
    ("tips", "schemes", "commendations", "tracks", "photos", "arrivals"),
    ("coverage",),
    ("logbook",),
    ("totals", "paper", "printing"),
    ("exports",),
    ("coastmap", "reviews"),
    ("administration", "guide", "home", "phone", "sync"),
    ("backup", "retention"),
    ("health",),
    ("demo",),
)
FLOOR = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}

# Modules directly in patrol/. Platform never imports a room; wiring may, and nobody imports wiring.
PLATFORM = {
    "db",
    "extensions",
    "errors",
    "clock",
    "geo",
    "wording",
    "vocabulary",
    "web",
    "text",
    "parsing",
    "sheets",
    "version",
}
WIRING = {"", "cli", "__main__", "setup", "records", "chores"}
PURE = {"errors", "clock", "geo", "text", "version"}

SIX_NAMES = {"models", "rules", "forms", "queries", "services", "views"}
# Edge adapters and second subjects, each with an honest name.
ADAPTERS = {
    "backup": {"tables", "archive"},
    "health": {"machine", "metrics", "signs"},
    "units": {"coastline", "linking"},
    "administration": {"drafts", "workbook", "loading"},
    "logbook": {"fields", "files", "page"},
    "patrols": {"rows"},
    "tracks": {
        "gpx",
        "scanning",
        "decoding",
        "moments",
        "draft",
        "merging",
        "cleaning",
        "measure",
        "lines",
        "check",
        "sketch",
        "writing",
    },
    "photos": {"images", "media"},
    "exports": {"tables"},
    "totals": {"asking", "months"},
    "coastmap": {"drawing", "routes", "sketch", "tiles"},
    "phone": {"icons"},
    "paper": {"blank"},
    "reviews": {"rows", "sentences", "content", "tables", "docx"},
    "sync": {"bodies", "reference"},
    "safety": {"qr"},
}
USES_ADAPTERS = {"services", "views"}
# What is held to the rules of queries.py, and used like it: half of it under an honest name.
MORE_QUERIES = {"totals": "months"}
FREE_ROOMS = {"demo"}  # its files are about what they make
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "misc", "lib"}
LONGEST = 400

ONLY_IN = {
    "gpxpy": {"patrol/tracks/gpx.py"},
    "folium": {"patrol/coastmap/drawing.py"},
    "PIL": {"patrol/photos/images.py"},
    "branca": {"patrol/coastmap/drawing.py"},
    "offlinefolium": {"patrol/web/libraries.py"},
    "xlsxwriter": {"patrol/sheets/xlsx.py", "patrol/sheets/blanks.py"},
    "openpyxl": {"patrol/sheets/reading.py"},
    "docx": {"patrol/reviews/docx.py"},
    "segno": {"patrol/safety/qr.py"},
}
MAY_COMMIT = {"views", "cli", "__main__", "setup", "chores"}
MAY_CATCH_ALL = {
    "patrol/web/errors.py",
    "patrol/tracks/gpx.py",
    "patrol/sheets/reading.py",
    "patrol/photos/images.py",
}
READS_THE_CLOCK = "patrol/clock.py"
WRITES = {"add", "add_all", "delete", "merge", "flush", "commit", "bulk_save_objects", "bulk_insert_mappings"}
READS = {"execute", "scalars", "scalar", "query", "get", "get_one"}

# What a file of a room may import: never these libraries, these files of its own room and of lower rooms.
LIBRARIES_FORBIDDEN = {
    "forms": {"sqlalchemy", "flask", "flask_login", "flask_sqlalchemy"},
    "models": {"flask", "flask_login"},
    "queries": {"flask", "flask_login"},
    "services": {"flask", "flask_login"},
    "views": {"sqlalchemy", "flask_sqlalchemy"},
}
OWN_FILES = {
    "rules": {"rules"},
    "forms": {"rules", "forms"},
    "models": {"rules", "models"},
    "queries": {"rules", "models", "queries"},
    "services": {"rules", "models", "queries", "services"},
}
LOWER_FILES = {
    "rules": {"rules"},
    "forms": {"rules", "forms"},
    "models": {"rules", "models"},
    "queries": {"rules", "models", "queries"},
    "services": {"rules", "models", "queries", "services"},
    "views": {"rules", "models", "queries", "services", "forms"},
}
PLATFORM_FOR = {
    "rules": PURE,
    "forms": PURE | {"parsing", "sheets"},
    "models": PURE | {"db", "extensions"},
    "queries": PLATFORM - {"web"},
    "services": PLATFORM - {"web"},
    "views": PLATFORM,
}


@dataclass(frozen=True)
class Module:
    """One source file: patrol/patrols/rules.py is the file `rules` of the room `patrols`."""

    path: str
    tree: ast.Module
    length: int

    @property
    def parts(self) -> list[str]:
        parts = list(PurePosixPath(self.path).with_suffix("").parts)[1:]
        return parts[:-1] if parts and parts[-1] == "__init__" else parts

    @property
    def room(self) -> str | None:
        return self.parts[0] if self.parts and self.parts[0] in FLOOR else None

    @property
    def file(self) -> str:
        """The name inside the room, "" for its __init__; queries for more of them."""
        name = self.parts[1] if len(self.parts) > 1 else ""
        return "queries" if name == MORE_QUERIES.get(self.parts[0] if self.parts else "") else name

    @property
    def top(self) -> str:
        """The name directly in patrol/, "" for patrol/__init__.py."""
        return self.parts[0] if self.parts else ""


def problems(sources: Mapping[str, str]) -> list[str]:
    """What breaks the house in these files, each as "path:line: sentence"."""
    modules = [
        Module(path, ast.parse(text, path), len(text.splitlines())) for path, text in sorted(sources.items())
    ]
    return [f"{module.path}:{line}: {what}" for module in modules for line, what in _problems_of(module)]


def _problems_of(module: Module) -> Iterator[tuple[int, str]]:
    yield from _names(module)
    for node in ast.walk(module.tree):
        for name in _imported(node, module):
            for what in _import_problems(module, name):
                yield node.lineno, what
        for what in _habits(node, module):
            yield node.lineno, what


def _names(module: Module) -> Iterator[tuple[int, str]]:
    if module.length > LONGEST:
        yield 1, f"{module.length} lines; over {LONGEST} it has two subjects"
    last = PurePosixPath(module.path).stem
    if last in VAGUE:
        yield 1, f"{last} says nothing about what is inside"
    if module.room is None:
        if module.top not in PLATFORM | WIRING:
            yield (
                1,
                f"{module.top} is neither a room nor part of the platform as listed here",
            )
        return
    if len(module.parts) > 2:
        yield 1, "a room has no rooms inside"
    known = SIX_NAMES | ADAPTERS.get(module.room, set()) | {""}
    if module.file not in known and module.room not in FREE_ROOMS:
        yield 1, f"{module.file} is not one of the names of a room"


def _imported(node: ast.AST, module: Module) -> Iterator[str]:
    """Full dotted names: `from ..units import queries` in patrols is patrol.units.queries."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        origin = node.module or ""
        if node.level:
            package = ["patrol", *module.parts]
            if not module.path.endswith("__init__.py"):
                package = package[:-1]
            package = package[: len(package) - (node.level - 1)]
            origin = ".".join([*package, *([node.module] if node.module else [])])
        parts = origin.split(".")
        if parts[0] == "patrol" and len(parts) <= 2 and (len(parts) == 1 or parts[1] in FLOOR):
            yield from (f"{origin}.{alias.name}" for alias in node.names)
        else:
            yield origin
    elif isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        if called in ("__import__", "import_module", "importlib.import_module"):
            yield "importlib.import_module"


def _import_problems(module: Module, name: str) -> Iterator[str]:
    parts = name.split(".")
    library = parts[0]
    if name == "importlib.import_module":
        yield "imports at run time hide the arrows"
    if library in ("config", "wsgi", "tests") and module.room is not None:
        yield f"a room doesn't import {library}"
    if library in ONLY_IN and module.path not in ONLY_IN[library]:
        yield f"{library} is imported only in {', '.join(sorted(ONLY_IN[library]))}"
    if library == "patrol":
        yield from _house_import_problems(module, parts[1:])
    elif module.room is not None:
        if library in LIBRARIES_FORBIDDEN.get(module.file, ()):
            yield f"{module.file}.py doesn't import {library}"
        if module.file == "rules" and library not in sys.stdlib_module_names:
            yield f"rules.py imports only the standard library and pure rules, not {library}"


def _house_import_problems(module: Module, target: list[str]) -> Iterator[str]:
    top = target[0] if target else ""
    file = target[1] if len(target) > 1 else ""
    if file and file == MORE_QUERIES.get(top):
        file = "queries"
    if module.room is None:
        if module.top in PLATFORM and top in FLOOR:
            yield f"the platform doesn't import a room ({top})"
        if module.top in PLATFORM and top in WIRING:
            yield "the platform doesn't import the wiring"
        return
    if top in FLOOR:
        if top == module.room:
            is_adapter = file not in SIX_NAMES | {""} and module.file in USES_ADAPTERS
            known = is_adapter or file in OWN_FILES.get(module.file, {file})
            if not known and module.room not in FREE_ROOMS:
                yield f"{module.file}.py doesn't import its own {file or '__init__'}"
            if module.file not in ("", "views") and file == "views":
                yield "nothing inside a room imports its views"
        elif FLOOR[top] >= FLOOR[module.room]:
            yield f"{module.room} doesn't import {top}: the arrow goes the other way"
        elif file == "views":
            yield f"views of {top} are nobody else's business"
        elif file not in LOWER_FILES.get(module.file, {file}) and file in SIX_NAMES:
            yield f"{module.file}.py doesn't import the {file} of {top}"
        elif module.file == "rules" and file != "rules":
            yield f"rules.py imports only rules of {top}"
    elif top in PLATFORM:
        if top not in PLATFORM_FOR.get(module.file, PLATFORM):
            yield f"{module.file}.py doesn't import {top}"
    else:
        yield f"a room doesn't import the wiring (patrol.{top})"


def _habits(node: ast.AST, module: Module) -> Iterator[str]:
    if isinstance(node, ast.ExceptHandler) and module.path not in MAY_CATCH_ALL:
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        if any(one is None or ast.unparse(one) in ("Exception", "BaseException") for one in caught):
            yield "catches everything; say which errors are expected"
    if (
        isinstance(node, ast.Name)
        and node.id in ("current_user", "request")
        and module.file in ("queries", "services")
    ):
        yield f"{module.file}.py doesn't know {node.id}; it is told"
    if not isinstance(node, ast.Call):
        return
    called = ast.unparse(node.func)
    owner, _, last = called.rpartition(".")
    if (
        last == "commit"
        and owner
        and (module.file or module.top) not in MAY_COMMIT
        and module.top != "cli"
        and module.room not in FREE_ROOMS
    ):
        yield "commits; only a view or a command does"
    if module.path != READS_THE_CLOCK and (
        (last in ("now", "utcnow", "today") and owner.split(".")[-1] in ("datetime", "date"))
        or called == "time.time"
    ):
        yield f"{called}() goes round patrol.clock"
    if module.room is None:
        return
    at_session = owner == "db.session"
    if module.file == "queries" and (
        (at_session and last in WRITES) or (not owner and last in ("insert", "update", "delete"))
    ):
        yield f"queries.py doesn't write ({called})"
    if module.file == "models" and ((at_session and last in READS | WRITES) or called == "select"):
        yield f"models.py doesn't query ({called})"
    if module.file == "views" and (
        (at_session and last in (READS | WRITES) - {"commit"}) or called == "select"
    ):
        yield f"views.py holds no SQL ({called})"
    if module.file == "services" and called == "flash":
        yield "services.py doesn't talk to the reader"
