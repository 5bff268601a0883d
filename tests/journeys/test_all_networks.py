"""All networks in one inbox: what people wrote is there once and as they wrote it, every answer lands once."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from rehearsal.all_networks import Everywhere, Place, can_find
from rehearsal.stage import Stage

from cminbox.domain.reply import ReplyState

if TYPE_CHECKING:
    from pathlib import Path

    from cminbox.domain.reply import StoredReply

AT_ONCE = 12
"""So many write on each network between two looks at it."""


async def journey(folder: Path, amount: int, answers: int, seed: int) -> None:
    print(f"seed {seed}")
    stage = Stage(folder)
    everywhere = Everywhere(stage, random.Random(seed))
    while sum(len(place.written) for place in everywhere.places) < amount:
        for place in everywhere.places:
            everywhere.people_write(place, AT_ONCE)
        everywhere.pass_time(60)
        for place in everywhere.places:
            await everywhere.read(place, faults=True)
    everywhere.pass_time(8 * 3600)
    for place in everywhere.places:
        await everywhere.read(place, faults=False)
        assert await everywhere.read(place, faults=False) == 0
    for place in everywhere.places:
        arrived_once_and_whole(stage, place)
    replies = {place.name: everywhere.answer(place, answers) for place in everywhere.places}
    settled = {one.id: one for one in await everywhere.send([one for many in replies.values() for one in many])}
    for place in everywhere.places:
        landed_once(place, [settled[one.id] for one in replies[place.name]], answers)
        assert place.bench.violations() == []
        await everywhere.read(place, faults=False)
        arrived_once_and_whole(stage, place)
    # What goes wrong on purpose is chance: on one network it may be most of a few answers, on all of them it is not.
    surely = [settled[one.id] for place in everywhere.places if can_find(place) for one in replies[place.name]]
    assert sum(one.state is ReplyState.SENT for one in surely) >= len(surely) * 0.6
    assert stage.workspace.database.read().execute("PRAGMA integrity_check").fetchone() == ("ok",)
    stage.close()


def arrived_once_and_whole(stage: Stage, place: Place) -> None:
    """Assert that what was written is in the store as it was written, and nothing else is."""
    rows = stage.workspace.database.read().execute(
        "SELECT m.remote_id, m.kind, m.conversation_id, m.text, m.deleted_at, p.remote_id, m.ours"
        " FROM messages m JOIN people p ON p.id = m.person_id AND p.account_id = m.account_id WHERE m.account_id = ?",
        (place.account.id,),
    )
    # The earlier words of a changed review keep a place of their own.
    found = {row[0]: row[1:] for row in rows if not row[6] and " before " not in row[0]}
    strange = {key: found[key][2] for key in found.keys() - place.written.keys()}
    assert not strange, f"{place.name}: {strange} was written by nobody"
    missing = place.written.keys() - found.keys() - place.deleted
    assert not missing, f"{place.name}: {[(one, place.written[one]) for one in missing]} did not arrive"
    for remote_id, (kind, conversation, text, deleted_at, author, _ours) in found.items():
        written = place.written[remote_id]
        assert kind == written.kind.value
        assert author
        if remote_id not in place.deleted:
            assert deleted_at is None
            assert written.text in text
        if written.under in found:
            assert found[written.under][1] == conversation, f"{place.name}: {remote_id} is not where it belongs"


def landed_once(place: Place, replies: list[StoredReply], most: int) -> None:
    """Assert that each answer stands on the network as often as the store says: once, or not at all."""
    published = [one.text for one in place.bench.published()]
    assert len(replies) == most or not place.bench.network.manifest.limits
    for reply in replies:
        text, state = reply.text, reply.state
        times = sum(text in one.split("\n") or one.endswith(text) for one in published)
        assert times <= 1, f"{place.name}: {text!r} was sent {times} times"
        if state is ReplyState.SENT:
            assert times == 1, f"{place.name}: {text!r} was never sent"
        elif state is ReplyState.REFUSED:
            assert times == 0, f"{place.name}: {text!r} was sent and called refused"
        else:
            # What was refused in words that could mean anything, and is not found, is left to a person.
            assert times == 0 or not can_find(place), f"{place.name}: {text!r} is {state}: {reply.reason}"


async def test_six_hundred_messages_and_answers_on_all_networks(tmp_path: Path) -> None:
    await journey(tmp_path, amount=600, answers=5, seed=random.randrange(10**6))


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_ten_thousand_messages_and_answers_on_all_networks(tmp_path: Path) -> None:
    await journey(tmp_path, amount=10_000, answers=40, seed=random.randrange(10**6))
