"""A file that was cut, or whose head is gone, is still read as far as it goes."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from rehearsal.people import NOW, wrote
from rehearsal.stage import Stage

from cminbox.store.rescuing import rescue
from cminbox.store.reshaping import PAGE, reshape

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed workspace with drafts, which are the first thing in it after the conversations."""
    stage = Stage(tmp_path_factory.mktemp("whole") / "brand")
    account = stage.connect()
    stage.take(account, *(wrote(f"m{number}", text=f"question {number} " + "x" * 400) for number in range(60)))
    for number, row in enumerate(stage.rows()):
        stage.workspace.drafts.save(row.id, f"draft {number}", caret=0, agent="ana", terminal="t", now=NOW)
    stage.close()
    return stage.folder


@pytest.fixture
def path(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "brand") / "inbox.sqlite3"


def drafts(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM replies WHERE text LIKE 'draft %'").fetchone()
    return int(count)


def test_what_comes_before_a_cut_is_rescued(path: Path) -> None:
    data = path.read_bytes()
    # Half of the pages behind the last draft are gone, and a part of one more.
    last = max(data.rfind(f"draft {number}".encode()) for number in range(60)) // PAGE + 1
    left = (last + len(data) // PAGE) // 2 * PAGE + 17
    assert left < len(data)
    with path.open("r+b") as file:
        file.truncate(left)
    done = rescue(path, NOW)
    homeless = 0 if done.texts is None else done.texts.read_text(encoding="utf-8").count('"draft ')
    assert drafts(path) + homeless == 60
    assert done.aside.stat().st_size == left


def test_a_file_whose_head_was_overwritten_is_rescued_whole(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(random.Random(1).randbytes(100))
    rescue(path, NOW)
    assert drafts(path) == 60


def test_a_sound_file_and_one_of_another_kind_keep_every_byte(path: Path, tmp_path: Path) -> None:
    stranger = tmp_path / "letter.txt"
    stranger.write_text("Dear all,\n" * 1000, encoding="utf-8")
    for file in (path, stranger):
        before = file.read_bytes()
        reshape(file, journalled=False)
        assert file.read_bytes() == before


@pytest.mark.parametrize("length", [0, 1, 99, 100, 101, PAGE - 1])
def test_a_stump_of_any_length_is_no_fault(path: Path, length: int) -> None:
    with path.open("r+b") as file:
        file.truncate(length)
    rescue(path, NOW)
    assert drafts(path) == 0
