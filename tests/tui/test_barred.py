"""What a network bars at one message is not offered there; its key lets the network be asked all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stage.showing import inbox, picture, until

from cminbox.domain.message import PRIVATELY, Message
from cminbox.domain.network import Capability
from cminbox.store.ingest import Delivery, Ingest
from cminbox.tui.actions import ACTIONS, Fact, Place, barred
from cminbox.tui.keymap import Keymap

if TYPE_CHECKING:
    from collections.abc import Callable

    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.reading import ConversationView
    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session


def bar(workspace: Workspace, pilot: Pilot[ExitResult], *acts: str) -> None:
    """Let the network say what may not be done with the newest message of the chosen conversation."""
    view = inbox(pilot).at_hand()
    assert view is not None
    bar_at(workspace, view, *acts)


def bar_at(workspace: Workspace, view: ConversationView, *acts: str) -> None:
    one = next(one for one in reversed(view.messages) if not one.ours)
    again = Message(one.remote_id, one.kind, one.author, one.text, one.created_at, parent=one.parent,
                    permalink=one.permalink, attachments=one.attachments, rating=one.rating, barred=acts)  # fmt: skip
    Ingest(workspace.database).take(Delivery(view.account.id, [again], workspace.now()))


async def test_a_barred_act_is_in_no_list_of_keys_and_returns_when_it_is_allowed(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    async with shown(given, (120, 40)) as pilot:
        bar(workspace, pilot, Capability.HIDE, Capability.REPLY)
        await until(pilot, lambda: Fact.NO_HIDE in inbox(pilot).facts(), "the screen has heard of it")
        await pilot.press("d")
        await until(pilot, lambda: "d delete" in picture(pilot), "the chord is explained")
        assert "h hide" not in picture(pilot)
        await pilot.press("escape", ":", *"hide the newest")
        await pilot.pause()
        assert "Hide the newest message" not in picture(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: "r reply" not in inbox(pilot).footer.text, "the strip leaves it out")
        bar(workspace, pilot)
        await until(pilot, lambda: Fact.NO_HIDE not in inbox(pilot).facts(), "the screen has heard of it")
        await pilot.press("d")
        await until(pilot, lambda: "h hide" in picture(pilot), "it is offered again")


async def test_the_key_of_what_was_barred_lets_the_network_be_asked(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    async with shown(given) as pilot:
        bar(workspace, pilot, Capability.HIDE)
        await until(pilot, lambda: Fact.NO_HIDE in inbox(pilot).facts(), "the screen has heard of it")
        await pilot.press("d", "h")
        await until(pilot, lambda: bool(workspace.acts.due(workspace.now())), "whoever insists is not held back")


async def test_what_is_barred_at_one_is_offered_for_many(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        bar(workspace, pilot, Capability.HIDE)
        await until(pilot, lambda: Fact.NO_HIDE in inbox(pilot).facts(), "the screen has heard of it")
        await pilot.press("x")
        assert Fact.NO_HIDE not in inbox(pilot).facts()


def test_line_by_line_it_is_not_listed_either(typed: Callable[..., str], given: Session, workspace: Workspace) -> None:
    assert "Hide the newest message" in typed("? hide")
    bar_at(workspace, given.reading.show(given.reading.page()[0].row.id), Capability.HIDE)
    assert "Hide the newest message" not in typed("? hide")
    assert "hidden" in typed("d h")


def test_each_act_that_can_be_barred_is_an_action_that_is_offered_without_that() -> None:
    facts = frozenset(Fact) - {fact for fact in Fact if fact.name.startswith("NO_")}
    keymap = Keymap()
    for fact in frozenset(Fact) - facts:
        name = fact.name.removeprefix("NO_").lower()
        assert name in {*Capability, PRIVATELY}
        assert next(one for one in ACTIONS if one.id == name) in keymap.doable(Place.QUEUE, facts)
        assert name not in {one.id for one in keymap.doable(Place.QUEUE, facts | {fact})}


def test_without_a_message_of_theirs_nothing_is_barred() -> None:
    assert barred([]) == frozenset()
