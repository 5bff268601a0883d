"""The replies that are on their way, were refused, or were left unsent by a screen that ended."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.reply import ReplyState, StoredReply
from cminbox.domain.saying import say
from cminbox.domain.text import first_line
from cminbox.i18n import N_, _
from cminbox.tui import wording
from cminbox.tui.actions import Fact, Place
from cminbox.tui.beside import Beside
from cminbox.tui.ink import Ink, Line
from cminbox.tui.links import link_of
from cminbox.tui.outbox_lines import about, standing
from cminbox.tui.screens.base import Answer
from cminbox.tui.screens.list_screen import ListScreen
from cminbox.tui.styles import style

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.domain.conversation import QueueRow
    from cminbox.tui.desk import Desk, News
    from cminbox.tui.screens.base import Effect, Program

_PERSON = 18
_STATE = 34
_LOOKED_AT = 20
_TITLE = N_("Replies that are on their way or were not sent")


class OutboxScreen(ListScreen[StoredReply]):
    """Lists replies; each can be sent again, edited or given up, as far as its state allows."""

    PLACE = Place.OUTBOX
    DEFAULT_CSS = style("outbox")

    def __init__(self, desk: Desk, program: Program) -> None:
        super().__init__(desk, program)
        self._conversations: Mapping[int, QueueRow] = {}
        self._beside = Beside(self)

    def _own_effects(self) -> Mapping[str, Effect]:
        return {
            "retry": self._retry,
            "seen_there": self._seen_there,
            "outbox_link": self._show_link,
            "outbox_open": self._open,
            "take_back": self._take_back,
            "cancel": self._cancel,
        }

    def facts(self) -> frozenset[Fact]:
        """Whether there is a reply to do something with, and whether nobody knows if it was sent."""
        if not self._rows:
            return frozenset()
        in_doubt = self._reply.state is ReplyState.UNKNOWN
        return frozenset({Fact.REPLY, Fact.DOUBT} if in_doubt else {Fact.REPLY})

    def tick(self, now: int) -> None:
        """Let holds and waits run on."""
        self._run_on(now)

    def take(self, news: News) -> None:
        """Read the replies again."""
        del news
        self.repaint_all()

    def on_mount(self) -> None:
        """Read what the first frame shows."""
        self.repaint_all()

    def repaint_all(self) -> None:
        """Read the replies and draw them."""
        reading = self.desk.session.reading
        # Those that wait for somebody come first.
        self._rows = sorted(reading.outstanding(), key=lambda one: (one not in self.desk.unsent, one.id))
        ids = [one.conversation_id for one in self._rows]
        self._conversations = reading.rows(ids) if ids else {}
        super().repaint_all()

    @property
    def _reply(self) -> StoredReply:
        return self._rows[self._chosen]

    def _title_line(self) -> Line:
        return Line(_(_TITLE), Ink.STRONG)

    def _lines(self, width: int) -> list[Line]:
        lines = [self._line(index, width) for index in range(len(self._rows))]
        return lines or [Line(_("No reply is waiting."))]

    def _line(self, index: int, width: int) -> Line:
        reply = self._rows[index]
        row = self._conversations.get(reply.conversation_id)
        who = wording.person(row.person) if row is not None else ""
        ink = Ink.MARKED if index == self._chosen else Ink.PLAIN
        line = Line().column("x" if reply in self.desk.unsent else ">", 3, ink)
        line.column(who, _PERSON - 1, ink).column("", 1, ink)
        account = None if row is None else self.desk.account(row)
        line.column(standing(reply, self.desk, account), min(_STATE, width // 3), ink).column("", 1, ink)
        return line.column(first_line(reply.text, width), max(1, width - line.width), ink)

    def _about(self, width: int) -> list[Line]:
        return about(self._reply, self.desk, self._choices(), width) if self._rows else []

    def _choices(self) -> list[tuple[str, str]]:
        """Return what one can do with the chosen reply: the key and what it does."""
        state = self._reply.state
        names = {
            ReplyState.UNKNOWN: ("seen_there", "outbox_link", "retry", "cancel"),
            ReplyState.SENDING: ("outbox_link",),
        }.get(state, ("retry", "take_back", "cancel", "outbox_open"))
        known = {one.id: one for one in self.desk.keymap.actions}
        shown = [(self.desk.keymap.keys(known[name]), known[name]) for name in names]
        return [(wording.key_name(keys[0]), _(action.label)) for keys, action in shown if keys]

    def _seen_there(self) -> None:
        self._said_sent(self._reply)

    def _show_link(self) -> None:
        """Show where one can look whether a reply is there. Raises Problem."""
        view = self.desk.session.reading.show(self._reply.conversation_id, limit=_LOOKED_AT)
        found = [link_of(one.permalink) for one in view.messages if one.permalink is not None]
        links = [link for link in found if link is not None]
        if not links:
            raise Problem(say("This conversation has no link"))
        self.program.copy(links[-1].url)
        self.tell(_("{link} (sent to the clipboard)").format(link=links[-1].url))

    def _open(self) -> None:
        """Go to the conversation of the reply. Raises Problem."""
        if not self.desk.choose_conversation(self._reply.conversation_id):
            raise Problem(say("Its conversation is not in the list that is shown"))
        self.program.show_inbox()

    def _retry(self) -> None:
        reply = self._reply
        if reply.state is ReplyState.UNKNOWN:
            # A second one may appear in public.
            self.ask(
                _("It may have been sent already."),
                (
                    Answer("i", _("it is there"), lambda: self._said_sent(reply)),
                    Answer("s", _("send it once more"), lambda: self._send(reply)),
                    Answer("escape", _("leave it"), _no),
                ),
            )
            return
        self._send(reply)

    def _send(self, reply: StoredReply) -> None:
        acting, held = self.desk.session.acting, reply.id in self.desk.holds.until
        act: Callable[[], object] = (
            partial(acting.release, reply.id) if held else partial(acting.send_again, reply.id, anyway=True)
        )
        self._write(act, reply, _("It will be sent"))

    def _said_sent(self, reply: StoredReply) -> None:
        self._write(partial(self.desk.session.acting.said_sent, reply.id), reply, _("It counts as sent"))

    def _take_back(self) -> None:
        def taken(reply: StoredReply) -> None:
            self._forget(reply)
            self.program.show_inbox(reply)

        self._beside.run(partial(self.desk.session.acting.take_back, self._reply.id), taken)

    def _cancel(self) -> None:
        reply = self._reply
        act = partial(self.desk.session.acting.cancel, reply.id)
        self.ask(
            _("Give this reply up for good?"),
            (
                Answer("d", _("give it up"), lambda: self._write(act, reply, _("Given up"))),
                Answer("escape", _("leave it"), _no),
            ),
        )

    def _write(self, act: Callable[[], object], reply: StoredReply, said: str) -> None:
        """Do something to a reply, and say so when it is written."""

        def then(_result: object) -> None:
            self._forget(reply)
            self._after(said)

        self._beside.run(act, then)

    def _forget(self, reply: StoredReply) -> None:
        """Let this screen no longer end the reply's hold, nor take it back."""
        self.desk.holds.drop(reply.id)
        self.desk.history.forget_reply(reply.id)

    def _after(self, text: str) -> None:
        self.desk.read_unsent()
        self.repaint_all()
        self.tell(text)


def _no() -> None:
    """Do nothing."""
