"""Other settings for a workspace that is open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace

from cminbox.domain.problem import StoreProblem
from cminbox.domain.saying import say
from cminbox.inbox.resettling import resettle
from cminbox.settings.values import DEFAULTS, Backups, Sync, Undo

if TYPE_CHECKING:
    from pathlib import Path


def test_what_the_screen_needs_holds_at_once_and_what_the_other_process_read_is_named(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path, Clock())
    changed = replace(DEFAULTS, undo=Undo(public=30), sync=Sync(fastest=60), sla=replace(DEFAULTS.sla, warn=50))
    assert resettle(workspace, changed) == ("sync",)
    assert workspace.settings.undo.public == 30
    assert workspace.settings.sla.warn == 50
    assert resettle(workspace, replace(changed, backups=Backups(daily=1))) == ("backups",)
    assert resettle(workspace, workspace.settings) == ()
    workspace.close()


def test_a_database_that_is_busy_leaves_all_settings_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = open_workspace(tmp_path, Clock())

    def busy(*_given: object, **_named: object) -> bool:
        raise StoreProblem(say("The database is busy"))

    monkeypatch.setattr("cminbox.inbox.workspace.put_in_force", busy)
    with pytest.raises(StoreProblem):
        resettle(workspace, replace(DEFAULTS, undo=Undo(public=30)))
    assert workspace.settings.undo.public == DEFAULTS.undo.public
    workspace.close()
