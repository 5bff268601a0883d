"""Who is forgotten has taught nothing, in every process that suggests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace
from stage.scenery import Said, connect, deliver, messages

from cminbox.domain.message import Kind
from cminbox.inbox.care import erase, find_person
from cminbox.inbox.reading import ConversationView, Reading
from cminbox.inbox.suggestions import Suggester

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cminbox.inbox.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    starters = tmp_path / "starters" / "en"
    starters.mkdir(parents=True)
    (starters / "jars.md").write_text("---\ntitle: Jars\n---\nThey are on their way.\n")
    monkeypatch.setattr("cminbox.assets.canned_replies", lambda: starters.parent)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    opened = open_workspace(tmp_path / "stage", Clock())
    connect(opened)
    yield opened
    opened.close()


def says(workspace: Workspace, handle: str, text: str) -> ConversationView:
    said = Said("brand", handle, handle.title(), Kind.DM, 5, text)
    deliver(workspace, workspace.accounts.get("brand").id, messages(said, workspace.now()))
    row = next(one.row for one in workspace.queue.page(now=workspace.now()) if one.row.person.handle == handle)
    return Reading(workspace).show(row.id)


def test_what_a_person_taught_goes_with_him_here_and_in_another_process(workspace: Workspace) -> None:
    ana, bob = says(workspace, "ana", "kumquat marmalade?"), says(workspace, "bob", "kumquat marmalade!")
    here = Suggester(workspace)
    here.picked(ana, "en/jars", sent_as=None).result()
    other = open_workspace(workspace.locations.folder, Clock(), agent="kay", terminal="pts/9")
    there = Suggester(other)
    assert [len(one.suggest(bob).result().options) for one in (here, there)] == [1, 1]
    erase(workspace, find_person(workspace, "ana"))
    assert [len(one.suggest(bob).result().options) for one in (here, there)] == [0, 0]
    assert here.shelf().result().picked["en/jars"].times == 1
    there.close()
    here.close()
    other.close()
