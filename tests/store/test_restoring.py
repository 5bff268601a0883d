"""A file that is older than what was sent: a backup put back, a journal taken away. Nothing goes out twice."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from rehearsal.people import NOW, wrote
from rehearsal.stage import Stage

from cminbox.domain.problem import StoreProblem
from cminbox.domain.reply import Receipt, ReplyState
from cminbox.domain.saying import Saying, say
from cminbox.store.database import Database
from cminbox.store.lifetime import journal, mark
from cminbox.store.outbox import Outbox
from cminbox.store.upkeep import back_up, shrink_journal

if TYPE_CHECKING:
    from pathlib import Path

OPEN_AND_DIE = """
import os, signal, sys, pathlib
from cminbox.store.database import Database
database = Database(pathlib.Path(sys.argv[1]))
database.write(lambda c: c.execute("UPDATE facts SET value = value + 1 WHERE name = 'change'"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def on_its_way(stage: Stage) -> dict[str, int]:
    """Leave a reply in every state that is not an end; return them by state."""
    outbox, found = stage.workspace.outbox, {}
    stage.take(stage.connect(), *(wrote(state) for state in ReplyState))
    stage.hold_lease()
    rows = {row.text.removeprefix("text of "): row.id for row in stage.rows()}
    for state in ("held", "queued", "sending", "refused", "unknown", "cancelled", "sent"):
        reply = stage.decide(rows[state], state, hold=8000 if state == "held" else 0)
        found[state] = reply.id
        if state in {"sending", "refused", "unknown", "sent"}:
            outbox.begin(reply.id, holder="me", now=NOW)
    outbox.refused(found["refused"], say("too rude"), now=NOW)
    outbox.unknown(found["unknown"], say("lost"), now=NOW, next_try_at=None)
    outbox.cancel(found["cancelled"], agent="ana", now=NOW)
    outbox.sent(found["sent"], Receipt("r1"), now=NOW)
    stage.workspace.drafts.save(rows["draft"], "half a", caret=2, agent="ana", terminal="tty1", now=NOW)
    return found


def states(database: Database, found: dict[str, int]) -> dict[str, str]:
    outbox = Outbox(database)
    return {state: outbox.get(reply_id).state.value for state, reply_id in found.items()}


def test_a_backup_that_is_put_back_sends_nothing_by_itself(stage: Stage, tmp_path: Path) -> None:
    found = on_its_way(stage)
    copy = tmp_path / "copy.sqlite3"
    back_up(stage.workspace.database, copy)
    restored = Database(copy)
    assert states(restored, found) == {
        "held": "unknown",
        "queued": "unknown",
        "sending": "unknown",
        "refused": "unknown",
        "unknown": "unknown",
        "cancelled": "cancelled",
        "sent": "sent",
    }
    assert Outbox(restored).due(NOW + 10**12) == []
    row = Outbox(restored).get(found["queued"])
    assert (row.doubtful_since, row.tried_at, row.doubts) == (NOW, NOW, 1)
    assert row.next_try_at is not None
    assert "when the backup was made" in str(Saying.from_json(row.reason or ""))
    drafts = [one.text for one in Outbox(restored).in_state(ReplyState.DRAFT)]
    assert drafts == ["half a"]
    restored.close()
    # The inbox that was copied goes on as if nothing had been.
    assert stage.workspace.outbox.get(found["queued"]).state is ReplyState.QUEUED


def test_it_is_told_once_and_then_an_inbox_like_any_other(stage: Stage, tmp_path: Path) -> None:
    found = on_its_way(stage)
    copy = tmp_path / "copy.sqlite3"
    back_up(stage.workspace.database, copy)
    Database(copy).close()
    again = Database(copy)
    outbox = Outbox(again)
    outbox.retry(found["queued"], agent="ana", now=NOW)
    again.close()
    again = Database(copy)
    assert Outbox(again).get(found["queued"]).state is ReplyState.QUEUED
    again.close()


def test_the_conversations_of_what_is_in_doubt_come_back(stage: Stage, tmp_path: Path) -> None:
    on_its_way(stage)
    copy = tmp_path / "brand" / "copy.sqlite3"
    back_up(stage.workspace.database, copy)
    stage.close()
    for old in copy.parent.glob("inbox.sqlite3*"):
        old.unlink()
    copy.rename(copy.with_name("inbox.sqlite3"))
    restored = Stage(copy.parent)
    waiting = {row.text.removeprefix("text of ") for row in restored.rows()}
    restored.close()
    assert {"held", "queued", "sending", "refused", "unknown"} <= waiting
    assert "sent" not in waiting


def killed(path: Path) -> None:
    process = subprocess.run([sys.executable, "-c", OPEN_AND_DIE, str(path)], capture_output=True, check=False)
    assert (process.stderr, process.returncode) == (b"", -signal.SIGKILL)


def test_a_kill_alone_puts_nothing_in_doubt(stage: Stage) -> None:
    found = on_its_way(stage)
    path = stage.workspace.database.path
    stage.close()
    killed(path)
    assert mark(path).exists()
    database = Database(path)
    assert states(database, found)["queued"] == "queued"
    database.close()
    assert not mark(path).exists()


def test_a_journal_that_was_removed_after_a_kill_puts_what_was_on_its_way_in_doubt(stage: Stage) -> None:
    found = on_its_way(stage)
    path = stage.workspace.database.path
    stage.close()
    killed(path)
    journal(path).unlink()
    database = Database(path)
    assert states(database, found)["queued"] == "unknown"
    reason = str(Saying.from_json(Outbox(database).get(found["queued"]).reason or ""))
    assert "journal of the database was removed" in reason
    database.close()


def test_the_mark_goes_with_the_last_one_who_closes(stage: Stage) -> None:
    path = stage.workspace.database.path
    other = Database(path)
    stage.close()
    assert mark(path).exists()
    other.close()
    assert not mark(path).exists()


@pytest.mark.parametrize("what", ["journal removed", "journal replaced", "file replaced"])
def test_nothing_is_written_beside_files_that_were_exchanged_while_open(stage: Stage, what: str) -> None:
    database = stage.workspace.database
    path = database.path
    target = path if what == "file replaced" else journal(path)
    content = target.read_bytes()
    target.unlink()
    if what != "journal removed":
        target.write_bytes(content)
    with pytest.raises(StoreProblem, match="was replaced while it was open"):
        database.write(lambda c: c.execute("UPDATE facts SET value = 1"))


def test_a_folder_that_is_gone_can_be_closed(tmp_path: Path) -> None:
    path = tmp_path / "brand" / "inbox.sqlite3"
    path.parent.mkdir()
    database = Database(path)
    shutil.rmtree(path.parent)
    database.close()
    assert not path.parent.exists()


def test_a_journal_that_has_grown_is_emptied_as_soon_as_nobody_reads_an_older_state(stage: Stage) -> None:
    database = stage.workspace.database
    reader = sqlite3.connect(database.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM accounts").fetchone()
    for _ in range(5):
        database.write(lambda c: c.execute("INSERT INTO counters VALUES ('x', hex(randomblob(8)), zeroblob(1000000))"))
    grown = journal(database.path).stat().st_size
    assert grown > 4_000_000
    assert not shrink_journal(database.path, 1_000_000)
    assert shrink_journal(database.path, grown)
    reader.execute("COMMIT")
    assert shrink_journal(database.path, 1_000_000)
    assert journal(database.path).stat().st_size == 0
    reader.close()


def test_a_journal_that_is_not_there_needs_no_care(tmp_path: Path) -> None:
    assert shrink_journal(tmp_path / "inbox.sqlite3", 0)
