"""The checkout keeps its own promises: who imports whom, reasons beside exceptions, commands that can be run."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cminbox import __version__, assets

ROOT = Path(__file__).parents[2]
PROJECT = (ROOT / "pyproject.toml").read_text()
README = (ROOT / "README.md").read_text()


def _code_blocks(markdown: str) -> list[list[str]]:
    return [block.splitlines() for block in re.findall(r"^```\w*\n(.*?)^```", markdown, re.DOTALL | re.MULTILINE)]


def test_imports_go_down_only() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], capture_output=True, text=True, check=False, cwd=ROOT, env={"PYTHONPATH": "src"}
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_layer_of_the_program_is_under_the_import_rules() -> None:
    (layers,) = [
        contract
        for contract in tomllib.loads(PROJECT)["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    ]
    assert layers["exhaustive"] is True
    named = set(re.findall(r"\w+", " ".join(layers["layers"])))
    there = {path.stem for path in (ROOT / "src" / "cminbox").iterdir() if path.suffix == ".py" or _is_package(path)}
    assert there - named - {"__init__"} == set()


def _is_package(path: Path) -> bool:
    return (path / "__init__.py").exists()


def test_every_lint_rule_that_is_off_has_its_reason_beside_it() -> None:
    (section,) = re.findall(
        r"^\[tool\.ruff\.lint\]\n(.*?)^\[tool\.ruff\.lint\.isort\]", PROJECT, re.DOTALL | re.MULTILINE
    )
    off = [line for line in section.splitlines() if re.match(r'\s+"[A-Z]+\d*",', line)]
    assert len(off) > 10
    assert [line for line in off if not re.search(r"# \w+", line)] == []


def test_every_finding_that_is_waved_through_has_its_reason_beside_it() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("src", "tests", ".ci")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"# noqa(?!: [A-Z]+\d+(, ?[A-Z]+\d+)* - \w)", line) and path != Path(__file__)
    ]
    assert bare == []


def test_the_first_two_commands_of_the_readme_are_one_line_each() -> None:
    start, test = _code_blocks(README)[:2]
    assert (len(start), len(test)) == (1, 1)
    assert start[0].endswith("cminbox demo")
    assert "pip install -q ." in start[0]
    assert "pytest" in test[0]
    assert ".[test]" in test[0]


def test_the_readme_names_its_prerequisite_before_its_first_command() -> None:
    assert "apt-get install -y python3-venv" in README.partition("```")[0]


def test_the_script_that_checks_everything_is_sound_and_can_be_started() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0  # noqa: S607 - whichever bash is there


def test_the_version_is_one() -> None:
    assert tomllib.loads(PROJECT)["project"]["version"] == __version__


def test_a_checkout_finds_its_assets_at_its_top() -> None:
    assert assets.styles() == ROOT / "styles"
    assert assets.canned_replies() == ROOT / "canned_replies"
    assert assets.guide() == ROOT / "src" / "cminbox" / "guide"


def test_both_languages_have_the_same_canned_replies() -> None:
    names = {
        language: {path.name for path in (assets.canned_replies() / language).iterdir()} for language in ("en", "fr")
    }
    assert names["en"] == names["fr"]
    assert len(names["en"]) >= 6


@pytest.mark.parametrize(
    "path", sorted((ROOT / "canned_replies").rglob("*.md")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_each_canned_reply_says_all_about_itself(path: Path) -> None:
    empty, head, body = path.read_text().split("---\n", 2)
    assert empty == ""
    assert body.strip()
    fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line and not line.startswith(" "))
    assert {"title", "shortcut", "tags", "lang"} <= fields.keys()
    assert fields["lang"] == path.parent.name
    assert len(re.findall(r'^  - ".+"$', head, re.MULTILINE)) >= 3
