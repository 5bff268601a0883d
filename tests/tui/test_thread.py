"""A conversation as it is read: who said what, what was edited or deleted, notes, links, attachments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stage.scenery import MINUTE, deliver
from stage.showing import inbox, picture, until

from cminbox.domain.message import Attachment, AttachmentKind, Kind, Message, Person
from cminbox.domain.network import Capability
from cminbox.inbox.reading import Reading
from cminbox.store.ingest import Delivery, Ingest
from cminbox.store.retention import purge
from cminbox.store.surroundings import keep
from cminbox.tui.thread import Wishes, attachment_line, thread_lines

if TYPE_CHECKING:
    from stage.opening import Clock
    from stage.showing import Shown

    from cminbox.inbox.reading import ConversationView
    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import Session

WIDTH = 72


def said(key: str, minutes: int, text: str, workspace: Workspace, **more: object) -> Message:
    values: dict[str, object] = {
        "remote_id": key,
        "kind": Kind.MENTION,
        "author": Person("p-ida2", "ida2", "Ida"),
        "text": text,
        "created_at": workspace.now() - minutes * MINUTE,
        "conversation": "thread",
    }
    return Message(**(values | more))  # type: ignore[arg-type]  # the values of one message each


def conversation(workspace: Workspace, *messages: Message) -> int:
    account = workspace.accounts.get("brand")
    deliver(workspace, account.id, messages)
    row = workspace.database.read().execute(
        "SELECT conversation_id FROM messages WHERE remote_id = ?", (messages[0].remote_id,)
    )
    return int(row.fetchone()[0])


def lines(workspace: Workspace, conversation_id: int, wishes: Wishes | None = None) -> list[str]:
    view = Reading(workspace).show(conversation_id)
    drawn, _start = thread_lines(view, WIDTH, workspace.now(), wishes or Wishes())
    return [str(line) for line in drawn]


def test_ours_theirs_and_notes_differ_by_text_and_by_place(workspace: Workspace) -> None:
    us = Person("us", "brand", "Brand")
    number = conversation(
        workspace,
        said("a", 9, "Where is it?", workspace),
        said("b", 6, "On its way.", workspace, author=us, ours=True),
        said("c", 3, "Thanks!", workspace),
    )
    workspace.conversations.note(number, "a friend\nof the house", agent="bob", now=workspace.now() - 5 * MINUTE)
    assert lines(workspace, number) == [
        "@ida2 Ida · 9 min",
        "  Where is it?",
        "",
        "→ we, as @brand@social.example · 6 min",
        "    On its way.",
        "",
        "# internal note of bob, never sent · 5 min",
        "# a friend",
        "# of the house",
        "",
        "@ida2 Ida · 3 min",
        "  Thanks!",
    ]


def test_an_edit_is_told_and_the_earlier_text_is_there_on_demand(workspace: Workspace, clock: Clock) -> None:
    number = conversation(workspace, said("a", 9, "I hate the blue cups", workspace))
    clock.forward(2 * MINUTE)
    conversation(workspace, said("a", 11, "I love the blue cups", workspace, edited_at=workspace.now()))
    clock.forward(MINUTE)
    assert lines(workspace, number) == ["@ida2 Ida · 12 min · edited 1 min ago", "  I love the blue cups"]
    assert lines(workspace, number, Wishes(earlier=True)) == [
        "@ida2 Ida · 12 min · edited 1 min ago",
        "  until 1 min ago:",
        "  - I hate the blue cups",
        "  I love the blue cups",
    ]


def test_an_edit_that_the_network_does_not_date_is_told_all_the_same(workspace: Workspace, clock: Clock) -> None:
    number = conversation(workspace, said("a", 9, "first", workspace))
    clock.forward(MINUTE)
    conversation(workspace, said("a", 10, "second", workspace))
    assert "edited 0 s ago" in lines(workspace, number)[0]


def test_a_deletion_stays_in_its_place_without_its_words(workspace: Workspace) -> None:
    number = conversation(workspace, said("a", 9, "rude", workspace), said("b", 3, "sorry", workspace))
    account = workspace.accounts.get("brand")
    Ingest(workspace.database).take(Delivery(account.id, [], workspace.now(), deleted=["a"]))
    assert lines(workspace, number)[:2] == ["@ida2 Ida · 9 min", "  (deleted by its author)"]


def test_words_that_are_kept_no_longer_say_whose_rule_that_is(workspace: Workspace) -> None:
    number = conversation(workspace, said("a", 9, "hello", workspace))
    statement = "INSERT INTO retained SELECT 'message', id, ? FROM messages WHERE remote_id = 'a'"
    workspace.database.write(lambda connection: connection.execute(statement, (workspace.now(),)))
    purge(workspace.database, workspace.now())
    assert lines(workspace, number)[1:] == ["  (its words are kept no longer: Mastodon sets an end to that)"]


def test_who_answers_whom_is_told_where_it_is_not_the_one_before(workspace: Workspace) -> None:
    bea = Person("p-bea", "bea")
    number = conversation(
        workspace,
        said("a", 9, "one", workspace),
        said("b", 8, "two", workspace, author=bea, parent="a"),
        said("c", 7, "three", workspace, author=bea, parent="a"),
    )
    assert [line for line in lines(workspace, number) if line.startswith("@")] == [
        "@ida2 Ida · 9 min",
        "@bea · 8 min",
        "@bea · 7 min · answers @ida2",
    ]


def test_links_are_numbered_with_their_real_host_and_told_when_they_fool(workspace: Workspace) -> None:
    text = "see https://shop.example/cups and paypal.com <https://evil.example/login>"
    number = conversation(workspace, said("a", 9, text, workspace))
    assert lines(workspace, number)[-3:] == [
        "  [1] shop.example/cups",
        "  [2] evil.example/login",
        "  ! careful: the text names paypal.com, the link leads elsewhere",
    ]


def test_a_host_in_two_alphabets_is_spelled_out(workspace: Workspace) -> None:
    number = conversation(workspace, said("a", 9, "https://p\u0430ypal.com/x", workspace))
    assert lines(workspace, number)[-2:] == [
        "  [1] p\u0430ypal.com (xn--pypal-4ve.com)/x",
        "  ! careful: letters of several alphabets",
    ]


def test_an_attachment_says_what_it_is_how_it_was_described_and_where_it_lies() -> None:
    image = Attachment(AttachmentKind.IMAGE, "https://cdn.example/1.png", "1.png", "a cracked cup")
    assert attachment_line(image) == "[image] “a cracked cup” 1.png (cdn.example)"
    assert attachment_line(Attachment(AttachmentKind.VIDEO, "ipfs://x")) == "[video] not described"


def test_an_erased_person_leaves_no_earlier_text(workspace: Workspace) -> None:
    from cminbox.store.erasing import erase, find_people  # noqa: PLC0415 - one test's matter

    number = conversation(workspace, said("a", 9, "my address is 5 Elm Road", workspace))
    conversation(workspace, said("a", 9, "never mind", workspace))
    erase(workspace.database, find_people(workspace.database, "ida2"), agent="kim", now=workspace.now())
    assert "Elm" not in "".join(str(event) for event in workspace.conversations.events(number))


async def test_earlier_texts_come_and_go_with_a_key(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        assert inbox(pilot).desk.row is not None
        account = workspace.accounts.get("brand")
        view = inbox(pilot).view
        assert view is not None
        message = view.messages[-1]
        await pilot.press("H")
        assert "Nothing here was edited" in inbox(pilot).footer.text
        person = Person("p-ana", "ana", "Ana Lopez")
        edited = Message(message.remote_id, message.kind, person, "It came!", message.created_at, "brand-ana")
        deliver(workspace, account.id, [edited])
        await until(pilot, lambda: "It came!" in inbox(pilot).preview.text)
        assert "Where is my order?" not in inbox(pilot).preview.text
        await pilot.press("H")
        assert "- Where is my order?" in inbox(pilot).preview.text
        await pilot.press("H")
        assert "Where is my order?" not in picture(pilot).split("──")[1]


def test_what_others_wrote_around_it_stands_above_and_below_and_is_told_apart(workspace: Workspace) -> None:
    bea = Person("p-bea", "bea", "Bea")
    number = conversation(workspace, said("a", 9, "and what of Spain?", workspace))
    above = said("above", 60, "We ship to France now", workspace, author=Person("p-shop", "shop"))
    below = said("below", 3, "I would like to know as well\x1b[2J", workspace, author=bea)
    mine = said("a", 9, "and what of Spain?", workspace)
    keep(workspace.database, number, [above], [mine, below], now=workspace.now() - 2 * MINUTE)
    assert lines(workspace, number) == [
        "·· above it, as of 2 min ago",
        ": @shop · 1 h",
        ": We ship to France now",
        "",
        "@ida2 Ida · 9 min",
        "  and what of Spain?",
        "",
        "·· elsewhere below it, as of 2 min ago",
        ": @bea · 3 min",
        ": I would like to know as well␛[2J",
    ]
    _drawn, start = thread_lines(Reading(workspace).show(number), WIDTH, workspace.now())
    assert start == 4


def asked(view: ConversationView | None) -> bool:
    return view is not None and any(event.what == Capability.THREAD.value for event in view.events)


async def test_opening_a_thread_asks_for_its_surroundings_once_in_a_while(
    shown: Shown, given: Session, workspace: Workspace, clock: Clock
) -> None:
    async with shown(given) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: len(workspace.acts.due(clock())) == 1)
        (act,) = workspace.acts.due(clock())
        assert act.capability is Capability.THREAD
        await until(pilot, lambda: asked(inbox(pilot).view))
        await pilot.press("q", "l", "q")
        await pilot.pause(0.3)
        assert len(workspace.acts.due(clock())) == 1
        clock.forward(11 * MINUTE)
        await pilot.press("l")
        await until(pilot, lambda: len(workspace.acts.due(clock())) == 2)


async def test_a_network_that_shows_no_threads_is_not_asked(
    shown: Shown, given: Session, workspace: Workspace, clock: Clock
) -> None:
    facts = workspace.accounts.get("brand").manifest
    assert facts is not None
    told = replace(facts, capabilities=facts.capabilities - {Capability.THREAD})
    workspace.accounts.refresh_facts(workspace.accounts.get("brand").id, told, "brand")
    async with shown(given) as pilot:
        await pilot.press("l")
        await pilot.pause(0.2)
        assert workspace.acts.due(clock()) == []
