"""An hour of a shift at one screen: messages come, are answered, put off, closed, undone; nothing is lost."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace, session
from stage.scenery import MINUTE, connect, deliver
from stage.showing import enter, inbox, show, until

from cminbox.domain.conversation import Status
from cminbox.domain.message import Kind, Message, Person
from cminbox.domain.reply import Receipt, ReplyState
from cminbox.domain.saying import say
from cminbox.store.leases import SYNC

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from textual.pilot import Pilot

    from cminbox.domain.conversation import QueueRow
    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult

MINUTES = 60
HOLD = 9_000


class Hour:
    """The world outside: people who write, and a network that takes what is due."""

    def __init__(self, workspace: Workspace, clock: Clock, chance: random.Random) -> None:
        self.workspace = workspace
        self.clock = clock
        self.chance = chance
        self.account = connect(workspace)["brand"]
        self.written: Counter[str] = Counter()
        self.published: list[tuple[int, str]] = []
        self.refused = 0

    def somebody_writes(self) -> None:
        """Let one to three people write, some of them again."""
        found = []
        for _ in range(self.chance.randint(0, 2)):
            name = f"user{self.chance.randint(0, 45)}"
            self.written[name] += 1
            key = f"{name}-{self.written[name]}"
            person = Person(name, name, name)
            found.append(Message(key, Kind.DM, person, f"question {key}", self.clock(), f"c-{name}"))
        deliver(self.workspace, self.account, found)

    def send_what_is_due(self) -> None:
        """Publish every queued reply, as the syncing process does; one in ten is refused at first."""
        outbox, now = self.workspace.outbox, self.clock()
        self.workspace.leases.take(SYNC, holder="sync", host="here", pid=1, now=now, seconds=60)
        self.workspace.conversations.wake(now)
        for reply in outbox.due(now):
            begun = outbox.begin(reply.id, holder="sync", now=now)
            assert begun is not None
            if self.chance.random() < 0.1:
                self.refused += 1
                outbox.refused(reply.id, say("The network is in a mood"), now=now)
                continue
            outbox.sent(reply.id, Receipt(f"ours-{reply.id}"), now=now)
            self.published.append((reply.conversation_id, reply.text))


@pytest.fixture
def hour(tmp_path: Path) -> Iterator[Hour]:
    clock = Clock()
    workspace = open_workspace(tmp_path / "shift", clock)
    yield Hour(workspace, clock, random.Random(6))
    workspace.close()


async def work(pilot: Pilot[ExitResult], hour: Hour, minute: int) -> str:
    """Do one thing to the most pressing conversation, as an agent would; return what it was."""
    screen = inbox(pilot)
    await pilot.press("comma", "g", "g")
    if screen.desk.row is None:
        return "nothing"
    act = hour.chance.choices(("answer", "done", "later", "undo", "draft"), (6, 2, 2, 1, 1))[0]
    if act in {"answer", "undo"}:
        await pilot.press("r")
        field = screen.field
        assert field is not None
        field.load_text("")
        await pilot.press(*f"answer {minute}")
        await enter(pilot)
        await until(pilot, lambda: screen.field is None, "the composer closes")
        if act == "undo":
            await pilot.press("u")
            await until(pilot, lambda: screen.field is not None, "the reply is taken back")
            await pilot.press("escape")
    elif act == "done":
        await pilot.press("e")
    elif act == "later":
        await pilot.press("z", "1")
    else:
        await pilot.press("r", *"half a ", "escape")
    await pilot.pause()
    return act


@pytest.mark.slow
async def test_an_hour_goes_by_and_every_message_is_somewhere(hour: Hour, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cminbox.tui.widgets.field.BURST_SECONDS", 0.0005)
    monkeypatch.setattr("cminbox.tui.widgets.field.SETTLE_SECONDS", 0.0)
    monkeypatch.setattr("cminbox.tui.app.POLL_SECONDS", 0.03)
    workspace, clock = hour.workspace, hour.clock
    done: Counter[str] = Counter()
    for _ in range(4):
        hour.somebody_writes()
    async with show(session(workspace), (120, 40)) as pilot:
        for minute in range(MINUTES):
            hour.somebody_writes()
            await until(pilot, lambda: inbox(pilot).desk.counts == workspace.queue.counts(now=clock()), "news")
            done[await work(pilot, hour, minute)] += 1
            clock.forward(HOLD)
            await until(pilot, lambda: not len(inbox(pilot).desk.holds), "holds end")
            hour.send_what_is_due()
            clock.forward(MINUTE - HOLD)
        await pilot.press("comma")
        counts = inbox(pilot).desk.counts
    rows = everything(workspace)
    print(f"{sum(hour.written.values())} messages, {len(rows)} conversations, {dict(done)}, {hour.refused} refused")
    assert len(rows) == len(hour.written)
    assert sum(counts.statuses.values()) == len(rows)
    theirs = sum(not m.ours for one in rows for m in workspace.conversations.messages(one))
    assert theirs == sum(hour.written.values())
    assert_every_reply_is_accounted_for(workspace, hour)
    listed = {placed.row.id for placed in session(workspace).reading.page(limit=500)}
    on_their_way = {ReplyState.HELD, ReplyState.QUEUED}
    assert listed == {
        row.id for row in rows.values() if row.status is Status.OPEN and row.reply_state not in on_their_way
    }


def everything(workspace: Workspace) -> dict[int, QueueRow]:
    """Return every conversation, wherever it stands."""
    found = workspace.database.read().execute("SELECT id FROM conversations").fetchall()
    return dict(session(workspace).reading.rows([one for (one,) in found]))


def assert_every_reply_is_accounted_for(workspace: Workspace, hour: Hour) -> None:
    """Every text is published once, kept as a draft, or refused and still there; none is lost, none went out twice."""
    rows = workspace.database.read().execute("SELECT state, conversation_id, text FROM replies").fetchall()
    states = Counter(state for state, _conversation, _text in rows)
    assert states["sent"] == len(hour.published)
    assert sorted((where, text) for state, where, text in rows if state == "sent") == sorted(hour.published)
    assert states.keys() <= {"sent", "refused", "draft"}, states
    assert all(text.strip() for _state, _where, text in rows)
