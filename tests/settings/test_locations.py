"""Every path follows from a workspace's name or directory."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from cminbox.domain.problem import Problem, UsageProblem
from cminbox.settings.locations import Locations, locate, workspaces


def test_a_name_lies_in_the_users_data_folder() -> None:
    places = locate("brand", None, {})
    assert places.workspace == "brand"
    assert places.folder == Path(os.environ["XDG_DATA_HOME"]) / "cminbox" / "brand"
    assert places.user_config == Path(os.environ["XDG_CONFIG_HOME"]) / "cminbox" / "config.toml"


def test_nothing_named_is_the_default_workspace() -> None:
    assert locate(None, None, {}).workspace == "default"
    assert locate(None, None, {"CMINBOX_WORKSPACE": ""}).workspace == "default"


def test_the_command_line_beats_the_environment() -> None:
    assert locate(None, None, {"CMINBOX_WORKSPACE": "two"}).workspace == "two"
    assert locate("one", None, {"CMINBOX_WORKSPACE": "two"}).workspace == "one"


def test_a_slash_makes_it_a_directory_that_holds_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    places = locate("./brand", None, {})
    assert places.workspace == "brand"
    assert places.folder == tmp_path / "brand"
    inside = [
        places.database,
        places.config,
        places.secrets,
        places.canned_replies,
        places.spool,
        places.logs,
        places.settings_cache,
    ]
    assert {path.parent for path in inside} == {places.folder}
    assert len({path.name for path in inside}) == len(inside)


def test_a_tilde_is_the_home() -> None:
    assert locate("~/brand", None, {}).folder == Path.home() / "brand"


def test_a_named_configuration_file_comes_first(tmp_path: Path) -> None:
    places = locate("brand", str(tmp_path / "own.toml"), {"CMINBOX_CONFIG": "/elsewhere.toml"})
    assert places.configs == (tmp_path / "own.toml", places.config, places.user_config)
    assert locate("brand", None, {"CMINBOX_CONFIG": "/elsewhere.toml"}).configs[0] == Path("/elsewhere.toml")


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "-x", "a\nb", "a\x1b[2J", "x" * 101, "a\0"])
def test_a_name_that_cannot_be_a_folder_is_refused_with_the_mend(name: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        locate(name, None, {})
    assert "./brand" in str(caught.value)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("path", ["~nobody-has-this-name/x", "./a\0b"])
def test_a_directory_that_cannot_be_is_refused(path: str) -> None:
    with pytest.raises(UsageProblem):
        locate(path, None, {})


def test_locating_creates_nothing() -> None:
    assert not locate("brand", None, {}).folder.exists()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_folders_are_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    places = Locations("brand", tmp_path / "deep" / "brand", tmp_path / "config.toml")
    before = os.umask(umask)
    try:
        places.create()
    finally:
        os.umask(before)
    for folder in (tmp_path / "deep", places.folder, places.secrets, places.logs):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    places.create()


def test_a_folder_of_the_users_own_keeps_its_mode(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o755)
    Locations("shared", folder, tmp_path / "config.toml").create()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_a_folder_that_cannot_be_created_is_told_with_the_mend(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Problem, match="--workspace"):
        Locations("brand", tmp_path / "file" / "brand", tmp_path / "config.toml").create()


def test_workspaces_are_those_with_a_database() -> None:
    assert workspaces() == []
    for name in ("zebra", "ant"):
        places = locate(name, None, {})
        places.create()
        places.database.touch()
    locate("empty", None, {}).create()
    assert workspaces() == ["ant", "zebra"]
