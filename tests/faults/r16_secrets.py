"""R16: planted secrets are nowhere: not in logs, on the screen, in the database, in reports, in the process list."""

from __future__ import annotations

import asyncio
import shutil
import time
from contextlib import closing
from io import StringIO
from typing import TYPE_CHECKING

from cminbox.settings import crash_report
from cminbox.settings.log_file import logging_to
from cminbox.settings.secrets import open_secrets
from rig import processes, program
from rig.judge import Verdict, judge
from rig.markers import in_processes, in_text, leaks, secrets_of
from rig.office import opened
from rig.report import Family, Order
from rig.screens import screen
from rig.spoiling import Lost, Style
from rig.stage import Promise, Stage, locations_in
from rig.town import TOKEN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection
    from pathlib import Path

_WATCHED_SECONDS = 1.0


def run(order: Order) -> Verdict:
    """Use the program in every way while its networks repeat what they were sent; then search everything."""
    verdict = Verdict()
    with Stage(order.folder / "r16", order.chance("R16")) as stage:
        stage.questions(order.amount(10, 3))
        promises = asyncio.run(_talkative(stage, list(Lost) if order.full else [Lost.ERROR_500], verdict))
        stage.questions(2)
        for one in _commands(stage, full=order.full):
            verdict.amount += 1
            said = in_text(f"the output of {one.words}", (one.out + one.err).encode(), secrets_of(stage))
            verdict.expect(not said, "; ".join(said))
        _screen(stage, verdict)
        _crash(stage, verdict)
        _copy(stage, verdict)
        verdict.add(judge(stage, promises))
        _planted_where_it_is_found(stage, verdict)
    return verdict


async def _talkative(stage: Stage, lost_in: Sequence[Lost], verdict: Verdict) -> list[Promise]:
    """Sync and send with a log, while servers answer with errors that quote the request, and tokens die."""
    promises: list[Promise] = []
    with logging_to(locations_in(stage.home).logs, "sync"):
        async with opened(stage) as office:
            await office.turn()
            for style in Style:
                for lost in lost_in:
                    verdict.amount += 1
                    stage.town("mend")
                    stage.town("quote", style)
                    await office.turn()
                    stage.town("mend")
                    stage.town("spoil", style, lost, made=True)
                    promises.append(stage.promise(style, stage.chance.choice(stage.conversations(style))))
                    await office.work_off()
            stage.town("end_sessions", refresh=True)
            stage.clock.pass_time(4000.0)
            await office.turn()
    return promises


def _commands(stage: Stage, *, full: bool) -> list[program.Ended]:
    """Use every command that has to do with accounts and networks, also in wrong ways."""
    settings = ("--set", f"base_url={stage.addresses['mastodon']}")
    secret = ("--secret", "access_token=-")
    every: list[tuple[tuple[str, ...], str]] = [
        (("sync", "--once", "--json"), ""),
        (("accounts", "add", "mastodon", *settings, *secret), "wrong\n"),
        (("accounts", "sign-in", "masto", *secret), f"{TOKEN}x"),
        (("accounts", "sign-in", "masto", *secret), TOKEN),
        (("accounts", "list", "--json"), ""),
        (("accounts", "check", "masto"), ""),
        (("accounts", "check", "sky", "--json"), ""),
        (("doctor",), ""),
        (("queue", "--json"), ""),
        (("show", "1", "--json"), ""),
        (("export",), ""),
    ]
    chosen = every if full else every[:3]
    return [program.run(words, stage.home, given=given) for words, given in chosen]


def _screen(stage: Stage, verdict: Verdict) -> None:
    """Look at the accounts on the screen while its child syncs, and at the list of processes meanwhile."""
    with screen(stage.home, "ana", str(stage.folder / "mark")) as terminal:
        terminal.shows("question")
        terminal.press("ga")
        until = time.monotonic() + _WATCHED_SECONDS
        while time.monotonic() < until:
            terminal.read(0.2)
            for leak in in_processes(secrets_of(stage)):
                verdict.say(leak)
        terminal.type("qq")
        terminal.read(1.0)
        written = bytes(terminal.written)
    verdict.amount += 1
    for leak in in_text("what was written to the terminal", written, secrets_of(stage)):
        verdict.say(leak)


def _crash(stage: Stage, verdict: Verdict) -> None:
    """Let the program fail with a secret in hand, and search the report and what it says."""
    actor = processes.Actor(_fail, stage.home)
    actor.end()
    verdict.amount += 1
    verdict.expect(actor.said(), "no report was written")
    for leak in in_text("what a crash says", "".join(actor.said()).encode(), secrets_of(stage)):
        verdict.say(leak)


def _fail(folder: Path, line: Connection) -> None:
    where = locations_in(folder)
    store = open_secrets(where.secrets, "files")
    values = [value for account in store.accounts() for value in store.read(account).values()]
    said = StringIO()
    crash_report.report(ValueError(f"the server said {values}"), where.logs, str, said)
    line.send(said.getvalue())


def _copy(stage: Stage, verdict: Verdict) -> None:
    """Dump the database as text and as a backup; both are searched with all other files."""
    verdict.amount += 1
    ended = program.run(("backup", str(stage.folder / "copy.sqlite3")), stage.home)
    verdict.expect(ended.code == 0, f"no backup: {ended.err}")
    import sqlite3  # noqa: PLC0415 - only here

    with closing(sqlite3.connect(stage.folder / "copy.sqlite3")) as copy:
        (stage.folder / "dump.sql").write_text("\n".join(copy.iterdump()), encoding="utf-8")


def _planted_where_it_is_found(stage: Stage, verdict: Verdict) -> None:
    """Make sure of the search itself: put the secrets' own file where none may be."""
    verdict.expect(not leaks(stage), f"leaks: {leaks(stage)[:3]}")
    shutil.copy(stage.home / "secrets" / "masto.json", stage.home / "logs" / "planted.log")
    verdict.expect(leaks(stage), "the search does not find a secret that was planted for it")


FAMILY = Family("R16", "planted secrets", run)
