"""A Mastodon and a Bluesky server full of messages, served on loopback in a process of their own, with faults.

Its arguments: how many messages, the seed of chance, the share of requests that fail, a folder. It writes
`address.json` (the addresses) there, and `written.json` (all ids by network) whenever the file `count` appears.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cminbox.domain.message import Kind
from cminbox.simulators.bluesky import SimulatedBluesky
from cminbox.simulators.mastodon import SimulatedMastodon
from cminbox.simulators.wire import Fault, Response, Wire, serve

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.simulators.wire import Request

TOKEN = "flood-token"
APP_PASSWORD = "flood-flood-flood-pass"
HANDLE = "acme.example"
HOUR = 3_600_000
LATE_SHARE = 0.1
AT_ONCE = 20
PAGE = 20
"""Small pages make many requests, and so many moments at which something can fail."""
DEEPEST = 3
KINDS = (Kind.MENTION, Kind.MENTION, Kind.COMMENT, Kind.DM)


class Rough(Wire):
    """A wire on which a share of the requests fails, each time in another way."""

    def __init__(self, simulator: SimulatedMastodon | SimulatedBluesky, chance: random.Random, share: float) -> None:
        super().__init__(simulator)
        self.chance = chance
        self.share = share
        self.late: list[Callable[[], None]] = []

    def carry(self, request: Request) -> Response | Fault:
        """Answer, fail, or answer with something repeated; now and then somebody writes meanwhile."""
        self.seen.clear()
        if self.late and self.chance.random() < LATE_SHARE:
            for _ in range(self.chance.randint(1, AT_ONCE)):
                if self.late:
                    self.late.pop()()
        if self.chance.random() >= self.share:
            return super().carry(request)
        return self.chance.choice((self._limited, self._failed, self._cut, self._dropped, self._repeated))(request)

    def _limited(self, _request: Request) -> Response:
        """Return a rate limit in one of the forms that are seen in the wild; it is over in a moment."""
        soon = datetime.fromtimestamp(time.time() + 0.2, UTC)
        forms: tuple[dict[str, str], ...] = (
            {"retry-after": "0"},
            {"retry-after": format_datetime(soon, usegmt=True)},
            {"x-ratelimit-reset": soon.isoformat()},
            {"ratelimit-reset": str(int(soon.timestamp()))},
            {},
        )
        return Response.of({"error": "RateLimitExceeded"}, 429, dict(self.chance.choice(forms)))

    def _failed(self, _request: Request) -> Response:
        return self.simulator.error(self.chance.choice((Fault.SERVER_ERROR, Fault.UNAVAILABLE)))

    def _cut(self, request: Request) -> Response | Fault:
        carried = super().carry(request)
        if not isinstance(carried, Response):
            return carried
        return Response(carried.status, carried.body[: len(carried.body) * 2 // 3], carried.headers)

    def _dropped(self, _request: Request) -> Fault:
        return Fault.CONNECT

    def _repeated(self, request: Request) -> Response | Fault:
        """Answer with one item of a list twice."""
        carried = super().carry(request)
        if not isinstance(carried, Response) or request.method != "GET":
            return carried
        body = json.loads(carried.body or b"null")
        lists = [body] if isinstance(body, list) else [part for part in (body or {}).values() if isinstance(part, list)]
        for items in lists:
            if items:
                items.insert(self.chance.randrange(len(items)), self.chance.choice(items))
        headers = {name: value for name, value in carried.headers.items() if name != "content-length"}
        return Response(carried.status, json.dumps(body).encode(), headers)


def now() -> int:
    """Return the present, UTC milliseconds."""
    return time.time_ns() // 1_000_000


def fill(
    server: SimulatedMastodon | SimulatedBluesky, amount: int, chance: random.Random, domain: str
) -> tuple[list[str], list[Callable[[], None]]]:
    """Let people write; return the ids, to which those who write later add theirs, and what will be written later."""
    written: list[str] = []
    people = [server.add_person(f"user{number}{domain}", f"User {number}") for number in range(60)]
    comments: list[tuple[str, int]] = []

    def write(moment: int | None) -> None:
        kind = chance.choice(KINDS)
        # Bluesky tells of an answer only when a post of ours stands a few levels above it.
        under, depth = chance.choice([*comments, (None, 0)]) if kind is Kind.COMMENT else (None, 0)
        text = f"Hello, this is {len(written)}"
        text = f"@{HANDLE} {text}" if kind is Kind.MENTION and isinstance(server, SimulatedBluesky) else text
        remote_id = server.someone_writes(kind, chance.choice(people), text, under, moment)  # type: ignore[arg-type] # its own people
        written.append(remote_id)
        if kind is Kind.COMMENT and depth < DEEPEST:
            comments.append((remote_id, depth + 1))
            del comments[:-30]

    early = round(amount * (1 - LATE_SHARE))
    begin = now() - 15 * 24 * HOUR
    for number in range(early):
        # Every tenth moment is shared by ten messages.
        write(begin + (number // 10) * 10 * (14 * 24 * HOUR // max(early, 1)))
    return written, [lambda: write(None)] * (amount - early)


async def main() -> None:
    """Serve until killed."""
    amount, seed, share, folder = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4])
    chance = random.Random(seed)
    mastodon = SimulatedMastodon(now, token=TOKEN, untidy=True, largest_page=PAGE)
    bluesky = SimulatedBluesky(now, brand=HANDLE, app_password=APP_PASSWORD, largest_page=PAGE)
    wires = (Rough(mastodon, chance, share), Rough(bluesky, chance, share))
    written: dict[str, list[str]] = {}
    written["mastodon"], wires[0].late = fill(mastodon, amount // 2, chance, "")
    written["bluesky"], wires[1].late = fill(bluesky, amount // 2, chance, ".example")
    async with serve(wires[0]) as first, serve(wires[1]) as second:
        (folder / "address.json").write_text(json.dumps([first, second]), encoding="utf-8")
        while True:
            await asyncio.sleep(0.1)
            if (folder / "count").exists():
                (folder / "count").unlink()
                left = sum(len(wire.late) for wire in wires)
                answer = {"left": left, "written": written, "violations": [str(v) for w in wires for v in w.violations]}
                (folder / "written.new").write_text(json.dumps(answer), encoding="utf-8")
                (folder / "written.new").rename(folder / "written.json")


if __name__ == "__main__":
    asyncio.run(main())
