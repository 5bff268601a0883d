"""What a network does only with some messages: said at once, with the reason, and never tried."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from stage.scenery import manifest
from stage.showing import inbox, until

from cminbox.domain.message import Kind
from cminbox.domain.network import Bound, Capability
from cminbox.store.account_facts import encode_manifest
from cminbox.store.accounts import decode_manifest

if TYPE_CHECKING:
    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session

OWN = Bound("Only one's own messages can be deleted here.", own=True)
COMMENTS = Bound("Only comments can be hidden here.", (Kind.COMMENT,))
FACTS = replace(manifest("mastodon", "Ma"), bounds={Capability.DELETE: OWN, Capability.HIDE: COMMENTS})


def says(pilot: Pilot[ExitResult]) -> str:
    return inbox(pilot).footer.text


@pytest.fixture
def bounded(workspace: Workspace) -> Workspace:
    workspace.accounts.refresh_facts(workspace.accounts.get("brand").id, FACTS, "brand@social.example")
    return workspace


@pytest.mark.parametrize(
    ("capability", "kind", "ours", "why"),
    [
        (Capability.DELETE, Kind.DM, True, None),
        (Capability.DELETE, Kind.DM, False, OWN.why),
        (Capability.DELETE, None, False, None),
        (Capability.HIDE, Kind.COMMENT, False, None),
        (Capability.HIDE, Kind.MENTION, False, COMMENTS.why),
        (Capability.LIKE, Kind.DM, False, None),
        (Capability.APPROVE, Kind.DM, False, ""),
    ],
)
def test_a_bound_says_why_not_and_nothing_where_it_does_not_hold(
    capability: Capability, kind: Kind | None, *, ours: bool, why: str | None
) -> None:
    assert FACTS.why_not(capability, kind, ours=ours) == why


def test_bounds_are_kept_and_older_facts_have_none() -> None:
    text = encode_manifest(FACTS)
    assert decode_manifest(text) == FACTS
    older = {key: value for key, value in json.loads(text).items() if key not in {"bounds", "names_people"}}
    assert decode_manifest(json.dumps(older)).bounds == {}


async def test_what_is_out_of_bounds_is_told_and_not_asked_of_the_network(
    shown: Shown, given: Session, bounded: Workspace
) -> None:
    async with shown(given) as pilot:
        await pilot.press("d", "d")
        assert "Only one's own messages can be deleted here." in says(pilot)
        await pilot.press("d", "h")
        assert "Only comments can be hidden here." in says(pilot)
        assert bounded.acts.due(bounded.now()) == []


async def test_our_own_answer_is_deleted_after_a_letter(
    shown: Shown, given: Session, bounded: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cminbox.tui.widgets.field.SETTLE_SECONDS", 0.0)
    async with shown(given) as pilot:
        await pilot.press("d", "o")
        assert "There is no answer of ours here" in says(pilot)
        await pilot.press("j", "j", "d", "o")
        assert "Delete our answer “Hello Sam, have you tri" in says(pilot)
        await pilot.press("enter")
        assert bounded.acts.due(bounded.now()) == []
        await pilot.press("d", "o", "y")
        await until(pilot, lambda: bool(bounded.acts.due(bounded.now())))
        (act,) = bounded.acts.due(bounded.now())
        assert act.capability is Capability.DELETE
        view = inbox(pilot).view
        assert view is not None
        assert [one.ours for one in view.messages if one.remote_id == act.subject] == [True]
