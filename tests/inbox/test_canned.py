"""Canned replies in use: chosen by name and language, filled for a conversation, kept from answers, measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from cminbox.domain.canned import CannedReply, Source
from cminbox.domain.message import Kind, Message, Person
from cminbox.domain.problem import NotFound, Problem
from cminbox.i18n import use
from cminbox.inbox import canned, canned_keeping
from cminbox.inbox.canned_coverage import coverage
from cminbox.inbox.placeholder_values import first_name, values
from cminbox.inbox.reading import ConversationView, Reading
from cminbox.inbox.spoken_times import hours_in_words, moment_in_words
from cminbox.inbox.workspace import Agent, Workspace
from cminbox.settings.locations import Locations
from cminbox.settings.values import DEFAULTS, Canned, Sla
from cminbox.sla.forms import schedule
from cminbox.store.ingest import Delivery, Ingest
from cminbox.suggestions.filling import mark

if TYPE_CHECKING:
    from pathlib import Path

START = 1_700_000_000_000  # a Tuesday, 22:13 UTC
HOUR = 3_600_000
HOURS = "horaires d\N{RIGHT SINGLE QUOTATION MARK}ouverture"
WEEK = {"tz": "Europe/Paris", "hours": {day: [["09:00", "12:30"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed")}}

Write = Callable[..., None]
Say = Callable[..., ConversationView]


@pytest.fixture
def french() -> Iterator[None]:
    """Speak French."""
    use("fr")
    yield
    use("en")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with working hours and without any reply of its own."""
    locations = Locations("brand", tmp_path / "brand", tmp_path / "user" / "config.toml")
    settings = replace(DEFAULTS, sla=Sla(schedule=WEEK), canned=Canned("Ana, ACME"))
    opened = Workspace(locations, settings, Agent("bo", "tests"), lambda: START)
    yield opened
    opened.close()


@pytest.fixture
def say(workspace: Workspace) -> Say:
    """Return a function that brings a message of a customer and shows its conversation."""
    account = workspace.accounts.for_import("bluesky", "brand")
    number = iter(range(1, 1000))

    def bring(text: str = "Bonjour", *, ours: str | None = None, **changes: object) -> ConversationView:
        one = next(number)
        message = Message(
            f"m-{one}", Kind.DM, Person(f"u{one}", "ana", "Ana Diaz"), text, START, conversation=f"c-{one}", lang="fr"
        )
        message = replace(message, **{"permalink": "https://b.example/1", **changes})  # type: ignore[arg-type]  # test data
        messages = [message]
        if ours is not None:
            messages.append(replace(message, remote_id=f"o-{one}", text=ours, ours=True, created_at=START + 1))
        Ingest(workspace.database).take(Delivery(account, messages, START))
        return Reading(workspace).show(one)

    return bring


@pytest.fixture
def write(workspace: Workspace) -> Write:
    """Return a function that writes a reply of the workspace, or of the agent's own."""

    def put(name: str, body: str, head: str = "", *, personal: bool = False) -> None:
        root = workspace.locations.personal_canned_replies if personal else workspace.locations.canned_replies
        file = root / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\ntitle: T\n{head}---\n{body}\n")

    return put


def test_every_placeholder_gets_its_value_in_the_language_of_the_reply(
    workspace: Workspace, say: Say, write: Write
) -> None:
    body = "{name} {handle} {account} {agent} {link} | {hours} | {due} | {order?}"
    write("fr/all", body)
    write("en/all", body)
    view = say()
    replies = {one.key: one for one in canned.library(workspace.locations).replies}
    assert canned.filled_for(workspace, replies["en/all"], view).text == (
        "Ana @ana @brand Ana, ACME https://b.example/1 | Monday to Wednesday 9:00 to 12:30 and 14:00 to 18:00 |"
        f" tomorrow at 0:13 | {mark('order')}"
    )
    nbsp = "\N{NO-BREAK SPACE}"
    french = canned.filled_for(workspace, replies["fr/all"], view).text
    assert f"du lundi au mercredi de 9{nbsp}h à 12{nbsp}h{nbsp}30 et de 14{nbsp}h à 18{nbsp}h" in french
    assert f"demain à 0{nbsp}h{nbsp}13" in french


def test_what_is_not_known_stays_to_be_typed(workspace: Workspace, say: Say, write: Write) -> None:
    workspace.settings = DEFAULTS
    write("x", "{hours} {due} {link}")
    view = say(permalink=None)
    (reply,) = [one for one in canned.library(workspace.locations).replies if one.id == "x"]
    assert [blank.name for blank in canned.filled_for(workspace, reply, view).blanks] == ["hours", "due", "link"]
    assert values(workspace, view, "en")["agent"] == "bo"


@pytest.mark.usefixtures("french")
def test_what_the_program_does_not_know_is_asked_for_in_the_language_of_the_agent(
    workspace: Workspace, say: Say, write: Write
) -> None:
    workspace.settings = DEFAULTS
    write("x", "{hours} {order?}")
    view = say()
    (reply,) = [one for one in canned.library(workspace.locations).replies if one.id == "x"]
    filled = canned.filled_for(workspace, reply, view)
    assert filled.text == f"{mark(HOURS)} {mark('order')}"
    assert [(blank.name, blank.called) for blank in filled.blanks] == [
        ("hours", HOURS),
        ("order", "order"),
    ]
    assert [blank.name for blank in canned.unfilled(filled.text)] == [HOURS, "order"]
    given = canned.filled_for(workspace, reply, view, {"hours": "9-17", "order": "{name}"})
    assert (given.text, given.blanks) == ("9-17 {name}", ())


@pytest.mark.parametrize(
    ("name", "handle", "said"),
    [
        ("Ana Diaz", "ana", "Ana"),
        ("  ★ Ana ★ ", "ana", "Ana"),
        ("Kofi B.", "kofi-b.sky.example", "Kofi"),
        ("", "ana", "ana"),
        ("Dr Martin", "doc", "Dr Martin"),
        ("Mme", "mme", "Mme"),
        ("The Coffee Shop", "coffee", "The Coffee Shop"),
        ("buy at cheap.example", "spam", "spam"),
        ("@ana", "ana", "ana"),
        ("🎉🎉", "party", "party"),
        ("Jean-Luc O'Neil", "jl", "Jean-Luc"),
        ("{order?} {{name}}", "braces", "order"),
        ("Ana\n\x1b[2J", "ana", "Ana"),
        ("李 小龙", "li", "李"),
    ],
)
def test_a_person_is_addressed_by_the_first_name(name: str, handle: str, said: str) -> None:
    assert first_name(Person("u", handle, name)) == said


def test_a_hostile_name_is_never_expanded(workspace: Workspace, say: Say, write: Write) -> None:
    write("x", "Hello {handle}")
    view = say(author=Person("u", f"{{link}}{mark('order')}", ""))
    assert canned.ready(workspace, "x", view)[1] == "Hello @{link}[order]"


def test_a_reply_is_found_by_stem_then_shortcut_then_key_in_the_customers_language(
    workspace: Workspace, say: Say, write: Write
) -> None:
    for lang in ("en", "fr"):
        write(f"{lang}/one", lang, f"shortcut: s-{lang}\n")
        write(f"{lang}/s-en", f"stem {lang}")
    view = say()
    for name, text in (("one", "fr"), ("s-en", "stem fr"), ("s-fr", "fr"), ("en/one", "en")):
        assert canned.ready(workspace, name, view)[1] == text, name
    with pytest.raises(NotFound, match="nothing"):
        canned.ready(workspace, "nothing", view)


def test_the_words_tell_the_language_where_the_network_does_not(say: Say) -> None:
    use("fr")
    assert canned.languages_of(say("Where is my order, please tell me when it will be here", lang=None))[0] == "en"
    assert canned.languages_of(say("12345", lang=None))[0] == "fr"
    assert canned.languages_of(say("hola", lang="es-MX")) == ["es", "fr", "en"]


def test_own_replies_come_first_and_only_for_their_owner(workspace: Workspace, say: Say, write: Write) -> None:
    write("fr/one", "shared")
    write("fr/one", "mine", personal=True)
    view = say()
    assert canned.ready(workspace, "one", view)[1] == "mine"
    elsewhere = replace(workspace.locations, user_config=workspace.locations.folder / "no" / "config.toml")
    assert canned.by_name(canned.library(elsewhere).replies, "one", ["fr"]).body == "shared"


def test_words_can_be_given_for_what_is_asked(workspace: Workspace, say: Say, write: Write) -> None:
    write("x", "{name}: {order?}")
    view = say()
    assert canned.ready(workspace, "x", view, {"order": "{name} 12"})[1] == "Ana: {name} 12"
    with pytest.raises(Problem, match="\\{order\\?\\}"):
        canned.ready(workspace, "x", view, {"other": "x"})


def test_the_library_is_searched_by_typed_words(workspace: Workspace) -> None:
    whole = canned.library(workspace.locations)
    assert canned.found(whole, "refnd")[0].id == "refund"
    assert len(canned.found(whole, " ")) == len(whole.replies)


def test_an_answer_becomes_a_reply_with_the_message_as_its_first_example(workspace: Workspace, say: Say) -> None:
    view = say("@brand où est ma commande 123456789 ?")
    text = "Bonjour Ana, {voilà} : @ana, votre colis arrive, voir https://b.example/1. Anastasia"
    kept = canned_keeping.from_answer(workspace, view, text, title="Où est ma commande ?", tags=["Colis"])
    assert kept.file == workspace.locations.canned_replies / "fr" / "ou-est-ma-commande.md"
    (read,) = [one for one in canned.library(workspace.locations).replies if one.source is Source.WORKSPACE]
    assert read == kept
    assert read.body == "Bonjour {name}, {{voilà}} : {handle}, votre colis arrive, voir {link}. Anastasia"
    assert read.examples == ("où est ma commande?",)
    assert read.tags == ("colis",)
    again = canned_keeping.from_answer(workspace, view, "Autre", title="Où est ma commande ?", personal=True)
    assert (again.id, again.source) == ("ou-est-ma-commande-2", Source.PERSONAL)
    assert again.file.is_relative_to(workspace.locations.personal_canned_replies)


def test_a_name_that_is_a_word_is_put_back_only_where_somebody_is_addressed() -> None:
    body = canned_keeping.with_placeholders("Hi Will, Will you wait?\nThanks Will!\nWill", {"name": "Will"})
    assert body == "Hi {name}, Will you wait?\nThanks {name}!\n{name}"


def test_an_unfinished_or_empty_answer_is_not_kept(workspace: Workspace, say: Say) -> None:
    view = say()
    with pytest.raises(Problem, match="not finished"):
        canned_keeping.from_answer(workspace, view, f"On {mark('day')}", title="T")
    with pytest.raises(Problem, match="needs a text"):
        canned_keeping.from_answer(workspace, view, " \n", title="T")
    with pytest.raises(Problem, match="needs a title"):
        canned_keeping.from_answer(workspace, view, "Text", title="\u200b ")
    assert not workspace.locations.canned_replies.exists()


def test_what_was_picked_is_learnt(workspace: Workspace, say: Say, write: Write) -> None:
    write("fr/one", "Un")
    view = say("Où est mon colis ?")
    reply, _text = canned.ready(workspace, "one", view)
    canned.learn(workspace, view, reply, sent_as=1)
    (pick,) = workspace.picks.since(0, limit=10)
    assert (pick.reply, "colis" in pick.words) == ("fr/one", True)
    assert workspace.picks.picked()["fr/one"].times == 1


@pytest.mark.parametrize(
    ("plain", "english"),
    [
        ({"hours": {"sat": [["10:00", "24:00"]]}}, "Saturday 10:00 to midnight"),
        ({"hours": {"fri": [["22:00", "02:00"]]}}, "Friday 22:00 to 2:00"),
        (
            {"hours": {"mon": [["09:00", "17:00"]], "tue": [["09:00", "17:00"]], "thu": [["09:30", "17:00"]]}},
            "Monday to Tuesday 9:00 to 17:00, Thursday 9:30 to 17:00",
        ),
        (
            {"hours": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}},
            "around the clock, every day",
        ),
    ],
)
def test_hours_in_words(plain: dict[str, object], english: str) -> None:
    found = schedule({"tz": "UTC", **plain})
    assert found is not None
    assert hours_in_words(found, "en") == english
    assert hours_in_words(found, "fr")
    assert hours_in_words(found, "de") == hours_in_words(found, None) == ""


def test_moments_in_words() -> None:
    paris = ZoneInfo("Europe/Paris")
    assert moment_in_words(START + HOUR, START, ZoneInfo("UTC"), "en") == "today at 23:13"
    assert moment_in_words(START + HOUR, START, paris, "en") == "tomorrow at 0:13"
    assert moment_in_words(START + 3 * 24 * HOUR, START, paris, "fr") == (
        "vendredi 17 novembre à 23\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}13"
    )
    assert moment_in_words(START, START, paris, "de") == ""


def test_coverage_tells_the_share_that_is_answered_and_groups_what_is_not(
    workspace: Workspace, say: Say, write: Write
) -> None:
    write("en/unrelated", "x", 'examples: ["The grand piano is out of tune"]\n')
    for text in (
        "Does your choir sing madrigals?",
        "does your choir still sing madrigals ??",
        "@brand Does your choir sing a madrigal 1234567",
    ):
        say(text, lang="en")
    say("The grand piano is out of tune", lang="en")
    say("🎉", lang="en")
    say("Ours", lang="en", ours="We do")
    found = coverage(workspace, START - HOUR)
    assert (found.messages, found.capped) == (5, False)
    assert found.share == found.covered / 5
    assert found.covered >= 1
    group = found.unanswered[0]
    assert (group.count, sorted(group.conversations), group.lang) == (3, [1, 2, 3], "en")
    assert not any("1234567" in sample or "@" in sample for sample in group.samples)
    assert "madrigal" in group.name
    assert coverage(workspace, START + 24 * HOUR).share is None


def test_what_was_picked_counts_as_covered(workspace: Workspace, say: Say, write: Write) -> None:
    write("en/choir", "We do", 'examples: ["Something else"]\n')
    view = say("Does your choir sing madrigals?", lang="en")
    before = coverage(workspace, START - HOUR).covered
    reply: CannedReply = canned.ready(workspace, "choir", view)[0]
    canned.learn(workspace, view, reply, sent_as=1)
    assert (before, coverage(workspace, START - HOUR).covered) == (0, 1)
