"""Whatever a server puts into any field, only NetworkFailure leaves the adapter, and messages keep their form."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import NetworkFailure
from cminbox.simulators.mastodon import Flavour
from cminbox.simulators.wire import Request, Response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.networks.mastodon.conftest import Stage

    from cminbox.network_kit.contract import Page

ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**30,
    3.5,
    "",
    "\ud800",
    "\x00<p>x",
    "9" * 3_000,
    "9999-12-31T23:59:59Z",
    [],
    [[]],
    {},
    {"id": "1"},
)
ROUNDS = 40


def spoiled(value: Any, rng: random.Random) -> Any:  # noqa: ANN401 - foreign JSON
    """Return a JSON value in which one place, somewhere, holds something else."""
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice(sorted(value))
        return {**value, key: spoiled(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.9:
        place = rng.randrange(len(value))
        return [spoiled(item, rng) if index == place else item for index, item in enumerate(value)]
    return rng.choice(ODD)


@pytest.mark.parametrize("flavour", list(Flavour))
async def test_only_network_failures_leave(make_stage: type[Stage], flavour: Flavour) -> None:
    rng = random.Random(f"spoiled {flavour}")
    for _ in range(ROUNDS):
        stage = make_stage(flavour)
        asked = [stage.writes(kind, "hello") for kind in (Kind.COMMENT, Kind.MENTION, Kind.DM)]
        stage.server.we_write("hello", under=asked[0])
        messages = await stage.messages()
        stage.network = stage.connect()

        def spoil(_request: Request, answer: Response) -> Response:
            if rng.random() < 0.5:
                return answer
            return Response(answer.status, json.dumps(spoiled(json.loads(answer.body), rng)).encode(), answer.headers)

        stage.intercept(spoil)
        for act in _acts(stage, asked):
            try:
                result = await act()
            except NetworkFailure:
                continue
            if isinstance(result, list):
                _keeps_its_form(result)
        for message in messages:
            try:
                await stage.network.find_sent(stage.answer(message, "hello"))
                await stage.network.reply(stage.answer(message, "hello"))
            except NetworkFailure:
                continue


def _acts(stage: Stage, asked: list[str]) -> list[Callable[[], Awaitable[object]]]:
    network = stage.network
    return [
        stage.pages,
        network.check,
        *[lambda remote_id=remote_id: network.thread(remote_id) for remote_id in asked],
        *[lambda remote_id=remote_id: network.mark_read(remote_id) for remote_id in asked],
        lambda: network.report(asked[0], "spam"),
        lambda: network.delete(asked[0]),
        lambda: type(network).begin_sign_in({"base_url": "social.example"}, stage.http),
    ]


def _keeps_its_form(pages: list[Page]) -> None:
    for page in pages:
        page.cursor.encode()
        for message in page.messages:
            assert isinstance(message.text, str)
            message.text.encode()
            message.author.handle.encode()
            assert 0 < message.created_at < 2**53
            assert message.remote_id
