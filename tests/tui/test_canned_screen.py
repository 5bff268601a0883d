"""The library of canned replies on the screen: figures, faults, finding, editing, forgetting."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from stage.showing import inbox, picture, until

from cminbox.inbox.reading import Reading
from cminbox.inbox.suggestions import Suggester
from cminbox.tui.screens.canned import CannedScreen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stage.opening import Clock
    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session

HOUR = 3_600_000
LIBRARY = {
    "order": "title: Where is my order?\nshortcut: order\ntags: [parcel]\nexamples: [Where is my parcel]",
    "hours": "title: Opening hours\nshortcut: hours\nexpires: 2027-01-31",
}


@pytest.fixture
def folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, workspace: Workspace) -> Path:
    starters = tmp_path / "starters"
    for root, name in ((workspace.locations.canned_replies, "order"), (starters, "hours")):
        (root / "en").mkdir(parents=True)
        (root / "en" / f"{name}.md").write_text(f"---\n{LIBRARY[name]}\n---\nHello {{name}}, {name}: {{what?}}\n")
    monkeypatch.setattr("cminbox.assets.canned_replies", lambda: starters)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("cminbox.inbox.current_library.STALE_SECONDS", 0.0)
    return starters


@pytest.fixture
def suggested(given: Session, workspace: Workspace, folders: Path) -> Iterator[Session]:
    del folders
    given.suggestions = Suggester(workspace)
    yield given
    given.suggestions.close()


def library(pilot: Pilot[ExitResult]) -> CannedScreen:
    screen = pilot.app.screen
    assert isinstance(screen, CannedScreen)
    return screen


async def opened(pilot: Pilot[ExitResult]) -> None:
    await pilot.press("g", "t")
    await until(pilot, lambda: "Opening hours" in picture(pilot))


def longer(file: Path) -> None:
    """Write something more into a file, as its editor would."""
    file.write_text(file.read_text() + "More.\n")


def is_there(file: str) -> bool:
    return Path(file).exists()


async def test_each_reply_is_listed_with_its_language_its_picks_and_when_it_was_picked_last(
    shown: Shown, suggested: Session, workspace: Workspace, clock: Clock
) -> None:
    assert suggested.suggestions is not None
    view = Reading(workspace).show(1)
    for _ in range(2):
        suggested.suggestions.picked(view, "en/order", sent_as=None).result()
    clock.forward(3 * HOUR)
    async with shown(suggested, (100, 24)) as pilot:
        await opened(pilot)
        line = next(line for line in picture(pilot).splitlines() if "Where is my order?" in line)
        assert line.split()[:6] == ["order", "en", "2×", "3", "h", "yours"]  # noqa: RUF001 - as it is shown
        assert "2 replies" in picture(pilot)


async def test_the_chosen_reply_is_shown_in_full(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await opened(pilot)
        await pilot.press("j")
        await until(pilot, lambda: "Hello {name}, order: {what?}" in picture(pilot))
        assert "“Where is my parcel”" in picture(pilot)
        await pilot.press("k")
        await until(pilot, lambda: "Its last day is 2027-01-31" in picture(pilot))


async def test_everything_that_can_be_done_is_found_from_there_too(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await opened(pilot)
        await pilot.press("colon")
        await until(pilot, lambda: library(pilot).field is not None)
        await pilot.press("escape")
        assert "Canned replies" in picture(pilot)


async def test_a_faulty_file_stands_first_with_line_and_mend(
    shown: Shown, suggested: Session, workspace: Workspace
) -> None:
    (workspace.locations.canned_replies / "en" / "broken.md").write_bytes(b"---\ntitle: x\n---\n\xff\n")
    async with shown(suggested, (100, 24)) as pilot:
        await opened(pilot)
        await pilot.press("g", "g")
        assert "1 file with a fault" in picture(pilot)
        assert "broken.md" in picture(pilot).splitlines()[1]
        # The path of the file may be longer than a line.
        await until(pilot, lambda: "broken.md:4" in "".join(picture(pilot).split()))
        assert "the others work" in picture(pilot)


async def test_what_is_typed_finds_and_escape_stays_there(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await opened(pilot)
        await pilot.press("slash", *"parcl")
        await until(pilot, lambda: "Opening hours" not in picture(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: "Opening hours" in picture(pilot))
        assert "Hello {name}, order" in picture(pilot)


async def test_what_was_learnt_is_forgotten_after_a_letter(
    shown: Shown, suggested: Session, workspace: Workspace
) -> None:
    assert suggested.suggestions is not None
    suggested.suggestions.picked(Reading(workspace).show(1), "en/order", sent_as=None).result()
    async with shown(suggested) as pilot:
        await opened(pilot)
        await pilot.press("j", "d", "n")
        assert set(workspace.picks.picked()) == {"en/order"}
        await pilot.press("d", "y")
        await until(pilot, lambda: "1 pick forgotten" in picture(pilot))
        assert workspace.picks.picked() == {}


async def test_a_reply_that_came_with_the_program_is_copied_before_it_is_edited(
    shown: Shown,
    suggested: Session,
    workspace: Workspace,
    folders: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\n")
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("VISUAL", str(editor))
    lent: list[list[str]] = []

    async def lend(command: list[str]) -> int:
        lent.append(command)
        longer(Path(command[-1]))
        return 0

    async with shown(suggested) as pilot:
        monkeypatch.setattr(pilot.app, "lend", lend)
        await opened(pilot)
        await pilot.press("e")
        await until(pilot, lambda: bool(lent))
        own = workspace.locations.canned_replies / "en" / "hours.md"
        assert lent == [[str(editor), str(own)]]
        await until(pilot, lambda: "Edited: " in picture(pilot))
        assert "Opening hours" in own.read_text()
        assert (folders / "en" / "hours.md").exists()
        await pilot.press("j", "e")
        await until(pilot, lambda: len(lent) == 2)
        assert lent[1] == [str(editor), str(workspace.locations.canned_replies / "en" / "order.md")]


async def test_what_was_not_changed_is_said_and_leaves_no_copy(
    shown: Shown, suggested: Session, workspace: Workspace, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "true")
    seen: list[bool] = []

    async def lend(command: list[str]) -> int:
        seen.append(is_there(command[-1]))
        return 0

    async with shown(suggested) as pilot:
        monkeypatch.setattr(pilot.app, "lend", lend)
        await opened(pilot)
        await pilot.press("e")
        await until(pilot, lambda: "Nothing was changed: " in picture(pilot))
        own = workspace.locations.canned_replies / "en"
        await until(pilot, lambda: not (own / "hours.md").exists())
        assert seen == [True]
        assert (folders / "en" / "hours.md").exists()
        await pilot.press("j", "e")
        await until(pilot, lambda: len(seen) == 2)
        await until(pilot, lambda: "order.md" in picture(pilot))
        assert (own / "order.md").exists()


async def test_a_fault_is_told_once(shown: Shown, suggested: Session, workspace: Workspace) -> None:
    personal = workspace.locations.personal_canned_replies
    assert personal == workspace.locations.canned_replies
    (personal / "en" / "broken.md").write_bytes(b"---\ntitle: x\n---\n\xff\n")
    async with shown(suggested, (100, 40)) as pilot:
        await opened(pilot)
        await pilot.press("g", "g")
        await until(pilot, lambda: "save it as UTF-8 in your editor" in picture(pilot))
        assert picture(pilot).count("save it as UTF-8 in your editor") == 1


async def test_one_goes_back_to_where_one_was(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("j")
        await opened(pilot)
        await pilot.press("q")
        assert inbox(pilot).desk.chosen == 1


async def test_without_a_library_it_is_said(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("g", "t")
        assert "There are no canned replies here" in inbox(pilot).footer.text
