"""Held replies and what can be undone."""

from __future__ import annotations

from stage.opening import NOON

from cminbox.domain.reply import ReplyState, StoredReply
from cminbox.tui.holds import History, Holds, Undoable


def held(reply_id: int, until: int | None) -> StoredReply:
    return StoredReply(
        id=reply_id,
        conversation_id=1,
        account_id=1,
        state=ReplyState.HELD,
        text="text",
        cursor=0,
        agent="kim",
        terminal="pts/1",
        send_key="k",
        decided_at=NOON,
        hold_until=until,
        interrupted=False,
        attempt=0,
        next_try_at=None,
        reason=None,
        remote_id=None,
        permalink=None,
        created_at=NOON,
        updated_at=NOON,
    )


def test_several_holds_end_each_at_its_own_time() -> None:
    holds = Holds()
    holds.add(held(1, NOON + 8000))
    holds.add(held(2, NOON + 5000))
    assert holds.ended(NOON) == []
    assert holds.seconds_left(NOON) == 5
    assert holds.ended(NOON + 5000) == [2]
    assert sorted(holds.ended(NOON + 9000)) == [1, 2]
    holds.drop(2)
    assert len(holds) == 1


def test_a_clock_that_is_set_back_prolongs_no_hold() -> None:
    holds = Holds()
    holds.add(held(1, NOON + 8000))
    hour = 3_600_000
    assert holds.ended(NOON - hour) == []
    assert holds.seconds_left(NOON - hour) == 8
    assert holds.ended(NOON - hour + 8000) == [1]


def test_a_started_second_counts_as_a_whole_one() -> None:
    holds = Holds()
    holds.add(held(1, NOON + 4001))
    assert holds.seconds_left(NOON) == 5
    assert holds.seconds_left(NOON + 9000) == 1


def test_a_reply_without_a_hold_is_not_held() -> None:
    holds = Holds()
    holds.add(held(1, None))
    assert len(holds) == 0
    assert holds.seconds_left(NOON) == 0


def test_the_newest_step_is_undone_first_and_gone_replies_are_forgotten() -> None:
    history = History()
    history.add(Undoable("done", (1,)))
    history.add(Undoable("reply", reply_id=7))
    history.forget_reply(7)
    assert history.steps == [Undoable("done", (1,))]


def test_the_history_does_not_grow_without_end() -> None:
    history = History()
    for number in range(1000):
        history.add(Undoable("done", (number,)))
    assert len(history.steps) == 200
    assert history.steps[-1] == Undoable("done", (999,))
