"""When the program looks at what has changed: often while something happens, once a second while nothing does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from asyncio import TimerHandle
    from collections.abc import Callable

    from textual.message_pump import MessagePump

CALM_BEATS = 4
"""A beat is so many times as long while nothing happens: a screen nobody works at is to cost next to nothing."""
AFTER_A_KEY = 20
"""So many beats after a key the pulse stays fast: who works sees time pass, and is seen where he rests."""
AFTER_A_CHANGE = 2


class Stirring(Protocol):
    """Says whether something has happened since it was asked last, for next to nothing; see `Changes.stirring`."""

    def fileno(self) -> int | None:
        """Return what becomes readable then, None where nothing tells and one has to ask."""

    def stirred(self) -> bool:
        """Whether something has happened."""

    def close(self) -> None:
        """Listen no more."""


class Pulse:
    """Beats for one program, every `seconds` while something happens; every beat that is felt has an `effect`.

    `busy` says that something runs on by itself that a person watches.
    """

    def __init__(
        self, program: MessagePump, seconds: float, busy: Callable[[], bool], effect: Callable[[], None]
    ) -> None:
        self._program = program
        self._seconds = seconds
        self._busy = busy
        self._effect = effect
        self._stirring: Stirring | None = None
        self._awake = AFTER_A_KEY
        self._unfelt = 0
        self._waiting = False
        self._listening = False
        self._handle: TimerHandle | None = None

    def begin(self) -> None:
        """Beat from now on."""
        self._next(self._seconds)

    def listen(self, stirring: Stirring) -> None:
        """Hear of what others do; until then every beat is felt."""
        self._stirring = stirring

    def end(self) -> None:
        """Beat no more."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        if self._stirring is not None:
            self._turn_away()
            self._stirring.close()
            self._stirring = None

    def stir(self) -> None:
        """Beat fast for a while: a person does something."""
        calm, self._awake = not self._awake, AFTER_A_KEY
        if calm and self._handle is not None:
            self._turn_away()
            self._next(self._seconds)

    def _next(self, seconds: float) -> None:
        """Beat after so many seconds. It is no timer of Textual's, which would cost more than a beat itself."""
        if self._handle is not None:
            self._handle.cancel()
        self._handle = asyncio.get_running_loop().call_later(seconds, self._beat)

    def _beat(self) -> None:
        stirring = self._stirring
        if stirring is None or stirring.stirred() or self._busy():
            self._awake = max(self._awake, AFTER_A_CHANGE)
        self._unfelt += 1
        calm = not self._awake
        told = stirring is not None and stirring.fileno() is not None
        if not calm or told or self._unfelt >= CALM_BEATS:
            self._awake = max(0, self._awake - 1)
            self._unfelt = 0
            self._feel()
        if calm and told:
            self._lend_an_ear()
        self._next(self._seconds * (CALM_BEATS if calm and told else 1))

    def _feel(self) -> None:
        if not self._waiting:
            self._waiting = True
            self._program.call_later(self._felt)

    def _felt(self) -> None:
        self._waiting = False
        self._effect()

    def _lend_an_ear(self) -> None:
        """Have the kernel wake this up."""
        if not self._listening and self._stirring is not None and (told := self._stirring.fileno()) is not None:
            self._listening = True
            asyncio.get_running_loop().add_reader(told, self._hear)

    def _turn_away(self) -> None:
        if self._listening and self._stirring is not None and (told := self._stirring.fileno()) is not None:
            self._listening = False
            asyncio.get_running_loop().remove_reader(told)

    def _hear(self) -> None:
        """Beat at once; who writes much is not listened to as long as beats are fast."""
        self._turn_away()
        self._awake = AFTER_A_CHANGE
        self._next(0)
