"""Answers in which anything may be anything: only named failures leave the adapter, and nothing is lost by them."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import NetworkFailure
from cminbox.simulators.wire import Request, Response, SpecViolation

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from tests.networks.bluesky.conftest import Stage

ROUNDS = 60
HOSTILE: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**40,
    1.5,
    "",
    "x" * 5_000,
    "\ud800",
    "at://",
    "at://did:plc:x/app.bsky.feed.post/",
    "2026-99-99T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    [],
    {},
    [[[]]],
    {"$type": 17},
    {"uri": {}},
)


def _spoil(value: Any, rng: Random) -> Any:  # noqa: ANN401 - JSON
    """Return a copy with one thing in it replaced, dropped or doubled."""
    if isinstance(value, dict) and value and rng.random() < 0.85:
        key = rng.choice(sorted(value))
        if rng.random() < 0.15:
            return {name: one for name, one in value.items() if name != key}
        return value | {key: _spoil(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.9:
        at = rng.randrange(len(value))
        if rng.random() < 0.1:
            return [*value, value[at]]
        return [*value[:at], _spoil(value[at], rng), *value[at + 1 :]]
    return rng.choice(HOSTILE)


def _spoiling(stage: Stage, rng: Random, share: float) -> None:
    """Spoil a share of the answers; what the adapter then asks in good faith is refused, as a real server would."""
    honest = stage.server.answer

    def answer(request: Request) -> Response:
        try:
            given = honest(request)
        except SpecViolation:
            return Response.of({"error": "InvalidRequest", "message": "that makes no sense"}, 400)
        if rng.random() > share or not given.body or request.path.endswith("Session"):
            return given
        return Response.of(_spoil(json.loads(given.body), rng), given.status, given.headers)

    setattr(stage.server, "answer", answer)  # noqa: B010 - a plain assignment to a method is no type


def _populated(stage: Stage) -> list[str]:
    post = stage.server.we_write("hello https://a.example/x")
    asked = stage.writes(Kind.COMMENT, "where?", under=post)
    ours = stage.server.we_write("here", asked)
    stage.writes(Kind.COMMENT, "thanks", under=ours)
    stage.server.people.quotes(stage.ben, "look", post)
    stage.writes(Kind.MENTION, "@acme.example hello")
    private = stage.writes(Kind.DM, "psst")
    stage.server.we_write("yes?", private)
    return [asked, private]


@pytest.mark.parametrize("seed", range(6))
async def test_spoilt_lists_are_survived_and_lose_nothing(make_stage: type[Stage], seed: int) -> None:
    rng, stage = Random(seed), make_stage()
    _populated(stage)
    honest = stage.server.answer
    failures = 0
    for _ in range(ROUNDS):
        _spoiling(stage, rng, 0.3)
        failures += await _fails(stage.new_pages())
        setattr(stage.server, "answer", honest)  # noqa: B010 - a plain assignment to a method is no type
        stage.later(rng.choice((0.1, 15)))
    assert 0 < failures < ROUNDS
    stage.later(15)
    fresh = [stage.writes(kind, "after it all") for kind in (Kind.COMMENT, Kind.MENTION, Kind.DM)]
    assert set(fresh) <= set(await stage.new())


@pytest.mark.parametrize("seed", range(6))
async def test_a_spoilt_answer_to_anything_else_is_survived(make_stage: type[Stage], seed: int) -> None:
    rng, stage = Random(100 + seed), make_stage()
    messages = [await stage.message(remote_id) for remote_id in _populated(stage)]
    _spoiling(stage, rng, 0.7)
    network, failures = stage.network, 0
    for number in range(ROUNDS // 2):
        message = rng.choice(messages)
        reply = stage.answer(message, f"number {number} @ana.example", f"k-{number}")
        acts = [network.check(), network.thread(message.remote_id), network.reply(reply), network.find_sent(reply)]
        acts += [network.block(message.author.remote_id), network.report(message.remote_id, "spam")]
        for act in (network.like, network.unlike, network.hide, network.mark_read):
            acts.append(act(message.remote_id))
        failures += sum([await _fails(act) for act in acts])
    assert failures


async def _fails(act: Awaitable[object]) -> bool:
    """Whether an act ends in a named failure; anything else that it raises fails the test."""
    try:
        await act
    except NetworkFailure as failure:
        return bool(str(failure))
    return False
