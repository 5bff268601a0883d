"""Kept counters equal a count, whatever happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from rehearsal.people import HOUR, MINUTE, NOW, wrote
from rehearsal.stage import Stage

from cminbox.domain.conversation import Status
from cminbox.domain.message import Kind
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.store.ingest import Delivery, Ingest

if TYPE_CHECKING:
    import pytest

    from cminbox.domain.account import Account

STEPS = st.one_of(
    st.tuples(st.just("write"), st.integers(0, 9), st.sampled_from([None, *range(10)]), st.booleans()),
    st.tuples(st.just("delete"), st.integers(0, 9)),
    st.tuples(st.just("status"), st.integers(0, 9), st.sampled_from(list(Status))),
    st.tuples(st.just("reply"), st.integers(0, 9), st.booleans()),
    st.tuples(
        st.just("fail"),
    ),
    st.tuples(
        st.just("cancel"),
    ),
    st.tuples(st.just("wake"), st.integers(0, 120)),
    st.tuples(
        st.just("undo"),
    ),
)


def do(stage: Stage, accounts: list[Account], step: tuple[object, ...]) -> None:  # noqa: C901 - one case per kind of step
    workspace = stage.workspace
    ids = [row.id for row in stage.everything()] or [1]
    match step:
        case ("write", int(number), parent, bool(ours)):
            message = wrote(
                f"m{number}",
                at=NOW - number * MINUTE,
                parent=None if parent is None else f"m{parent}",
                ours=ours,
                kind=Kind.MENTION if number % 2 else Kind.COMMENT,
            )
            stage.take(accounts[number % 2 if parent is None else 0], message)
        case ("delete", int(number)):
            Ingest(workspace.database).take(Delivery(accounts[0].id, [], NOW, deleted=[f"m{number}"]))
        case ("status", int(number), Status() as status):
            until = NOW + HOUR if status is Status.SNOOZED else None
            workspace.conversations.set_status([ids[number % len(ids)]], status, agent="ana", now=NOW, until=until)
        case ("reply", int(number), bool(held)):
            stage.decide(ids[number % len(ids)], hold=8000 if held else 0)
        case ("fail",):
            for reply in workspace.outbox.due(NOW):
                workspace.outbox.refused(reply.id, say("no"), now=NOW)
        case ("cancel",):
            for reply in workspace.outbox.outstanding():
                workspace.outbox.cancel(reply.id, agent="ana", now=NOW)
        case ("wake", int(minutes)):
            workspace.conversations.wake(NOW + minutes * MINUTE)
        case ("undo",):
            workspace.conversations.undo(workspace.conversations.last_undoable("ana"), agent="ana", now=NOW)


def counted(stage: Stage) -> tuple[object, ...]:
    connection = stage.workspace.database.read()
    queue = "FROM conversations WHERE queue_due IS NOT NULL"
    return (
        connection.execute(f"SELECT count(*) {queue}").fetchone()[0],
        dict(connection.execute(f"SELECT kind, count(*) {queue} GROUP BY kind").fetchall()),
        dict(connection.execute(f"SELECT account_id, count(*) {queue} GROUP BY account_id").fetchall()),
        dict(connection.execute("SELECT status, count(*) FROM conversations GROUP BY status").fetchall()),
    )


def kept(stage: Stage) -> tuple[object, ...]:
    counts = stage.workspace.queue.counts(now=NOW)
    return (
        counts.queue,
        {kind.value: n for kind, n in counts.kinds.items() if n},
        {account: n for account, n in counts.accounts.items() if n},
        {status.value: n for status, n in counts.statuses.items() if n},
    )


@settings(max_examples=60)
@given(steps=st.lists(STEPS, max_size=25))
def test_counters_equal_a_count_after_any_acts(
    steps: list[tuple[object, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    stage = Stage(tmp_path_factory.mktemp("counters") / "brand")
    accounts = [stage.connect("one"), stage.connect("two")]
    refused = 0
    for step in steps:
        try:
            do(stage, accounts, step)
        except Problem:
            # Nothing to undo, an id that is none: what is refused must change nothing either.
            refused += 1
    assert kept(stage) == counted(stage)
    assert refused <= len(steps)
    stage.close()
