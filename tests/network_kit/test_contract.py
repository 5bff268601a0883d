"""The base of every network refuses what it cannot do, and failures keep to their tree."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr, ValidationError

from cminbox.domain.message import Kind, Person
from cminbox.domain.network import READS, Capability
from cminbox.domain.saying import say
from cminbox.network_kit import failures
from cminbox.network_kit.contract import AccountReport, Network
from cminbox.network_kit.failures import NetworkFailure, NotSupported, TryLater
from toy.guestbook import Guestbook, GuestbookAccount
from toy.test_guestbook import TOKEN, GuestbookBench

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

WRITTEN_BY_SOME = set(Capability) - READS - {Capability.STREAM, Capability.SEARCH}


def test_the_tree_of_failures_is_as_documented() -> None:
    documented = {line.split()[1] for line in (failures.__doc__ or "").splitlines() if line.startswith(("|--", "`--"))}
    written = {
        name for name, value in vars(failures).items() if inspect.isclass(value) and value.__base__ is NetworkFailure
    }
    assert documented == written
    assert NetworkFailure.__base__ is Exception


def test_a_failure_is_one_sentence_with_its_saying() -> None:
    saying = say("{host} asks for a pause", host="h.example")
    failure = TryLater(saying, 3.5, rate_limited=True)
    assert str(failure) == "h.example asks for a pause"
    assert (failure.saying, failure.after, failure.rate_limited) == (saying, 3.5, True)


def test_what_holds_for_an_account_goes_before_what_its_network_says() -> None:
    me = Person("1", "brand")
    facts = replace(Guestbook.manifest, windows={Kind.COMMENT: 60, Kind.DM: 60})
    adapted = AccountReport(me, windows={Kind.DM: 120}).learnt.on(facts)
    assert adapted.windows == {Kind.COMMENT: 60, Kind.DM: 120}
    assert adapted.limits == facts.limits
    assert AccountReport(me).learnt.on(facts) is facts


def test_a_private_exchange_is_begun_where_the_network_lets_us() -> None:
    nowhere = Guestbook.manifest
    anywhere = replace(nowhere, begins_private="with {person}")
    somewhere = replace(anywhere, begins_private_at=(Kind.COMMENT,))
    kinds = (Kind.COMMENT, Kind.REVIEW)
    assert [nowhere.private_key(kind) for kind in kinds] == ["", ""]
    assert [anywhere.private_key(kind) for kind in kinds] == ["with {person}", "with {person}"]
    assert [somewhere.private_key(kind) for kind in kinds] == ["with {person}", ""]


@pytest.mark.parametrize("capability", sorted(WRITTEN_BY_SOME))
async def test_what_a_network_does_not_write_is_not_supported(capability: Capability) -> None:
    bench = GuestbookBench()
    method: Callable[..., Coroutine[object, object, object]] = getattr(Network, capability.value)
    arguments = ["1"] * (len(inspect.signature(method).parameters) - 1)
    with pytest.raises(NotSupported, match="Guest book offers no way to do this"):
        await method(bench.connect(), *arguments)
    assert bench.requests_seen() == []


def test_every_capability_that_is_an_act_has_a_method_or_is_an_extension() -> None:
    assert {capability.value for capability in WRITTEN_BY_SOME} <= set(dir(Network))


def test_a_network_shows_its_name_only() -> None:
    assert repr(GuestbookBench().connect()) == "<Guestbook>"


def test_a_wrong_setting_is_refused_without_quoting_it() -> None:
    with pytest.raises(ValidationError) as caught:
        GuestbookAccount.model_validate({"base_url": 5, "token": {"nested": TOKEN}, "tokn": TOKEN})
    assert TOKEN not in str(caught.value)


def test_settings_are_frozen_and_keep_their_secret() -> None:
    account = GuestbookAccount(base_url="https://book.example", token=SecretStr(TOKEN))
    assert TOKEN not in repr(account)
    with pytest.raises(ValidationError):
        setattr(account, "base_url", "https://elsewhere.example")  # noqa: B010 - the type checker forbids it too


def test_a_network_without_fetch_cannot_be_made() -> None:
    assert Network.__abstractmethods__ == {"fetch", "check"}
    assert not Guestbook.__abstractmethods__


def test_only_private_messages_are_private() -> None:
    assert [kind for kind in Kind if not kind.public] == [Kind.DM]
