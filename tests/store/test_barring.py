"""What a network bars at a message is kept with it, changed when it says otherwise, and left where it says nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rehearsal.people import NOW, wrote

from cminbox.domain.message import PRIVATELY
from cminbox.domain.network import Capability
from cminbox.store.ingest import Delivery, Ingest

if TYPE_CHECKING:
    from rehearsal.stage import Stage


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ([(Capability.HIDE, PRIVATELY)], ("hide", PRIVATELY)),
        ([(Capability.HIDE,), None], ("hide",)),
        ([(Capability.HIDE,), ()], ()),
        ([None, (Capability.LIKE,), (Capability.LIKE, Capability.DELETE)], ("delete", "like")),
        ([None], ()),
        ([("telepathy", "hi de")], ()),
    ],
)
def test_the_newest_word_counts(stage: Stage, told: list[tuple[str, ...] | None], kept: tuple[str, ...]) -> None:
    account = stage.connect()
    ingest = Ingest(stage.workspace.database)
    for barred in told:
        ingest.take(Delivery(account.id, [replace(wrote("a"), barred=barred)], NOW))
    (row,) = stage.rows()
    (message,) = stage.workspace.conversations.messages(row.id)
    assert message.barred == kept


def test_what_is_said_again_is_no_change(stage: Stage) -> None:
    account = stage.connect()
    ingest = Ingest(stage.workspace.database)
    again = [ingest.take(Delivery(account.id, [replace(wrote("a"), barred=(Capability.HIDE,))], NOW)) for _ in range(2)]
    assert [(one.new, one.changed, one.known) for one in again] == [(1, 0, 0), (0, 0, 1)]
