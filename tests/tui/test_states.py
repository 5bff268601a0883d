"""What the screen says when things are not as usual: nothing there, nothing found, no network, changed meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, session
from stage.scenery import MINUTE, connect, deliver
from stage.showing import enter, inbox, picture, until

from cminbox.domain.account import Health, HealthState
from cminbox.domain.conversation import Status
from cminbox.domain.message import Kind, Message, Person
from cminbox.domain.problem import Problem
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import say
from cminbox.i18n import use
from cminbox.store.ingest import Delivery, Ingest
from cminbox.store.leases import SYNC

if TYPE_CHECKING:
    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session

ANA = Person("p-ana", "ana", "Ana Lopez")


def says(pilot: Pilot[ExitResult]) -> str:
    return inbox(pilot).footer.text


def ask(workspace: Workspace, text: str, minutes: int = 5, **more: object) -> Message:
    """Return a question of Ana's that came so long ago."""
    values = {"created_at": workspace.now() - minutes * MINUTE, "conversation": "c-ana"} | more
    return Message("m-ana", Kind.MENTION, ANA, text, **values)  # type: ignore[arg-type]  # the values of one message


async def test_an_empty_inbox_counts_what_was_handled_and_says_what_comes_back(
    shown: Shown, empty: Workspace, clock: Clock
) -> None:
    ids = connect(empty)
    deliver(empty, ids["brand"], [ask(empty, "one")])
    given = session(empty)
    (row,) = (placed.row for placed in given.reading.page(limit=5))
    reply = given.acting.reply(row.id, "an answer", now=True)
    empty.leases.take(SYNC, holder="sync", host="here", pid=1, now=clock(), seconds=60)
    empty.outbox.begin(reply.id, holder="sync", now=clock())
    from cminbox.domain.reply import Receipt  # noqa: PLC0415 - one test's matter

    empty.outbox.sent(reply.id, Receipt("r-1"), now=clock())
    deliver(empty, ids["brand"], [Message("m-2", Kind.DM, ANA, "two", clock() - MINUTE, "c-two")])
    given.acting.snooze([placed.row.id for placed in given.reading.page(limit=5)], clock() + 4 * 60 * MINUTE)
    async with shown(given) as pilot:
        await until(pilot, lambda: "2 handled this shift, median 5 min." in picture(pilot))
        assert "Nothing waiting." in picture(pilot)
        assert "Next snoozed " in picture(pilot)


async def test_an_empty_view_says_so(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("g", "s")
        assert "Nothing is waiting here." in picture(pilot)


async def test_a_filter_that_finds_nothing_shows_the_query_the_count_outside_and_the_way_out(
    shown: Shown, given: Session
) -> None:
    async with shown(given) as pilot:
        await pilot.press("slash", *"zebra")
        await enter(pilot)
        text = picture(pilot)
        assert "Nothing matches “zebra”." in text
        assert "12 without the filter" in text
        assert "Esc shows them" in text
        await pilot.press("escape")
        await until(pilot, lambda: "@ana" in picture(pilot))


async def test_a_name_typed_as_a_word_finds_nothing_and_one_key_looks_among_names(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("slash", *"pierre")
        await until(pilot, lambda: "from:pierre looks among names" in " ".join(picture(pilot).split()))
        assert "@ does that" not in picture(pilot), "it would be one more letter"
        await enter(pilot)
        await until(pilot, lambda: "@ does that" in picture(pilot))
        await pilot.press("at")
        await until(pilot, lambda: "@pierre" in picture(pilot))
        assert inbox(pilot).desk.query == "from:pierre"
        await pilot.press("at")
        assert "This filter has no plain word that could be a name" in inbox(pilot).footer.text


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_at_eighty_columns_a_filter_says_in_whole_words_what_its_keys_do(
    shown: Shown, given: Session, language: str
) -> None:
    use(language)
    async with shown(given) as pilot:
        await pilot.press("slash")
        keep, leave = {"en": ("Enter keep the filter", "Esc show all")}.get(
            language, ("Entrée garder le filtre", "Échap tout montrer")
        )
        await until(pilot, lambda: keep in says(pilot) and leave in says(pilot))
        title = next(line for line in picture(pilot).splitlines() if "is:late" in line)
        assert title.split("is:late", 1)[1].startswith(" … ─")
        await pilot.press("escape", "t")
        await until(pilot, lambda: {"en": "Enter confirm"}.get(language, "Entrée valider") in says(pilot))


async def test_a_filter_that_finds_only_what_is_done_says_how_to_see_that(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    ids = [placed.row.id for placed in given.reading.page()]
    workspace.conversations.set_status(ids, Status.DONE, agent="ana", now=workspace.now())
    async with shown(given) as pilot:
        await pilot.press("slash", *"net:mastodon")
        await enter(pilot)
        await until(pilot, lambda: "with is:all, done already" in picture(pilot), "what is done is spoken of")
        await pilot.press("slash", *" is:all")
        await enter(pilot)
        await until(pilot, lambda: "Nothing matches" not in picture(pilot), "and it is shown")


@pytest.mark.parametrize(
    ("state", "chip"),
    [
        (HealthState.OFFLINE, "Ma offline 3 min"),
        (HealthState.RATE_LIMITED, "Ma limited 3 min"),
        (HealthState.SIGN_IN, "Ma sign in 3 min"),
        (HealthState.PAUSED, "Ma paused"),
    ],
)
async def test_a_network_in_trouble_has_its_chip_and_replies_to_it_are_kept(
    shown: Shown, given: Session, workspace: Workspace, state: HealthState, chip: str
) -> None:
    account = workspace.accounts.get("brand")
    retry_at = None if state is HealthState.PAUSED else workspace.now() + 3 * MINUTE
    workspace.accounts.set_health(account.id, Health(state, say("Why").to_json(), retry_at), next_fetch_at=0)
    async with shown(given, (120, 30)) as pilot:
        assert chip in inbox(pilot).header.text
        await pilot.press("r", *"still written")
        await enter(pilot)
        await until(pilot, lambda: bool(workspace.outbox.outstanding()))
        assert [one.text for one in workspace.outbox.outstanding()] == ["still written"]


async def test_a_reply_that_was_refused_is_back_on_top_with_its_text_and_the_reason(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    reply = given.acting.reply(9, "thank you for the stars", now=True)
    workspace.leases.take(SYNC, holder="sync", host="here", pid=1, now=workspace.now(), seconds=60)
    workspace.outbox.begin(reply.id, holder="sync", now=workspace.now())
    workspace.outbox.refused(reply.id, say("The account is suspended"), now=workspace.now())
    async with shown(given, (120, 40)) as pilot:
        row = inbox(pilot).desk.window.row(9)
        index = inbox(pilot).desk.window.index(9)
        assert row.reply_state is ReplyState.REFUSED
        assert index == 0
        assert picture(pilot).splitlines()[1].startswith("x ")
        assert "The account is suspended" in inbox(pilot).preview.text
        assert "thank you for the stars" in inbox(pilot).preview.text


@pytest.mark.parametrize("change", ["edited", "deleted"])
async def test_what_has_changed_upstream_is_shown_before_enter_counts(
    shown: Shown, given: Session, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    # It changes in the moment between two looks at the store.
    monkeypatch.setattr("cminbox.tui.app.POLL_SECONDS", 60.0)
    account = workspace.accounts.get("brand")
    hello = Message("m-first", Kind.MENTION, ANA, "hello", workspace.now() - 201 * MINUTE, "c-ana")
    deliver(workspace, account.id, [hello, ask(workspace, "I hate it", 200)])
    async with shown(given) as pilot:
        await pilot.press("r", *"Sorry to hear that")
        messages = [ask(workspace, "I love it", 200, edited_at=workspace.now())] if change == "edited" else []
        deleted = ["m-ana"] if change == "deleted" else []
        Ingest(workspace.database).take(Delivery(account.id, messages, workspace.now(), deleted=deleted))
        await enter(pilot)
        assert f"was {change} meanwhile. Enter sends all the same." in says(pilot)
        assert workspace.outbox.outstanding() == []
        await enter(pilot)
        await until(pilot, lambda: bool(workspace.outbox.outstanding()))


@pytest.mark.parametrize("size", [(59, 14), (50, 12), (40, 10)])
async def test_a_small_screen_shows_a_line_for_each_message_and_where_one_writes(
    shown: Shown, given: Session, workspace: Workspace, size: tuple[int, int]
) -> None:
    async with shown(given, size) as pilot:
        lines = picture(pilot).splitlines()
        assert lines[1].startswith("L  Ma @ana")
        assert lines[2].startswith("!  Bs @joe")
        await pilot.press("j", "r", *"Yes, it does")
        await pilot.pause()
        text = picture(pilot)
        assert "Reply to @joe" in text
        assert "Yes, it does" in text
        assert text.splitlines()[1].startswith("L  Ma @ana")
        await enter(pilot)
        await until(pilot, lambda: bool(workspace.outbox.outstanding()))


async def test_all_that_is_to_be_said_at_the_start_is_said_in_turn_and_listed_again(
    shown: Shown, given: Session
) -> None:
    def refuses() -> None:
        raise Problem(say("nobody may start it"))

    given.start_sync = refuses
    given.warning = lambda: say("the folder lies far away, {why}", why="which is a long story " * 6)
    given.keys = {"doone": ("D",), "replyy": ("r",)}
    async with shown(given) as pilot:
        await until(pilot, lambda: "nobody may start it (1/4)" in says(pilot))
        await pilot.press("j")
        assert "the folder lies far away" in says(pilot)
        await pilot.press("r")
        assert "doone" not in says(pilot), "nobody who writes is spoken to"
        await pilot.press("escape", "k")
        await until(pilot, lambda: "doone" in says(pilot))
        await pilot.press("f")
        assert "Flagged" in says(pilot), "what a key did comes first"
        await pilot.press("k")
        assert "replyy" in says(pilot)
        await pilot.press("k")
        assert "replyy" not in says(pilot)
        await pilot.press(":", *"remarks")
        await enter(pilot)
        shown_now = " ".join(picture(pilot).split())
        assert "What was said" in shown_now
        assert "nobody may start it" in shown_now
        assert shown_now.count("which is a long story") == 6


async def test_where_nothing_was_to_be_said_that_is_said(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press(":", *"remarks")
        await enter(pilot)
        assert "Nothing was said that could not be read" in says(pilot)


async def test_a_sentence_that_is_too_long_is_cut_with_a_sign_and_can_be_read_in_full(
    shown: Shown, given: Session
) -> None:
    async with shown(given) as pilot:
        inbox(pilot).tell("one word after the other " * 8)
        assert says(pilot).endswith("…")
        assert len(says(pilot)) <= 80
        await pilot.press(":", *"remarks")
        await enter(pilot)
        assert " ".join(picture(pilot).split()).count("one word after the other") == 8
