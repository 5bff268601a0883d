"""Networks are offered by the names that people know, the most used first."""

from __future__ import annotations

from cminbox.domain.titles import TITLES, called, in_order
from cminbox.networks import load, names

OWN = [name for name in names() if load(name).__module__.startswith("cminbox.networks.")]


def test_a_network_is_called_before_it_is_loaded_what_its_manifest_calls_it() -> None:
    assert {name: called(name) for name in OWN} == {name: load(name).manifest.title for name in OWN}


def test_there_is_a_title_for_every_network_and_for_nothing_else() -> None:
    assert set(TITLES) == set(OWN)


def test_the_most_used_networks_come_first_and_none_is_lost() -> None:
    offered = in_order(names())
    assert sorted(offered) == sorted(names())
    assert offered[:4] == ["facebook", "instagram", "threads", "x"]
    assert "mastodon" in offered[:9]


def test_a_network_that_somebody_has_added_comes_last_and_is_called_by_its_name_in_words() -> None:
    assert in_order(["guest_book", "relay", "a_forum", "facebook"]) == ["facebook", "relay", "a_forum", "guest_book"]
    assert called("guest_book") == "Guest Book"
