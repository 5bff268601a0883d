"""R6: another program holds the database locked for a minute; a person goes on reading and typing."""

from __future__ import annotations

import signal
import sqlite3
import statistics
import time
from contextlib import closing
from itertools import cycle, islice
from typing import TYPE_CHECKING

from rig import processes
from rig.judge import Verdict
from rig.report import Family, Order
from rig.screens import screen
from rig.spoiling import Style
from rig.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from pathlib import Path

    from stage.terminal import Terminal

LOCK_SECONDS = 60
QUICK_SECONDS = 4
ALLOWED = 3.0
"""So many times its usual time a key may take while the database is locked; what a tenth of them take is compared."""
FAST_ENOUGH = 0.1
_PAUSE = 0.12
_PATIENCE = 20.0
_AFTERWARDS = 4.0
"""So long (seconds) after the lock has ended, what was typed is on disk without another key."""
_LETTERS = "the quick brown fox jumps over the lazy dog and then some more "
_SENTENCE = "Not kept on disk yet"
_REFUSED = "locked by another program"
_ACTS = "kfjAkLjOkPhjPnkejz1ku"
"""Moving, and between the moves verbs that are written: flag, take, like, reopen, priority, done, later, undo."""


def run(order: Order) -> Verdict:
    """Press the same keys with and without the lock, in one run; then look what is on disk."""
    seconds = order.amount(LOCK_SECONDS, QUICK_SECONDS)
    verdict = Verdict()
    with Stage(order.folder / "r06", order.chance("R6")) as stage:
        stage.questions(40, (Style.KEY,))
        stage.sync()
        stage.workspace.leases.take(
            "sync", holder="a service", host="elsewhere", pid=1, now=time.time_ns() // 1_000_000, seconds=10**6
        )
        with screen(stage.home, "ana", str(stage.folder / "mark")) as terminal:
            terminal.shows("question")
            terminal.read(0.5)
            # A few seconds are too short for both, and one act that is refused takes two of them.
            writing = seconds / 3 if order.full else 0.0
            calm, calm_acts = _calm(terminal, seconds / 2, writing / 2, verdict)
            locker = processes.Actor(_lock, stage.home / "inbox.sqlite3", float(seconds))
            locker.said(wait=30.0)
            refused, locked_acts = not order.full, []
            for took in _acts(terminal, writing):
                locked_acts.append(took)
                refused = refused or _REFUSED in terminal.text
            verdict.expect(refused, "nobody is told that what a key asked for cannot be written")
            locked, told = [], False
            for took in _keys(terminal, seconds - writing, verdict, leaving=False):
                locked.append(took)
                told = told or _SENTENCE in terminal.text
            verdict.expect(told, "nobody is told that it is locked")
            locker.end(seconds + 30.0)
            typed = "".join(islice(cycle(_LETTERS), len(locked) - 1))
            until = time.monotonic() + _AFTERWARDS
            while typed not in _drafts(stage) and time.monotonic() < until:
                terminal.read(0.1)
            terminal.signal(signal.SIGKILL)
            terminal.wait()
        if typed not in _drafts(stage):
            verdict.lost += 1
            verdict.say(f"“{typed[-40:]}” was typed while it was locked; kept is {_drafts(stage)}")
    _compare(calm, locked, verdict, strictly=order.full)
    if locked_acts:
        most = max(ALLOWED * max(calm_acts), 2 * FAST_ENOUGH)
        slowest = max(locked_acts)
        verdict.expect(slowest <= most, f"a key that writes took {slowest * 1000:.0f} ms while it was locked")
        verdict.amount += len(locked_acts)
        verdict.figures |= {"keys that write": len(locked_acts) // 2, "slowest of them (ms)": f"{slowest * 1000:.0f}"}
    return verdict


def _calm(terminal: Terminal, typing: float, writing: float, verdict: Verdict) -> tuple[list[float], list[float]]:
    """Type, then act, for so many seconds each, while nothing is locked; return how long each key took."""
    typed = list(_keys(terminal, typing, verdict, leaving=True))
    for key in ("\x1b", "G"):
        terminal.press(key)
        terminal.read(0.5)
    return typed, list(_acts(terminal, writing))


def _drafts(stage: Stage) -> list[str]:
    return [draft.text for draft in stage.workspace.drafts.of("ana")]


def _compare(calm: list[float], locked: list[float], verdict: Verdict, *, strictly: bool) -> None:
    """Hold the keys pressed under the lock against those before it.

    Few keys on a busy machine say nothing about the slowest of them, so only a full run looks at it.
    """
    verdict.amount = len(locked)
    if not strictly:
        ratio = statistics.median(locked) / statistics.median(calm)
        verdict.expect(ratio <= ALLOWED, f"keys take {ratio:.1f} times as long while it is locked")
        return
    usual, slow = (statistics.quantiles(times, n=10)[-1] for times in (calm, locked))
    ratio = slow / usual
    verdict.expect(ratio <= ALLOWED or slow <= FAST_ENOUGH, f"keys take {ratio:.1f} times as long while it is locked")
    verdict.expect(max(locked) <= max(FAST_ENOUGH, ALLOWED * max(calm)), f"one key took {max(locked) * 1000:.0f} ms")
    verdict.figures = {
        "ratio of the slowest tenth": f"{ratio:.2f}",
        "slowest key, free (ms)": f"{max(calm) * 1000:.0f}",
        "slowest key, locked (ms)": f"{max(locked) * 1000:.0f}",
    }


def _keys(terminal: Terminal, seconds: float, verdict: Verdict, *, leaving: bool) -> Iterator[float]:
    """Write a reply, leave it if wanted, and walk through the list; yield how long each key took to show.

    Leaving puts the text on disk, which has to wait for the lock; so one leaves only where there is none.
    """
    until = time.monotonic() + seconds
    while True:
        yield _timed(terminal, "r")
        if not _opens(terminal):
            verdict.say("the composer does not open")
            return
        for letter in _LETTERS if leaving else cycle(_LETTERS):
            if time.monotonic() > until:
                return
            yield _timed(terminal, letter)
        terminal.press("\x1b")
        terminal.read(0.3)
        for key in "jjjkkj":
            yield _timed(terminal, key)


def _opens(terminal: Terminal) -> bool:
    """Wait for the composer: its first time loads what it is made of, which takes its time on a busy machine."""
    until = time.monotonic() + _PATIENCE
    while "Reply to" not in terminal.text and time.monotonic() < until:
        terminal.read(_PAUSE)
    return "Reply to" in terminal.text


def _acts(terminal: Terminal, seconds: float) -> Iterator[float]:
    """Move and act; yield how long each key took to show."""
    until = time.monotonic() + seconds
    for key in cycle(_ACTS):
        if time.monotonic() >= until:
            return
        yield _timed(terminal, key)


def _timed(terminal: Terminal, key: str) -> float:
    begun = time.monotonic()
    terminal.type(key)
    while not terminal.read_first() and time.monotonic() < begun + _PATIENCE:
        pass
    took = time.monotonic() - begun
    terminal.read(_PAUSE)
    return took


def _lock(path: Path, seconds: float, line: Connection) -> None:
    """Hold the database for oneself."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        line.send("locked")
        time.sleep(seconds)
        connection.execute("ROLLBACK")


FAMILY = Family("R6", "locked by another program", run)
