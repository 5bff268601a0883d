"""The first policy whose conditions all fit holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cminbox.domain.conversation import Target
from cminbox.domain.message import Kind
from cminbox.sla.defaults import RESPONSE_SECONDS, definitions
from cminbox.sla.faults import FormError
from cminbox.sla.policies import Facts, conditions, first, rule

FACTS = Facts(
    "mastodon", "Brand", "dm", frozenset({"vip", "order"}), "high", language="fr-CA", person="Ana@Example.org", rating=2
)


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        ({}, True),
        ({"network": "mastodon"}, True),
        ({"network": ["bluesky", "Mastodon"]}, True),
        ({"network": "bluesky"}, False),
        ({"account": "brand"}, True),
        ({"kind": ["mention", "dm"]}, True),
        ({"kind": "review"}, False),
        ({"tag": ["vip"]}, True),
        ({"tag": ["press", "ORDER"]}, True),
        ({"tag": ["press"]}, False),
        ({"priority": ["high", "urgent"]}, True),
        ({"priority": "low"}, False),
        ({"language": "fr"}, True),
        ({"language": "FR-ca"}, True),
        ({"language": "fr-FR"}, False),
        ({"person": "@ana@example.org"}, True),
        ({"person": ["bob", "ana"]}, False),
        ({"rating": [1, 2]}, True),
        ({"rating": 5}, False),
        ({"kind": "dm", "tag": "vip", "priority": "high", "language": "fr", "rating": 2}, True),
        ({"kind": "dm", "tag": "vip", "priority": "low"}, False),
    ],
)
def test_every_condition_has_to_fit_by_one_of_its_values(match: dict[str, Any], fits: bool) -> None:  # noqa: FBT001 - a table
    assert conditions(match).fit(FACTS) is fits


def test_what_is_not_known_fits_no_condition() -> None:
    unknown = replace(FACTS, language="", rating=None, tags=frozenset(), person="")
    for match in ({"language": "fr"}, {"rating": 2}, {"tag": "vip"}, {"person": "ana"}):
        assert not conditions(match).fit(unknown)


def test_the_first_that_fits_wins() -> None:
    rules = [
        rule({"name": name, "match": match, "targets": {"frt": 60}}, None)
        for name, match in (("a", {"kind": "review"}), ("b", {"tag": "vip"}), ("c", {}), ("d", {"kind": "dm"}))
    ]
    assert first(rules, FACTS) == 1
    assert first(rules, replace(FACTS, tags=frozenset())) == 2
    assert first(rules[:1], FACTS) is None
    assert first([], FACTS) is None


def test_every_kind_has_a_default() -> None:
    rules = [rule(one, None) for one in definitions(None)]
    for kind in Kind:
        index = first(rules, replace(FACTS, kind=kind.value))
        assert index is not None
        assert rules[index].policy.targets == {
            Target.FRT: RESPONSE_SECONDS[kind] * 1000,
            Target.NRT: RESPONSE_SECONDS[kind] * 1000,
        }


@pytest.mark.parametrize("name", [None, "", " ", 7])
def test_a_policy_has_a_name(name: object) -> None:
    with pytest.raises(FormError, match="needs a “name”"):
        rule({"name": name, "targets": {}}, None)


def test_only_the_facts_that_are_asked_for_are_needed() -> None:
    assert conditions({"tag": "vip", "kind": "dm"}).needs == {"tag", "kind"}
