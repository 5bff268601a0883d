"""What is wrong with files around the inbox: one sentence with the place and the mend, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from subprocess import CompletedProcess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., CompletedProcess[str]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[ui\n", "config.toml:1"),
        ("= 3", "config.toml:1"),
        ("[ui]\nmause = true\n", "config.toml:2: there is no setting “ui.mause”; did you mean “ui.mouse”"),
        ("[iu]\n", "config.toml:1"),
        ("[ui]\nmouse = 3\n", "config.toml:2"),
        ('[ui]\nlanguage = "xx"\n', "config.toml:2"),
        ('[undo]\npublic = "90s"\n', "config.toml:2"),
        ("[undo]\npublic = 8\n", "config.toml:2"),
        ('ui = "yes"\n', "config.toml:1"),
    ],
)
def test_a_wrong_configuration_is_one_sentence_with_its_place(cminbox: Run, folder: Path, text: str, said: str) -> None:
    folder.mkdir()
    (folder / "config.toml").write_text(text)
    done = cminbox("queue")
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (folder / "inbox.sqlite3").exists()


def test_a_configuration_of_bytes_is_one_sentence(cminbox: Run, folder: Path) -> None:
    folder.mkdir()
    (folder / "config.toml").write_bytes(b"\xff\xfe\x00")
    assert (cminbox("queue").returncode, len(cminbox("queue").stderr.splitlines())) == (2, 1)


def test_a_configuration_asked_for_by_name_has_to_be_there(cminbox: Run, tmp_path: Path) -> None:
    done = cminbox("queue", "--config", str(tmp_path / "none.toml"))
    assert done.returncode == 2
    assert "none.toml" in done.stderr


def test_help_and_guide_work_in_spite_of_a_wrong_configuration(cminbox: Run, folder: Path) -> None:
    folder.mkdir()
    (folder / "config.toml").write_text("[ui")
    assert cminbox("--help").returncode == 0
    assert cminbox("guide").returncode == 0


def test_a_database_of_a_newer_program_is_left_alone(cminbox: Run, folder: Path) -> None:
    import sqlite3  # noqa: PLC0415 - one test

    cminbox("queue")
    with sqlite3.connect(folder / "inbox.sqlite3") as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    done = cminbox("queue")
    assert done.returncode == 1
    assert "newer cminbox" in done.stderr


def test_a_file_that_is_no_database_is_left_as_it_is(cminbox: Run, folder: Path) -> None:
    folder.mkdir()
    (folder / "inbox.sqlite3").write_bytes(b"not a database" * 500)
    done = cminbox("queue")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "is damaged" in done.stderr
    assert (folder / "inbox.sqlite3").read_bytes() == b"not a database" * 500


def test_a_workspace_that_is_a_file_is_one_sentence(cminbox: Run, folder: Path) -> None:
    folder.write_text("a file")
    done = cminbox("queue")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert folder.read_text() == "a file"


@pytest.mark.parametrize("name", ["/nowhere/at/all", "."])
def test_a_text_that_cannot_be_read_is_one_sentence(cminbox: Run, name: str) -> None:
    done = cminbox("note", "1", "--text-file", name)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert name in done.stderr


def test_a_text_that_is_too_long_or_no_text_is_one_sentence(cminbox: Run, tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"x" * (1024 * 1024 + 1))
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for name, said in (("long", "too much"), ("bytes", "not UTF-8")):
        done = cminbox("note", "1", "--text-file", str(tmp_path / name))
        assert done.returncode == 1
        assert said in done.stderr
