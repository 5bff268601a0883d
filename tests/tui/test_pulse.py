"""The program looks often while something happens, and once a second while nothing does."""

from __future__ import annotations

import asyncio
import os
from functools import wraps
from typing import TYPE_CHECKING, cast

import pytest

from cminbox.tui.pulse import AFTER_A_CHANGE, AFTER_A_KEY, CALM_BEATS, Pulse

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from textual.message_pump import MessagePump

BEAT = 0.01
TICK = 0.001


class Program:
    """Does at once what it is asked to do later."""

    def call_later(self, effect: Callable[[], None]) -> bool:
        effect()
        return True


class Pipe:
    """Stirs when it is written to."""

    def __init__(self, *, told: bool) -> None:
        self.told = told
        self.closed = False
        self._out, self._in = os.pipe()
        os.set_blocking(self._out, False)

    def happen(self) -> None:
        os.write(self._in, b".")

    def fileno(self) -> int | None:
        return self._out if self.told else None

    def stirred(self) -> bool:
        try:
            return bool(os.read(self._out, 100))
        except BlockingIOError:
            return False

    def close(self) -> None:
        self.closed = True
        os.close(self._in)
        os.close(self._out)


class Felt:
    """Counts the beats that are felt, on a loop whose clock is turned by hand."""

    def __init__(self, pulse_of: Callable[[Callable[[], None]], Pulse]) -> None:
        self.count = 0
        self.pulse = pulse_of(self._feel)

    def _feel(self) -> None:
        self.count += 1

    async def within(self, beats: float) -> int:
        """Return how many are felt within so many beats."""
        before, loop = self.count, cast("TurnedLoop", asyncio.get_running_loop())
        for _ in range(round(beats * BEAT / TICK)):
            loop.turned += TICK
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        return self.count - before


class TurnedLoop(asyncio.SelectorEventLoop):
    """A loop whose clock stands still until it is turned."""

    turned = 0.0

    def time(self) -> float:
        return self.turned


def turned(story: Callable[..., Coroutine[None, None, None]]) -> Callable[..., None]:
    """Let a test run on such a loop."""

    @wraps(story)
    def run(**given: object) -> None:
        with asyncio.Runner(loop_factory=TurnedLoop) as runner:
            runner.run(story(**given))

    return run


@pytest.fixture
def busy() -> list[bool]:
    return []


@pytest.fixture(params=[True, False], ids=["told", "asking"])
def pipe(request: pytest.FixtureRequest) -> Iterator[Pipe]:
    pipe = Pipe(told=request.param)
    yield pipe
    if not pipe.closed:
        pipe.close()


async def calm(pipe: Pipe, busy: list[bool]) -> Felt:
    """Return the beats of a program at which nobody has worked for a while."""
    felt = Felt(lambda effect: Pulse(cast("MessagePump", Program()), BEAT, lambda: bool(busy), effect))
    felt.pulse.begin()
    felt.pulse.listen(pipe)
    await felt.within(AFTER_A_KEY + 2 * CALM_BEATS)
    return felt


@turned
async def test_while_nothing_happens_few_beats_are_felt(pipe: Pipe, busy: list[bool]) -> None:
    felt = await calm(pipe, busy)
    assert await felt.within(10 * CALM_BEATS) in {9, 10, 11}
    felt.pulse.end()


@turned
async def test_after_a_key_every_beat_is_felt_for_a_while(pipe: Pipe, busy: list[bool]) -> None:
    felt = await calm(pipe, busy)
    felt.pulse.stir()
    assert await felt.within(AFTER_A_KEY) >= AFTER_A_KEY - 1
    await felt.within(CALM_BEATS)
    assert await felt.within(10 * CALM_BEATS) in {9, 10, 11}
    felt.pulse.end()


@turned
async def test_what_happens_is_felt_within_one_beat(pipe: Pipe, busy: list[bool]) -> None:
    felt = await calm(pipe, busy)
    for _ in range(CALM_BEATS):
        await felt.within(CALM_BEATS + 0.3)
        pipe.happen()
        assert await felt.within(1.2) >= 1
    felt.pulse.end()


@turned
async def test_who_writes_all_the_time_is_not_listened_to_more_often_than_the_pulse_beats(
    busy: list[bool],
) -> None:
    pipe = Pipe(told=True)
    felt = await calm(pipe, busy)
    seen = 0
    for _ in range(50):
        pipe.happen()
        seen += await felt.within(0.2)
    assert seen <= 10 + AFTER_A_CHANGE
    felt.pulse.end()


@turned
async def test_while_something_runs_on_every_beat_is_felt(pipe: Pipe, busy: list[bool]) -> None:
    felt = await calm(pipe, busy)
    busy.append(True)
    await felt.within(CALM_BEATS)
    assert await felt.within(20) >= 19
    felt.pulse.end()


@turned
async def test_after_its_end_nothing_is_felt_and_nothing_is_open(pipe: Pipe, busy: list[bool]) -> None:
    felt = await calm(pipe, busy)
    felt.pulse.end()
    assert await felt.within(3 * CALM_BEATS) == 0
    assert pipe.closed
