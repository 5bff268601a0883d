"""Views of one's own, other orders, drafts, other workspaces, and what can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from stage.scenery import HOUR
from stage.showing import enter, inbox, picture, until

from cminbox import i18n
from cminbox.domain.alerts import Alerts
from cminbox.domain.conversation import Priority, Status
from cminbox.domain.filter import Filter
from cminbox.domain.message import Kind
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.inbox.saved_views import SavedViews
from cminbox.tui.session import Ending, Preferences
from cminbox.tui.verbs.caring import diagnostics
from cminbox.tui.views import narrowed

if TYPE_CHECKING:
    from stage.opening import Clock
    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session


@pytest.fixture
def saved(workspace: Workspace, given: Session) -> SavedViews:
    found = SavedViews(workspace.locations.folder)
    given.saved_views = found
    return found


def chosen(pilot: Pilot[ExitResult]) -> str:
    row = inbox(pilot).desk.row
    assert row is not None
    return row.person.handle


def handles(pilot: Pilot[ExitResult]) -> list[str]:
    window = inbox(pilot).desk.window
    return [window[index].row.person.handle for index in range(len(window))]


def says(pilot: Pilot[ExitResult]) -> str:
    return inbox(pilot).footer.text


async def pick(pilot: Pilot[ExitResult], *letters: str, opens: bool = False) -> None:
    """Type some letters into the strip and take the first that fits; it may open another field."""
    await pilot.press(*letters)
    await pilot.pause()
    await enter(pilot)
    if not opens:
        await until(pilot, lambda: inbox(pilot).field is None, "the strip is closed")
    await pilot.pause()


async def command(pilot: Pilot[ExitResult], words: str, *, opens: bool = False) -> None:
    await pilot.press(":")
    await pick(pilot, *("space" if letter == " " else letter for letter in words), opens=opens)


def test_a_view_and_what_is_typed_hold_both_and_a_status_of_the_view_stands() -> None:
    view = Filter(kinds=(Kind.DM,), status=Status.SNOOZED)
    typed = Filter(words=("cup",), status=Status.DONE)
    found = narrowed(view, typed)
    assert found == Filter(words=("cup",), status=Status.SNOOZED, within=(Filter(kinds=(Kind.DM,)),))
    assert narrowed(None, typed) is typed
    assert narrowed(view, None) is view


async def test_a_filter_is_saved_as_a_view_with_a_tab_and_a_count(
    shown: Shown, given: Session, saved: SavedViews
) -> None:
    async with shown(given, (120, 40)) as pilot:
        await pilot.press("slash", *"cup")
        await enter(pilot)
        await pilot.press("+", *"Our", "space", *"cups")
        await enter(pilot)
        desk = inbox(pilot).desk
        assert (desk.view.title, desk.typed) == ("Our cups", None)
        assert handles(pilot) == ["ida", "tom"]
        assert [one.filter for one in saved.load().views] == ["cup"]
        await until(pilot, lambda: desk.count_of(desk.view) == 2, "it was counted")
        await until(pilot, lambda: "Our cups 2" in inbox(pilot).header.text)


async def test_without_a_filter_there_is_nothing_to_save(shown: Shown, given: Session, saved: SavedViews) -> None:
    async with shown(given) as pilot:
        await pilot.press("+")
        assert inbox(pilot).field is None
        assert saved.load().views == ()


async def test_saved_views_are_there_at_the_next_start_and_tab_turns_to_them(
    shown: Shown, given: Session, saved: SavedViews
) -> None:
    saved.save("Cups", "cup sort:newest")
    async with shown(given) as pilot:
        await pilot.press("shift+tab")
        assert inbox(pilot).desk.view.title == "Cups"
        assert handles(pilot) == ["ida", "tom"]
        await pilot.press("tab")
        assert inbox(pilot).desk.view.id == "all"
        await command(pilot, "go to view", opens=True)
        await until(pilot, lambda: "Go to which view?" in picture(pilot))
        await pick(pilot, *"cup")
        assert inbox(pilot).desk.view.title == "Cups"


async def test_a_view_is_forgotten_and_its_filter_is_said(shown: Shown, given: Session, saved: SavedViews) -> None:
    saved.save("Cups", "cup")
    async with shown(given) as pilot:
        await pilot.press("shift+tab")
        await command(pilot, "forget")
        assert inbox(pilot).desk.view.id == "all"
        assert "its filter was cup" in says(pilot)
        assert saved.load().views == ()


async def test_a_fault_in_the_file_is_said_at_the_start(shown: Shown, given: Session, saved: SavedViews) -> None:
    saved.path.write_text("[[views")
    async with shown(given) as pilot:
        await pilot.pause()
        assert "no TOML" in says(pilot)


async def test_the_widest_screens_have_the_views_at_the_left_with_what_is_late(
    shown: Shown, given: Session, saved: SavedViews, clock: Clock
) -> None:
    saved.save("Cups", "cup")
    clock.forward(2 * HOUR)
    async with shown(given, (200, 50)) as pilot:
        rail = inbox(pilot).rail
        assert rail.region.width == 22
        await until(pilot, lambda: "Cups" in rail.text and "L1" in rail.text.partition("Saved views")[2])
        assert rail.text.splitlines()[0].split()[:2] == ["Inbox", "12"]
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert not rail.region


@pytest.mark.parametrize(
    ("words", "first"), [("newest first", "max"), ("oldest first", "ana"), ("by time left", "ana")]
)
async def test_other_orders_are_had_on_demand(shown: Shown, given: Session, words: str, first: str) -> None:
    async with shown(given) as pilot:
        await command(pilot, words)
        await pilot.press("g", "g")
        assert chosen(pilot) == first


async def test_what_matters_most_comes_first_when_asked_for_and_the_choice_stays(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    tom = next(one.row.id for one in workspace.queue.page(now=workspace.now()) if one.row.person.handle == "tom")
    workspace.conversations.set_priority([tom], Priority.URGENT, agent="kim", now=workspace.now())
    async with shown(given) as pilot:
        await pilot.press("j")
        await command(pilot, "by priority")
        assert chosen(pilot) == "joe.sky.example"
        assert handles(pilot)[:2] == ["tom", "ana"]
        await pilot.press("tab")
        assert inbox(pilot).desk.view.id == "mentions"
        await pilot.press("shift+tab")
        assert handles(pilot)[0] == "tom"


@pytest.mark.parametrize(("advance", "after"), [("next", "sam"), ("previous", "ana"), ("stay", "joe.sky.example")])
async def test_where_one_goes_on_is_a_matter_of_choice(shown: Shown, given: Session, advance: str, after: str) -> None:
    given.advance = advance
    async with shown(given) as pilot:
        await pilot.press("j", "e")
        assert chosen(pilot) == after


async def test_where_one_goes_on_is_changed_from_the_palette(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await command(pilot, "advance")
        assert inbox(pilot).desk.advance == "previous"
        assert "the one before is chosen" in says(pilot)


async def test_ones_drafts_are_listed_and_gone_on_with(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("j", "j", "r", *"half", "escape")
        await pilot.press("g", "g", "g", "w")
        await until(pilot, lambda: "@sam" in picture(pilot) and "half" in picture(pilot))
        await pick(pilot, opens=True)
        await until(pilot, lambda: "Reply to @sam" in picture(pilot), "the composer opens")
        field = inbox(pilot).field
        assert field is not None
        assert field.text == "half"
        assert chosen(pilot) == "sam"


async def test_without_drafts_that_is_said(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("g", "w")
        await until(pilot, lambda: "no drafts" in says(pilot))


async def test_what_was_done_is_listed_and_any_of_it_undone(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("e", "x", "x", "e", "U")
        await until(pilot, lambda: "Undo which act?" in picture(pilot))
        lines = [line for line in picture(pilot).splitlines() if "ago" in line]
        assert "Done: 2 conversations" in lines[0]
        assert "Done" in lines[1]
        await pilot.press("down")
        await pick(pilot)
        window = inbox(pilot).desk.window
        await until(pilot, lambda: window[0].row.status is Status.OPEN)
        assert [window[index].row.status for index in (1, 2)] == [Status.DONE, Status.DONE]
        assert "“Done” is undone" in says(pilot)
        await pilot.press("u")
        assert "“Done” is undone for 2 conversations" in says(pilot)


async def test_what_others_did_is_listed_with_their_names(
    shown: Shown, given: Session, colleague: Workspace, clock: Clock
) -> None:
    first = colleague.queue.page(limit=3, now=clock())
    ids = [one.row.id for one in first]
    colleague.conversations.set_status(ids, Status.DONE, agent="bob", now=clock())
    clock.forward(HOUR)
    async with shown(given) as pilot:
        await pilot.press("U")
        await until(pilot, lambda: "Done: 3 conversations" in picture(pilot))
        assert "bob, 1 h ago" in picture(pilot)
        await pick(pilot)
        assert colleague.queue.among(ids, now=clock()) == set(ids)
        assert "“Done” is undone for 3 conversations" in says(pilot)


async def test_held_replies_are_sent_or_taken_back_from_the_palette(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("r", *"hello")
        await enter(pilot)
        await until(pilot, lambda: len(inbox(pilot).desk.holds) == 1)
        await command(pilot, "recall held")
        assert len(inbox(pilot).desk.holds) == 0
        assert "draft again" in says(pilot)


async def test_another_workspace_is_gone_to_by_its_name(shown: Shown, given: Session) -> None:
    given.workspaces = lambda: ["brand", "other"]
    given.brand = "brand"
    async with shown(given) as pilot:
        await pilot.press("g", "b")
        await pick(pilot)
        await until(pilot, lambda: pilot.app.return_value is not None)
        ended = pilot.app.return_value
        assert ended is not None
        assert (ended.ending, ended.workspace) == (Ending.WORKSPACE, "other")


@pytest.mark.parametrize("name", ["Late", "late", " Put  off ", "mentions"])
async def test_a_view_takes_no_name_that_the_inbox_has_given(
    shown: Shown, given: Session, saved: SavedViews, name: str
) -> None:
    async with shown(given) as pilot:
        await pilot.press("slash", *"cup")
        await enter(pilot)
        await pilot.press("plus", *name)
        await enter(pilot)
        assert "is a view of the inbox itself" in says(pilot)
        assert inbox(pilot).field is not None, "another name can be typed at once"
        assert saved.load().views == ()


async def test_where_there_is_no_other_workspace_that_is_said(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("g", "b")
        assert "no other workspace" in says(pilot)


async def test_settings_are_read_again_from_the_palette(shown: Shown, given: Session, saved: SavedViews) -> None:
    given.preferences = lambda: Preferences({"done": ("D",)}, "us", {}, "stay")
    async with shown(given) as pilot:
        saved.save("Cups", "cup")
        await command(pilot, "read settings")
        assert "read again" in says(pilot)
        assert inbox(pilot).desk.views[-1].title == "Cups"
        await pilot.press("e", "D")
        assert inbox(pilot).desk.window[0].row.status is Status.DONE
        assert chosen(pilot) == "ana"


async def test_colours_room_alerts_and_language_hold_at_once_and_the_rest_is_named(
    shown: Shown, given: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    worn: list[str] = []
    monkeypatch.setattr("cminbox.tui.app.InboxApp.wear", lambda _app, name: worn.append(name))
    monkeypatch.setattr("cminbox.i18n._current", i18n._current)
    quiet = Alerts(title=False)
    given.preferences = lambda: Preferences(
        {},
        "us",
        {},
        "next",
        "light",
        "compact",
        None,
        mouse_over_ssh=False,
        alerts=quiet,
        language="fr",
        later=("sync",),
    )
    async with shown(given) as pilot:
        await command(pilot, "read settings")
        await until(pilot, lambda: "sync" in says(pilot))
        assert "prochain démarrage" in says(pilot)
        assert worn == ["light"]
        assert (given.density, given.alerts) == ("compact", quiet)
        assert "Mentions" in picture(pilot).splitlines()[0]
        await pilot.press("t")
        assert "Étiquettes à ajouter" in picture(pilot)


async def test_a_fault_in_settings_that_are_read_again_is_said(shown: Shown, given: Session) -> None:
    given.preferences = lambda: Preferences({"doone": ("D",)}, "us", {}, "stay")
    async with shown(given) as pilot:
        await command(pilot, "read settings")
        assert "did you mean “done”" in says(pilot)


async def test_diagnostics_hold_no_name_and_no_word_of_anybody(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        text = diagnostics(inbox(pilot))
        assert "size 80x24" in text
        assert "accounts bluesky ok, mastodon ok" in text
        window = inbox(pilot).desk.window
        for index in range(len(window)):
            row = window[index].row
            assert row.person.handle not in text
            assert row.text not in text
        assert "brand" not in text


async def test_a_filter_that_takes_too_long_leaves_the_list_as_it_was(
    shown: Shown, given: Session, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(given) as pilot:
        await pilot.press("j", "slash", *"cup")
        await pilot.pause()
        assert handles(pilot) == ["ida", "tom"]
        page = workspace.queue.page

        def too_long(wanted: Filter | None = None, **rest: Any) -> object:  # noqa: ANN401 - whatever is asked
            if wanted is not None and wanted.words == ("cups",):
                raise Problem(say("This takes too long"))
            return page(wanted, **rest)

        monkeypatch.setattr(workspace.queue, "page", too_long)
        await pilot.press("s")
        await pilot.pause()
        assert "This takes too long" in says(pilot)
        assert handles(pilot) == ["ida", "tom"]
        assert inbox(pilot).desk.query == "cup"
        await pilot.press("backspace")
        await pilot.pause()
        assert handles(pilot) == ["ida", "tom"]


async def test_what_a_filter_found_stays_while_one_answers_it_line_by_line(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("slash", *"cup")
        await enter(pilot)
        await pilot.press("e")
        assert (handles(pilot), chosen(pilot)) == (["ida", "tom"], "tom")
        await pilot.press("k")
        assert chosen(pilot) == "ida"
        await pilot.press("comma")
        assert handles(pilot) == ["tom"]
