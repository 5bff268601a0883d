"""Suggestions for conversations: ranked, filtered, filled, learnt across processes, never twice worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace
from stage.scenery import Said, connect, deliver, messages

from cminbox.domain.message import Kind
from cminbox.domain.problem import NotFound, Problem
from cminbox.i18n import use
from cminbox.inbox import current_library
from cminbox.inbox.options import NOTHING
from cminbox.inbox.reading import ConversationView, Reading
from cminbox.inbox.suggestions import Suggester

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cminbox.inbox.workspace import Workspace

LIBRARY = {
    "en/order": "title: Where is my order?\nshortcut: order\ntags: [parcel, delivery]\nexpress: true",
    "fr/order": "title: Où est ma commande ?\ntags: [colis, livraison]",
    "en/hours": "title: Opening hours\ntags: [open, closed, saturday]",
    "en/thanks": "title: Thanks for your praise\ntags: [love, great]",
    "en/refund": "title: I want my money back\ntags: [refund]\nnetworks: [bluesky]",
    "en/fair": "title: Meet us at the fair\ntags: [fair, lyon]\nexpires: 2026-11-01",
    "en/review": "title: Thank you for the stars\ntags: [stars]\nkinds: [review]",
}


def write(folder: Path, name: str, head: str, body: str = "Hello {name}, about {thing?}") -> Path:
    file = folder / f"{name}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"---\n{head}\n---\n{body}\n", encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def _only_own_replies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "starters").mkdir()
    monkeypatch.setattr("cminbox.assets.canned_replies", lambda: tmp_path / "starters")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(current_library, "STALE_SECONDS", 0.0)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path / "stage", Clock())
    connect(opened)
    for name, head in LIBRARY.items():
        write(opened.locations.canned_replies, name, head)
    yield opened
    opened.close()


@pytest.fixture
def suggester(workspace: Workspace) -> Iterator[Suggester]:
    made = Suggester(workspace)
    yield made
    made.close()


def says(
    workspace: Workspace, text: str, *, handle: str = "ana", account: str = "brand", kind: Kind = Kind.MENTION
) -> ConversationView:
    said = Said(account, handle, handle.title(), kind, 5, text)
    deliver(workspace, workspace.accounts.get(account).id, messages(said, workspace.now()))
    row = next(one.row for one in workspace.queue.page(now=workspace.now()) if one.row.person.handle == handle)
    return Reading(workspace).show(row.id)


def keys(suggester: Suggester, view: ConversationView) -> list[str]:
    return [one.reply.key for one in suggester.suggest(view).result().options]


def test_the_reply_that_fits_comes_first_filled_and_with_its_blanks(workspace: Workspace, suggester: Suggester) -> None:
    found = suggester.suggest(says(workspace, "Where is my order? The parcel has not come")).result()
    first = found.options[0]
    assert first.reply.key == "en/order"
    assert first.text.startswith("Hello Ana, about ")
    assert [(blank.name, first.text[blank.start : blank.end]) for blank in first.blanks] == [("thing", "⟦thing⟧")]
    assert first.score is not None
    assert 0 < first.score <= 1
    assert len(found.options) <= 9


def test_the_language_of_the_message_comes_first_and_a_twin_is_not_shown(
    workspace: Workspace, suggester: Suggester
) -> None:
    found = keys(suggester, says(workspace, "Bonjour, où est ma commande ? Le colis n'est pas arrivé"))
    assert found[0] == "fr/order"
    assert "en/order" not in found


def test_what_is_not_for_this_network_this_kind_or_this_day_is_left_out(
    workspace: Workspace, suggester: Suggester
) -> None:
    found = keys(suggester, says(workspace, "I want a refund, the stars of the fair in Lyon were a lie"))
    assert not {"en/refund", "en/fair", "en/review"} & set(found)
    elsewhere = says(workspace, "I want my money back, a refund", handle="joe", account="sky")
    assert keys(suggester, elsewhere)[0] == "en/refund"
    stars = says(workspace, "Stars", handle="tom", kind=Kind.REVIEW)
    assert keys(suggester, stars)[0] == "en/review"


def test_nothing_is_suggested_for_what_nobody_understands(workspace: Workspace, suggester: Suggester) -> None:
    assert suggester.suggest(says(workspace, "zxqv wvut")).result() == NOTHING


def test_a_sure_reply_that_is_left_out_makes_no_other_one_sure(workspace: Workspace, suggester: Suggester) -> None:
    view = says(workspace, "I want my money back: the refund, the refund, the refund")
    found = suggester.suggest(view).result()
    assert not found.confident


def test_only_a_sure_reply_without_blanks_goes_by_express(workspace: Workspace, suggester: Suggester) -> None:
    view = says(workspace, "Where is my order? Where is the parcel, the delivery?")
    assert not suggester.suggest(view).result().express
    head = LIBRARY["en/order"] + '\nexamples: ["Where is my order? Where is the parcel, the delivery?"]'
    write(workspace.locations.canned_replies, "en/order", head, "On its way, {name}")
    assert suggester.suggest(view).result().express
    write(workspace.locations.canned_replies, "en/order", head.replace("express: true", "express: false"), "On its way")
    assert not suggester.suggest(view).result().express


def test_an_answer_is_remembered_until_something_is_learnt(
    workspace: Workspace, suggester: Suggester, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = says(workspace, "Where is my order?")
    before = suggester.suggest(view).result()
    asked: list[str] = []
    monkeypatch.setattr("cminbox.suggestions.engine.Engine.suggest", lambda *_args, **_more: asked.append("again"))
    assert suggester.suggest(view).result() is before
    assert asked == []


def test_a_pick_teaches_at_once_and_for_ever(workspace: Workspace, suggester: Suggester) -> None:
    view = says(workspace, "Kumquats?")
    suggester.picked(view, "en/thanks", sent_as=None).result()
    assert keys(suggester, view)[0] == "en/thanks"
    later = says(workspace, "any kumquats", handle="bob")
    assert keys(suggester, later)[0] == "en/thanks"
    again = Suggester(workspace)
    assert keys(again, later)[0] == "en/thanks"
    again.close()


def test_what_another_process_learns_is_known_here(workspace: Workspace, suggester: Suggester) -> None:
    view = says(workspace, "Kumquats?")
    assert keys(suggester, view) == []
    before = suggester.version
    other = open_workspace(workspace.locations.folder, Clock(), agent="bob", terminal="pts/2")
    another = Suggester(other)
    another.picked(view, "en/hours", sent_as=None).result()
    another.close()
    other.close()
    assert suggester.renew().result()
    assert suggester.version > before
    assert keys(suggester, view)[0] == "en/hours"
    assert not suggester.renew().result()


def test_what_is_taken_back_was_never_learnt(workspace: Workspace, suggester: Suggester) -> None:
    from cminbox.inbox.acting import Acting  # noqa: PLC0415 - one test

    view = says(workspace, "Kumquats?")
    reply = Acting(workspace).reply(view.row.id, "Hello")
    suggester.picked(view, "en/hours", sent_as=reply.id).result()
    assert keys(suggester, view)[0] == "en/hours"
    Acting(workspace).take_back(reply.id)
    assert keys(suggester, view) == []


def test_what_was_learnt_for_a_reply_can_be_forgotten(workspace: Workspace, suggester: Suggester) -> None:
    view = says(workspace, "Kumquats?")
    suggester.picked(view, "en/hours", sent_as=None).result()
    assert suggester.shelf().result().picked["en/hours"].times == 1
    assert suggester.forget(["en/hours"]).result() == 1
    assert keys(suggester, view) == []
    assert suggester.shelf().result().picked == {}


def test_files_that_change_are_read_again(workspace: Workspace, suggester: Suggester) -> None:
    view = says(workspace, "Do you sell kumquats?")
    assert keys(suggester, view) == []
    suggester.picked(view, "en/hours", sent_as=None).result()
    file = write(workspace.locations.canned_replies, "en/kumquats", "title: Kumquats\ntags: [kumquats]")
    assert "en/kumquats" in keys(suggester, view)
    assert keys(suggester, view)[0] == "en/hours"
    file.unlink()
    assert "en/kumquats" not in keys(suggester, view)


def test_a_broken_file_keeps_no_other_from_working(workspace: Workspace, suggester: Suggester) -> None:
    (workspace.locations.canned_replies / "en" / "broken.md").write_bytes(b"---\ntitle: [\n---\n\xff")
    shelf = suggester.shelf().result()
    assert len(shelf.replies) == len(LIBRARY)
    assert {fault.file.name for fault in shelf.faults} == {"broken.md"}


def test_a_library_that_is_not_there_is_named(
    workspace: Workspace, suggester: Suggester, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise FileNotFoundError("this installation lacks its folder canned_replies")

    monkeypatch.setattr("cminbox.assets.canned_replies", gone)
    with pytest.raises(Problem, match="cannot be read"):
        suggester.suggest(says(workspace, "Where is my order?")).result()


def test_a_search_finds_by_typed_words_what_may_be_used_here_the_customers_language_first(
    workspace: Workspace, suggester: Suggester
) -> None:
    view = says(workspace, "Bonjour, où est ma commande ?")
    for typed in ("ordr", "commande"):
        found = [one.reply.key for one in suggester.search(view, typed).result()]
        assert found == ["fr/order", "en/order"], "its words in either language find it for whom it is meant"
    everything = [one.reply.key for one in suggester.search(view, "").result()]
    assert everything.index("fr/order") < everything.index("en/order")
    assert "en/refund" not in everything
    assert [one.reply.key for one in suggester.search(None, "refund").result()] == ["en/refund"]


def test_without_a_conversation_ones_own_language_comes_first(suggester: Suggester) -> None:
    use("fr")
    everything = [one.reply.lang for one in suggester.search(None, "").result()]
    assert everything == sorted(everything, key=lambda lang: (lang is not None, lang != "fr"))
    assert {"en", "fr"} <= {*everything}
    assert [one.reply.key for one in suggester.search(None, "order").result()] == ["fr/order", "en/order"]


def test_why_is_said_in_sentences(workspace: Workspace, suggester: Suggester) -> None:
    view = says(workspace, "Where is my order?")
    reasons, none = suggester.why(view, ["en/order", "en/gone"]).result()
    assert any("order" in str(reason.values.get("words")) for reason in reasons)
    assert none == []


def test_one_reply_is_filled_anew_and_an_unknown_one_is_named(workspace: Workspace, suggester: Suggester) -> None:
    view = says(workspace, "Where is my order?")
    assert suggester.option(view, "fr/order").result().text.startswith("Hello Ana")
    with pytest.raises(NotFound):
        suggester.option(view, "fr/none").result()


def test_only_what_awaits_an_answer_is_read(workspace: Workspace, suggester: Suggester) -> None:
    said = Said(
        "brand", "zed", "Zed", Kind.DM, 5, "Are you open on Saturday?", ((False, "Where is my order?"), (True, "Soon"))
    )
    deliver(workspace, workspace.accounts.get("brand").id, messages(said, workspace.now()))
    row = next(one.row for one in workspace.queue.page(now=workspace.now()) if one.row.person.handle == "zed")
    assert keys(suggester, Reading(workspace).show(row.id))[0] == "en/hours"
