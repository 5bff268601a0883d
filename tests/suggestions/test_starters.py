"""What ships as canned replies can be used as it is: twins, lengths, placeholders, typography, manners."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest
from rapidfuzz import fuzz, process

from cminbox import assets, networks
from cminbox.domain.canned import CannedReply, Source, Tone
from cminbox.domain.message import Kind
from cminbox.network_kit.limits import graphemes
from cminbox.suggestions.cleaning import fold
from cminbox.suggestions.filling import fill, placeholders
from cminbox.suggestions.library import Folder, Library, read
from cminbox.suggestions.linting import Facts, lint

LANGUAGES = ("en", "fr")
FOLDER = Folder(assets.canned_replies(), Source.STARTER)
LIBRARY = read([FOLDER])
PUBLIC = 280
"""Characters of the network that allows the fewest."""
VALUES = {
    "name": "Christophe",
    "handle": "@christophe@social.example",
    "account": "@velombre.example",
    "agent": "Maud",
    "hours": "Monday to Friday 9:00 to 18:00",
    "due": "tomorrow at 10:00",
}
TYPED = "x" * 14
"""As long as what an agent types for a placeholder mostly is."""
SPACED = re.compile("(?<![\u00a0])[:;?!»]|«(?!\u00a0)")
"""French signs without their no-break space."""
IN_PRIVATE = re.compile("in private|private message|en privé|message privé")
HARMLESS = {"thanks-for-praise", "you-are-welcome", "review-five-stars"}

each = pytest.mark.parametrize("reply", LIBRARY.replies, ids=lambda reply: reply.key)


def _filled(reply: CannedReply, network: str) -> str:
    text = reply.text_for(network)
    return fill(text, {one.name: VALUES.get(one.name, TYPED) for one in placeholders(text)}).text


def _own_words(text: str) -> str:
    return re.sub(r"\{[^{}]*\}", "", text)


def test_every_file_is_read_and_has_its_twin() -> None:
    stems = {lang: {reply.id for reply in LIBRARY.replies if reply.lang == lang} for lang in LANGUAGES}
    assert LIBRARY.faults == ()
    assert stems["en"] == stems["fr"]
    assert len(stems["en"]) >= 45


def test_twins_are_tagged_limited_and_act_alike() -> None:
    by_key = {reply.key: reply for reply in LIBRARY.replies}
    for english in (reply for reply in LIBRARY.replies if reply.lang == "en"):
        french = by_key[f"fr/{english.id}"]
        assert (english.kinds, english.networks, english.express) == (french.kinds, french.networks, french.express)
        assert (english.macro.done, english.macro.priority) == (french.macro.done, french.macro.priority)
        assert english.macro.snooze_seconds == french.macro.snooze_seconds
        assert len(english.macro.tags) == len(french.macro.tags)
        assert len(english.variants) == len(french.variants)


def test_lint_finds_nothing_on_any_network() -> None:
    limits = {name: networks.load(name).manifest.limits for name in networks.names()}
    facts = Facts(date(2030, 1, 1), 0, LANGUAGES, limits=limits, networks=frozenset(limits))
    assert lint(LIBRARY, facts, starters=True) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_shortcut_is_one_short_word_of_one_reply(lang: str) -> None:
    shortcuts = [reply.shortcut for reply in LIBRARY.replies if reply.lang == lang]
    assert [one for one, times in Counter(shortcuts).items() if times > 1] == []
    assert [one for one in shortcuts if not re.fullmatch(r"[a-z]{2,13}", one)] == []


@each
def test_a_filled_reply_fits_where_the_fewest_characters_are_allowed(reply: CannedReply) -> None:
    assert graphemes(_filled(reply, "bluesky")) <= PUBLIC
    assert graphemes(_filled(reply, "mastodon")) <= 500


@each
def test_a_reply_asks_for_nothing_that_is_private_where_all_can_read_it(reply: CannedReply) -> None:
    asks = re.search(r"order number|card number|number of the receipt|address|numéro de commande|adresse", reply.body)
    assert asks is None or IN_PRIVATE.search(reply.body) or "{e-mail?}" in reply.body


@each
def test_a_reply_says_of_itself_what_finds_it(reply: CannedReply) -> None:
    assert reply.title
    assert reply.tags
    assert len(reply.examples) >= 6
    assert reply.tone is (Tone.VOUS if reply.lang == "fr" else None)


def test_only_thanks_are_sent_with_one_key() -> None:
    assert {reply.id for reply in LIBRARY.replies if reply.express} == HARMLESS


def test_what_is_only_said_in_public_is_not_offered_in_private_and_reviews_stay_reviews() -> None:
    for reply in LIBRARY.replies:
        if reply.id.startswith("review-"):
            assert reply.kinds == (Kind.REVIEW,)
        if reply.id in {"please-dm", "continued-in-dm"}:
            assert Kind.DM not in reply.kinds


def test_under_reviews_nobody_is_asked_to_write_in_private_unless_it_matters_more() -> None:
    asking = [reply for reply in LIBRARY.replies if IN_PRIVATE.search(reply.body) and reply.id != "spam"]
    under_reviews = {reply.id for reply in asking if not reply.kinds or Kind.REVIEW in reply.kinds}
    assert under_reviews == {"please-dm", "allergy-safety"}


def test_what_may_be_said_in_a_private_message_does_not_ask_for_one() -> None:
    private = [reply for reply in LIBRARY.replies if not reply.kinds or Kind.DM in reply.kinds]
    assert [reply.key for reply in private if re.search("private message|message privé", reply.body)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_example_stands_twice(lang: str) -> None:
    said = [fold(example) for reply in LIBRARY.replies if reply.lang == lang for example in reply.examples]
    alike = {
        (example, other)
        for number, example in enumerate(said)
        for other, _likeness, _at in process.extract(
            example, said[number + 1 :], scorer=fuzz.ratio, score_cutoff=85, limit=None
        )
    }
    assert alike == set()


@pytest.mark.parametrize("reply", [one for one in LIBRARY.replies if one.lang == "fr"], ids=lambda reply: reply.id)
def test_french_is_set_as_french(reply: CannedReply) -> None:
    written = next(line for line in reply.file.read_text(encoding="utf-8").splitlines() if line.startswith("title: "))
    for text in (written.removeprefix("title: "), reply.body, *(variant.body for variant in reply.variants)):
        assert SPACED.findall(_own_words(text)) == []
        assert "'" not in text
        assert not re.search(r"\b(tu|toi|ton|ta|tes|te)\b", text.lower())


def test_the_library_is_the_same_however_often_it_is_read() -> None:
    again: Library = read([FOLDER], LIBRARY)
    assert again.replies == LIBRARY.replies
