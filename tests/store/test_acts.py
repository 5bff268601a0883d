"""Likes, hides and the like are kept until they are done or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rehearsal.people import NOW, wrote

from cminbox.domain.network import Capability
from cminbox.domain.problem import NotFound
from cminbox.domain.saying import say
from cminbox.store.acts import RequestState

if TYPE_CHECKING:
    from rehearsal.stage import Stage

    from cminbox.store.acts import Acts


@pytest.fixture
def acts(stage: Stage) -> Acts:
    stage.take(stage.connect(), wrote("a"))
    return stage.workspace.acts


def test_an_act_is_due_in_order_until_it_has_an_outcome(stage: Stage, acts: Acts) -> None:
    where = stage.rows()[0].id
    first = acts.add(where, Capability.HIDE, "a", agent="ana", now=NOW)
    second = acts.add(where, Capability.REPORT, "a", agent="ana", now=NOW, detail="spam")
    due = acts.due(NOW)
    assert [(act.id, act.capability, act.detail) for act in due] == [
        (first, Capability.HIDE, ""),
        (second, Capability.REPORT, "spam"),
    ]
    acts.done(due[0], now=NOW)
    acts.refused(due[1], say("no"), now=NOW)
    assert acts.due(NOW) == []
    assert acts.outcome(first) == ("done", None)
    assert acts.outcome(second) == ("refused", say("no"))
    whats = [event.what for event in stage.workspace.conversations.events(where)]
    assert whats == ["hide", "report", "hide done", "report refused"]


def test_a_postponed_act_counts_its_attempts(stage: Stage, acts: Acts) -> None:
    acts.add(stage.rows()[0].id, Capability.LIKE, "a", agent="ana", now=NOW)
    (act,) = acts.due(NOW)
    acts.again(act, next_try_at=NOW + 5)
    assert acts.due(NOW + 4) == []
    assert [one.attempt for one in acts.due(NOW + 5)] == [1]


def test_nothing_is_done_where_there_is_nothing(acts: Acts) -> None:
    with pytest.raises(NotFound):
        acts.add(99, Capability.LIKE, "a", agent="ana", now=NOW)


def test_what_became_of_each_is_told_and_shows_as_a_change(stage: Stage, acts: Acts) -> None:
    where = stage.rows()[0].id
    ids = [acts.add(where, Capability.LIKE, "a", agent="ana", now=NOW) for _ in range(4)]
    done, refused, withdrawn, _queued = acts.due(NOW)
    before = change_of(stage, where)
    acts.done(done, now=NOW)
    acts.refused(refused, say("too late"), now=NOW)
    acts.withdraw(withdrawn.id)
    assert change_of(stage, where) > before
    found = [(one.id, one.state, one.reason) for one in acts.requests(ids)]
    states = [RequestState.DONE, RequestState.REFUSED, RequestState.WITHDRAWN, RequestState.QUEUED]
    assert found == list(zip(ids, states, [None, say("too late"), None, None], strict=True))


def change_of(stage: Stage, where: int) -> int:
    query = "SELECT change FROM conversations WHERE id = ?"
    (change,) = stage.workspace.database.read().execute(query, (where,)).fetchone()
    return int(change)
