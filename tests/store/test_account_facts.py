"""What an account keeps of its network is renewed by a newer program; what its server said stays."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from rehearsal.people import manifest

from cminbox.domain.message import Kind
from cminbox.domain.network import Bound, Capability, Learnt, TextLimit, Unit
from cminbox.store.account_facts import encode_manifest
from cminbox.store.accounts import decode_manifest

if TYPE_CHECKING:
    from rehearsal.stage import Stage

    from cminbox.domain.network import Manifest

LONG = (TextLimit(Unit.CODE_POINTS, 5000),)
LEARNT = Learnt(limits={Kind.COMMENT: LONG}, windows={Kind.DM: 7}, prices={"a day": 2.0})
NEWER = replace(
    manifest(Capability.HIDE, window=60),
    title="Scripted, renamed",
    bounds={Capability.HIDE: Bound("Only others", theirs=True)},
)


def kept(stage: Stage) -> Manifest:
    facts = stage.workspace.accounts.get("brand").manifest
    assert facts is not None
    return facts


def store_as_before(stage: Stage, facts: Manifest) -> None:
    """Store facts as programs did that did not keep apart what a server said."""
    older = {name: value for name, value in json.loads(encode_manifest(facts)).items() if name != "learnt"}
    stage.workspace.database.write(
        lambda connection: connection.execute("UPDATE accounts SET manifest = ?", (json.dumps(older),))
    )


def test_a_newer_programs_facts_replace_the_older_ones_and_what_the_server_said_stays(stage: Stage) -> None:
    account = stage.connect("brand", manifest())
    accounts = stage.workspace.accounts
    accounts.refresh_facts(account.id, manifest(), "brand", LEARNT)
    assert kept(stage) == LEARNT.on(manifest())
    assert accounts.renew_facts(account.id, NEWER)
    assert kept(stage) == LEARNT.on(NEWER)
    assert kept(stage).windows == {Kind.COMMENT: 60, Kind.DM: 7}
    assert kept(stage).bounds == NEWER.bounds


def test_facts_that_are_the_same_are_written_once(stage: Stage) -> None:
    account = stage.connect("brand", manifest())
    assert not stage.workspace.accounts.renew_facts(account.id, manifest())
    assert stage.workspace.accounts.renew_facts(account.id, NEWER)
    assert not stage.workspace.accounts.renew_facts(account.id, NEWER)


def test_a_check_forgets_what_the_server_no_longer_says(stage: Stage) -> None:
    account = stage.connect("brand", manifest())
    stage.workspace.accounts.refresh_facts(account.id, manifest(), "brand", LEARNT)
    stage.workspace.accounts.refresh_facts(account.id, manifest(), "brand")
    assert stage.workspace.accounts.renew_facts(account.id, NEWER)
    assert kept(stage) == NEWER


def test_facts_of_a_time_before_the_two_were_told_apart_keep_what_may_be_the_servers(stage: Stage) -> None:
    account = stage.connect("brand", manifest())
    store_as_before(stage, LEARNT.on(manifest()))
    assert stage.workspace.accounts.renew_facts(account.id, NEWER)
    assert kept(stage).limits[Kind.COMMENT] == LONG
    assert (kept(stage).title, kept(stage).bounds, kept(stage).prices) == (NEWER.title, NEWER.bounds, {"a day": 2.0})


def test_an_account_of_imported_messages_gets_no_facts(stage: Stage) -> None:
    number = stage.workspace.accounts.for_import("scripted", "@brand")
    assert not stage.workspace.accounts.renew_facts(number, NEWER)
    assert stage.workspace.accounts.get("@brand").manifest is None


def test_a_field_that_only_a_newer_program_knows_is_passed_over() -> None:
    text = json.dumps(json.loads(encode_manifest(NEWER)) | {"telepathy": True})
    assert decode_manifest(text) == NEWER
