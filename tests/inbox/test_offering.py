"""What is offered besides by its words: replies to so many stars, and those that address people as the brand does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace
from stage.scenery import Said, connect, deliver, messages

from cminbox.domain.message import Kind
from cminbox.inbox import current_library
from cminbox.inbox.reading import ConversationView, Reading
from cminbox.inbox.suggestions import Suggester
from cminbox.settings.values import Canned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cminbox.inbox.options import Suggested
    from cminbox.inbox.workspace import Workspace

WORDS = "the terrible café, où la pizza"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(current_library, "STALE_SECONDS", 0.0)
    opened = open_workspace(tmp_path / "stage", Clock())
    connect(opened)
    yield opened
    opened.close()


@pytest.fixture
def suggester(workspace: Workspace) -> Iterator[Suggester]:
    made = Suggester(workspace)
    yield made
    made.close()


def review(workspace: Workspace, text: str, stars: int | None, lang: str | None = None) -> ConversationView:
    """Return a review that has just been delivered."""
    said = messages(Said("brand", "ana", "Ana", Kind.REVIEW, 5, text or "x"), workspace.now())
    given = [replace(one, text=text, rating=stars, lang=lang) for one in said]
    deliver(workspace, workspace.accounts.get("brand").id, given)
    row = next(one.row for one in workspace.queue.page(now=workspace.now()) if one.row.person.handle == "ana")
    return Reading(workspace).show(row.id)


def first(found: Suggested) -> str:
    return found.options[0].reply.key


NAMES = {1: "one-star", 2: "two-stars", 3: "three-stars", 4: "four-stars", 5: "five-stars"}


@pytest.mark.parametrize("stars", NAMES)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_stars_without_words_get_the_reply_to_so_many_in_the_language_to_answer_in(
    workspace: Workspace, suggester: Suggester, stars: int, lang: str
) -> None:
    found = suggester.suggest(review(workspace, "", stars, lang)).result()
    assert first(found) == f"{lang}/review-{NAMES[stars]}"
    assert found.confident
    assert [one.reply.id for one in found.options if one.reply.stars and stars not in one.reply.stars] == []


@pytest.mark.parametrize("text", ["👍", "ok", "Bof.", "Zzyzx"])
def test_a_word_or_two_do_not_outweigh_the_stars(workspace: Workspace, suggester: Suggester, text: str) -> None:
    found = suggester.suggest(review(workspace, text, 1)).result()
    assert found.options[0].reply.id == "review-one-star"


def test_what_a_review_asks_outweighs_its_stars(workspace: Workspace, suggester: Suggester) -> None:
    text = "I ordered three weeks ago and I am still waiting: where is my parcel, when will it be delivered?"
    found = suggester.suggest(review(workspace, text, 1)).result()
    assert found.options[0].reply.id not in {f"review-{name}" for name in NAMES.values()}
    assert "review-one-star" in {one.reply.id for one in found.options}


def test_the_words_of_another_number_of_stars_do_not_mislead(workspace: Workspace, suggester: Suggester) -> None:
    found = suggester.suggest(review(workspace, "five stars? never again", 1)).result()
    assert found.options[0].reply.id == "review-one-star"
    searched = {one.reply.id for one in suggester.search(review(workspace, "five stars", 1), "review").result()}
    assert searched & {f"review-{name}" for name in NAMES.values()} == {"review-one-star"}


def test_a_review_without_stars_is_read_by_its_words(workspace: Workspace, suggester: Suggester) -> None:
    found = suggester.suggest(review(workspace, "Terrible, stay away from this place", None)).result()
    assert found.options[0].reply.id == "review-one-star"
    assert suggester.suggest(review(workspace, "Terrible, stay away from this place", 9)).result() == found


def test_what_stars_were_answered_with_comes_first_next_time(workspace: Workspace, suggester: Suggester) -> None:
    view = review(workspace, "", 5, "en")
    suggester.picked(view, "en/accessibility", sent_as=None).result()
    assert first(suggester.suggest(view).result()) == "en/accessibility"
    other = suggester.suggest(review(workspace, "", 1, "en")).result()
    assert first(other) == "en/review-one-star"


def test_why_names_the_stars(workspace: Workspace, suggester: Suggester) -> None:
    view = review(workspace, "", 5, "en")
    (reasons,) = suggester.why(view, ["en/review-five-stars"]).result()
    assert [str(one) for one in reasons] == ["It is meant for reviews with so many stars"]


TU = """---
title: Où est ma commande ?
lang: fr
tone: tu
tags: [colis, livraison]
examples: ["Où est mon colis ?", "Je n'ai pas reçu ma commande"]
---
Salut {name}, ton colis arrive !
"""


def written(workspace: Workspace) -> None:
    file = workspace.locations.canned_replies / "fr" / "colis-tu.md"
    file.parent.mkdir(parents=True)
    file.write_text(TU, encoding="utf-8")
    (file.parent / "colis-vous.md").write_text(
        TU.replace("tone: tu", "tone: vous").replace("ton colis", "votre colis"), "utf-8"
    )


def asks(workspace: Workspace, text: str = "Bonjour, où est mon colis ?") -> ConversationView:
    said = Said("brand", "eve", "Eve", Kind.MENTION, 5, text)
    deliver(workspace, workspace.accounts.get("brand").id, messages(said, workspace.now()))
    row = next(one.row for one in workspace.queue.page(now=workspace.now()) if one.row.person.handle == "eve")
    return Reading(workspace).show(row.id)


@pytest.mark.parametrize(("wanted", "key"), [("tu", "fr/colis-tu"), ("vous", "fr/colis-vous")])
def test_of_two_replies_the_one_in_the_wanted_tone_comes_first(
    workspace: Workspace, suggester: Suggester, wanted: str, key: str
) -> None:
    written(workspace)
    workspace.settings = replace(workspace.settings, canned=Canned(tone=wanted))  # type: ignore[arg-type]
    found = suggester.suggest(asks(workspace)).result()
    assert first(found) == key
    assert not found.options[0].off_tone
    other = next(one for one in found.options if one.reply.id.startswith("colis") and one.reply.key != key)
    assert other.off_tone
    assert (other.score or 0) < (found.options[0].score or 0)


def test_an_account_may_have_a_tone_of_its_own(workspace: Workspace, suggester: Suggester) -> None:
    written(workspace)
    canned = Canned(tone="vous", tones={"brand": "tu"})
    workspace.settings = replace(workspace.settings, canned=canned)
    assert first(suggester.suggest(asks(workspace)).result()) == "fr/colis-tu"


def test_a_reply_in_the_other_tone_is_never_sure_and_says_so(workspace: Workspace, suggester: Suggester) -> None:
    view = asks(workspace, "Bonjour, quels sont vos horaires d'ouverture ?")
    before = suggester.suggest(view).result()
    assert before.confident
    again = Suggester(workspace)
    workspace.settings = replace(workspace.settings, canned=Canned(tone="tu"))
    found = again.suggest(view).result()
    assert first(found) == first(before)
    assert found.options[0].off_tone
    assert not found.confident
    assert not found.express
    (reasons,) = again.why(view, [first(found)]).result()
    assert any("“vous”" in str(one) for one in reasons)
    again.close()


def test_other_settings_hold_at_once(workspace: Workspace, suggester: Suggester) -> None:
    written(workspace)
    view = asks(workspace)
    for wanted in ("tu", "vous", "tu"):
        workspace.settings = replace(workspace.settings, canned=Canned(tone=wanted))
        assert suggester.renew().result()
        assert first(suggester.suggest(view).result()) == f"fr/colis-{wanted}"
        assert not suggester.renew().result()


def test_the_search_lists_the_wanted_tone_first(workspace: Workspace, suggester: Suggester) -> None:
    written(workspace)
    workspace.settings = replace(workspace.settings, canned=Canned(tone="vous"))
    found = [one.reply.key for one in suggester.search(asks(workspace), "colis").result()]
    assert found.index("fr/colis-vous") < found.index("fr/colis-tu")
    assert found[-1] == "fr/colis-tu"
