"""What the papers say is there is there, and what a clone must not carry isn't."""

import dataclasses
import re
from pathlib import Path

import config

SCRATCH = ("." + "library", ".." + "/shared")


def test_every_make_target_that_is_named_exists(root: Path):
    targets = set(re.findall(r"^([a-z][a-z-]*):", (root / "Makefile").read_text(encoding="utf-8"), re.M))
    for path in [root / "README.md", root / "CONTRIBUTING.md", *(root / "docs").rglob("*.md")]:
        if path.exists():
            named = set(re.findall(r"(?<![\w-])make ([a-z][a-z-]+)(?=[`\s.,;:)]|$)", _code(path)))
            assert named <= targets, f"{path.name}: {sorted(named - targets)}"


def test_every_make_target_explains_itself(root: Path):
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.M)[1].split()
    explained = re.findall(r"^([a-z][a-z-]*):.*## .+$", makefile, re.M)
    assert sorted(phony) == sorted(explained)


def test_the_papers_name_exactly_the_settings_there_are(root: Path):
    settings = {field.name for field in dataclasses.fields(config.Config)}
    operations = (root / "docs" / "operations.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\|\s*`([A-Z][A-Z0-9_]+)`\s*\|", operations, re.M))
    assert named == settings, "docs/operations.md has a table whose rows begin with | `SETTING` |"


def test_there_are_a_readme_and_a_changelog(root: Path):
    assert "make run" in (root / "README.md").read_text(encoding="utf-8")
    assert (root / "CHANGELOG.md").read_text(encoding="utf-8").startswith("# ")


def test_links_between_the_papers_lead_somewhere(root: Path, tracked: list[Path]):
    for path in tracked:
        if path.suffix == ".md":
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
                assert "://" in target or (path.parent / target).exists(), (
                    f"{path.relative_to(root)}: {target}"
                )


def test_requirements_are_exact_and_name_no_index(root: Path):
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (root / name).read_text(encoding="utf-8")
        assert "://" not in text, name
        lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        assert [
            line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+( ;.*)?", line)
        ] == [], name


def test_tools_of_the_developers_stay_out_of_what_runs(root: Path):
    runs = set(
        re.findall(r"^([A-Za-z0-9._-]+)==", (root / "requirements.txt").read_text(encoding="utf-8"), re.M)
    )
    assert not runs & {"mypy", "ruff", "djlint", "playwright", "hypothesis", "pip-tools"}


def test_no_file_names_the_workplace_it_was_made_in(root: Path, tracked: list[Path]):
    for path in tracked:
        text = path.read_bytes().decode("utf-8", errors="replace")
        for word in SCRATCH:
            assert word not in text, f"{path.relative_to(root)} names {word}"


def _code(path: Path) -> str:
    """Only what is set as code: `make x` in running text is not a command."""
    text = path.read_text(encoding="utf-8")
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.S))
