"""What strangers write reaches no screen raw: not the thread, not what is shown on demand, not the other screens."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from stage.hostile import fill, foreign, payloads
from stage.opening import Clock, open_workspace, session
from stage.showing import inbox, picture

from cminbox.domain.message import Kind, Message, Person
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.store.leases import SYNC
from cminbox.store.surroundings import keep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stage.showing import Shown

    from cminbox.inbox.workspace import Workspace

KEYS = [
    ("i",),
    ("p",),
    ("H",),
    ("w",),
    ("y", "1"),
    ("l",),
    ("n",),
    ("r",),
    ("g", "p"),
    ("g", "p", "j", "j"),
    ("g", "o"),
    ("g", "a"),
    ("U",),
    ("g", "w"),
]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fill every field of everything with what steers terminals."""
    folder = tmp_path_factory.mktemp("hostile") / "stage"
    workspace = open_workspace(folder, Clock())
    fill(workspace)
    given = session(workspace)
    texts = payloads()
    for number, placed in enumerate(given.reading.page(limit=20)):
        text = texts[number % len(texts)]
        around = Message(f"r{number}", Kind.MENTION, Person(f"x{number}", text, text), text, workspace.now() - 1000)
        keep(workspace.database, placed.row.id, [around], [around], now=workspace.now())
        if number < 5:
            reply = given.acting.reply(placed.row.id, f"answer {safe(text)[:50]}", now=True, accepted=2**40)
            workspace.leases.take(SYNC, holder="s", host="h", pid=1, now=workspace.now(), seconds=60)
            workspace.outbox.begin(reply.id, holder="s", now=workspace.now())
            reason = say("The network said: {text}", text=text)
            workspace.outbox.refused(reply.id, reason, now=workspace.now())
    workspace.close()
    return folder


@pytest.fixture
def hostile(filled: Path, tmp_path: Path, clock: Clock) -> Iterator[Workspace]:
    workspace = open_workspace(shutil.copytree(filled, tmp_path / "stage"), clock)
    yield workspace
    workspace.close()


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
@pytest.mark.parametrize("keys", KEYS, ids=" ".join)
async def test_nothing_raw_is_drawn(
    shown: Shown, hostile: Workspace, keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    async with shown(session(hostile), size) as pilot:
        for _ in range(2):
            await pilot.press(*keys)
            await pilot.pause(0.05)
            assert foreign(picture(pilot).replace("\n", "")) == "", keys
            await pilot.press("escape", "escape")
            await pilot.pause()
            await pilot.press("j")
        assert inbox(pilot).desk.row is not None
