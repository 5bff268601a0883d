"""The inbox on simulated networks: a town beside it, its accounts connected as a person would connect them."""

from __future__ import annotations

import shlex
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from cminbox.domain.filter import Filter
from cminbox.domain.message import Kind
from cminbox.domain.problem import Problem
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.inbox.syncing import run_once
from cminbox.simulators.town.beside import TownBeside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.domain.account import Account
    from cminbox.domain.conversation import QueueRow
    from cminbox.inbox.workplace import Workplace
    from cminbox.inbox.workspace import Workspace
    from cminbox.simulators.town.beside import Seen

SEED = 1
PER_HOUR = 90.0
"""How many messages come in an hour while the demo runs, unless another rate is asked for."""
_CONFIG = """\
# Written by `cminbox demo`: simulated networks can be asked often.
[sync]
fastest = "5s"
slowest = "10s"
"""


@dataclass(frozen=True, slots=True)
class Proof:
    """An answer that made the whole way: who was waiting, what we said, and what the network holds of it."""

    row: QueueRow
    text: str
    seen: Seen


class Demo:
    """A running demo. `where` is its workspace; nothing is in it before `connect`."""

    def __init__(self, where: Workplace, town: TownBeside) -> None:
        self.where = where
        self._town = town

    def connect(self, workspace: Workspace) -> Iterator[Account]:
        """Connect the brand's accounts on the simulated networks, one at each step. Raises Problem."""
        from cminbox.inbox import connecting  # noqa: PLC0415 - it brings HTTP and the networks

        for offered in self._town.accounts:
            yield connecting.add(workspace, offered.network, offered.given).account

    def find(self, network: str, remote_id: str) -> Seen | None:
        """Ask a simulated network itself for something that we said; None when it is not there. Raises Problem."""
        return self._town.find(network, remote_id)


@contextmanager
def demo(where: Workplace, *, seed: int = SEED, per_hour: float = PER_HOUR) -> Iterator[Demo]:
    """Run the simulated networks while the context lasts.

    When a workspace was named on the command line its data is kept there, and it has to be a new one; else the data
    lies in a folder that is gone afterwards. Raises Problem.
    """
    kept = None
    if where.workspace is not None:
        kept = where.locations.folder
        _check_new(where)
    with TownBeside(seed, per_hour, kept) as town:
        # What connecting needs is loaded while the town starts.
        import_module("cminbox.inbox.connecting")
        place = where if kept is not None else replace(where, workspace=f"{town.folder}/")
        place.locations.create()
        if not place.locations.config.exists():
            place.locations.config.write_text(_CONFIG)
        yield Demo(place, town)


def answer_one(running: Demo, workspace: Workspace) -> Proof:
    """Answer the most pressing public question, send the answer, and look for it on its network. Raises Problem."""
    from cminbox.inbox.acting import Acting  # noqa: PLC0415 - the help of the command needs no store
    from cminbox.inbox.reading import Reading  # noqa: PLC0415 - as above

    reading = Reading(workspace)
    mentions = [placed.row for placed in reading.page(Filter(kinds=(Kind.MENTION,)))]
    row = next((row for row in mentions if "?" in row.text and "://" not in row.text), None)
    if row is None:
        raise Problem(say("Nothing came from the simulated networks"))
    said = [message for message in reading.thread(row.id) if not message.ours]
    text = _answer_in(said[-1].lang if said else None)
    reply = Acting(workspace).reply(row.id, text, now=True)
    run_once(workspace)
    reply = next(one for one in reading.show(row.id).replies if one.id == reply.id)
    if reply.state is not ReplyState.SENT or reply.remote_id is None:
        raise Problem(say("The answer was not sent: it is {state}", state=reply.state.value))
    seen = running.find(row.network, reply.remote_id)
    if seen is None or text not in seen.text:
        raise Problem(say("{network} does not have the answer that it accepted", network=row.network))
    return Proof(row, text, seen)


def _answer_in(lang: str | None) -> str:
    from cminbox.simulators.community.texts import LANGUAGES, words  # noqa: PLC0415 - only the proof needs the texts

    return words(lang if lang in LANGUAGES else "en").answers[0]


def _check_new(where: Workplace) -> None:
    if not where.locations.database.exists():
        return
    path = safe(shlex.quote(str(where.locations.folder)))
    if _was_demo(where):
        raise Problem(
            say(
                "{path} holds a demo that has ended; its simulated networks are gone. Look at it: cminbox --workspace"
                " {folder} or begin anew: rm -r {path}",
                path=path,
                folder=safe(shlex.quote(f"{where.locations.folder}/")),
            )
        )
    raise Problem(
        say(
            "{path} holds an inbox already; give the demo a folder of its own: cminbox --workspace ./FOLDER demo",
            path=path,
        )
    )


def _was_demo(where: Workplace) -> bool:
    """Whether a demo has made the workspace: nobody is told to remove any other."""
    try:
        return where.locations.config.read_text(errors="replace").startswith(_CONFIG.partition("\n")[0])
    except OSError:
        return False
