"""R14: the database is cut, zeroed in the middle, without its journal, from the future, or half upgraded."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlite_utils import Database as Wrapped

from cminbox.store import migrations
from cminbox.store.salvage import TABLES
from cminbox.store.schema import LATEST
from rig import actors, processes, program
from rig.judge import Verdict
from rig.report import Family, Order
from rig.spoiling import Style
from rig.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

PAGE = 4096
_NEWER = 9999
_DATABASE = "inbox.sqlite3"


@dataclass(frozen=True, slots=True)
class Damage:
    """A kind of damage. `refused` says whether the program must not work with the file any more."""

    name: str
    do: Callable[[Path, Random], None]
    refused: bool
    says: str = ""
    mended: bool = True
    """Whether a person would have it rescued; what another program made only needs that program."""
    all_there: bool = False
    """Whether every word is still in the file, so that a rescue brings back all of them."""


def run(order: Order) -> Verdict:
    """Damage copies of a workspace with replies on their way, then use them as a person would."""
    chance = order.chance("R14")
    verdict = Verdict()
    rescued: list[tuple[int, int]] = []
    with Stage(order.folder / "r14", chance) as stage:
        stage.questions(40)
        stage.sync()
        texts = _written(stage)
        stage.close()
        killed = _killed_copy(stage)
        for damage in DAMAGES:
            for number in range(order.amount(10, 1)):
                folder = stage.folder / f"{damage.name.replace(' ', '-')}-{number}"
                shutil.copytree(killed, folder, copy_function=shutil.copy2)
                damage.do(folder / _DATABASE, chance)
                sound = _use(folder, damage, texts, verdict)
                if not sound and damage.mended:
                    rescued.append(_rescue(stage, folder, damage, texts, verdict))
    verdict.figures = {
        "damaged": len(rescued),
        "unsent texts still in the file": sum(there for there, _ in rescued),
        "rescued of them": sum(back for _, back in rescued),
    }
    return verdict


def _written(stage: Stage) -> list[str]:
    """Leave a draft, a held reply and one that was given to the network, and return their texts."""
    workspace = stage.workspace
    where = stage.conversations(Style.KEY)
    workspace.drafts.save(where[0], "a draft of mine", caret=3, agent="ana", terminal="tty-ana", now=workspace.now())
    promise = stage.promise(Style.KEY, where[1], hold=60.0)
    return ["a draft of mine", promise.text]


def _killed_copy(stage: Stage) -> Path:
    """Return a copy of the workspace as a killed process leaves it: with a journal that holds its last commits."""
    actor = processes.Actor(
        actors.hold_open, stage.home, stage.clock.path, "a last word before the kill", stage.conversations(Style.KEY)[2]
    )
    actor.said(wait=30.0)
    folder = stage.folder / "killed"
    shutil.copytree(stage.home, folder, copy_function=shutil.copy2)
    actor.kill()
    return folder


def _use(folder: Path, damage: Damage, texts: list[str], verdict: Verdict) -> bool:
    """Use a damaged workspace; return whether it is sound for all that."""
    verdict.amount += 1
    before = _digest(folder)
    queue = program.run(("queue", "--json"), folder)
    verdict.expect(queue.clear, f"{damage.name}: queue ended with {queue.code}: {queue.err[-300:]}")
    if damage.refused:
        verdict.expect(queue.code == 1, f"{damage.name}: the queue was shown")
        verdict.expect(damage.says in queue.err, f"{damage.name}: {queue.err.strip()[-200:]}")
        verdict.expect(_digest(folder) == before, f"{damage.name}: the damaged file was changed")
    doctor = program.run(("doctor",), folder)
    verdict.expect(doctor.clear, f"{damage.name}: doctor ended with {doctor.code}: {doctor.err[-300:]}")
    sound = not damage.refused and _sound(folder)
    if sound:
        kept = program.run(("show", "1", "--json"), folder)
        verdict.expect(kept.code == 0 and json.loads(kept.out), f"{damage.name}: {kept.err[-200:]}")
        verdict.lost += sum(text not in _replies(folder) for text in texts)
    else:
        verdict.expect(doctor.code == 1, f"{damage.name}: doctor found nothing wrong: {doctor.out[-300:]}")
    return sound


def _rescue(stage: Stage, folder: Path, damage: Damage, texts: list[str], verdict: Verdict) -> tuple[int, int]:
    """Have it rescued and go on; return how many unsent texts the file still held, and how many of them are back."""
    data = (folder / _DATABASE).read_bytes()
    there = [text for text in texts if text.encode() in data]
    ended = program.run(("doctor", "--rescue"), folder)
    verdict.expect(ended.code == 0, f"{damage.name}: the rescue ended with {ended.code}: {ended.err[-300:]}")
    aside = [path for path in folder.rglob("*") if path.is_file() and path.read_bytes() == data]
    verdict.expect(aside, f"{damage.name}: the damaged file was not kept")
    for words in (("queue", "--json"), ("sync", "--once")):
        after = program.run(words, folder)
        verdict.expect(
            after.clear, f"{damage.name}: after the rescue {words} ended with {after.code}: {after.err[-300:]}"
        )
    marks = {text.split()[-1] for text in texts}
    sent = [post.text for post in stage.town("posts") if post.text.split()[-1] in marks]
    verdict.doubled += len(sent)
    verdict.expect(_sound(folder), f"{damage.name}: what was rescued is damaged")
    kept = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in folder.glob("*.jsonl"))
    back = [text for text in there if text in _replies(folder) or text in kept]
    verdict.lost += len(texts) - len(back) if damage.all_there else 0
    return len(there), len(back)


def _digest(folder: Path) -> str:
    return hashlib.sha256((folder / _DATABASE).read_bytes()).hexdigest()


def _sound(folder: Path) -> bool:
    """Whether SQLite itself finds nothing wrong with a copy of the file, and the program made it."""
    copy = folder.with_name(f"{folder.name}-looked-at")
    shutil.copytree(folder, copy)
    try:
        with closing(sqlite3.connect(copy / _DATABASE)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            fine = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            return fine and 0 < version < _NEWER and bool(connection.execute("SELECT count(*) FROM replies").fetchone())
    except sqlite3.Error:
        return False
    finally:
        shutil.rmtree(copy)


def _replies(folder: Path) -> set[str]:
    with closing(sqlite3.connect(folder / _DATABASE)) as connection:
        return {text for (text,) in connection.execute("SELECT text FROM replies")}


def _cut(path: Path, chance: Random) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(chance.randrange(PAGE // 2, size - PAGE))
    _without_journal(path, chance)


def _zeroed(path: Path, chance: Random) -> None:
    pages = path.stat().st_size // PAGE
    with path.open("r+b") as file:
        for page in chance.sample(range(1, pages), min(pages - 1, chance.choice((1, 3, 30)))):
            file.seek(page * PAGE)
            file.write(b"\0" * PAGE)
    _without_journal(path, chance)


def _headless(path: Path, chance: Random) -> None:
    with path.open("r+b") as file:
        file.write(chance.randbytes(100))
    _without_journal(path, chance)


def _without_journal(path: Path, _chance: Random) -> None:
    for tail in ("-wal", "-shm"):
        path.with_name(path.name + tail).unlink(missing_ok=True)


def _garbled_journal(path: Path, chance: Random) -> None:
    journal = path.with_name(f"{path.name}-wal")
    data = bytearray(journal.read_bytes())
    for _ in range(8):
        data[chance.randrange(len(data))] ^= 0xFF
    journal.write_bytes(data)


def _from_the_future(path: Path, _chance: Random) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute(f"PRAGMA user_version = {_NEWER}")


def _without_number(path: Path, _chance: Random) -> None:
    """Leave what only another program leaves: tables of a schema whose number is not there."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 0")
        connection.execute("DELETE FROM _sqlite_migrations")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _half_upgraded(path: Path, chance: Random) -> None:
    """Put the same words into an older schema, and leave it in the middle of the next step."""
    old = path.with_name("older.sqlite3")
    schema = chance.randrange(1, LATEST)
    with closing(sqlite3.connect(old, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        names = [step.name for step in migrations.steps.pending(Wrapped(memory=True))]
        migrations.steps.apply(Wrapped(connection), stop_before=names[schema])
        connection.execute("ATTACH ? AS new", (str(path),))
        for table in (*TABLES, "tags"):
            ours = [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")]
            theirs = {row[1] for row in connection.execute(f"PRAGMA new.table_info({table})")}
            if both := ", ".join(name for name in ours if name in theirs):
                connection.execute(f"INSERT OR REPLACE INTO main.{table} ({both}) SELECT {both} FROM new.{table}")  # noqa: S608 - our own names
        connection.execute("UPDATE main.facts SET value = (SELECT value FROM new.facts WHERE name = 'change')")
        connection.execute("DETACH new")
        (step,) = (step for step in migrations.steps.pending(Wrapped(connection)) if step.name == names[schema])
        with suppress(_EnoughError):
            step.fn(_FirstFew(connection, chance))  # type: ignore[arg-type]  # it answers the same calls
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _without_journal(path, chance)
    old.replace(path)


class _EnoughError(Exception):
    """So many statements were wanted."""


class _FirstFew:
    """A database that takes a few statements of a step, and then no more."""

    def __init__(self, connection: sqlite3.Connection, chance: Random) -> None:
        self.conn = connection
        self._chance = chance
        self._taken = 0

    def execute(self, statement: str) -> None:
        """Run one, as the first two always are. Raises _EnoughError before one of the others or the number."""
        if statement.startswith("PRAGMA user_version") or (self._taken > 1 and self._chance.random() < 1 / 4):
            raise _EnoughError
        self.conn.execute(statement)
        self._taken += 1


DAMAGES = (
    Damage("cut", _cut, refused=False),
    Damage("zeroed pages", _zeroed, refused=False),
    Damage("overwritten head", _headless, refused=True, says="is damaged"),
    Damage("deleted journal", _without_journal, refused=False),
    Damage("garbled journal", _garbled_journal, refused=False),
    Damage("newer schema", _from_the_future, refused=True, says="newer cminbox", mended=False),
    Damage("number lost", _without_number, refused=True, says="half upgraded", all_there=True),
    Damage("half upgraded", _half_upgraded, refused=True, says="half upgraded", all_there=True),
)

FAMILY = Family("R14", "damaged database", run)
