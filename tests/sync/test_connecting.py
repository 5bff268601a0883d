"""Networks are made of settings and secrets, once, and anew when one of them changes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rehearsal.network import ScriptedConnector, ScriptedNetwork, Server
from rehearsal.people import manifest

from cminbox.domain.network import Capability
from cminbox.domain.saying import say
from cminbox.network_kit.failures import SignInAgain
from cminbox.settings.secrets import SecretStore
from cminbox.sync import connecting
from cminbox.sync.connecting import Connections, SecretConnector
from toy.guestbook import Guestbook

if TYPE_CHECKING:
    from rehearsal.stage import Stage

    from cminbox.domain.account import Account

SECRET = "planted-secret-77aa"


@pytest.fixture
def book(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setattr(connecting, "load", lambda _name: Guestbook)
    stage.workspace.accounts.add(
        "book", Guestbook.manifest, {"base_url": "https://book.example"}, handle="book", agent="ana", now=1
    )
    return stage.workspace.accounts.get("book")


def secrets(stage: Stage) -> SecretStore:
    return SecretStore(stage.workspace.locations.secrets)


def connector(stage: Stage) -> SecretConnector:
    return SecretConnector(secrets(stage), stage.clock.now)


async def test_settings_and_secrets_make_a_network(stage: Stage, book: Account) -> None:
    secrets(stage).write("book", {"token": SECRET})
    network = connector(stage).connect(book, stage.workspace.accounts.settings(book.id))
    assert isinstance(network, Guestbook)
    assert network.account.token.get_secret_value() == SECRET
    assert SECRET not in repr(network) + repr(network.account)
    await network.http.aclose()


def test_a_missing_secret_is_named_without_a_value(stage: Stage, book: Account) -> None:
    with pytest.raises(SignInAgain, match=r"book is not set up completely \(token\)"):
        connector(stage).connect(book, {"base_url": "https://book.example"})


def test_a_wrong_setting_is_named_without_a_secret(stage: Stage, book: Account) -> None:
    secrets(stage).write("book", {"token": SECRET, "extra": SECRET})
    with pytest.raises(SignInAgain) as caught:
        connector(stage).connect(book, {"base_url": "https://book.example"})
    chain = [caught.value, caught.value.__cause__]
    assert "extra" in str(caught.value)
    assert all(SECRET not in repr(one) for one in chain)


def test_secrets_that_others_may_read_are_refused_with_the_mend(stage: Stage, book: Account) -> None:
    secrets(stage).write("book", {"token": SECRET})
    (file,) = stage.workspace.locations.secrets.glob("book.json")
    file.chmod(0o644)
    with pytest.raises(SignInAgain, match="chmod 600"):
        connector(stage).connect(book, {"base_url": "https://book.example"})


def test_a_network_that_is_no_longer_installed_is_named(stage: Stage) -> None:
    account = stage.connect("brand", manifest(name="vanished"))
    with pytest.raises(SignInAgain, match="no network called vanished"):
        connector(stage).connect(account, {})


def test_the_fingerprint_changes_with_secret_and_settings_and_hides_both(stage: Stage, book: Account) -> None:
    store = secrets(stage)
    prints = []
    for token, url in ((SECRET, "https://a.example"), (SECRET, "https://b.example"), ("other", "https://b.example")):
        store.write("book", {"token": token})
        prints.append(connector(stage).fingerprint(book, {"base_url": url}))
    assert len(set(prints)) == 3
    assert SECRET not in "".join(prints)


async def test_a_network_is_connected_once_and_again_when_its_secret_changes(stage: Stage) -> None:
    account = stage.connect()
    first, second = ScriptedNetwork.over(Server()), ScriptedNetwork.over(Server())
    scripted = ScriptedConnector({"brand": first})
    connections = Connections(stage.workspace.accounts, scripted)
    assert await connections.changed(account)
    both = await asyncio.gather(connections.network(account), connections.network(account))
    assert all(network is first for network in both)
    assert not await connections.changed(account)
    scripted.secret, scripted.networks["brand"] = "renewed", second
    assert await connections.changed(account)
    assert await connections.network(account) is second
    assert scripted.connected == 2
    assert not first.http.is_closed
    await connections.close()
    assert first.http.is_closed
    assert second.http.is_closed


async def test_credentials_that_failed_are_not_tried_again_until_they_change(stage: Stage) -> None:
    account = stage.connect()
    scripted = ScriptedConnector({"brand": ScriptedNetwork.over(Server())}, failure=SignInAgain(say("wrong")))
    connections = Connections(stage.workspace.accounts, scripted)
    with pytest.raises(SignInAgain):
        await connections.network(account)
    assert not await connections.changed(account)
    scripted.secret, scripted.failure = "right", None
    assert await connections.changed(account)
    network = await connections.network(account)
    assert network.manifest.can(Capability.REPLY)
    await connections.close()


async def test_what_an_account_keeps_of_its_network_is_renewed_when_the_program_knows_better(stage: Stage) -> None:
    account = stage.connect()
    newer = replace(manifest(Capability.REPLY), title="Scripted, renamed")
    connections = Connections(
        stage.workspace.accounts, ScriptedConnector({"brand": ScriptedNetwork.over(Server(), newer)})
    )
    await connections.network(account)
    assert stage.workspace.accounts.get("brand").manifest == newer
    await connections.close()
