"""All of static/ is our own, needs no build step, and its modules know only those below them."""

import re
from pathlib import Path, PurePosixPath

import pytest

from patrol.web.assets import Assets
from patrol.web.libraries import libraries

OUTSIDE = re.compile(r"(?<![\w:])(?:https?:)?//[a-z0-9-]+\.[a-z]", re.IGNORECASE)
NAMESPACES = re.compile(r"http://www\.(?:w3\.org/|topografix\.com/GPX/1/1)")
IMPORT = re.compile(
    r"""(?:^|[\s;}])(?:import|export)\b[^'"();]*?\bfrom\s*["']([^"']+)["']|\bimport\s*\(?\s*["']([^"']+)["']"""
)
VENDOR = {"vendor", "node_modules", "third_party", "bower_components", "dist", "build"}

MAY_IMPORT = {
    "app": {"modules", "offline", "rules", "lib"},
    "modules": {"modules", "offline", "rules", "lib"},
    "offline": {"offline", "rules"},
    "rules": set(),
    "lib": {"lib"},
    "sw": set(),
    "sw-off": set(),
}


def floor_of(path: str) -> str:
    """js/offline/sync.js stands on `offline`, js/app.js on `app`, sw.js on `sw`."""
    parts = PurePosixPath(path).with_suffix("").parts
    return parts[1] if parts[0] == "js" and len(parts) > 1 else parts[0]


def wrong_imports(path: str, source: str) -> list[str]:
    """Imports that go up, sideways where they may not, or out of static/."""
    floor = floor_of(path)
    if floor not in MAY_IMPORT:
        return [f"{path}: js/ has no place {floor}"]
    wrong = []
    for found in IMPORT.findall(source):
        target = found[0] or found[1]
        if not target.startswith("."):
            wrong.append(f"{path}: {target} is not a relative address")
            continue
        goal = PurePosixPath(path).parent
        for step in PurePosixPath(target).parts:
            goal = goal.parent if step == ".." else goal / step
        if floor_of(goal.as_posix()) not in MAY_IMPORT[floor]:
            wrong.append(f"{path}: {floor} doesn't import {goal}")
    return wrong


def scripts(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root / "static").as_posix(): path.read_text(encoding="utf-8")
        for path in (root / "static").rglob("*.js")
    }


def test_scripts_import_only_what_is_below_them(root: Path):
    assert [wrong for path, source in scripts(root).items() for wrong in wrong_imports(path, source)] == []


def test_scripts_import_only_what_exists(root: Path):
    there = {(root / "static" / name).resolve() for name in Assets(root / "static", libraries()).files}
    for path, source in scripts(root).items():
        for found in IMPORT.findall(source):
            target = (root / "static" / path).parent / (found[0] or found[1])
            assert target.resolve() in there, f"{path} imports {found[0] or found[1]}"


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("js/rules/patrol.js", "import { put } from '../offline/db.js';"),
        ("js/rules/patrol.js", "import { one } from './other.js';"),
        ("js/offline/sync.js", "import { show } from '../modules/form.js';"),
        ("js/offline/sync.js", "export { show } from '../lib/leaflet.js';"),
        ("js/modules/form.js", "import 'https://example.org/x.js';"),
        ("js/modules/form.js", "const x = await import('leaflet');"),
        ("js/modules/form.js", "import '../app.js';"),
        ("sw.js", "import './js/offline/db.js';"),
        ("js/shared/text.js", ""),
    ],
)
def test_the_checker_sees_a_wrong_import(path: str, source: str):
    assert wrong_imports(path, source)


def test_the_checker_lets_a_right_import_pass():
    assert (
        wrong_imports(
            "js/modules/form.js", "import { drain } from '../offline/sync.js';\nimport './stepper.js';"
        )
        == []
    )
    assert wrong_imports("js/offline/sync.js", "import { is_due } from '../rules/times.js';") == []


def test_nothing_comes_from_outside(root: Path):
    found = []
    for path in (root / "static").rglob("*"):
        if path.suffix in {".js", ".css", ".svg", ".html", ".webmanifest", ".json"}:
            text = NAMESPACES.sub("", path.read_text(encoding="utf-8"))
            found += [f"{path.relative_to(root)}: {hit[0]}" for hit in OUTSIDE.finditer(text)]
    assert found == []


def test_nothing_is_minified_or_copied_in(root: Path):
    for folder in (root / "static", root / "templates"):
        for path in folder.rglob("*"):
            assert ".min." not in path.name, path
            assert not VENDOR & set(path.relative_to(root).parts), path


def test_scripts_hold_no_sentences_for_people(root: Path):
    """Vietnamese stands in templates; a script shows what is already there."""
    accented = re.compile(r"""(["'`])(?:(?!\1).)*[À-ỹđĐ](?:(?!\1).)*\1""")
    uncommented = {
        path: re.sub(r"/\*.*?\*/|^\s*//.*$", "", text, flags=re.S | re.M)
        for path, text in scripts(root).items()
    }
    assert [
        f"{path}: {hit[0]}" for path, text in uncommented.items() for hit in accented.finditer(text)
    ] == []
