"""R4: the terminal hangs up, closes, or the program is told to end or killed, all in the middle of typing."""

from __future__ import annotations

import os
import shutil
import signal
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from rig import processes
from rig.judge import Verdict
from rig.report import Family, Order
from rig.screens import RESTORED, processes_of, screen
from rig.spoiling import Style
from rig.stage import Stage, open_workspace

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path
    from random import Random

    from stage.terminal import Terminal

WORKERS = 2
LAST_SECOND = 1.0
LONGEST_SECONDS, SHORT_SECONDS = 2.6, 1.2
GONE_SECONDS = 2.0
LONGEST_LEASE = 7 * 24 * 3600
_LETTERS = "abcdefghijklmnopqrstuvwxyz    éà"
_CHILD_SECONDS = 30.0


class End(StrEnum):
    """How a screen is interrupted."""

    HANG_UP = "SIGHUP"
    TERMINATE = "SIGTERM"
    CLOSED = "closed terminal"
    KILL = "kill -9"


@dataclass(frozen=True, slots=True)
class Case:
    """One interruption after so many seconds of typing; the text is typed at the pace of `pauses` (seconds)."""

    end: End
    seconds: float
    text: str
    pauses: tuple[float, ...]
    with_child: bool
    go_on: bool
    """Whether the text is written on at another terminal."""
    note: bool
    """Whether it is a note for colleagues rather than a reply."""


def run(order: Order) -> Verdict:
    """Interrupt, look what was kept, open again."""
    chance = order.chance("R4")
    longest = LONGEST_SECONDS if order.full else SHORT_SECONDS
    cases = [_case(end, chance, longest) for end in End for _ in range(order.amount(50, 1))]
    chance.shuffle(cases)
    workers = WORKERS if order.full else 1
    verdict = Verdict()
    slowest = 0.0
    with Stage(order.folder / "r04", chance) as stage:
        stage.questions(3, (Style.KEY,))
        stage.sync()
        stage.workspace.leases.take(
            "sync", holder="a service", host="elsewhere", pid=1, now=_wall(), seconds=LONGEST_LEASE
        )
        stage.close()
        working = []
        for number in range(workers):
            folder = stage.folder / f"worker-{number}" / "workspace"
            shutil.copytree(stage.home, folder)
            working.append(processes.Actor(_interrupt_all, folder, stage.clock.path, cases[number::workers]))
        for worker in working:
            code = worker.end(900.0)
            for said in worker.said():
                if isinstance(said, tuple):
                    verdict.add(said[0])
                    slowest = max(slowest, said[1])
                else:
                    verdict.say(f"a worker ended with {code}: {said}")
    verdict.expect(verdict.amount == len(cases), f"only {verdict.amount} of {len(cases)} were done")
    verdict.figures = {
        "slowest end (s)": f"{slowest:.2f}",
        "with a syncing child": sum(one.with_child for one in cases),
        "notes": sum(one.note for one in cases),
    }
    return verdict


def _case(end: End, chance: Random, longest: float) -> Case:
    text = "".join(chance.choice(_LETTERS) for _ in range(200)).replace("  ", " x").strip()
    pauses = tuple(chance.uniform(0.02, 0.09) for _ in text)
    child, go_on, note = (chance.random() < 1 / share for share in (10, 8, 6))
    return Case(end, chance.uniform(0.1, longest), text, pauses, child, go_on and not note, note)


def _wall() -> int:
    return time.time_ns() // 1_000_000


def _interrupt_all(folder: Path, clock: Path, cases: list[Case], line: Connection) -> None:
    try:
        for number, case in enumerate(cases):
            verdict = Verdict(amount=1)
            took = _interrupt(folder, clock, case, f"{folder.parent}/mark-{number}", verdict)
            line.send((verdict, took))
    except Exception:  # noqa: BLE001 - told to whoever started this
        line.send(traceback.format_exc())


def _interrupt(folder: Path, clock: Path, case: Case, mark: str, verdict: Verdict) -> float:
    """Type until the interruption; return the seconds until the program was gone."""
    _lease(folder, clock, held=not case.with_child)
    resumed = _was_writing(folder, clock)
    with screen(folder, "ana", mark) as terminal:
        _begin(terminal, resumed=resumed, note=case.note)
        typed = _type(terminal, case)
        begun = time.monotonic()
        _strike(terminal, case.end)
        terminal.wait()
        took = time.monotonic() - begun
        written = bytes(terminal.written)
    safe = sum(at <= begun - LAST_SECOND for at in typed)
    what = f"{case.end} after {len(typed)} keys"
    verdict.expect(took <= GONE_SECONDS, f"{what}: the program was gone only after {took:.1f} s")
    if case.end in {End.HANG_UP, End.TERMINATE}:
        restored = all(one in written[-400:] for one in RESTORED)
        verdict.expect(restored, f"{what}: the terminal was not given back: {written[-100:]!r}")
    _no_orphans(mark, what, verdict)
    kept = _note_kept if case.note else partial(_draft_kept, go_on=case.go_on)
    text, caret = kept(folder, clock, what, verdict)
    wanted = case.text[: len(typed)]
    if not wanted.startswith(text) or len(text) < len(wanted[:safe].rstrip()):
        verdict.lost += 1
        verdict.say(f"{what}: “{wanted}” was typed, {safe} letters of it in time, and “{text}” was kept")
    verdict.expect(caret == len(text), f"{what}: the caret is at {caret} of {len(text)}")
    return took


def _was_writing(folder: Path, clock: Path) -> bool:
    """Whether the last screen was lost while a reply was being written, so that the next one goes on with it."""
    workspace = open_workspace(folder, clock)
    query = "SELECT writing FROM whereabouts WHERE agent = 'ana' AND conversation_id IS NOT NULL ORDER BY until DESC"
    row = workspace.database.read().execute(query).fetchone()
    workspace.close()
    return row is not None and bool(row[0])


def _begin(terminal: Terminal, *, resumed: bool, note: bool = False) -> None:
    """Wait for the screen and have a reply or a note open; a reply opens by itself on a screen that resumes."""
    terminal.shows("question")
    if resumed:
        terminal.shows("Reply to")
    if note and resumed:
        terminal.press("\x1b")
        terminal.until(lambda: "Reply to" not in terminal.text, "the reply is left")
    if note or not resumed:
        terminal.press("n" if note else "r")
    terminal.shows("INTERNAL NOTE" if note else "Reply to")


def _type(terminal: Terminal, case: Case) -> list[float]:
    """Type at the case's pace for its time; return when each key was typed."""
    until = time.monotonic() + case.seconds
    typed: list[float] = []
    for letter, pause in zip(case.text, case.pauses, strict=True):
        terminal.type(letter)
        typed.append(time.monotonic())
        end = typed[-1] + pause
        while (left := end - time.monotonic()) > 0:
            terminal.read(left)
        if time.monotonic() > until:
            break
    return typed


def _strike(terminal: Terminal, end: End) -> None:
    match end:
        case End.HANG_UP:
            terminal.signal(signal.SIGHUP)
        case End.TERMINATE:
            terminal.signal(signal.SIGTERM)
        case End.KILL:
            terminal.signal(signal.SIGKILL)
        case End.CLOSED:
            terminal.close()


def _no_orphans(mark: str, what: str, verdict: Verdict) -> None:
    """Note what is left running; the syncing child has a little longer, for it may be in the middle of something."""
    until = time.monotonic() + _CHILD_SECONDS
    while (left := list(processes_of(mark))) and time.monotonic() < until:
        time.sleep(0.05)
    verdict.expect(not left, f"{what}: {len(left)} processes are left running")
    for process in left:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def _written_on(folder: Path, clock: Path, text: str, what: str, verdict: Verdict) -> None:
    """Open the program elsewhere: the same item, the same text, the caret where it was."""
    resumed = _was_writing(folder, clock)
    with screen(folder, "ana", f"{folder.parent}/elsewhere") as terminal:
        _begin(terminal, resumed=resumed)
        terminal.press("Z")
        terminal.until(lambda: f"{text}Z"[-12:] in terminal.text, f"{what}: the text written on")
        terminal.press("\x1b")
        terminal.shows("draft is kept")
    workspace = open_workspace(folder, clock)
    newest = workspace.drafts.of("ana")[0].text
    verdict.expect(newest == f"{text}Z", f"{what}: “{newest}” is the draft")
    workspace.close()


def _draft_kept(folder: Path, clock: Path, what: str, verdict: Verdict, *, go_on: bool) -> tuple[str, int]:
    """Return the draft on disk and its caret, and remove it."""
    workspace = open_workspace(folder, clock)
    drafts = workspace.drafts.of("ana")
    if go_on and drafts:
        _written_on(folder, clock, drafts[0].text, f"{what}, then at another terminal", verdict)
    verdict.expect(len(drafts) <= 1, f"{what}: {len(drafts)} drafts")
    for draft in workspace.drafts.of("ana"):
        workspace.drafts.save(
            draft.conversation_id, "", caret=0, agent=draft.agent, terminal=draft.terminal, now=workspace.now()
        )
    workspace.close()
    return (drafts[0].text, drafts[0].cursor) if drafts else ("", 0)


def _note_kept(folder: Path, clock: Path, what: str, verdict: Verdict) -> tuple[str, int]:
    """Return the note on disk and its caret, and remove it."""
    workspace = open_workspace(folder, clock)
    rows = workspace.database.read().execute("SELECT text, caret FROM begun_notes").fetchall()
    workspace.database.write(lambda connection: connection.execute("DELETE FROM begun_notes"))
    verdict.expect(len(rows) <= 1, f"{what}: {len(rows)} notes")
    verdict.expect(not workspace.drafts.of("ana"), f"{what}: a note has become a draft")
    workspace.close()
    return (str(rows[0][0]), int(rows[0][1])) if rows else ("", 0)


def _lease(folder: Path, clock: Path, *, held: bool) -> None:
    """Let somebody else be the one who syncs, or nobody, so that the screen brings a process of its own."""
    workspace = open_workspace(folder, clock)
    if held:
        workspace.leases.take("sync", holder="a service", host="elsewhere", pid=1, now=_wall(), seconds=LONGEST_LEASE)
    else:
        workspace.leases.give_back("sync", holder="a service")
    workspace.close()


FAMILY = Family("R4", "interrupted while typing", run)
