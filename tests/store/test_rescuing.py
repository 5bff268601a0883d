"""A damaged database: kept as it is, and what can be read of it goes on in a new one. Nothing is sent twice."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rehearsal.people import DAY, NOW, wrote
from rehearsal.stage import Stage

from cminbox.domain.account import HealthState
from cminbox.domain.problem import Problem
from cminbox.domain.reply import Receipt, ReplyState
from cminbox.store import backups
from cminbox.store.database import Database
from cminbox.store.lifetime import journal
from cminbox.store.rescuing import open_elsewhere, rescue
from cminbox.store.salvage import KEYED, TABLES
from cminbox.store.upkeep import damage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = 4096
HELD_OPEN = "import sys, time; file = open(sys.argv[1]); print('open', flush=True); time.sleep(60)"


@pytest.fixture(scope="session")
def lively(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with drafts, notes, tags and replies in every state, closed."""
    stage = Stage(tmp_path_factory.mktemp("lively") / "brand")
    account = stage.connect()
    stage.take(account, *(wrote(f"m{number}", text=f"question {number} " + "x" * 200) for number in range(120)))
    stage.hold_lease()
    rows, workspace = [row.id for row in stage.rows()], stage.workspace
    for number, row in enumerate(rows[:40]):
        workspace.drafts.save(row, f"draft {number}", caret=number, agent="ana", terminal="tty1", now=NOW)
    for number, row in enumerate(rows[40:80]):
        reply = stage.decide(row, f"reply {number}")
        if number % 4:
            workspace.outbox.begin(reply.id, holder="me", now=NOW)
        if number % 4 > 1:
            workspace.outbox.sent(reply.id, Receipt(f"r{number}"), now=NOW)
    workspace.conversations.note(rows[90], "remember the blue one", agent="ana", now=NOW)
    workspace.conversations.tag([rows[91]], add=["vip"], agent="ana", now=NOW)
    stage.close()
    return stage.folder


@pytest.fixture
def folder(lively: Path, tmp_path: Path) -> Path:
    return shutil.copytree(lively, tmp_path / "brand")


@pytest.fixture
def path(folder: Path) -> Path:
    return folder / "inbox.sqlite3"


def opened(path: Path) -> Iterator[Stage]:
    stage = Stage(path.parent)
    yield stage
    stage.close()


def texts(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    found = {text for (text,) in connection.execute("SELECT text FROM replies UNION SELECT text FROM notes")}
    connection.close()
    return found


def spoil(path: Path, *pages: int) -> None:
    with path.open("r+b") as file:
        for page in pages:
            file.seek(page * PAGE)
            file.write(b"\xff" * PAGE)


def page_of(path: Path, table: str) -> list[int]:
    """Return the pages, counted from 0, that hold the rows of a table."""
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'", (table,)).fetchall()
    connection.close()
    return [page - 1 for (page,) in found]


def digest(path: Path) -> bytes:
    return path.read_bytes()


def test_everything_that_is_whole_comes_over(path: Path) -> None:
    before = texts(path)
    spoil(path, *page_of(path, "queue"))
    spoilt = digest(path)
    done = rescue(path, NOW)
    assert done.whole
    assert texts(path) == before
    assert digest(done.aside) == spoilt
    database = Database(path)
    assert damage(database) == []
    assert database.read().execute("SELECT tag FROM tags").fetchall() == [("vip",)]
    assert database.read().execute("SELECT count(*) FROM messages").fetchone() == (140,)
    database.close()


def test_what_was_on_its_way_is_in_doubt_and_drafts_are_drafts(path: Path) -> None:
    spoil(path, *page_of(path, "queue"))
    done = rescue(path, NOW)
    stage = next(opened(path))
    assert done.doubtful == 20
    assert {one.state for one in stage.workspace.outbox.outstanding()} == {ReplyState.UNKNOWN}
    assert stage.workspace.outbox.due(NOW + DAY) == []
    drafts = stage.workspace.drafts.of("ana")
    assert {(one.text, one.cursor) for one in drafts} == {(f"draft {number}", number) for number in range(40)}
    assert len(stage.workspace.outbox.in_state(ReplyState.SENT)) == 20
    stage.close()


def test_the_networks_are_read_from_the_beginning_again(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE accounts SET cursor = 'far', last_complete_fetch = 5")
    connection.commit()
    connection.close()
    spoil(path, *page_of(path, "queue"))
    rescue(path, NOW)
    stage = next(opened(path))
    account = stage.workspace.accounts.get("brand")
    assert stage.workspace.accounts.progress(account.id)[0] is None
    assert account.health.last_complete_fetch is None
    stage.close()


def test_around_a_damaged_page_the_rest_of_its_table_is_read(path: Path) -> None:
    pages = page_of(path, "messages")
    assert len(pages) > 4
    spoil(path, pages[2])
    done = rescue(path, NOW)
    assert not done.whole
    assert 140 - 30 < done.rows["messages"] < 140
    assert done.rows["replies"] == 80


def test_the_newest_sound_backup_is_the_ground(path: Path) -> None:
    stage = next(opened(path))
    database = stage.workspace.database
    first = backups.make(database.read(), database.path, NOW)
    second = backups.make(database.read(), database.path, NOW + DAY)
    stage.take(stage.workspace.accounts.get("brand"), wrote("later", text="came after the backup"))
    late = next(row.id for row in stage.rows() if row.text == "came after the backup")
    stage.workspace.drafts.save(late, "typed after the backup", caret=1, agent="ana", terminal="tty1", now=NOW)
    stage.close()
    spoil(second.path, 3, 4, 5)
    spoil(path, *page_of(path, "people"))
    done = rescue(path, NOW)
    assert done.backup == first.path
    assert "typed after the backup" in texts(path)
    database = Database(path)
    assert damage(database) == []
    assert database.read().execute("SELECT count(*) FROM people").fetchone() == (2,)
    database.close()


def test_a_file_that_is_no_database_at_all_leaves_the_backup(path: Path) -> None:
    before = texts(path)
    stage = next(opened(path))
    database = stage.workspace.database
    backups.make(database.read(), database.path, NOW)
    stage.close()
    path.write_bytes(b"nothing of a database is left here, but it is long enough to look at" * 100)
    done = rescue(path, NOW)
    assert (done.whole, sum(done.rows.values())) == (False, 0)
    assert texts(path) == before


OF_PROCESSES = {"claims", "leases", "whereabouts"}
WORKED_OUT = {"counters", "facts", "messages_text", "names", "unspaced_text", "unspaced_terms"}


def test_every_table_is_taken_over_or_belongs_to_processes_or_is_worked_out(path: Path) -> None:
    connection = sqlite3.connect(path)
    found = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    of_searches = {name for name in found if name.rpartition("_")[0] in WORKED_OUT - {"facts"}}
    of_sqlite = {name for name in found if "sqlite" in name}
    assert found - of_searches - of_sqlite - OF_PROCESSES - WORKED_OUT == {*TABLES, *KEYED}


def test_what_cannot_have_been_written_is_not_taken_over(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE accounts SET state = char(0, 0), manifest = '{'")
    connection.execute("UPDATE messages SET attachments = 'garbled' WHERE id = 1")
    connection.execute("UPDATE replies SET state = 'garbled' WHERE text = 'draft 3'")
    connection.commit()
    connection.close()
    spoil(path, *page_of(path, "queue"))
    done = rescue(path, NOW)
    assert not done.whole
    assert done.texts is not None
    assert [json.loads(line)["text"] for line in done.texts.read_text().splitlines()] == ["draft 3"]
    stage = next(opened(path))
    account = stage.workspace.accounts.get("brand")
    assert (account.health.state, account.manifest) == (HealthState.NEW, None)
    assert sum(len(stage.workspace.conversations.messages(row.id)) for row in stage.rows()) >= 80
    stage.close()


def test_words_without_a_conversation_are_kept_in_a_file_of_their_own(path: Path) -> None:
    spoil(path, *page_of(path, "conversations"))
    done = rescue(path, NOW)
    assert done.texts is not None
    assert stat.S_IMODE(done.texts.stat().st_mode) == 0o600
    kept = [json.loads(line) for line in done.texts.read_text().splitlines()]
    assert {one["text"] for one in kept if one["kind"] == "draft"} == {f"draft {number}" for number in range(40)}
    assert {"kind": "note", "agent": "ana", "text": "remember the blue one"}.items() <= kept[-1].items()
    assert not [one for one in kept if one["kind"] == "sent"]


def test_what_stands_in_the_journal_alone_is_read_too(path: Path, folder: Path) -> None:
    stage = next(opened(path))
    stage.workspace.drafts.save(stage.rows()[0].id, "only in the journal", caret=0, agent="b", terminal="t", now=NOW)
    killed = shutil.copytree(folder, folder.parent / "killed")
    stage.close()
    damaged = killed / "inbox.sqlite3"
    spoil(damaged, 7)
    done = rescue(damaged, NOW)
    assert journal(done.aside).exists()
    assert "only in the journal" in texts(damaged)


def test_nothing_but_the_result_is_left_behind(path: Path, folder: Path) -> None:
    before = {file.name for file in folder.iterdir()}
    spoil(path, *page_of(path, "queue"))
    done = rescue(path, NOW)
    assert {file.name for file in folder.iterdir()} - before == {done.aside.name}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_group_that_shares_the_inbox_goes_on_sharing_it(path: Path) -> None:
    path.chmod(0o660)
    spoil(path, 5)
    rescue(path, NOW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o660


def test_nothing_is_touched_while_another_process_has_it_open(path: Path) -> None:
    spoil(path, 5)
    before = digest(path)
    holder = subprocess.Popen([sys.executable, "-c", HELD_OPEN, str(path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        assert open_elsewhere(path) == [holder.pid]
        with pytest.raises(Problem, match=f"open in process {holder.pid}"):
            rescue(path, NOW)
    finally:
        holder.kill()
        holder.communicate()
    assert digest(path) == before
    assert open_elsewhere(path) == []


def test_a_disk_that_is_full_leaves_everything_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(path, 5)
    before = digest(path)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copy2", full)
    with pytest.raises(Problem, match="No space left"):
        rescue(path, NOW)
    assert digest(path) == before
    assert list(path.parent.glob(".rescue*")) == []


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.data())
def test_whatever_is_damaged_the_result_is_sound(
    lively: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chance: st.DataObject
) -> None:
    # Looking for the last rows of wide gaps takes a minute; what is found is sound however long one looks.
    monkeypatch.setattr("cminbox.store.salvage._PROBES", 500)
    folder = tmp_path / "any"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(lively, folder)
    path = folder / "inbox.sqlite3"
    size = path.stat().st_size // PAGE
    for page in chance.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=12)):
        spoil(path, page)
    if chance.draw(st.booleans()):
        with path.open("r+b") as file:
            file.truncate(chance.draw(st.integers(0, size * PAGE)))
    done = rescue(path, NOW)
    assert done.aside.exists()
    database = Database(path)
    assert damage(database) == []
    assert database.read().execute("SELECT 1 FROM replies WHERE state IN ('queued', 'sending')").fetchall() == []
    database.close()
