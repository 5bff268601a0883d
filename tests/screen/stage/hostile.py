"""What strangers may write to steer a terminal, a screen or a person: each goes into every field that they own.

`payloads.json` holds them by category; an item is a text, or a list of texts with how often each is repeated.
"""

from __future__ import annotations

import json
import unicodedata
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cminbox.domain.account import Health, HealthState
from cminbox.domain.message import Attachment, AttachmentKind, Kind, Message, Person
from cminbox.domain.saying import say
from cminbox.domain.text import repair, safe
from cminbox.inbox.acting import Acting
from cminbox.inbox.saved_views import MOST, SavedViews
from stage.scenery import MINUTE, connect, deliver, manifest

if TYPE_CHECKING:
    from cminbox.inbox.workspace import Workspace

FILE = Path(__file__).with_name("payloads.json")
EVERY = 7
"""Of so many payloads one also becomes an account, a refused reply, a draft, and acts that can be undone."""
_LONGEST_NAME = 40


@cache
def categories() -> dict[str, tuple[str, ...]]:
    """Return the payloads by category."""
    found = json.loads(FILE.read_text(encoding="ascii"))
    return {name: tuple(_unpacked(item) for item in items) for name, items in found.items()}


@cache
def payloads() -> tuple[str, ...]:
    """Return every payload."""
    return tuple(one for items in categories().values() for one in items)


def _unpacked(item: str | list[tuple[str, int]]) -> str:
    return item if isinstance(item, str) else "".join(text * times for text, times in item)


def foreign(text: str) -> str:
    """Return what of a text on its way to a terminal steers it, turns its direction, or cannot be seen.

    Joiners shape the scripts that need them, and emoji.
    """
    hidden = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return "".join(one for one in text if unicodedata.category(one) in hidden and one not in "\u200c\u200d")


def fill(workspace: Workspace) -> None:
    """Let every payload come in as a name, a handle, a text, a link, an attachment, a note, a tag, an agent, a file."""
    ids = connect(workspace)
    us = Person("us", "brand", "Brand")
    count = len(payloads())
    found = []
    for number, payload in enumerate(payloads()):
        person = Person(f"p{number}", payload, payload)
        start = workspace.now() - (count - number) * 10_000
        for index, (author, ours) in enumerate(((person, False), (us, True), (person, False))):
            found.append(
                Message(
                    remote_id=f"hostile-{number}-{index}",
                    kind=Kind.MENTION,
                    author=author,
                    text=f"hostile{number} {payload} tail{number}",
                    created_at=start + index * 1000,
                    conversation=f"hostile-{number}",
                    ours=ours,
                    permalink=f"https://example.org/{payload}",
                    attachments=(Attachment(AttachmentKind.FILE, payload, payload, payload),),
                    lang="xx",
                )
            )
    deliver(workspace, ids["brand"], found)
    _handle(workspace)
    save_views(workspace)


def _handle(workspace: Workspace) -> None:
    now = workspace.now()
    for placed in workspace.queue.page(limit=len(payloads())):
        number = int(placed.row.text.removeprefix("hostile").partition(" ")[0])
        payload = repair(payloads()[number]) or "x"
        ids = [placed.row.id]
        workspace.conversations.note(ids[0], f"note {payload}", agent=payload, now=now)
        workspace.conversations.assign(ids, payload, agent="bob", now=now)
        workspace.conversations.tag(ids, add=(payload + "x",), agent="bob", now=now)
        _shelve(workspace, number, payload)
        if number % EVERY == 0:
            _be_everywhere(workspace, ids[0], number, payload)


def _be_everywhere(workspace: Workspace, conversation_id: int, number: int, payload: str) -> None:
    now = workspace.now()
    facts = manifest("relay", "Re")
    account = workspace.accounts.add(f"a{number}{payload}", facts, {}, handle=payload, agent=payload, now=now)
    reason = say("The server says: {text}", text=payload).to_json()
    workspace.accounts.set_health(account, Health(HealthState.SIGN_IN, reason=reason), next_fetch_at=0)
    reply = Acting(workspace).reply(conversation_id, f"reply {payload}"[:500], now=True)
    workspace.outbox.refused(reply.id, say("The server says: {text}", text=payload), now=now + MINUTE)
    acting = Acting(workspace)
    acting.save_draft_soon(conversation_id, f"draft {safe(payload)}"[:500], 0).result()
    acting.note(conversation_id, f"note {safe(payload)}"[:500])
    acting.assign([conversation_id], safe(payload)[:100] or None)


def _shelve(workspace: Workspace, number: int, payload: str) -> None:
    """Write a canned reply that holds a payload wherever it can, and now and then a file that is none."""
    folder = workspace.locations.folder / "canned_replies" / "en"
    folder.mkdir(parents=True, exist_ok=True)
    quoted = json.dumps(payload)
    head = f"---\ntitle: {quoted}\nshortcut: {quoted}\ntags: [{quoted}]\nexamples: [{quoted}]\n---\n"
    (folder / f"hostile-{number}.md").write_text(f"{head}body{number} {payload}\n", encoding="utf-8")
    if number % EVERY == 1:
        name = payload.replace("/", "").replace("\0", "")[:40]
        broken = folder / f"broken{name}.md"
        with suppress(OSError, UnicodeError):
            broken.write_text(f"---\n{payload}: [{payload}\n---\n{payload}", encoding="utf-8")


def save_views(workspace: Workspace, start: int = 0) -> None:
    """Write the file of saved views: each as many names and filters as it may hold, from a payload on."""
    texts = [one for one in payloads() if one.isprintable() and 0 < len(one) <= _LONGEST_NAME]
    chosen = [*texts, *payloads()][start : start + MOST]
    views = "".join(f"[[views]]\nname = {_toml(one)}\nfilter = {_toml(one or 'x')}\n" for one in chosen)
    SavedViews(workspace.locations.folder).path.write_text(views, encoding="utf-8")


def _toml(text: str) -> str:
    """Return a text as a string of TOML."""
    plain = repair(text)
    return '"' + "".join(one if one.isalnum() and one.isascii() else f"\\U{ord(one):08x}" for one in plain) + '"'
