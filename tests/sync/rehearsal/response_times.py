"""Policies in force on a stage, and the clocks of its conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.reply import Receipt
from cminbox.sla.stages import StageRules
from cminbox.store.ingest import Delivery, Ingest
from cminbox.store.policies import put_in_force
from cminbox.store.reviewing import review

if TYPE_CHECKING:
    from cminbox.domain.account import Account
    from cminbox.domain.conversation import QueueRow, Target
    from cminbox.domain.message import Message
    from cminbox.sla.clocks import Reading
    from rehearsal.stage import Stage as Play

OFFICE = {"tz": "UTC", "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
MONDAY = 1_789_984_800_000
"""10:00 UTC."""
PAUSING = {"resolution": ["pending", "snoozed"], "frt": ["snoozed"], "nrt": ["snoozed"]}


def policy(name: str = "all", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - parts of a policy
    """Return a policy that fits everything, with some parts changed."""
    return {
        "name": name,
        "match": {},
        "targets": {"frt": 3600, "nrt": 3600},
        "pause": {"resolution": ["pending", "snoozed"]},
        "schedule": None,
    } | changes


def enforce(stage: Play, *policies: dict[str, Any], look: bool = True) -> None:
    """Put policies in force and, unless not `look`, let open conversations be looked at anew."""
    put_in_force(stage.workspace.database, policies, StageRules(), now=stage.clock.now())
    while look and review(stage.workspace.database, now=stage.clock.now()):
        continue


def only_row(stage: Play) -> QueueRow:
    """Return the only conversation that there is."""
    (row,) = stage.everything()
    return row


def clocks(stage: Play, conversation_id: int) -> dict[Target, list[Reading]]:
    """Return every clock of a conversation as it stands now."""
    found: dict[Target, list[Reading]] = {}
    for one in stage.workspace.targets.of_conversation(conversation_id, now=stage.clock.now()):
        found.setdefault(one.target, []).append(one.reading)
    return found


def delete(stage: Play, account: Account, *remote_ids: str) -> None:
    """Let messages be deleted by their authors."""
    Ingest(stage.workspace.database).take(Delivery(account.id, (), stage.clock.now(), deleted=remote_ids))


def answer(stage: Play, conversation_id: int, *, meanwhile: tuple[Message, ...] = (), account: Account) -> None:
    """Send a reply, with messages arriving between the decision and the network's word."""
    reply = stage.decide(conversation_id)
    stage.take(account, *meanwhile)
    stage.hold_lease()
    stage.workspace.outbox.begin(reply.id, holder="me", now=stage.clock.now())
    stage.clock.pass_time(60)
    stage.workspace.outbox.sent(reply.id, Receipt(f"sent-{reply.id}", None), now=stage.clock.now())
