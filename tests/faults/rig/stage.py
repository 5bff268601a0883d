"""A workspace whose accounts are on a town's networks, customers who ask, and replies that were promised."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from cminbox.inbox.connecting import add
from cminbox.inbox.workspace import Agent, Workspace
from cminbox.settings.locations import Locations
from cminbox.settings.values import Settings, Sync, Undo
from rig import processes, town
from rig.clock import Clock
from rig.spoiling import Style
from rig.town import APP_PASSWORD, TOKEN, Control, Question

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random
    from types import TracebackType

    from cminbox.inbox.syncing import SyncReport

ACCOUNTS = {Style.KEY: "masto", Style.CLIENT_ID: "sky", Style.NO_KEY: "sky"}
SETTINGS = Settings(sync=Sync(fastest=30, slowest=900, history_days=30), undo=Undo(0, 0))


@dataclass(frozen=True, slots=True)
class Promise:
    """A reply that the program has accepted. The last word of its text occurs nowhere else."""

    id: int
    style: Style
    conversation: int
    text: str

    @property
    def mark(self) -> str:
        """The word by which it is recognised."""
        return self.text.split()[-1]


def open_workspace(folder: Path, clock: Path, agent: str = "ana", settings: Settings = SETTINGS) -> Workspace:
    """Open the workspace in a folder under a clock, as any process of a run does."""
    return Workspace(locations_in(folder), settings, Agent(agent, f"tty-{agent}"), Clock(clock).now)


def locations_in(folder: Path) -> Locations:
    """Return where everything of a workspace lies."""
    return Locations("stage", folder, folder.parent / "user.toml")


@dataclass
class Stage:
    """One town and one workspace with two accounts on it. A `with` block ends the town's process."""

    folder: Path
    chance: Random
    clock: Clock = field(init=False)
    town: Control = field(init=False)
    workspace: Workspace = field(init=False)
    _ends: ExitStack = field(init=False, repr=False)
    _asked: int = 0
    _promised: int = 0

    @property
    def home(self) -> Path:
        """The folder of the workspace."""
        return self.folder / "workspace"

    @classmethod
    def joined(cls, folder: Path, clock: Path, town: Control, chance: Random) -> Self:
        """Return a stage in another process than the one that has started its town; the caller closes it."""
        made = cls(folder, chance)
        made.clock, made.town = Clock(clock), town
        made.workspace = open_workspace(made.home, clock)
        return made

    def __enter__(self) -> Self:
        """Start the town, connect the accounts."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.clock = Clock(self.folder / "clock")
        with ExitStack() as ends:
            near, far = processes.context().Pipe()
            served = processes.start(town.run, self.clock.path, far)
            far.close()
            ends.callback(processes.end, served, 10.0)
            ends.callback(near.close)
            self.town = Control(near)
            self.addresses = self.town("up")
            self.workspace = open_workspace(self.home, self.clock.path)
            ends.callback(self.close)
            self._connect()
            self._ends = ends.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End everything."""
        self._ends.close()

    def close(self) -> None:
        """Close this process's own view of the workspace."""
        self.workspace.close()

    def _connect(self) -> None:
        mastodon = {"base_url": self.addresses["mastodon"], "access_token": TOKEN}
        add(self.workspace, "mastodon", mastodon, "masto")
        bluesky = {"base_url": self.addresses["bluesky"], "handle": "acme.example", "app_password": APP_PASSWORD}
        add(self.workspace, "bluesky", bluesky, "sky")

    def questions(self, amount: int, styles: tuple[Style, ...] = tuple(Style)) -> None:
        """Let customers ask so many questions in each style, a second apart; they are fetched by the next sync."""
        for _ in range(amount):
            questions = []
            self._asked += 1
            self.clock.pass_time(1.0)
            for style in styles:
                person = f"c{self._asked}-{self.chance.randrange(16**6):06x}"
                questions.append(Question(style, person, f"question {style} q-{self._asked}-end"))
            self.town("ask", questions)

    def conversations(self, style: Style) -> list[int]:
        """Return the conversations of a style that were fetched, oldest first."""
        rows = self.rows(
            "SELECT DISTINCT conversation_id FROM messages WHERE NOT ours AND text LIKE ? ORDER BY id",
            f"%question {style} q-%",
        )
        return [int(str(row[0])) for row in rows]

    def text(self, style: Style) -> str:
        """Return a text for a reply that no other reply has."""
        self._promised += 1
        return f"thank you for asking r-{style.replace(' ', '')}-{self._promised}-{self.chance.randrange(16**6):06x}"

    def promise(self, style: Style, conversation: int, text: str | None = None, *, hold: float = 0.0) -> Promise:
        """Decide to send a reply, at once or as a command does that leaves so many seconds to take it back."""
        from cminbox.store.outbox import Decision  # noqa: PLC0415 - keeps what actors load small

        said = self.text(style) if text is None else text
        agent = self.workspace.agent
        decision = Decision(
            conversation,
            said,
            agent.name,
            agent.terminal,
            self.clock.now(),
            round(hold * 1000),
            released_by_sync=True,
        )
        reply = self.workspace.outbox.decide(decision)
        return Promise(reply.id, style, conversation, said)

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Ask the database itself."""
        with closing(sqlite3.connect(self.workspace.database.path, timeout=30)) as connection:
            return connection.execute(query, values).fetchall()

    def sync(self) -> SyncReport:
        """Fetch and send once in this process."""
        import asyncio  # noqa: PLC0415 - as above

        from cminbox.inbox.sync_process import once  # noqa: PLC0415 - as above

        return asyncio.run(once(self.workspace, None, wait=10.0, settle=0.0))
