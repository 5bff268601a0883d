"""What was typed last when the terminal went away while the database could not be written: kept in a file beside it.

The agent's next screen takes it in. A disk that takes no file either is the end of what can be done.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from cminbox.domain.problem import NotFound, Problem
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import say
from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from pathlib import Path

    from cminbox.inbox.workspace import Workspace

_MODE = 0o600
_PATTERN = "unsaved-*.json"
_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A text of an agent at a terminal: a draft, or with `note` an internal note, which must never become one."""

    conversation_id: int
    text: str
    caret: int
    agent: str
    terminal: str
    note: bool


def put_aside(workspace: Workspace, conversation_id: int, text: str, caret: int, *, note: bool) -> None:
    """Keep a text in a file of its own, readable by this agent's login alone. Raises Problem."""
    agent = workspace.agent
    data = {"conversation_id": conversation_id, "text": text, "caret": caret, "note": note}
    data |= {"agent": agent.name, "terminal": agent.terminal}
    file = workspace.locations.folder / f"unsaved-{workspace.now()}-{secrets.token_hex(4)}.json"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, _MODE)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as out:
            json.dump(data, out, ensure_ascii=False)
            out.flush()
            os.fsync(descriptor)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Problem(say("What was typed last could not be kept ({reason})", reason=reason)) from None


def take_in(workspace: Workspace) -> int:
    """Make drafts and begun notes of what this agent's screens have put aside; return how many.

    A text that is not on disk already comes below the one that is. A file goes once its text is in the database;
    one that cannot be read stays. Raises Problem while the database cannot be written.
    """
    taken = 0
    for file in sorted(workspace.locations.folder.glob(_PATTERN)):
        unsaved = _read(file)
        if unsaved is None or unsaved.agent != workspace.agent.name:
            continue
        with suppress(NotFound):
            if not _decided(workspace, unsaved):
                _save(workspace, unsaved)
            file.unlink(missing_ok=True)
            taken += 1
    return taken


def _decided(workspace: Workspace, unsaved: Unsaved) -> bool:
    """Whether a draft was sent after all: the database took the decision later than anybody could wait for."""
    if unsaved.note:
        return False
    replies = workspace.outbox.of_conversation(unsaved.conversation_id)
    gone = {ReplyState.DRAFT, ReplyState.CANCELLED}
    return any((one.agent, one.text) == (unsaved.agent, unsaved.text) and one.state not in gone for one in replies)


def _save(workspace: Workspace, unsaved: Unsaved) -> None:
    where = {"agent": unsaved.agent, "terminal": unsaved.terminal}
    place = workspace.begun_notes if unsaved.note else workspace.drafts
    found = place.get(unsaved.conversation_id, **where)
    there = found.text if found is not None and found.terminal == unsaved.terminal else ""
    if unsaved.text.startswith(there):
        text, caret = unsaved.text, unsaved.caret
    elif unsaved.text in there:
        return
    else:
        text = f"{there}\n{unsaved.text}"
        caret = len(text)
    place.save_soon(unsaved.conversation_id, text, caret=caret, now=workspace.now(), **where).result()


def _read(file: Path) -> Unsaved | None:
    """Return what a file of ours holds, None for any other."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as opened:
            data: Any = json.loads(opened.read(_BYTES))
        unsaved = Unsaved(**data)
    except (OSError, ValueError, TypeError):
        return None
    numbers = (unsaved.conversation_id, unsaved.caret)
    words = (unsaved.text, unsaved.agent, unsaved.terminal)
    whole = all(type(one) is int for one in numbers) and all(isinstance(one, str) for one in words)
    return unsaved if whole and isinstance(unsaved.note, bool) else None
