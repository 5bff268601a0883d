"""A network that takes no answer from programs: where to answer is said, a draft is copied with the link, then done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.press import LINK, WHY, article
from stage.scenery import deliver
from stage.showing import enter, inbox, until

from cminbox.domain.message import Kind, Message, Person
from cminbox.tui.verbs.reading import permalink

if TYPE_CHECKING:
    from collections.abc import Callable

    from stage.showing import Shown

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import Session


@pytest.fixture
def mention(workspace: Workspace) -> Callable[[str | None], int]:
    """Give a way to let an article come in that is the most urgent of all; returns its conversation's id."""

    def arrives(link: str | None) -> int:
        return article(workspace, link)

    return arrives


async def test_r_says_where_to_answer_and_copies_the_link(
    shown: Shown, given: Session, mention: Callable[[str | None], int]
) -> None:
    conversation = mention(LINK)
    async with shown(given) as pilot:
        screen = inbox(pilot)
        assert screen.desk.choose_conversation(conversation)
        screen.list.reload()
        await until(pilot, lambda: screen.acts.row.id == conversation)
        await pilot.pause(0.3)
        await until(pilot, lambda: screen.acts.row.id == conversation)
        await pilot.press("r")
        await until(pilot, lambda: WHY in screen.footer.text)
        assert screen.writing is None or screen.writing.row is None
        await pilot.press("y")
        await until(pilot, lambda: LINK in screen.footer.text)


async def test_a_draft_is_copied_with_the_link_and_the_conversation_done_by_hand(
    shown: Shown,
    given: Session,
    workspace: Workspace,
    mention: Callable[[str | None], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    conversation = mention(LINK)
    async with shown(given) as pilot:
        screen = inbox(pilot)
        copied: list[str] = []

        def copy(text: str) -> bool:
            copied.append(text)
            return True

        monkeypatch.setattr(screen.program, "copy", copy)
        assert screen.desk.choose_conversation(conversation)
        screen.list.reload()
        await pilot.press("r", "r")
        await pilot.pause()
        await pilot.press(*"Hello Ana")
        await pilot.pause()
        assert "copy with the link" in screen.footer.text
        await enter(pilot)
        await until(pilot, lambda: "Answered there?" in screen.footer.text)
        assert copied == [f"Hello Ana\n\n{LINK}\n"]
        assert workspace.outbox.outstanding() == []
        await pilot.press("e")
        await until(pilot, lambda: all(one.row.id != conversation for one in workspace.queue.page()))
        await until(pilot, lambda: given.reading.draft(conversation) is None)


async def test_later_keeps_the_draft(shown: Shown, given: Session, mention: Callable[[str | None], int]) -> None:
    conversation = mention(None)
    async with shown(given) as pilot:
        screen = inbox(pilot)
        assert screen.desk.choose_conversation(conversation)
        screen.list.reload()
        await pilot.press("r", "r")
        await pilot.pause()
        await pilot.press(*"Hello")
        await enter(pilot)
        await until(pilot, lambda: "Answered there?" in screen.footer.text)
        await pilot.press("escape")
        draft = given.reading.draft(conversation)
        assert draft is not None
        assert draft.text == "Hello"


async def test_an_empty_draft_is_not_copied(shown: Shown, given: Session, mention: Callable[[str | None], int]) -> None:
    conversation = mention(LINK)
    async with shown(given) as pilot:
        screen = inbox(pilot)
        assert screen.desk.choose_conversation(conversation)
        screen.list.reload()
        await pilot.press("r", "r")
        await pilot.pause()
        await enter(pilot)
        assert "nothing to copy" in screen.footer.text


async def test_on_a_retired_network_r_says_why_and_opens_nothing(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    account = workspace.accounts.for_import("googleplus", "Brand")
    deliver(workspace, account, [Message("g-1", Kind.COMMENT, Person("p", "ana"), "lovely", workspace.now())])
    conversation = next(one.row.id for one in workspace.queue.page() if one.row.account == "Brand")
    async with shown(given) as pilot:
        screen = inbox(pilot)
        assert screen.desk.choose_conversation(conversation)
        screen.list.reload()
        await pilot.press("r")
        await until(pilot, lambda: "Google+ was closed in April 2019" in screen.footer.text)
        assert screen.writing is None or screen.writing.row is None


async def test_the_link_is_that_of_the_chosen_conversation_while_the_one_before_is_still_shown(
    shown: Shown, given: Session, mention: Callable[[str | None], int]
) -> None:
    conversation = mention(LINK)
    async with shown(given) as pilot:
        screen = inbox(pilot)
        await until(pilot, lambda: screen.view is not None and screen.view.row.id != conversation)
        assert screen.desk.choose_conversation(conversation)
        assert permalink(screen) == LINK
