"""What the database did not take when the terminal went away is taken in by the agent's next screen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from rehearsal.people import NOW, wrote
from rehearsal.stage import Stage

from cminbox.domain.problem import Problem
from cminbox.inbox.unsaved import put_aside, take_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cminbox.inbox.workspace import Workspace


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path / "brand")
    made.take(made.connect(), wrote("m1"))
    yield made
    made.close()


@pytest.fixture
def workspace(stage: Stage) -> Workspace:
    return stage.workspace


@pytest.fixture
def where(stage: Stage) -> int:
    return stage.rows()[0].id


def files(workspace: Workspace) -> list[Path]:
    return list(workspace.locations.folder.glob("unsaved-*"))


def draft(workspace: Workspace, where: int) -> tuple[str, int] | None:
    agent = workspace.agent
    found = workspace.drafts.get(where, agent=agent.name, terminal=agent.terminal)
    return None if found is None else (found.text, found.cursor)


def kept(workspace: Workspace, where: int, text: str) -> None:
    agent = workspace.agent
    workspace.drafts.save(where, text, caret=0, agent=agent.name, terminal=agent.terminal, now=NOW)


def test_a_draft_and_a_note_come_back_apart(workspace: Workspace, where: int) -> None:
    put_aside(workspace, where, "for the customer", 3, note=False)
    put_aside(workspace, where, "for us alone", 4, note=True)
    assert take_in(workspace) == 2
    assert draft(workspace, where) == ("for the customer", 3)
    agent = workspace.agent
    note = workspace.begun_notes.get(where, agent=agent.name, terminal=agent.terminal)
    assert note is not None
    assert (note.text, note.caret) == ("for us alone", 4)
    assert files(workspace) == []
    assert take_in(workspace) == 0


@pytest.mark.parametrize(
    ("before", "aside", "after"),
    [
        ("Tha", "Thanks", "Thanks"),
        ("Thanks a lot", "Thanks", "Thanks a lot"),
        ("Something else", "Thanks", "Something else\nThanks"),
    ],
)
def test_neither_text_is_lost(workspace: Workspace, where: int, before: str, aside: str, after: str) -> None:
    kept(workspace, where, before)
    put_aside(workspace, where, aside, 0, note=False)
    take_in(workspace)
    found = draft(workspace, where)
    assert found is not None
    assert found[0] == after


def test_what_was_decided_on_after_all_is_no_draft_as_well(stage: Stage, workspace: Workspace, where: int) -> None:
    reply = stage.decide(where, "Thanks")
    workspace.database.write(lambda opened: opened.execute("UPDATE replies SET agent = ?", (workspace.agent.name,)))
    put_aside(workspace, where, "Thanks", 0, note=False)
    take_in(workspace)
    assert draft(workspace, where) is None
    assert workspace.outbox.get(reply.id).text == "Thanks"
    assert files(workspace) == []


def test_what_is_a_colleagues_or_no_text_of_ours_is_left_alone(workspace: Workspace, where: int) -> None:
    folder = workspace.locations.folder
    (folder / "unsaved-1.json").write_text("no json")
    (folder / "unsaved-2.json").write_text(json.dumps(["a list"]))
    (folder / "unsaved-3.json").symlink_to("/etc/passwd")
    put_aside(workspace, where, "mine", 0, note=False)
    (mine,) = [file for file in files(workspace) if len(file.name) > len("unsaved-1.json")]
    data = json.loads(mine.read_text())
    mine.write_text(json.dumps(data | {"agent": "bob"}))
    (folder / "unsaved-4.json").write_text(json.dumps(data | {"caret": "3"}))
    assert take_in(workspace) == 0
    assert len(files(workspace)) == 5


def test_one_whose_conversation_is_gone_stays(workspace: Workspace) -> None:
    put_aside(workspace, 999, "about nobody", 0, note=False)
    assert take_in(workspace) == 0
    assert len(files(workspace)) == 1


def test_where_no_file_can_be_made_it_is_said(workspace: Workspace, where: int, tmp_path: Path) -> None:
    workspace.locations.folder.rename(tmp_path / "elsewhere")
    with pytest.raises(Problem, match="could not be kept"):
        put_aside(workspace, where, "text", 0, note=False)
    (tmp_path / "elsewhere").rename(workspace.locations.folder)
