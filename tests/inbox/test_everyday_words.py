"""The words that everybody uses in an inbox are told once, kept, and told anew when there is much news."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING, Any

import pytest
from stage.opening import Clock, open_workspace
from stage.scenery import Said, connect, deliver, messages

from cminbox.domain.message import Kind
from cminbox.inbox import everyday_words as subject
from cminbox.inbox.cache_files import CacheFile
from cminbox.inbox.everyday_words import everyday_words
from cminbox.inbox.suggestions import Suggester
from cminbox.store.incoming import said_lately

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cminbox.inbox.workspace import Workspace
    from cminbox.store.database import Database

NO_WORDS: tuple[object, ...] = ({"zebra": 7.0}, {"a": "x"}, {"a": True}, {"a": -1.0}, [], {"z" * 100: 0.5})


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path / "stage", Clock())
    connect(opened)
    yield opened
    opened.close()


def say(workspace: Workspace, *texts: str, first: int = 0) -> None:
    """Let somebody else write each text."""
    account = workspace.accounts.get("brand").id
    for number, text in enumerate(texts, first):
        said = Said("brand", f"p{number}", f"P{number}", Kind.MENTION, 5, text)
        deliver(workspace, account, messages(said, workspace.now()))


def told(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Return whether the words are told by messages, instead of taken from where they were kept."""
    read: list[int] = []

    def count(database: Database, *, limit: int) -> list[tuple[int, str]]:
        read.append(limit)
        return said_lately(database, limit=limit)

    with monkeypatch.context() as patch:
        patch.setattr(subject, "said_lately", count)
        everyday_words(workspace)
    return bool(read)


def test_the_words_of_many_people_are_told(workspace: Workspace) -> None:
    say(workspace, *(f"my zebra number{chr(97 + number)}" for number in range(6)))
    assert everyday_words(workspace)["zebra"] == 1.0
    assert not any(word.startswith("number") for word in everyday_words(workspace))


def test_they_are_kept_until_there_is_much_news(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "_FEW", 3)
    say(workspace, *["zebra"] * 5)
    assert told(workspace, monkeypatch)
    assert not told(workspace, monkeypatch)
    say(workspace, "zebra", "zebra", first=10)
    assert not told(workspace, monkeypatch)
    say(workspace, "zebra", first=20)
    assert told(workspace, monkeypatch)


@pytest.mark.parametrize("damage", [b"", b"\xff", b"[]", b"[" * 100_000, b'{"engine": 1}'])
def test_a_damaged_file_is_told_anew(workspace: Workspace, damage: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    say(workspace, *["zebra"] * 5)
    everyday_words(workspace)
    workspace.locations.words_cache.write_bytes(damage)
    assert told(workspace, monkeypatch)
    assert everyday_words(workspace) == {"zebra": 1.0}


@pytest.mark.parametrize(
    "change",
    [
        {"engine": "another"},
        {"newest": "1"},
        {"messages": None},
        *({"words": words} for words in NO_WORDS),
    ],
)
def test_a_file_with_something_else_in_it_is_told_anew(
    workspace: Workspace, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    say(workspace, *["zebra"] * 5)
    everyday_words(workspace)
    file = workspace.locations.words_cache
    file.write_text(json.dumps(json.loads(file.read_bytes()) | change))
    assert told(workspace, monkeypatch)
    assert everyday_words(workspace) == {"zebra": 1.0}


def test_messages_that_are_gone_are_seen(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    say(workspace, *["zebra"] * 5)
    everyday_words(workspace)
    kept = json.loads(workspace.locations.words_cache.read_bytes())
    workspace.locations.words_cache.write_text(json.dumps(kept | {"newest": kept["newest"] + 1}))
    assert told(workspace, monkeypatch)


def test_the_library_is_learnt_once_for_many_starts(workspace: Workspace) -> None:
    for _start in range(2):
        suggester = Suggester(workspace)
        assert suggester.load().result() > 0
        suggester.close()
    file = workspace.locations.suggestions_cache
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written = file.stat().st_mtime_ns
    suggester = Suggester(workspace)
    suggester.load().result()
    suggester.close()
    assert file.stat().st_mtime_ns == written


def test_a_cache_that_is_no_file_of_ours_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"data")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    assert CacheFile(tmp_path / "real", 10).get() == b"data"
    for name in ("link", "folder", "pipe", "missing"):
        assert CacheFile(tmp_path / name, 10).get() is None
    assert CacheFile(tmp_path / "real", 3).get() is None


def test_a_cache_that_cannot_be_written_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for file in (CacheFile(tmp_path / "folder", 10), CacheFile(tmp_path / "missing" / "file", 10)):
        file.put(b"data")
        assert file.get() is None
    assert [one.name for one in tmp_path.iterdir()] == ["folder"]
    CacheFile(tmp_path / "large", 3).put(b"data")
    assert not (tmp_path / "large").exists()
