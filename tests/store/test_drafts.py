"""What was typed is on disk, per agent, terminal and conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rehearsal.people import NOW, wrote

from cminbox.domain.problem import NotFound

if TYPE_CHECKING:
    from rehearsal.stage import Stage

    from cminbox.store.drafts import Drafts


@pytest.fixture
def where(stage: Stage) -> int:
    stage.take(stage.connect(), wrote("a"))
    return stage.rows()[0].id


def save(drafts: Drafts, where: int, text: str, *, terminal: str = "t1", now: int = NOW) -> None:
    drafts.save(where, text, caret=len(text), agent="ana", terminal=terminal, now=now)


def test_a_draft_is_there_after_another_process_opens_the_file(stage: Stage, where: int) -> None:
    save(stage.workspace.drafts, where, "half a sen\ud800tence\nand more")
    other = stage.open("ana", "t1")
    draft = other.drafts.get(where, agent="ana", terminal="t1")
    other.close()
    assert draft is not None
    assert (draft.text, draft.cursor) == ("half a sen\ufffdtence\nand more", 25)


def test_saving_again_replaces_and_nothing_forgets(stage: Stage, where: int) -> None:
    drafts = stage.workspace.drafts
    save(drafts, where, "one")
    save(drafts, where, "two")
    assert [draft.text for draft in drafts.of("ana")] == ["two"]
    save(drafts, where, "   ")
    assert drafts.get(where, agent="ana", terminal="t1") is None


def test_another_terminals_draft_is_offered_when_there_is_none_here(stage: Stage, where: int) -> None:
    drafts = stage.workspace.drafts
    save(drafts, where, "older", terminal="t1", now=NOW)
    save(drafts, where, "newer", terminal="t2", now=NOW + 1)
    here, there = (drafts.get(where, agent="ana", terminal=terminal) for terminal in ("t1", "t3"))
    assert here is not None
    assert there is not None
    assert (here.text, there.text) == ("older", "newer")
    assert drafts.get(where, agent="bob", terminal="t1") is None


def test_a_draft_keeps_the_row_in_the_queue(stage: Stage, where: int) -> None:
    save(stage.workspace.drafts, where, "text")
    assert [row.id for row in stage.rows()] == [where]


def test_nothing_is_typed_where_there_is_nothing(stage: Stage) -> None:
    with pytest.raises(NotFound):
        save(stage.workspace.drafts, 99, "text")
