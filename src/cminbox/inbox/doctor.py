"""What may be wrong with a workspace, looked at from outside and inside, each finding with its mend."""

from __future__ import annotations

import os
import stat
import sys
import time
from enum import StrEnum
from typing import TYPE_CHECKING

from cminbox import __version__
from cminbox.domain.account import HealthState
from cminbox.domain.problem import Problem
from cminbox.domain.saying import Saying, say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.domain.versions import ending
from cminbox.i18n import render
from cminbox.inbox.file_systems import on_a_network
from cminbox.inbox.response_times import remarks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cminbox.inbox.workplace import Workplace
    from cminbox.inbox.workspace import Workspace

WAL_LIMIT = 16 * 1024 * 1024
_OTHERS_READ = 0o077
_EVERYBODY = 0o007


class Weight(StrEnum):
    """How much a finding matters: fine, worth knowing, or wrong."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `topic` is a word for programs, `saying` a sentence for people."""

    topic: str
    weight: Weight
    saying: Saying


def examine(where: Workplace) -> Iterator[Finding]:
    """Look at everything, the outside first; a database that cannot be opened is a finding like any other."""
    yield from _settings(where)
    yield from _files(where)
    try:
        workspace = where.open() if where.locations.database.exists() else None
    except Problem as problem:
        yield Finding("database", Weight.WRONG, problem.saying)
        return
    if workspace is None:
        yield Finding("database", Weight.NOTE, say("There is no inbox yet; it is made at the first start"))
        return
    try:
        for look in _INSIDE:
            yield from look(workspace)
    except Problem as problem:
        yield Finding("database", Weight.WRONG, problem.saying)
    finally:
        workspace.close()


def _settings(where: Workplace) -> Iterator[Finding]:
    try:
        settings = where.settings
    except Problem as problem:
        yield Finding("settings", Weight.WRONG, problem.saying)
        return
    del settings
    yield Finding("settings", Weight.OK, say("The settings are valid"))
    try:
        for remark in remarks(where, time.time_ns() // 1_000_000):
            yield Finding("response times", Weight.NOTE, remark)
    except Problem as problem:
        yield Finding("response times", Weight.WRONG, problem.saying)


def _files(where: Workplace) -> Iterator[Finding]:
    locations = where.locations
    yield Finding("folder", Weight.OK, say("The workspace lies in {folder}", folder=safe(str(locations.folder))))
    misplaced = on_a_network(locations.folder)
    if misplaced is not None:
        yield Finding("file system", Weight.WRONG, misplaced)
    open_files = [*_readable_by_others(locations.secrets), *_readable_by_all(locations.database)]
    for path in open_files:
        yield Finding(
            "modes",
            Weight.WRONG,
            say("Others can read {path}; run chmod o-rwx {path}, for secrets also chmod g-rwx", path=safe(str(path))),
        )
    if not open_files:
        yield Finding("modes", Weight.OK, say("Nobody else can read the secrets and the data"))
    wal = locations.database.with_name(f"{locations.database.name}-wal")
    size = wal.stat().st_size if wal.exists() else 0
    if size > WAL_LIMIT:
        yield Finding(
            "journal",
            Weight.WRONG,
            say("{file} has grown to {megabytes} MB; close every cminbox once", file=wal.name, megabytes=size >> 20),
        )


def _readable_by_others(folder: Path) -> Iterator[Path]:
    try:
        found = [folder, *folder.iterdir()]
    except OSError:
        # Not there, or not ours: nothing that could be looked at.
        return
    for path in found:
        if stat.S_IMODE(path.lstat().st_mode) & _OTHERS_READ:
            yield path


def _readable_by_all(file: Path) -> Iterator[Path]:
    """Yield a file of data that more than its owner and a group can read: it holds what people wrote."""
    if file.exists() and stat.S_IMODE(file.stat().st_mode) & _EVERYBODY:
        yield file


def _database(workspace: Workspace) -> Iterator[Finding]:
    from cminbox.store.upkeep import damage  # noqa: PLC0415 - only here

    found = damage(workspace.database)
    for what in found:
        yield Finding(
            "database",
            Weight.WRONG,
            say("The database is damaged ({what}); see cminbox doctor --rescue", what=safe(what, limit=200)),
        )
    if not found:
        yield Finding("database", Weight.OK, say("The database is sound"))


def _accounts(workspace: Workspace) -> Iterator[Finding]:
    accounts = workspace.accounts.connected()
    if not accounts:
        yield Finding("accounts", Weight.NOTE, say("No account is connected; see cminbox accounts add"))
        return
    from cminbox.inbox.account_settings import validated  # noqa: PLC0415 - loads the networks
    from cminbox.inbox.connecting import secret_store  # noqa: PLC0415 - as above
    from cminbox.networks import load  # noqa: PLC0415 - as above

    for account in accounts:
        name = safe(account.name)
        try:
            secrets = secret_store(workspace).read(account.name)
            kind = load(account.network)
            settings = validated(kind, {**workspace.accounts.settings(account.id), **secrets})
        except Problem as problem:
            yield Finding("accounts", Weight.WRONG, say("{account}: {what}", account=name, what=render(problem.saying)))
            continue
        if account.health.state in {HealthState.OK, HealthState.NEW}:
            yield Finding("accounts", Weight.OK, say("{account} is in order", account=name))
        else:
            kept = account.health.reason
            reason = render(Saying.from_json(kept)) if kept else account.health.state.value
            yield Finding("accounts", Weight.WRONG, say("{account}: {what}", account=name, what=reason))
        ends = ending(settings.asked(kind.manifest), workspace.now())
        if ends is not None:
            yield Finding("accounts", Weight.NOTE, say("{account}: {what}", account=name, what=render(ends)))


def _syncing(workspace: Workspace) -> Iterator[Finding]:
    from cminbox.inbox.syncing import can_sync, who_syncs  # noqa: PLC0415 - loads asyncio

    lease = who_syncs(workspace)
    if lease is not None:
        yield Finding(
            "sync",
            Weight.OK,
            say("{host} (process {process}) fetches and sends", host=safe(lease.host), process=lease.pid),
        )
    elif not workspace.accounts.connected():
        return
    elif can_sync(workspace):
        yield Finding(
            "sync", Weight.NOTE, say("Nobody fetches and sends now; a screen starts it, or cminbox sync --watch")
        )
    else:
        yield Finding(
            "sync",
            Weight.NOTE,
            say("Nobody fetches and sends now, and you may not read the secrets; their owner starts it"),
        )


def _replies(workspace: Workspace) -> Iterator[Finding]:
    for reply in workspace.outbox.outstanding():
        if reply.interrupted or reply.state.value in {"refused", "unknown"}:
            yield Finding(
                "replies",
                Weight.WRONG,
                say(
                    "Reply {id} in conversation {conversation} needs a person: it is {state}",
                    id=reply.id,
                    conversation=reply.conversation_id,
                    state="held" if reply.interrupted else reply.state.value,
                ),
            )


_INSIDE: tuple[Callable[[Workspace], Iterator[Finding]], ...] = (_database, _accounts, _syncing, _replies)


def versions() -> dict[str, str]:
    """Return the versions that a bug report needs."""
    from cminbox.store.upkeep import SQLITE_VERSION  # noqa: PLC0415 - only here

    return {
        "cminbox": __version__,
        "python": sys.version.partition(" ")[0],
        "sqlite": SQLITE_VERSION,
        # A screen puts something of its own in the place of standard output.
        "encoding": getattr(sys.stdout, "encoding", None) or getattr(sys.__stdout__, "encoding", None) or "",
        "terminal": os.environ.get("TERM", ""),
    }
