"""What is installed is complete: the wheel and the source archive hold everything that the program needs."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "cminbox"


def _build(kind: str, folder: Path) -> Path:
    arguments = [sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the wheel where no checkout is near."""
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)  # noqa: S202 - built here a moment ago
    return folder


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the names in the source archive, below its one folder."""
    with tarfile.open(_build("sdist", tmp_path_factory.mktemp("sdist"))) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def _below(folder: Path, *patterns: str) -> set[str]:
    return {str(path.relative_to(folder)) for pattern in patterns for path in folder.rglob(pattern) if path.is_file()}


def _missing(wanted: Iterable[str], found: set[str], inside: str) -> list[str]:
    return sorted(name for name in wanted if f"{inside}{name}" not in found)


def _names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_module_and_every_file_beside_them(wheel: Path) -> None:
    wanted = _below(PACKAGE, "*.py", "*.md", "*.json", "py.typed")
    assert "py.typed" in wanted
    assert _missing(wanted, _names(wheel), "cminbox/") == []


def test_the_wheel_holds_the_styles_and_the_canned_replies(wheel: Path) -> None:
    styles, replies = _below(ROOT / "styles", "*"), _below(ROOT / "canned_replies", "*")
    assert "base.tcss" in styles
    assert replies
    assert _missing(styles, _names(wheel), "cminbox/_assets/styles/") == []
    assert _missing(replies, _names(wheel), "cminbox/_assets/canned_replies/") == []


def test_the_wheel_holds_compiled_catalogues_only(wheel: Path) -> None:
    catalogues = {name for name in _names(wheel) if "/catalogues/" in name}
    assert catalogues == {f"cminbox/i18n/catalogues/{path.stem}.mo" for path in PACKAGE.rglob("*.po")}


def test_nothing_but_the_package_lies_at_the_top_of_the_wheel(wheel: Path) -> None:
    top = {name.partition("/")[0] for name in _names(wheel)}
    assert {name for name in top if not name.endswith(".dist-info")} == {"cminbox"}


def test_building_leaves_the_checkout_as_it_was(wheel: Path) -> None:
    assert wheel.exists()
    assert list(PACKAGE.rglob("*.mo")) == []


def test_the_source_archive_holds_all_that_a_build_and_a_test_run_need(archived: set[str]) -> None:
    wanted = _below(ROOT / "src", "*.py", "*.md", "*.json", "*.po", "py.typed")
    assert _missing(wanted, archived, "src/") == []
    for folder in ("styles", "canned_replies", "tests", ".ci"):
        found = {name for name in _below(ROOT / folder, "*") if "__pycache__" not in name}
        assert _missing(found, archived, f"{folder}/") == []
    assert {"pyproject.toml", "README.md", "LICENSE", ".gitignore"} <= archived


def _run(program: str, folder: Path, **environ: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder.parent,
        env={"PYTHONPATH": str(folder), **environ},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_assets_are_found_in_what_the_wheel_installs(unpacked: Path) -> None:
    program = (
        "from cminbox import assets\n"
        "print(assets.styles() / 'base.tcss', assets.canned_replies(), assets.guide(), sep='\\n')"
    )
    style, replies, guide = _run(program, unpacked).splitlines()
    assert Path(style).is_relative_to(unpacked)
    assert Path(style).is_file()
    assert {path.name for path in Path(replies).iterdir()} >= {"en", "fr"}
    assert Path(guide) == unpacked / "cminbox" / "guide"


def test_what_the_wheel_installs_speaks_french_without_babel(unpacked: Path) -> None:
    program = (
        "import sys; from cminbox.i18n import _, use; use('fr')\n"
        "print(_('The host {host} is not known; check its spelling'), 'babel' in sys.modules, sep='\\n')"
    )
    sentence, babel = _run(program, unpacked).splitlines()
    assert "{host}" in sentence
    assert sentence != "The host {host} is not known; check its spelling"
    assert babel == "False"


def test_an_installation_without_its_assets_says_so(tmp_path: Path) -> None:
    package = tmp_path / "a" / "b" / "cminbox"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "assets.py").write_text((PACKAGE / "assets.py").read_text())
    program = (
        "from cminbox import assets\ntry:\n    assets.styles()\nexcept FileNotFoundError as error:\n    print(error)"
    )
    assert "styles" in _run(program, package.parent)
