"""One reply for many: who asks the same, what each would be sent, and what is warned of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace
from stage.scenery import Said, connect, deliver, messages

from cminbox.domain.message import Kind
from cminbox.i18n import render
from cminbox.inbox import together
from cminbox.inbox.acting import Acting
from cminbox.inbox.reading import ConversationView, Reading
from cminbox.inbox.suggestions import Suggester

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cminbox.inbox.workspace import Workspace

LIBRARY = {
    "en/outage": (
        "title: We are down\ntags: [down, site]",
        'examples: ["Your site is down", "Is the site down?"]',
        "We know, {name}.",
    ),
    "fr/outage": ("title: Panne\ntags: [panne, site]", 'examples: ["Votre site est en panne"]', "Nous savons, {name}."),
    "en/order": ("title: Order\ntags: [order]", 'examples: ["Where is my order?"]', "Your order: {where?}"),
    "fr/order": ("title: Commande", 'examples: ["Où est ma commande ?"]', "Votre commande : {lieu?}, {name}"),
    "en/late": ("title: Late", 'examples: ["You are late"]', "{name}, open {hours}, by {due}, {day?} {link}"),
    "en/same": ("title: Colours\ntags: [colours]", 'examples: ["Which colours are there?"]', "Red and blue."),
    "en/sky": ("title: Sky\ntags: [sky]\nnetworks: [bluesky]", 'examples: ["How is the sky?"]', "Blue."),
}


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    (tmp_path / "starters").mkdir()
    monkeypatch.setattr("cminbox.assets.canned_replies", lambda: tmp_path / "starters")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    opened = open_workspace(tmp_path / "stage", Clock())
    connect(opened)
    for name, (head, examples, body) in LIBRARY.items():
        file = opened.locations.canned_replies / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\n{head}\n{examples}\n---\n{body}\n", encoding="utf-8")
    yield opened
    opened.close()


@pytest.fixture
def suggester(workspace: Workspace) -> Iterator[Suggester]:
    made = Suggester(workspace)
    yield made
    made.close()


def says(
    workspace: Workspace, handle: str, text: str, *, account: str = "brand", kind: Kind = Kind.MENTION
) -> ConversationView:
    said = Said(account, handle, handle.title(), kind, 5, text)
    deliver(workspace, workspace.accounts.get(account).id, messages(said, workspace.now()))
    row = next(one.row for one in workspace.queue.page(now=workspace.now()) if one.row.person.handle == handle)
    return Reading(workspace).show(row.id)


def everybody(workspace: Workspace) -> list[int]:
    return Reading(workspace).ids()


def names(workspace: Workspace, ids: list[int]) -> list[str]:
    rows = Reading(workspace).rows(ids)
    return [rows[one].person.handle for one in ids]


def test_who_surely_has_the_same_first_suggestion_asks_the_same_in_every_language(
    workspace: Workspace, suggester: Suggester
) -> None:
    ana = says(workspace, "ana", "Your site is down")
    says(workspace, "bob", "Bonjour, votre site est en panne")
    says(workspace, "cid", "Where is my order?")
    says(workspace, "dee", "Is the site down?", account="sky")
    found = suggester.alike(ana, everybody(workspace)).result()
    assert found[0] == ana.row.id
    assert set(names(workspace, found)) == {"ana", "bob", "dee"}


def test_nearly_the_same_words_are_the_same_question_however_unsure_the_suggestion_is(
    workspace: Workspace, suggester: Suggester
) -> None:
    ana = says(workspace, "ana", "site kumquat marmalade jar exploded")
    says(workspace, "bob", "The kumquat marmalade jar on the site exploded!! @brand")
    says(workspace, "cid", "kumquats are lovely on the site")
    assert not suggester.suggest(ana).result().confident
    assert names(workspace, suggester.alike(ana, everybody(workspace)).result()) == ["ana", "bob"]


def test_what_has_an_answer_on_its_way_is_not_marked_and_not_answered_again(
    workspace: Workspace, suggester: Suggester
) -> None:
    ana = says(workspace, "ana", "Your site is down")
    bob = says(workspace, "bob", "Is the site down?")
    Acting(workspace).reply(bob.row.id, "We know")
    ids = everybody(workspace)
    assert names(workspace, suggester.alike(ana, [*ids, bob.row.id]).result()) == ["ana"]
    plan = suggester.plan([ana.row.id, bob.row.id], "outage").result()
    assert [part.view.row.person.handle for part in plan.parts] == ["ana"]
    assert [render(why) for why in plan.refused.values()] == ["An answer is on its way already"]


def test_each_gets_the_reply_for_himself_in_his_language(workspace: Workspace, suggester: Suggester) -> None:
    ids = [says(workspace, "ana", "Your site is down").row.id, says(workspace, "bob", "votre site est en panne").row.id]
    plan = suggester.plan(ids, "outage").result()
    assert [part.option.text for part in plan.parts] == ["We know, Ana.", "Nous savons, Bob."]
    assert plan.refused == {}
    assert plan.same_public == 0


def test_a_blank_is_typed_once_for_all_and_each_is_still_filled_for_himself(
    workspace: Workspace, suggester: Suggester
) -> None:
    ids = [says(workspace, name, "Where is my order?").row.id for name in ("ana", "bob")]
    ids.append(says(workspace, "eve", "Bonjour, où est ma commande ?").row.id)
    plan = suggester.plan(ids, "order").result()
    assert [blank.name for blank in plan.wanted] == ["where", "lieu"]
    plan = suggester.plan(ids, "order", {"where": "in {name} town"}).result()
    assert [blank.name for blank in plan.wanted] == ["lieu"]
    plan = suggester.plan(ids, "order", {**plan.given, "lieu": "ici"}).result()
    assert plan.wanted == ()
    assert [part.option.text for part in plan.parts] == [
        "Your order: in {name} town",
        "Your order: in {name} town",
        "Votre commande : ici, Eve",
    ]


def test_what_is_another_value_for_each_is_not_asked_for_once(workspace: Workspace, suggester: Suggester) -> None:
    ana = says(workspace, "ana", "You are late")
    plan = suggester.plan([ana.row.id], "late").result()
    assert [blank.called for blank in plan.wanted] == ["opening hours", "day"]
    workspace.database.write(lambda connection: connection.execute("UPDATE messages SET permalink = NULL"))
    plan = suggester.plan([ana.row.id], "late", {"day": "Monday"}).result()
    assert [render(why) for why in plan.refused.values()] == ["Still to be filled in: link to the message"]


def test_what_is_meant_for_another_network_is_left_out_with_the_reason(
    workspace: Workspace, suggester: Suggester
) -> None:
    ana, joe = says(workspace, "ana", "Where is my order?"), says(workspace, "joe", "How is the sky?", account="sky")
    plan = suggester.plan([ana.row.id, joe.row.id], "sky").result()
    assert [part.view.row.id for part in plan.parts] == [joe.row.id]
    assert [render(why) for why in plan.refused.values()] == ["This canned reply is not meant for mastodon"]


def test_a_reply_to_other_stars_or_another_kind_is_left_out_with_the_reason(
    workspace: Workspace, suggester: Suggester
) -> None:
    file = workspace.locations.canned_replies / "en" / "stars.md"
    file.write_text("---\ntitle: Stars\nkinds: [review]\nstars: [5]\n---\nThank you.\n", encoding="utf-8")
    ids = [says(workspace, "ana", "Nice").row.id, says(workspace, "bob", "Nice", kind=Kind.REVIEW).row.id]
    old = file.with_name("old.md")
    old.write_text("---\ntitle: Old\nexpires: 2020-01-01\n---\nThank you.\n", encoding="utf-8")
    refused = suggester.plan(ids[:1], "old").result().refused
    assert [render(why) for why in refused.values()] == ["The last day of this canned reply has passed"]
    plan = suggester.plan(ids, "stars").result()
    assert plan.parts == ()
    assert {render(why) for why in plan.refused.values()} == {
        "This canned reply is not meant for this kind of conversation"
    }


def test_equal_public_texts_look_like_spam_private_ones_do_not(workspace: Workspace, suggester: Suggester) -> None:
    public = [says(workspace, f"p{number}", "Which colours are there?").row.id for number in range(3)]
    private = [says(workspace, f"d{number}", "Which colours are there?", kind=Kind.DM).row.id for number in range(4)]
    assert suggester.plan(public[:2] + private, "same").result().same_public == 0
    assert suggester.plan(public + private, "same").result().same_public == 3


def test_no_more_than_a_bound_are_answered_at_once(
    workspace: Workspace, suggester: Suggester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "MOST", 2)
    ids = [says(workspace, f"p{number}", "Which colours are there?").row.id for number in range(3)]
    plan = suggester.plan(ids, "same").result()
    assert len(plan.parts) == 2
    assert list(plan.refused) == ids[2:]


def test_where_nothing_is_suggested_one_is_alone(workspace: Workspace, suggester: Suggester) -> None:
    ana = says(workspace, "ana", "zxqv")
    says(workspace, "bob", "zxqv")
    assert suggester.alike(ana, everybody(workspace)).result() == [ana.row.id]
