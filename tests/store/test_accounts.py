"""Accounts: connected, let go, connected again, and how they are doing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rehearsal.people import NOW, manifest, wrote

from cminbox.domain.account import Health, HealthState
from cminbox.domain.message import Kind
from cminbox.domain.network import Capability
from cminbox.domain.problem import NotFound, Problem
from cminbox.store.account_facts import encode_manifest
from cminbox.store.accounts import decode_manifest
from cminbox.store.ingest import Delivery, Ingest

if TYPE_CHECKING:
    from rehearsal.stage import Stage


def test_a_manifest_comes_back_as_it_was() -> None:
    facts = manifest(Capability.HIDE, idempotent_for=3600, window=86400)
    assert decode_manifest(encode_manifest(facts)) == facts


def test_what_a_newer_program_says_of_a_network_is_read_as_far_as_it_is_known() -> None:
    text = encode_manifest(manifest()).replace('"comments"', '"telepathy", "comments"')
    assert decode_manifest(text) == manifest()


def test_a_connected_account_starts_new_with_its_facts(stage: Stage) -> None:
    account = stage.connect("brand", manifest(window=60))
    assert (account.name, account.network, account.connected_at) == ("brand", "scripted", NOW)
    assert account.health == Health(HealthState.NEW)
    assert account.manifest is not None
    assert account.manifest.windows == {Kind.COMMENT: 60}


def test_a_name_is_taken_once(stage: Stage) -> None:
    stage.connect("brand")
    with pytest.raises(Problem, match="already"):
        stage.connect("brand")


def test_an_account_that_was_let_go_keeps_its_conversations_and_starts_over(stage: Stage) -> None:
    accounts = stage.workspace.accounts
    account = stage.connect("brand")
    Ingest(stage.workspace.database).take(Delivery(account.id, [wrote("a")], NOW, cursor="7"))
    accounts.set_health(account.id, Health(HealthState.OK, last_complete_fetch=NOW), next_fetch_at=NOW + 1)
    accounts.remove("brand", agent="ana", now=NOW)
    with pytest.raises(NotFound):
        accounts.get("brand")
    assert accounts.get_any("brand").connected_at is None
    assert len(stage.rows()) == 1
    again = stage.connect("brand")
    assert again.id == account.id
    assert again.health == Health(HealthState.NEW)
    assert accounts.progress(again.id) == (None, 0)


def test_a_name_of_another_network_is_not_taken_over(stage: Stage) -> None:
    stage.connect("brand")
    stage.workspace.accounts.remove("brand", agent="ana", now=NOW)
    with pytest.raises(Problem, match="already"):
        stage.connect("brand", manifest(name="other"))


def test_imported_messages_have_an_account_that_is_not_connected(stage: Stage) -> None:
    accounts = stage.workspace.accounts
    first = accounts.for_import("instagram", "@brand")
    assert accounts.for_import("instagram", "@brand") == first
    other = accounts.for_import("facebook", "@brand")
    assert other != first
    assert {account.name for account in accounts.all()} == {"@brand", "facebook:@brand"}
    assert accounts.connected() == []
    assert all(account.manifest is None for account in accounts.all())


def test_screens_hear_of_a_health_that_changed_and_of_no_other(stage: Stage) -> None:
    accounts, queue = stage.workspace.accounts, stage.workspace.queue
    account = stage.connect()
    accounts.set_health(account.id, Health(HealthState.OK, last_complete_fetch=NOW), next_fetch_at=NOW)
    change, _ = queue.changed_since(0)
    accounts.set_health(account.id, Health(HealthState.OK, last_complete_fetch=NOW + 5), next_fetch_at=NOW + 9)
    assert queue.changed_since(0)[0] == change
    assert accounts.get("brand").health.last_complete_fetch == NOW + 5
    accounts.set_health(account.id, Health(HealthState.OFFLINE, "why", NOW + 9, failures=1), next_fetch_at=NOW + 9)
    assert queue.changed_since(0)[0] > change
    health = accounts.get("brand").health
    assert health == Health(HealthState.OFFLINE, "why", NOW + 9, NOW + 5, 1)
    assert accounts.next_fetches() == {account.id: NOW + 9}


def test_a_forgotten_cursor_starts_over(stage: Stage) -> None:
    account = stage.connect()
    Ingest(stage.workspace.database).take(Delivery(account.id, [], NOW, cursor="7"))
    stage.workspace.accounts.forget_cursor(account.id)
    assert stage.workspace.accounts.progress(account.id)[0] is None


def test_facts_are_refreshed(stage: Stage) -> None:
    account = stage.connect()
    stage.workspace.accounts.refresh_facts(account.id, manifest(Capability.MUTE), "newname")
    fresh = stage.workspace.accounts.get("brand")
    assert fresh.handle == "newname"
    assert fresh.manifest == manifest(Capability.MUTE)
