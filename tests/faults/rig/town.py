"""Two networks in a process of their own, reached over loopback, with their own list of what was posted.

It is the judge's witness: it knows nothing of the program under test but its requests.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.simulators.bluesky import SimulatedBluesky
from cminbox.simulators.mastodon import SimulatedMastodon
from cminbox.simulators.wire import Fault, _connection
from rig.clock import Clock
from rig.spoiling import WRITER, Lost, Spoil, SpoilingWire, Style

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from pathlib import Path

    from cminbox.simulators.wire import Request

TOKEN = "planted-mastodon-token-4f1d9c"
APP_PASSWORD = "plan-ted-apps-pass-77aa"
CHAT = "/xrpc/chat."


@dataclass(frozen=True, slots=True)
class Post:
    """A reply as a network has it; `under` is what it answers there."""

    style: Style
    text: str
    under: str


@dataclass(frozen=True, slots=True)
class Question:
    """A customer's message. `key` is his name, of which each style has its own people."""

    style: Style
    person: str
    text: str


class Town:
    """The servers, and what a test can do to them. Its methods are called from another process, see `Control`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.mastodon = SimulatedMastodon(clock.world, token=TOKEN)
        self.bluesky = SimulatedBluesky(clock.world, app_password=APP_PASSWORD)
        self.wires = {
            "mastodon": SpoilingWire(self.mastodon, lambda _: Style.KEY, clock.world),
            "bluesky": SpoilingWire(self.bluesky, _bluesky_style, clock.world),
        }
        self._secrets = {TOKEN, APP_PASSWORD}
        self._servers: dict[str, asyncio.Server] = {}
        self._ports = dict.fromkeys(self.wires, 0)
        self._connections: dict[str, set[asyncio.Task[None]]] = {name: set() for name in self.wires}

    async def up(self) -> dict[str, str]:
        """Answer at the same addresses as before; return them."""
        for name in self.wires:
            if name not in self._servers:
                server = await asyncio.start_server(self._accepting(name), "127.0.0.1", self._ports[name])
                self._servers[name] = server
                self._ports[name] = server.sockets[0].getsockname()[1]
        return {name: f"http://127.0.0.1:{port}" for name, port in self._ports.items()}

    async def down(self) -> None:
        """Refuse every connection, and break those that are open."""
        for name, server in self._servers.items():
            server.close()
            for task in self._connections[name]:
                task.cancel()
            await asyncio.gather(*self._connections[name], return_exceptions=True)
            await server.wait_closed()
        self._servers.clear()

    async def ask(self, questions: list[Question]) -> None:
        """Let customers write."""
        for one in questions:
            if one.style is Style.KEY:
                person = self.mastodon.add_person(f"{one.person}@far.example")
                self.mastodon.someone_writes(Kind.MENTION, person, one.text)
            else:
                other = self.bluesky.add_person(f"{one.person}.example")
                kind = Kind.DM if one.style is Style.NO_KEY else Kind.MENTION
                self.bluesky.someone_writes(kind, other, one.text)

    async def posts(self) -> list[Post]:
        """Return every answer of the brand that exists, in the order of publishing."""
        found = [Post(Style.KEY, post.text, str(post.parent)) for post in self.mastodon.published()]
        return found + [
            Post(Style.CLIENT_ID if one.public else Style.NO_KEY, one.text, one.under)
            for one in self.bluesky.published()
        ]

    async def requests(self) -> list[tuple[Style, str]]:
        """Return every request to publish, with its body."""
        return [asked for wire in self.wires.values() for asked in wire.asked]

    async def received(self) -> dict[Style, int]:
        """Return how many requests came."""
        return {style: self._wire(style).received[style] for style in Style}

    async def spoil(self, style: Style, lost: Lost, *, made: bool, blind: int = 0) -> None:
        """Lose the answer to the next request that publishes, and let the `blind` requests after it fail."""
        self._wire(style).spoils[style].append(Spoil(lost, made, blind))

    async def spare(self, style: Style) -> None:
        """Let the next request that publishes go well, and spoil those after it."""
        self._wire(style).spoils[style].append(None)

    async def mend(self) -> None:
        """Let everything go well from now on."""
        for wire in self.wires.values():
            for spoils in wire.spoils.values():
                spoils.clear()
            wire.plans.clear()
            wire.hidden_for.clear()
            wire.broken.clear()
        self.mastodon.rules.repeated_keys_fail = False

    async def hide_fresh(self, style: Style, seconds: float) -> None:
        """Let lists lag behind what was published."""
        self._wire(style).hidden_for[style] = seconds

    async def fail_reading(self, style: Style, lost: Lost | None) -> None:
        """Answer every request that publishes nothing with a failure, None ends that."""
        if lost is None:
            self._wire(style).broken.pop(style, None)
        else:
            self._wire(style).broken[style] = lost

    async def fail_publishing(self, style: Style, fault: Fault) -> None:
        """Answer the next request that publishes with the network's own form of a failure; nothing is published."""
        self._wire(style).fail_next(fault, publishing=True)

    async def quote(self, style: Style) -> None:
        """Answer the next requests with an error that repeats everything that was sent, credentials included."""
        self._wire(style).fail_next(Fault.QUOTING, times=2)

    async def refuse_repeated_keys(self) -> None:
        """Answer a repeated idempotency key with an error, as Mastodon did for a while."""
        self.mastodon.rules.repeated_keys_fail = True

    async def set_secrets(self, token: str, app_password: str) -> None:
        """Take other credentials than before, and those alone."""
        self.mastodon.sign_in.token = token
        self.bluesky.sessions.app_password = app_password
        self._secrets |= {token, app_password}

    async def end_sessions(self, *, refresh: bool) -> None:
        """Let Bluesky's access tokens expire, and with `refresh` every token."""
        if refresh:
            self.bluesky.sessions.end_all()
        else:
            self.bluesky.sessions.expire_access()

    async def credentials(self) -> list[str]:
        """Return every secret that was ever good here."""
        return [*self._secrets, *self.bluesky.sessions._issued]

    async def violations(self) -> list[str]:
        """Return what the networks' specifications do not allow."""
        return [str(one) for wire in self.wires.values() for one in wire.violations]

    def _wire(self, style: Style) -> SpoilingWire:
        return self.wires["mastodon" if style is Style.KEY else "bluesky"]

    def _accepting(self, name: str) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]:
        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            WRITER.set(writer)
            task = asyncio.ensure_future(_connection(self.wires[name], reader, writer))
            self._connections[name].add(task)
            task.add_done_callback(self._connections[name].discard)

        return accept


def _bluesky_style(request: Request) -> Style:
    return Style.NO_KEY if request.path.startswith(CHAT) else Style.CLIENT_ID


class Control:
    """The other end of the line to a town: every method of Town by its name, its result as the answer."""

    def __init__(self, line: Connection) -> None:
        self.line = line

    def __call__(self, what: str, *arguments: object, **named: object) -> Any:  # noqa: ANN401 - each method has its own
        """Call a method of the town. Raises what it raises."""
        self.line.send((what, arguments, named))
        failed, answer = self.line.recv()
        if failed:
            raise RuntimeError(f"the town could not {what}: {answer}")
        return answer


def run(clock: Path, line: Connection) -> None:
    """Be the town until the line is closed."""
    asyncio.run(_serve(Town(Clock(clock)), line))


async def _serve(town: Town, line: Connection) -> None:
    loop = asyncio.get_running_loop()
    asked: asyncio.Queue[None] = asyncio.Queue()
    loop.add_reader(line.fileno(), asked.put_nowait, None)
    while True:
        await asked.get()
        try:
            while line.poll():
                what, arguments, named = line.recv()
                try:
                    answer = (False, await getattr(town, what)(*arguments, **named))
                except Exception as error:  # noqa: BLE001 - told to the other side
                    answer = (True, repr(error))
                line.send(answer)
        except (EOFError, OSError):
            loop.remove_reader(line.fileno())
            await town.down()
            return
