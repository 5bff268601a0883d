"""What a person hears who has connected nothing yet: how to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.i18n import N_, _
from cminbox.tui import wording
from cminbox.tui.actions import Fact, Place
from cminbox.tui.plain.accounts import connect
from cminbox.tui.plain.lists import take_back
from cminbox.tui.plain.spots import Spot, ignoring
from cminbox.tui.session import Ending, ExitResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cminbox.tui.plain.inbox import Effect, PlainInbox


class Welcome(Spot):
    """Gives way to the queue as soon as there is an account or a message. A number connects to that network."""

    PLACE = Place.WELCOME
    TITLE = N_("No account is connected yet.")

    _networks: Sequence[str] = ()

    def load(self) -> None:
        """Read which networks there are."""
        self._networks = self.inbox.session.acting.tending.networks()

    @property
    def count(self) -> int:
        """How many networks there are."""
        return len(self._networks)

    def enter(self) -> None:
        """Say how to begin."""
        self.load()
        self.inbox.tell(
            self.title,
            _("d tries the inbox with simulated networks; nothing leaves this machine. A number connects an account:"),
        )
        self.tell_page(0)
        self.inbox.tell(_("or import messages from a file: cminbox import FILE.jsonl"), _("q leaves."))

    def line(self, index: int) -> str:
        """Return a network."""
        return wording.network_called(self._networks[index])

    def about(self, index: int) -> Iterator[str]:
        """Yield nothing: the line says all."""
        del index
        yield from ()

    def read_number(self, number: int) -> None:
        """Connect an account of the network with that number. Raises Problem."""
        connect(self.inbox, str(number))
        if not self.inbox.desk.empty:
            self.inbox.go_home()

    def facts(self) -> frozenset[Fact]:
        """Nothing holds here."""
        return frozenset()

    def own_effects(self) -> Mapping[str, Effect]:
        """Return what can be done here."""
        return {
            "demo": ignoring(lambda: self.inbox.leave(ExitResult(Ending.DEMO))),
            "connect_first": lambda rest: self.read_number(int(rest) if rest.isdecimal() else 0),
            "connect_other": ignoring(lambda: connect(self.inbox)),
            "quit": ignoring(lambda: leave(self.inbox)),
        }


def leave(inbox: PlainInbox) -> None:
    """Leave; where replies are held, ask what becomes of them. Raises Problem."""
    held = list(inbox.desk.holds.until)
    if held:
        choices = _("s sends now, k keeps as drafts, Enter stays")
        question = wording.ask_holds(len(held))
        answer = inbox.ask(_("{question} {choices}:").format(question=question, choices=choices))
        if answer not in {"s", "k"}:
            return
        for reply_id in held:
            if answer == "s":
                inbox.release(reply_id)
            else:
                take_back(inbox, reply_id)
    inbox.leave()
