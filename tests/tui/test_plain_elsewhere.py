"""Line by line: on a network that takes no answer from programs a text is written to be copied, then done by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.press import LINK, WHY, article
from stage.scenery import deliver

from cminbox.domain.message import Kind, Message, Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from stage.line import Line

    from cminbox.inbox.workspace import Workspace

    Typed = Callable[..., str]
    Arrives = Callable[[str | None], int]


@pytest.fixture
def mention(workspace: Workspace, line: Line) -> Arrives:
    """Give a way to let an article come in and to choose it; returns its conversation's id."""

    def arrives(link: str | None) -> int:
        found = article(workspace, link)
        line.inbox.look()
        line.inbox.desk.merge()
        assert line.inbox.desk.choose_conversation(found)
        return found

    return arrives


def test_where_to_answer_is_said_with_the_link_alone_on_its_line(typed: Typed, mention: Arrives) -> None:
    mention(LINK)
    said = typed("r", "").splitlines()
    assert said[:2] == [WHY, LINK]
    assert "r writes a draft to copy" in said[2]
    assert "Enter leaves it" in said[2]


def test_a_draft_is_said_with_its_link_and_done_after_a_letter(
    line: Line, typed: Typed, workspace: Workspace, mention: Arrives
) -> None:
    conversation = mention(LINK)
    said = typed("r", "r", "Hello Ana,", "thanks!", ".", "y")
    assert f"Hello Ana,\nthanks!\n\n{LINK}\n" in said
    assert "Answered there?" in said
    assert "Send to" not in said
    assert "Done" in said
    assert workspace.outbox.outstanding() == []
    assert all(one.row.id != conversation for one in workspace.queue.page())
    line.inbox.session.reading.show(conversation)
    assert line.inbox.session.reading.draft(conversation) is None


def test_whoever_answers_later_keeps_his_draft(line: Line, typed: Typed, mention: Arrives) -> None:
    conversation = mention(None)
    said = typed("r", "r", "Hello", ".", "")
    assert "Kept as a draft" in said
    draft = line.inbox.session.reading.draft(conversation)
    assert draft is not None
    assert draft.text == "Hello"


def test_enter_writes_nothing(line: Line, typed: Typed, mention: Arrives) -> None:
    conversation = mention(LINK)
    assert "Type lines" not in typed("r", "")
    assert line.inbox.session.reading.draft(conversation) is None


def test_the_draft_with_a_canned_reply_is_not_sent_either(typed: Typed, workspace: Workspace, mention: Arrives) -> None:
    mention(LINK)
    typed("")
    said = typed("use 1", "")
    assert "to be copied; it is not sent from here" in said
    assert "Answered there?" in said
    assert workspace.outbox.outstanding() == []


def test_on_a_retired_network_it_is_said_why_and_nothing_is_written(
    line: Line, typed: Typed, workspace: Workspace
) -> None:
    account = workspace.accounts.for_import("googleplus", "Brand")
    deliver(workspace, account, [Message("g-1", Kind.COMMENT, Person("p", "ana"), "lovely", workspace.now())])
    conversation = next(one.row.id for one in workspace.queue.page() if one.row.account == "Brand")
    line.inbox.look()
    line.inbox.desk.merge()
    assert line.inbox.desk.choose_conversation(conversation)
    said = typed("r")
    assert "Google+ was closed in April 2019" in said
    assert "Type lines" not in said
