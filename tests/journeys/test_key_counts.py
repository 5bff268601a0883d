"""What the daily jobs cost in keys: each is done on the screen by somebody whose keys are counted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace, session
from stage.scenery import MINUTE, Said, connect, deliver, furnish, messages
from stage.showing import inbox, picture, show, until

from cminbox.domain.conversation import Status
from cminbox.domain.filter import Filter
from cminbox.domain.message import Kind
from cminbox.domain.reply import ReplyState
from cminbox.inbox.saved_views import SavedViews
from cminbox.inbox.suggestions import Suggester

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session

HAND_SECONDS = 0.26
"""After a reply was staged: nothing is sent by a key that repeats itself."""
READ_SECONDS = 0.2
"""Nothing is sent at once that was not before the person for a moment."""
LIBRARY = {
    "thanks": (
        'Thank you\ntags: [thanks, love]\nexpress: true\nexamples: ["I love your cups, thanks a lot"]',
        "Thank you!",
    ),
    "down": ('We are down\ntags: [down, site]\nexamples: ["Your site is down!"]', "We know, {name}."),
    "spain": ('Does it ship to Spain?\ntags: [ship]\nexamples: ["do you ship to Spain?"]', "Yes, to all of Spain."),
    "abroad": ('Shipping abroad\ntags: [ship]\nexamples: ["do you ship abroad?"]', "Yes, nearly everywhere."),
}


class Hand:
    """Presses keys one by one and counts them."""

    def __init__(self, pilot: Pilot[ExitResult]) -> None:
        self.pilot = pilot
        self.keys = 0

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += 1
            await self.pilot.press(key)
            await self.pilot.pause(HAND_SECONDS if key in {"enter", "2"} else 0)

    async def until(self, true: Callable[[], bool], what: str) -> None:
        await until(self.pilot, true, what)

    @property
    def chosen(self) -> str:
        row = inbox(self.pilot).desk.row
        assert row is not None
        return row.person.handle

    def is_at(self, handle: str) -> bool:
        return self.chosen == handle

    async def offered(self, word: str) -> None:
        """Wait until a reply is suggested, as somebody does who reads."""
        suggesting = inbox(self.pilot).suggesting
        assert suggesting is not None
        await self.until(lambda: word in suggesting.strip.text, f"suggested: {word}")
        await self.pilot.pause(READ_SECONDS)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    # A pilot has no hand: its keys come as fast as those of a paste.
    monkeypatch.setattr("cminbox.tui.widgets.field.BURST_SECONDS", 0.0005)
    (tmp_path / "starters").mkdir()
    monkeypatch.setattr("cminbox.assets.canned_replies", lambda: tmp_path / "starters")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    found = open_workspace(tmp_path / "stage", Clock())
    folder = found.locations.canned_replies / "en"
    folder.mkdir(parents=True)
    for name, (head, body) in LIBRARY.items():
        (folder / f"{name}.md").write_text(f"---\ntitle: {head}\n---\n{body}\n", encoding="utf-8")
    yield found
    found.close()


@pytest.fixture
def given(workspace: Workspace) -> Iterator[Session]:
    found = session(workspace)
    found.suggestions = Suggester(workspace)
    found.saved_views = SavedViews(workspace.locations.folder)
    yield found
    found.suggestions.close()


def said(workspace: Workspace, accounts: dict[str, int], handle: str, text: str, ago: int, kind: Kind) -> None:
    one = Said("brand", handle, handle.title(), kind, ago, text)
    deliver(workspace, accounts["brand"], messages(one, workspace.now()))


def states(workspace: Workspace) -> list[tuple[str, ReplyState]]:
    return [(one.text, one.state) for one in workspace.outbox.outstanding()]


def count(workspace: Workspace, status: Status) -> int:
    return workspace.queue.counts().statuses[status]


async def test_done_and_the_next_one_takes_1(workspace: Workspace, given: Session) -> None:
    furnish(workspace)
    async with show(given) as pilot:
        hand = Hand(pilot)
        await hand.press("e")
        assert (count(workspace, Status.DONE), hand.chosen, hand.keys) == (1, "joe.sky.example", 1)


async def test_later_tomorrow_takes_2(workspace: Workspace, given: Session) -> None:
    furnish(workspace)
    async with show(given) as pilot:
        hand = Hand(pilot)
        await hand.press("z", "t")
        assert (count(workspace, Status.SNOOZED), hand.chosen, hand.keys) == (1, "joe.sky.example", 2)


@pytest.mark.parametrize("keys", ["vjjjje", "xxxxxe"])
async def test_five_in_a_row_done_take_6(workspace: Workspace, given: Session, keys: str) -> None:
    furnish(workspace)
    async with show(given) as pilot:
        hand = Hand(pilot)
        await hand.press(*keys)
        assert (count(workspace, Status.DONE), hand.keys) == (5, 6)


async def test_undo_takes_1_however_many_it_was_done_to(workspace: Workspace, given: Session) -> None:
    furnish(workspace)
    async with show(given) as pilot:
        await pilot.press(*"vjjjje")
        hand = Hand(pilot)
        await hand.press("u")
        assert (count(workspace, Status.DONE), hand.keys) == (0, 1)


async def test_a_reply_that_was_just_sent_is_recalled_with_1(workspace: Workspace, given: Session) -> None:
    furnish(workspace)
    async with show(given) as pilot:
        await Hand(pilot).press("r", *"hello", "enter")
        await until(pilot, lambda: states(workspace) == [("hello", ReplyState.HELD)])
        hand = Hand(pilot)
        await hand.press("u")
        await until(pilot, lambda: states(workspace) == [])
        field = inbox(pilot).field
        assert field is not None
        assert (field.text, hand.keys) == ("hello", 1)


async def test_what_is_late_takes_2_and_late_direct_messages_alone_1_once_they_are_a_view(
    workspace: Workspace, given: Session
) -> None:
    accounts = furnish(workspace)
    said(workspace, accounts, "pat", "still waiting", 300, Kind.DM)
    assert given.saved_views is not None
    given.saved_views.save("Late DMs", "kind:dm is:late")
    async with show(given) as pilot:
        hand = Hand(pilot)
        await hand.press("g", "l")
        assert (inbox(pilot).desk.view.id, hand.keys) == ("late", 2)
        await pilot.press("g", "i")
        hand = Hand(pilot)
        await hand.press("shift+tab")
        window = inbox(pilot).desk.window
        assert [window[index].row.person.handle for index in range(len(window))] == ["pat"]
        assert hand.keys == 1


async def test_an_express_reply_takes_1(workspace: Workspace, given: Session) -> None:
    said(workspace, connect(workspace), "ana", "I love your cups, thanks a lot", 5, Kind.MENTION)
    async with show(given) as pilot:
        hand = Hand(pilot)
        await hand.offered("Thank you!")
        await hand.press("s")
        await hand.until(lambda: states(workspace) == [("Thank you!", ReplyState.HELD)], "it is on its way")
        assert hand.keys == 1


@pytest.mark.parametrize(("keys", "text"), [(("enter", "enter"), 0), (("2", "enter"), 1)])
async def test_a_canned_reply_takes_2_the_first_as_well_as_another(
    workspace: Workspace, given: Session, keys: tuple[str, ...], text: int
) -> None:
    accounts = connect(workspace)
    said(workspace, accounts, "ana", "do you ship to Spain?", 9, Kind.MENTION)
    said(workspace, accounts, "bo", "hello", 5, Kind.MENTION)
    async with show(given) as pilot:
        hand = Hand(pilot)
        await hand.offered("Yes, nearly everywhere.")
        wanted = ("Yes, to all of Spain.", "Yes, nearly everywhere.")[text]
        await hand.press(*keys)
        await hand.until(lambda: states(workspace) == [(wanted, ReplyState.HELD)], "it is on its way")
        await hand.until(lambda: hand.chosen == "bo", "the next one is chosen")
        assert hand.keys == 2


async def test_one_word_of_a_canned_reply_is_edited_between_1_and_1(workspace: Workspace, given: Session) -> None:
    accounts = connect(workspace)
    said(workspace, accounts, "ana", "do you ship to Spain?", 9, Kind.MENTION)
    said(workspace, accounts, "bo", "hello", 5, Kind.MENTION)
    edit = ("ctrl+w", *"Portugal.")
    async with show(given) as pilot:
        hand = Hand(pilot)
        await hand.offered("Yes, nearly everywhere.")
        await hand.press("enter", *edit, "enter")
        wanted = "Yes, to all of Portugal."
        await hand.until(lambda: states(workspace) == [(wanted, ReplyState.HELD)], "it is on its way, edited")
        await hand.until(lambda: hand.chosen == "bo", "the next one is chosen")
        assert hand.keys - len(edit) == 2


async def test_the_same_answer_to_all_alike_takes_4(workspace: Workspace, given: Session) -> None:
    accounts = connect(workspace)
    for number in range(6):
        said(workspace, accounts, f"user{number}", "Your site is down!", 20 - number, Kind.MENTION)
    async with show(given) as pilot:
        hand = Hand(pilot)
        await hand.offered("We know, User.")
        await hand.press("S")
        await hand.until(lambda: len(inbox(pilot).desk.marks.ids) == 6, "all are marked")
        await hand.press("enter")
        await hand.until(lambda: "6 replies" in picture(pilot), "they are shown")
        await hand.press("enter", "y")
        await hand.until(lambda: len(states(workspace)) == 6, "all are on their way")
        assert hand.keys == 4


ROUTINE = (
    ("I love your cups, thanks a lot", "Thank you!", ("s",)),
    ("do you ship to Spain?", "Yes, to all of Spain.", ("enter", "enter")),
    ("first!", "", ("e",)),
    ("good morning everybody", "", ("z", "t")),
    ("nice weather here", "", ("e",)),
)


async def test_fifty_routine_messages_take_at_most_two_keys_each(workspace: Workspace, given: Session) -> None:
    accounts = connect(workspace)
    for number in range(50):
        text = ROUTINE[number % len(ROUTINE)][0]
        said(workspace, accounts, f"user{number:02}", text, 100 - number, Kind.MENTION)
    handled, keys = [], 0
    async with show(given) as pilot:
        for number in range(50):
            await until(pilot, lambda: inbox(pilot).field is None, "the strip is closed")
            hand = Hand(pilot)
            _text, reply, typed = ROUTINE[number % len(ROUTINE)]
            assert hand.chosen == f"user{number:02}"
            if reply:
                await hand.offered(reply)
            handled.append(hand.chosen)
            await hand.press(*typed)
            follows = f"user{number + 1:02}" if number < 49 else hand.chosen
            await hand.until(partial(hand.is_at, follows), "it goes on")
            assert hand.keys <= 2
            keys += hand.keys
        await until(pilot, lambda: len(states(workspace)) == 20, "every reply is on its way")
    assert len(set(handled)) == 50
    assert keys == 70
    assert (count(workspace, Status.DONE), count(workspace, Status.SNOOZED)) == (20, 10)
    assert workspace.queue.page(Filter(), now=workspace.now() + MINUTE) == []
