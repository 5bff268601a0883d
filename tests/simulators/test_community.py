"""The community of the demo: the same for a seed, in two languages, with everything a brand gets to read."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest

from cminbox.domain.message import Kind
from cminbox.domain.text import safe
from cminbox.simulators.community import BLUESKY, MASTODON, NETWORKS, RELAY, Community, Event, Tone
from cminbox.simulators.community.texts import LANGUAGES, Role, words

NOW = 1_790_000_000_000
HOUR = 3_600_000
SEEDS = (1, 2, 3)


def played(seed: int, living: int = 100) -> tuple[list[Event], list[Event]]:
    community = Community(seed)
    return community.backlog(NOW), list(islice(community.arrivals(NOW, 120), living))


def customers(events: list[Event]) -> list[Event]:
    return [event for event in events if event.author is not None]


def waiting(events: list[Event]) -> list[Event]:
    last = {event.talk: event for event in events}
    return [event for event in last.values() if event.author is not None and NOW - event.at < 48 * HOUR]


def test_the_same_seed_gives_the_same_community() -> None:
    assert played(7) == played(7)


def test_another_seed_gives_another_community() -> None:
    assert [event.text for event in played(7)[0]] != [event.text for event in played(8)[0]]


def test_time_only_shifts_the_community() -> None:
    early, late = Community(5).backlog(NOW), Community(5).backlog(NOW + HOUR)
    assert [(event.key, event.text, event.at + HOUR) for event in early] == [
        (event.key, event.text, event.at) for event in late
    ]


def test_the_texts_are_many_and_half_french() -> None:
    said = {lang: {turn.text for talk in words(lang).talks for turn in talk.turns} for lang in LANGUAGES}
    assert len(said["fr"] | said["en"]) >= 160
    assert 0.45 <= len(said["fr"]) / len(said["fr"] | said["en"]) <= 0.55
    assert not said["fr"] & said["en"]


def test_every_slot_in_a_text_is_filled() -> None:
    for seed in SEEDS:
        backlog, living = played(seed)
        assert not [event.text for event in backlog + living if "{" in event.text or not event.text.strip()]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_days_before_hold_about_two_hundred_messages_in_both_languages(seed: int) -> None:
    backlog = customers(played(seed)[0])
    languages = Counter(event.lang for event in backlog)
    assert 180 <= len(backlog) <= 240
    assert min(languages["fr"], languages["en"]) > 80


@pytest.mark.parametrize("seed", SEEDS)
def test_the_days_before_hold_every_tone_kind_network_and_rating(seed: int) -> None:
    backlog = played(seed)[0]
    assert {event.tone for event in backlog} == set(Tone)
    assert {event.kind for event in backlog} == set(Kind)
    assert {event.network for event in backlog} == set(NETWORKS)
    assert {event.rating for event in backlog if event.kind is Kind.REVIEW} >= {1, 2, 3, 4, 5}


@pytest.mark.parametrize("seed", [*SEEDS, *range(40)])
def test_a_review_with_stars_and_a_letter_in_each_language_wait_whatever_the_seed(seed: int) -> None:
    open_now = [event for event in waiting(played(seed)[0]) if event.network == RELAY]
    assert [event for event in open_now if event.kind is Kind.REVIEW and event.rating]
    letters = [event for event in open_now if event.tone is Tone.LETTER]
    assert {event.lang for event in letters} == {"en", "fr"}
    assert all(event.kind is Kind.DM and event.text.count("\n\n") >= 3 for event in letters)


@pytest.mark.parametrize("seed", SEEDS)
def test_some_have_waited_too_long_already_and_most_have_not(seed: int) -> None:
    open_now = waiting(played(seed)[0])
    waited_for_hours = [event for event in open_now if NOW - event.at > 4 * HOUR]
    assert 60 <= len(open_now) <= 130
    assert 5 <= len(waited_for_hours) <= len(open_now) / 3


def test_nothing_of_the_days_before_lies_in_the_future_and_all_is_in_order() -> None:
    backlog = played(4)[0]
    times = [event.at for event in backlog]
    assert times == sorted(times)
    assert times[-1] < NOW


def test_what_answers_something_comes_after_it_on_the_same_network() -> None:
    known: dict[str, Event] = {}
    backlog, living = played(3)
    for event in backlog + living:
        if event.under is not None:
            above = known[event.under]
            assert above.network == event.network
            assert above.at <= event.at
        known[event.key] = event


def test_threads_have_several_messages_answers_of_ours_and_bystanders() -> None:
    backlog = played(2)[0]
    talks = Counter(event.talk for event in backlog)
    authors: dict[str, set[str]] = {}
    for event in customers(backlog):
        assert event.author is not None
        authors.setdefault(event.talk, set()).add(event.author.handle)
    assert sum(count >= 3 for count in talks.values()) >= 10
    assert sum(event.author is None and event.under is not None for event in backlog) >= 40
    assert any(len(people) > 1 for people in authors.values())


def test_the_crisis_is_recent_and_dense() -> None:
    crisis = [event for event in customers(played(6)[0]) if event.tone is Tone.CRISIS]
    assert len(crisis) >= 15
    assert all(NOW - event.at < 4 * HOUR for event in crisis)


def test_the_same_spam_comes_from_several_strangers() -> None:
    spam = [event for event in played(1)[0] if event.tone is Tone.SPAM]
    assert max(Counter(event.text for event in spam).values()) >= 3


def test_strangers_try_to_steer_the_terminal_and_fail() -> None:
    hostile = [event for event in played(1)[0] if event.tone is Tone.HOSTILE]
    raw = "".join(event.text for event in hostile)
    assert "\x1b" in raw
    assert "\u202e" in raw
    shown = "".join(safe(event.text) for event in hostile)
    assert not {"\x1b", "\x07", "\u202e", "\u2066"} & set(shown)


def test_handles_fit_their_networks_and_hosts_are_nobodys() -> None:
    for event in customers(played(9, 300)[1]):
        assert event.author is not None
        handle = event.author.handle
        if event.network == RELAY:
            assert "@" not in handle
        else:
            assert handle.endswith(".example")
            assert (event.network == MASTODON) == ("@" in handle)
    assert all(".example" in word for text in all_texts() for word in text.split() if "://" in word)


def all_texts() -> list[str]:
    return [turn.text for lang in LANGUAGES for talk in words(lang).talks for turn in talk.turns]


def test_texts_fit_the_network_with_the_smallest_limit() -> None:
    assert all(len(event.text) <= 290 for seed in SEEDS for event in played(seed)[0] if event.network == BLUESKY)


def test_what_keeps_coming_is_in_order_and_keeps_the_pace() -> None:
    living = list(islice(Community(11).arrivals(NOW, 120), 1500))
    times = [event.at for event in living]
    assert times == sorted(times)
    assert times[0] > NOW
    assert 90 <= len(living) / ((times[-1] - NOW) / HOUR) <= 150


def test_what_keeps_coming_brings_new_things_first() -> None:
    community = Community(12)
    known = {event.text for event in community.backlog(NOW)}
    fresh = [event for event in islice(community.arrivals(NOW, 60), 15) if event.text not in known]
    assert len(fresh) >= 10


def test_keys_are_never_given_twice() -> None:
    backlog, living = played(13, 500)
    assert len({event.key for event in backlog + living}) == len(backlog) + len(living)


def test_people_thank_us_sometimes_after_an_answer() -> None:
    community = Community(14)
    talks = sorted({event.talk for event in waiting(community.backlog(NOW))})
    reactions = [community.reaction(talk, NOW) for talk in talks]
    came = [event for event in reactions if event is not None]
    assert 0.25 <= len(came) / len(talks) <= 0.75
    assert all(event.at > NOW for event in came)
    assert any(event.tone is Tone.THANKS for event in came)


def test_who_spams_or_insults_does_not_thank_us() -> None:
    community = Community(15)
    rude = [event.talk for event in community.backlog(NOW) if event.tone in {Tone.SPAM, Tone.INSULT, Tone.HOSTILE}]
    assert [community.reaction(talk, NOW) for talk in rude] == [None] * len(rude)


def test_a_talk_that_waits_for_our_answer_goes_on_after_it() -> None:
    community = Community(16)
    continued = {
        talk.turns[0].text: talk.turns[-1].text
        for lang in LANGUAGES
        for talk in words(lang).talks
        if Role.US in {turn.role for turn in talk.turns} and "{" not in talk.turns[0].text
    }
    community.backlog(NOW)
    asked = next(event for event in islice(community.arrivals(NOW, 60), 2000) if event.text in continued)
    reaction = community.reaction(asked.talk, asked.at)
    assert reaction is not None
    assert reaction.text == continued[asked.text]
    assert reaction.author == asked.author


def test_nobody_reacts_to_an_answer_in_a_talk_that_is_none() -> None:
    assert Community(1).reaction("post-luciole-fr-mastodon", NOW) is None
