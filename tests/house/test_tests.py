"""The suite has no test that may choose not to run."""

import ast
import re
from pathlib import Path

FORBIDDEN = re.compile(r"\b(skip|skipif|xfail|importorskip|skipTest|SkipTest|expectedFailure|only)\b")


def ways_out(source: str) -> list[str]:
    """Every use of a way to leave a test out, wherever in pytest or unittest it comes from."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and FORBIDDEN.fullmatch(node.attr) and _is_of_a_runner(node.value):
            found.append(f"{node.lineno}: {ast.unparse(node)}")
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in (
            "pytest",
            "_pytest",
            "unittest",
        ):
            found += [
                f"{node.lineno}: {alias.name}" for alias in node.names if FORBIDDEN.fullmatch(alias.name)
            ]
    return found


def _is_of_a_runner(value: ast.expr) -> bool:
    return ast.unparse(value) in ("pytest", "pytest.mark", "mark", "unittest", "self")


def test_no_test_is_skipped_or_expected_to_fail(root: Path):
    for path in (root / "tests").rglob("*.py"):
        assert ways_out(path.read_text(encoding="utf-8")) == [], path.relative_to(root)
    for path in (root / "tests").rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(test|it|describe)\.(skip|todo|only)\b|\b(skip|todo|only):\s*true", text), (
            path
        )


def test_the_search_finds_the_ways_out():
    for way in (
        "pytest." + "skip('no')",
        "@pytest.mark." + "skipif(True)\ndef test_x(): ...",
        "@pytest.mark." + "xfail\ndef test_x(): ...",
        "x = pytest." + "importorskip('y')",
        "from pytest import " + "skip",
    ):
        assert ways_out(way), way


def test_every_folder_of_tests_is_a_package(root: Path):
    for folder in {path.parent for path in (root / "tests").rglob("test_*.py")}:
        assert (folder / "__init__.py").exists(), folder.relative_to(root)
