"""Who writes: beside the conversation on a wide screen, on demand on a smaller one, and in a list of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stage.opening import session
from stage.scenery import HOUR, MINUTE, deliver, manifest
from stage.showing import enter, inbox, picture, until

from cminbox.domain.conversation import Status
from cminbox.domain.message import Kind, Message, Person
from cminbox.domain.reply import Receipt
from cminbox.inbox.reading import Reading
from cminbox.store.erasing import erase, find_people
from cminbox.store.leases import SYNC
from cminbox.tui.screens.people import PeopleScreen
from cminbox.tui.widgets.person_panel import person_lines

if TYPE_CHECKING:
    import pytest
    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.domain.conversation import QueueRow
    from cminbox.inbox.persons import PersonView
    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session

ANA = Person("p-ana", "ana", "Ana Lopez", 1234)


def write(workspace: Workspace, text: str, hours: int, key: str) -> None:
    """Let Ana write in another conversation."""
    at = workspace.now() - hours * HOUR
    message = Message(f"m-{key}", Kind.DM, ANA, text, at, f"c-{key}")
    deliver(workspace, workspace.accounts.get("brand").id, [message])


def view_of(workspace: Workspace) -> PersonView:
    reading = Reading(workspace)
    found = reading.persons.of_conversation(reading.show(1).row)
    assert found is not None
    return found


def screen(pilot: Pilot[ExitResult]) -> PeopleScreen:
    found = pilot.app.screen
    assert isinstance(found, PeopleScreen)
    return found


def test_a_person_is_told_with_what_came_before(workspace: Workspace) -> None:
    write(workspace, "I bought the blue cups", 50, "blue")
    other = view_of(workspace).contacts[-1].id
    workspace.conversations.tag([other], add=("vip", "cups"), agent="bob", now=workspace.now())
    workspace.conversations.note(other, "writes for a newspaper", agent="bob", now=workspace.now())
    now = workspace.now()
    row = Reading(workspace).show(1).row
    lines = [str(line).rstrip() for line in person_lines(view_of(workspace), 34, now=now, row=row)]
    assert lines.pop(6).startswith("L late since ")
    assert lines == [
        "@ana",
        "Ana Lopez",
        "Mastodon, to @brand@social.example",
        "1,234 followers",
        "2 messages in 2 d",
        "",
        "",
        "─ Last contacts ──────────────────",
        "T  2 d    I bought the blue cups",
        "",
        "─ Tags ───────────────────────────",
        "#cups 1  #vip 1",
        "",
        "─ Notes, never sent ──────────────",
        "# bob · 0 s",
        "# writes for a newspaper",
    ]


async def test_a_wide_screen_shows_the_person_beside_the_conversation_and_follows(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    write(workspace, "I bought the blue cups", 50, "blue")
    async with shown(given, (200, 50)) as pilot:
        await until(pilot, lambda: inbox(pilot).context.person is not None)
        await until(pilot, lambda: "Mastodon, to @brand" in picture(pilot))
        panel = inbox(pilot).context.person
        assert panel is not None
        assert "I bought the blue cups" in panel.text or "@ana" in panel.text
        assert inbox(pilot).context.size.width == 34
        await pilot.press("j", "j")
        await until(pilot, lambda: "Bluesky, to @brand.example" in panel.text)
        await pilot.press("p")
        await until(pilot, lambda: inbox(pilot).context.size.width == 0)
        await pilot.press("p")
        await until(pilot, lambda: "Bluesky, to" in picture(pilot))


async def test_moving_fast_reads_the_person_once_at_rest(
    shown: Shown, given: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(given, (200, 50)) as pilot:
        await until(pilot, lambda: "Mastodon, to" in picture(pilot))
        read: list[int] = []
        persons = given.reading.persons
        of_conversation = persons.of_conversation

        def noticed(row: QueueRow) -> PersonView | None:
            read.append(row.id)
            return of_conversation(row)

        monkeypatch.setattr(persons, "of_conversation", noticed)
        for _ in range(5):
            pilot.app.simulate_key("j")
        desk = inbox(pilot).desk
        await until(pilot, lambda: desk.chosen == 5 and read[-1:] == [desk.window[5].row.id])
        assert len(read) <= 2


async def test_a_smaller_screen_shows_the_person_on_demand(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        assert inbox(pilot).context.size.width == 0
        await pilot.press("p")
        await pilot.pause()
        assert "Mastodon, to @brand@social.example" in picture(pilot)
        await pilot.press("p")
        await pilot.pause()
        assert "Mastodon, to" not in picture(pilot)


async def test_persons_are_listed_found_by_name_and_lead_to_what_they_wrote(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    write(workspace, "I bought the blue cups", 50, "blue")
    async with shown(given) as pilot:
        await pilot.press("g", "p")
        await pilot.pause()
        assert picture(pilot).splitlines()[1].startswith("@")
        await pilot.press("slash", *"lop")
        await until(pilot, lambda: len(screen(pilot)._rows) == 1)
        assert "Ana Lopez" in picture(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: screen(pilot).field is None)
        await pilot.press("enter")
        await until(pilot, lambda: inbox(pilot).desk.query == "from:ana is:all")
        assert {inbox(pilot).desk.window[n].row.person.handle for n in range(len(inbox(pilot).desk.window))} == {"ana"}


async def test_what_somebody_wrote_is_listed_whatever_script_his_name_is_in(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    message = Message("m-ken", Kind.DM, Person("p-ken", "", "田中 健二"), "まだですか", workspace.now(), "c-ken")
    deliver(workspace, workspace.accounts.get("brand").id, [message])
    async with shown(given) as pilot:
        await pilot.press("g", "p")
        await until(pilot, lambda: picture(pilot).splitlines()[1].startswith("田中 健二"))
        await pilot.press("enter")
        await until(pilot, lambda: inbox(pilot).desk.query == 'from:"田中 健二" is:all')
        await until(pilot, lambda: len(inbox(pilot).desk.window) == 1)


async def test_a_name_that_nobody_has_finds_nobody_and_escape_shows_all(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("g", "p", "slash", *"zzz%")
        await until(pilot, lambda: "Nobody is known by that name." in picture(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: len(screen(pilot)._rows) == 12)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, PeopleScreen))


def test_who_was_erased_is_not_listed(workspace: Workspace) -> None:
    erase(workspace.database, find_people(workspace.database, "ana"), agent="kim", now=workspace.now())
    persons = session(workspace).reading.persons
    assert "erased" not in {one.person.handle for one in (*persons.latest(), *persons.named("e"))}


def test_signs_of_the_search_are_letters_in_a_name(workspace: Workspace) -> None:
    persons = session(workspace).reading.persons
    assert persons.named("%") == []
    assert [one.person.handle for one in persons.named("@ANA")] == ["ana"]


def test_a_person_with_many_messages_is_counted_only_so_far(workspace: Workspace) -> None:
    account = workspace.accounts.get("brand")
    now = workspace.now()
    found = [Message(f"x{n}", Kind.DM, ANA, "again", now - n * MINUTE, "c-many") for n in range(1_100)]
    deliver(workspace, account.id, found)
    assert any("1000+ messages" in str(line) for line in person_lines(view_of(workspace), 34, now=now))


async def test_a_private_reply_goes_to_the_private_conversation_and_nowhere_else(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    write(workspace, "a word in private", 50, "private")
    private = next(one.id for one in view_of(workspace).contacts if one.text == "a word in private")
    async with shown(given) as pilot:
        await until(pilot, lambda: inbox(pilot).desk.choose_conversation(1))
        await pilot.press("R", *"only for you")
        assert "as @brand@social.example on Mastodon, private" in inbox(pilot).footer.text
        await enter(pilot)
        await until(pilot, lambda: bool(workspace.outbox.outstanding()))
        (reply,) = workspace.outbox.outstanding()
        assert (reply.conversation_id, reply.text) == (private, "only for you")


async def test_where_only_the_other_side_begins_a_private_exchange_that_is_told(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("R")
        assert "only they can begin a private exchange" in inbox(pilot).footer.text
        assert inbox(pilot).field is None


async def test_a_private_exchange_is_begun_where_that_is_possible_and_what_was_public_stays(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    facts = replace(manifest("mastodon", "Ma"), begins_private="dm:{person}")
    workspace.accounts.refresh_facts(workspace.accounts.get("brand").id, facts, "brand@social.example")
    async with shown(given) as pilot:
        await pilot.press("R", *"your address, please")
        await until(pilot, lambda: "as @brand@social.example on Mastodon, private" in inbox(pilot).footer.text)
        assert ": Where is my order?" in inbox(pilot).preview.text
        await enter(pilot)
        await until(pilot, lambda: bool(workspace.outbox.outstanding()))
    (reply,) = workspace.outbox.outstanding()
    asked = workspace.outbox.publishable(reply.id)
    (question,) = workspace.conversations.messages(1)
    assert (asked.kind, asked.conversation, asked.to) == (Kind.DM, "dm:p-ana", question.remote_id)
    assert Reading(workspace).show(1).row.status is Status.OPEN
    persons = Reading(workspace).persons
    assert persons.private_conversation(Reading(workspace).show(1).row) == reply.conversation_id


def test_what_follows_in_private_joins_the_exchange_that_we_began(workspace: Workspace) -> None:
    facts = replace(manifest("mastodon", "Ma"), begins_private="dm:{person}")
    account = workspace.accounts.get("brand").id
    workspace.accounts.refresh_facts(account, facts, "brand@social.example")
    begun = Reading(workspace).persons.private_conversation(Reading(workspace).show(1).row)
    reply = session(workspace).acting.reply(begun, "your address, please", now=True)
    workspace.leases.take(SYNC, holder="sync", host="here", pid=1, now=workspace.now(), seconds=60)
    workspace.outbox.begin(reply.id, holder="sync", now=workspace.now())
    workspace.outbox.sent(reply.id, Receipt("ours-1"), now=workspace.now())
    deliver(workspace, account, [Message("theirs-1", Kind.DM, ANA, "5 Elm Road", workspace.now(), "dm:p-ana")])
    view = Reading(workspace).show(begun)
    assert [(one.ours, one.text) for one in view.messages] == [(True, "your address, please"), (False, "5 Elm Road")]
    assert view.row.status is Status.OPEN
    assert view.row.kind is Kind.DM
