"""Whatever happens to a conversation in whatever order: its row shows what its whole story tells."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from rehearsal.people import HOUR, MINUTE, NOW, wrote
from rehearsal.response_times import OFFICE, PAUSING, answer, clocks, delete, enforce, policy

from cminbox.domain.conversation import Status
from cminbox.store.policies import book
from cminbox.store.standing import replayed

if TYPE_CHECKING:
    from rehearsal.stage import Stage as Play

    from cminbox.domain.account import Account
    from cminbox.domain.message import Message


def story(rng: random.Random) -> list[Message]:
    """Return a conversation that went on in several places, at times that are all different."""
    messages = [wrote("m0", at=NOW - 40 * HOUR)]
    t = NOW - 40 * HOUR
    for number in range(1, rng.randrange(2, 9)):
        t += rng.randrange(1, 5 * 60) * MINUTE
        ours = rng.random() < 0.4
        parent = rng.choice(messages).remote_id
        messages.append(wrote(f"m{number}", at=t, parent=parent, ours=ours, by="brand" if ours else "ana"))
    return messages


def check_order(stage: Play, account: Account, rng: random.Random, tale: list[Message], prefix: str) -> None:
    """Take in a story in its order and in another one, each under ids of its own, and compare."""
    found = []
    for number, order in enumerate((tale, rng.sample(tale, len(tale)))):
        name = f"{prefix}-{number}-"
        renamed = [
            replace(one, remote_id=name + one.remote_id, parent=None if one.parent is None else name + one.parent)
            for one in order
        ]
        at = 0
        while at < len(renamed):
            size = rng.randrange(1, 4)
            stage.take(account, *renamed[at : at + size])
            at += size
        row = next(row for row in stage.everything() if row.text.startswith("text of"))
        ids = {row.id for row in stage.everything()}
        mine = [
            row
            for row in (stage.workspace.queue.row(one) for one in ids)
            if row is not None and stage.workspace.conversations.messages(row.id)[0].remote_id.startswith(name)
        ]
        (row,) = mine
        marks = (row.warn_at, row.urgent_at, row.due, row.late_at, row.again_at)
        shown = (row.status, row.target, row.clock_start, marks)
        found.append((shown, clocks(stage, row.id)))
    assert found[0] == found[1]


POLICIES = (
    policy(),
    policy(schedule=OFFICE),
    policy(schedule=OFFICE, targets={"frt": 7200, "nrt": 3600, "resolution": 36_000}, pause=PAUSING),
)


@pytest.mark.parametrize("seed", range(20))
def test_any_order_of_arrival_gives_the_same_clocks(stage: Play, seed: int) -> None:
    rng = random.Random(seed)
    enforce(stage, rng.choice(POLICIES))
    check_order(stage, stage.connect(), rng, story(rng), "a")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(20))
def test_a_thousand_orders_of_arrival_give_the_same_clocks(stage: Play, part: int) -> None:
    rng = random.Random(1000 + part)
    enforce(stage, rng.choice(POLICIES))
    account = stage.connect()
    for number in range(50):
        check_order(stage, account, rng, story(rng), f"s{number}")
        stage.workspace.database.write(lambda connection: connection.execute("UPDATE messages SET text = ''"))


class Life:
    """Things that happen to the conversations of an account, at random."""

    def __init__(self, stage: Play, seed: int) -> None:
        self.stage = stage
        self.rng = random.Random(seed)
        self.account = stage.connect()
        self.written: list[str] = []

    def step(self) -> None:
        self.stage.clock.pass_time(self.rng.randrange(1, 7200))
        moves = [self.write, self.write, self.write_late, self.answer, self.answer_elsewhere, self.set_status]
        self.rng.choice([*moves, self.delete, self.tag, self.undo, self.change_policies])()

    def some(self) -> int | None:
        rows = self.stage.everything()
        return self.rng.choice(rows).id if rows else None

    def message(self, *, at: int, ours: bool = False) -> Message:
        name = f"m{len(self.written)}"
        parent = self.rng.choice(self.written) if self.written and (ours or self.rng.random() < 0.7) else None
        self.written.append(name)
        return wrote(name, at=at, parent=parent, ours=ours, by="brand" if ours else self.rng.choice("ab"))

    def write(self) -> None:
        self.stage.take(self.account, self.message(at=self.stage.clock.now()))

    def write_late(self) -> None:
        self.stage.take(self.account, self.message(at=self.stage.clock.now() - self.rng.randrange(5 * HOUR)))

    def answer_elsewhere(self) -> None:
        if self.written:
            at = self.stage.clock.now() - self.rng.randrange(2 * HOUR)
            self.stage.take(self.account, self.message(at=at, ours=True))

    def answer(self) -> None:
        identity = self.some()
        if identity is not None and any(one.deleted_at is None for one in self.messages(identity)):
            meanwhile = (self.message(at=self.stage.clock.now()),) if self.rng.random() < 0.3 else ()
            answer(self.stage, identity, account=self.account, meanwhile=meanwhile)

    def messages(self, identity: int) -> list[Any]:
        return self.stage.workspace.conversations.messages(identity)

    def set_status(self) -> None:
        identity, status = self.some(), self.rng.choice(list(Status))
        until = self.stage.clock.now() + HOUR if status is Status.SNOOZED else None
        if identity is not None:
            now = self.stage.clock.now()
            self.stage.workspace.conversations.set_status([identity], status, agent="ana", now=now, until=until)

    def delete(self) -> None:
        if self.written:
            delete(self.stage, self.account, self.rng.choice(self.written))

    def tag(self) -> None:
        identity = self.some()
        if identity is not None:
            now = self.stage.clock.now()
            self.stage.workspace.conversations.tag([identity], add=[self.rng.choice("xy")], agent="ana", now=now)

    def undo(self) -> None:
        events = self.stage.workspace.conversations.last_undoable("ana")
        newest = self.stage.workspace.conversations.events(self.some() or 0)
        if events and newest and newest[-1].id == events[-1]:
            self.stage.workspace.conversations.undo(events, agent="ana", now=self.stage.clock.now())

    def change_policies(self) -> None:
        if self.rng.random() < 0.3:
            tagged = policy("x", match={"tag": ["x"]}, targets={"frt": 1200, "nrt": 1200}, schedule=OFFICE)
            enforce(self.stage, *([tagged] if self.rng.random() < 0.5 else []), self.rng.choice(POLICIES))


def check_rows(stage: Play) -> None:
    """Every row shows what its whole story tells, though most rows were worked out by one addition."""
    connection = stage.workspace.database.read()
    policies = book(connection)
    now = stage.clock.now()
    for row in stage.everything():
        told = replayed(connection, row.id, policies, None, now)
        if row.unanswered and not told.waits:
            # Only where two conversations became one.
            continue
        if row.status is Status.DONE and not row.unanswered:
            assert row.target is None
            continue
        marks = told.marks
        due = None if marks is None else marks.due
        assert (row.target, row.clock_start, row.due) == (told.target, told.start, due), row
        if marks is not None:
            shown = (row.warn_at, row.urgent_at, row.late_at, row.again_at)
            assert shown == (marks.warn, marks.urgent, marks.late, marks.again), row


@pytest.mark.parametrize("seed", range(12))
def test_every_row_shows_what_its_whole_story_tells(stage: Play, seed: int) -> None:
    life = Life(stage, seed)
    for _ in range(40):
        life.step()
        check_rows(stage)
