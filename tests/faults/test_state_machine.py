"""Any order of what agents, the syncing process, the network and a kill may do keeps every reply in a lawful state."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from rehearsal.people import wrote
from rehearsal.stage import Stage

from cminbox.domain.problem import Answered, Problem
from cminbox.domain.reply import HOLD_GRACE, MOVES, ForbiddenMoveError, Receipt, ReplyState
from cminbox.domain.saying import say
from cminbox.store.outbox import Decision, Outbox

if TYPE_CHECKING:
    from cminbox.inbox.workspace import Workspace

AGENTS = ("ana", "bob")
PLACES = 3
TEXTS = st.text("ab é\n\u200d👍", min_size=1, max_size=12).filter(lambda text: text.strip())
WHY = say("because")


@dataclass
class Kept:
    """What the machine knows of a reply."""

    state: ReplyState
    text: str
    agent: str
    key: str | None
    place: int


class Replies(RuleBasedStateMachine):
    """Does with a workspace what people and networks do, and remembers what has to be true."""

    replies: Bundle[int] = Bundle("replies")

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.stage = Stage(Path(self.folder.name) / "brand")
        account = self.stage.connect()
        for place in range(PLACES):
            self.stage.take(account, wrote(f"q{place}", conversation=f"c{place}", by=f"p{place}"))
        self.places = sorted(row.id for row in self.stage.everything())
        self.stage.hold_lease()
        self._in_haste()
        self.known: dict[int, Kept] = {}
        self.drafts: dict[tuple[int, str], str] = {}
        self.published = 0

    @property
    def workspace(self) -> Workspace:
        return self.stage.workspace

    @property
    def outbox(self) -> Outbox:
        return self.stage.workspace.outbox

    @property
    def now(self) -> int:
        return self.stage.clock.now()

    def teardown(self) -> None:
        if hasattr(self, "stage"):
            self.stage.close()
            self.folder.cleanup()

    # What agents do.

    @rule(place=st.integers(0, PLACES - 1), agent=st.sampled_from(AGENTS), text=TEXTS)
    def type(self, place: int, agent: str, text: str) -> None:
        where = self.places[place]
        self.workspace.drafts.save(where, text, caret=1, agent=agent, terminal=agent, now=self.now)
        self.drafts[where, agent] = text

    @rule(
        target=replies,
        place=st.integers(0, PLACES - 1),
        agent=st.sampled_from(AGENTS),
        text=TEXTS,
        hold=st.sampled_from((0, 8000)),
        anyway=st.booleans(),
    )
    def decide(self, place: int, agent: str, text: str, hold: int, *, anyway: bool) -> int:
        where = self.places[place]
        accepted = 10**9 if anyway else 0
        decision = Decision(where, text, agent, agent, self.now, hold, accepted=accepted)
        others = [reply for reply, one in self.known.items() if one.place == where and one.agent != agent]
        busy = any(self._on_its_way(reply) for reply in others)
        try:
            reply = self.outbox.decide(decision)
        except Answered:
            assert not anyway
            return multiple()  # type: ignore[return-value]  # hypothesis's word for "none"
        assert anyway or not busy, "two agents answer at once without knowing of each other"
        self.drafts.pop((where, agent), None)
        self.known[reply.id] = Kept(reply.state, text, agent, reply.send_key, where)
        assert reply.state is (ReplyState.HELD if hold else ReplyState.QUEUED)
        assert reply.send_key
        return reply.id

    @rule(reply=replies)
    def release(self, reply: int) -> None:
        held = self.known[reply].state is ReplyState.HELD
        assert self.outbox.release(reply, now=self.now) is held
        if held:
            self.known[reply].state = ReplyState.QUEUED

    @rule(reply=consumes(replies), target=replies)
    def take_back(self, reply: int) -> int:
        known = self.known[reply]
        where = self._place(reply)
        typed = self.drafts.get((where, known.agent))
        in_doubt = self.outbox.get(reply).doubtful_since is not None and known.state is ReplyState.QUEUED
        if self._lawful(reply, ReplyState.DRAFT, unless=in_doubt):
            back = self.outbox.take_back(reply, agent=known.agent, now=self.now)
            text = known.text if typed is None else f"{known.text}\n{typed}"
            assert (back.text, back.send_key) == (text, None)
            self.drafts[where, known.agent] = text
            del self.known[reply]
            return multiple()  # type: ignore[return-value]  # as above
        self._refused(lambda: self.outbox.take_back(reply, agent=known.agent, now=self.now))
        return reply

    @rule(reply=replies)
    def give_up(self, reply: int) -> None:
        known = self.known[reply]
        if self._lawful(reply, ReplyState.CANCELLED):
            self.outbox.cancel(reply, agent=known.agent, now=self.now)
            known.state = ReplyState.CANCELLED
        else:
            self._refused(lambda: self.outbox.cancel(reply, agent=known.agent, now=self.now))

    @rule(reply=replies)
    def retry(self, reply: int) -> None:
        known = self.known[reply]
        if known.state in {ReplyState.REFUSED, ReplyState.UNKNOWN}:
            self.outbox.retry(reply, agent=known.agent, now=self.now)
            known.state = ReplyState.QUEUED
        else:
            self._refused(lambda: self.outbox.retry(reply, agent=known.agent, now=self.now))

    @rule(reply=replies)
    def saw_it_published(self, reply: int) -> None:
        known = self.known[reply]
        if known.state is ReplyState.UNKNOWN:
            self.outbox.said_sent(reply, agent=known.agent, now=self.now)
            known.state = ReplyState.SENT
        else:
            self._refused(lambda: self.outbox.said_sent(reply, agent=known.agent, now=self.now))

    # What the syncing process and the network do.

    @rule(reply=replies)
    def begin(self, reply: int) -> None:
        known = self.known[reply]
        begun = self.outbox.begin(reply, holder="me", now=self.now)
        if known.state is ReplyState.QUEUED:
            assert begun is not None
            assert (begun.reply.text, begun.reply.send_key) == (known.text, known.key)
            known.state = ReplyState.SENDING
        else:
            assert begun is None

    @rule(reply=replies, outcome=st.sampled_from(("sent", "refused", "unknown", "again")))
    def end(self, reply: int, outcome: str) -> None:
        states = {"sent": ReplyState.SENT, "refused": ReplyState.REFUSED, "again": ReplyState.QUEUED}
        state = states.get(outcome, ReplyState.UNKNOWN)
        known = self.known[reply]
        still_unknown = outcome == "unknown" and known.state is ReplyState.UNKNOWN
        before = self.outbox.get(reply)
        try:
            self._record(reply, outcome)
        except ForbiddenMoveError:
            assert state not in MOVES[known.state]
            assert not still_unknown
            assert self.outbox.get(reply) == before
        else:
            assert state in MOVES[known.state] or still_unknown
            known.state = state

    def _record(self, reply: int, outcome: str) -> None:
        if outcome == "sent":
            self.published += 1
            self.outbox.sent(reply, Receipt(f"published-{self.published}"), now=self.now)
        elif outcome == "refused":
            self.outbox.refused(reply, WHY, now=self.now)
        elif outcome == "unknown":
            self.outbox.unknown(reply, WHY, now=self.now, next_try_at=self.now)
        else:
            self.outbox.again(reply, WHY, now=self.now, next_try_at=self.now)

    @rule()
    def recover(self) -> None:
        for row in self.outbox.stranded(()):
            self.outbox.unknown(row.id, WHY, now=self.now, next_try_at=None)
            self.known[row.id].state = ReplyState.UNKNOWN

    @rule()
    def open_anew(self) -> None:
        self.stage.close()
        self.stage.workspace = self.stage.open("ana", "tty1")
        self._in_haste()

    @rule(seconds=st.sampled_from((1, 60, 3600, -3600)))
    def time_passes(self, seconds: int) -> None:
        self.stage.clock.jump(seconds)
        self.outbox.interrupt_stale(self.now)

    # What has to be true at every moment.

    @invariant()
    def everything_is_as_known(self) -> None:
        for reply, known in self.known.items():
            row = self.outbox.get(reply)
            assert (row.state, row.text, row.send_key) == (known.state, known.text, known.key)

    @invariant()
    def no_draft_is_lost(self) -> None:
        for (where, agent), text in self.drafts.items():
            draft = self.workspace.drafts.get(where, agent=agent, terminal=agent)
            assert draft is not None
            assert draft.text == text

    @invariant()
    def a_conversation_gives_one_at_a_time_and_in_order(self) -> None:
        due = self.outbox.due(self.now + 10**9)
        places = [row.conversation_id for row in due]
        assert len(places) == len(set(places))
        for row in due:
            on_their_way = {ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNKNOWN}
            earlier = [one for one in self.outbox.of_conversation(row.conversation_id) if one.id < row.id]
            assert not [one for one in earlier if one.state in on_their_way]

    @invariant()
    def what_was_sent_stands_in_its_conversation_once(self) -> None:
        rows = self.workspace.database.read().execute("SELECT remote_id FROM messages WHERE ours").fetchall()
        assert len(rows) == len(set(rows))
        sent = [one for one in map(self.outbox.get, self.known) if one.state is ReplyState.SENT and one.remote_id]
        assert {(one.remote_id,) for one in sent} == set(rows)

    def _on_its_way(self, reply: int) -> bool:
        """Whether a reply will go out by itself; a hold that its screen did not end in time will not."""
        row = self.outbox.get(reply)
        if row.state is ReplyState.HELD:
            return not row.interrupted and row.hold_until is not None and row.hold_until > self.now - HOLD_GRACE
        return row.state in {ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNKNOWN}

    def _in_haste(self) -> None:
        """Do without the disk's word: nothing here takes the machine's memory away."""
        self.workspace.database._write_connection.execute("PRAGMA synchronous = OFF")

    def _place(self, reply: int) -> int:
        return self.outbox.get(reply).conversation_id

    def _lawful(self, reply: int, state: ReplyState, *, unless: bool = False) -> bool:
        return state in MOVES[self.known[reply].state] and not unless

    def _refused(self, act: object) -> None:
        assert callable(act)
        try:
            act()
        except (Problem, ForbiddenMoveError):
            return
        raise AssertionError("a move that is not allowed was made")


Replies.TestCase.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestReplies = Replies.TestCase
