"""The replies that are on their way or were not sent, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import say
from cminbox.domain.text import first_line
from cminbox.i18n import N_, _
from cminbox.tui import wording
from cminbox.tui.actions import Fact, Place
from cminbox.tui.links import link_of
from cminbox.tui.outbox_lines import standing, why
from cminbox.tui.plain.spots import Spot, ignoring

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cminbox.domain.conversation import QueueRow
    from cminbox.domain.reply import StoredReply
    from cminbox.tui.plain.inbox import Effect

_TEXT = 160
_LOOKED_AT = 20


class Replies(Spot):
    """Every reply that has not arrived; those that wait for somebody stand first."""

    PLACE = Place.OUTBOX
    TITLE = N_("Replies that are on their way or were not sent")
    EMPTY = N_("No reply is waiting.")

    _found: Sequence[StoredReply] = ()
    _rows: Mapping[int, QueueRow] = {}

    def load(self) -> None:
        """Read the replies. Raises Problem."""
        desk = self.inbox.desk
        desk.read_unsent()
        self._found = sorted(desk.session.reading.outstanding(), key=lambda one: (one not in desk.unsent, one.id))
        self._rows = desk.session.reading.rows([one.conversation_id for one in self._found]) if self._found else {}

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._found)

    @property
    def _reply(self) -> StoredReply:
        self.check()
        return self._found[self.chosen]

    def line(self, index: int) -> str:
        """Return to whom a reply goes, where it stands, and how it begins."""
        reply, desk = self._found[index], self.inbox.desk
        row = self._rows.get(reply.conversation_id)
        account = None if row is None else desk.account(row)
        parts = ("" if row is None else wording.person(row.person), standing(reply, desk, account))
        said = ", ".join(part for part in parts if part)
        return _("{what}: {text}").format(what=said, text=first_line(reply.text, _TEXT))

    def about(self, index: int) -> Iterator[str]:
        """Yield why a reply stands where it does, what can be done with it, and its text."""
        reply = self._found[index]
        reason = wording.kept(reply.reason)
        if reason:
            yield reason
        if reply in self.inbox.desk.unsent:
            yield why(reply)
        yield _("Reply of {agent}").format(agent=reply.agent)
        yield reply.text

    def facts(self) -> frozenset[Fact]:
        """Return whether there is a reply to do something with, and whether nobody knows if it was sent."""
        if not self.count:
            return frozenset()
        in_doubt = self._reply.state is ReplyState.UNKNOWN
        return frozenset({Fact.REPLY, Fact.DOUBT} if in_doubt else {Fact.REPLY})

    def own_effects(self) -> Mapping[str, Effect]:
        """Return what can be done with a reply."""
        return {
            "retry": ignoring(self._retry),
            "take_back": ignoring(self._take_back),
            "cancel": ignoring(self._cancel),
            "seen_there": ignoring(self._seen_there),
            "outbox_link": ignoring(self._link),
            "outbox_open": ignoring(self._open),
        }

    def _retry(self) -> None:
        reply, inbox = self._reply, self.inbox
        if reply.state is ReplyState.UNKNOWN:
            # A second one may appear in public.
            answer = inbox.ask(
                _("It may have been sent already. i: it is there, s sends it once more, Enter leaves it:")
            )
            if answer == "i":
                self._seen_there()
            if answer != "s":
                return
        if reply.id in inbox.desk.holds.until:
            inbox.release(reply.id)
        else:
            inbox.session.acting.send_again(reply.id, anyway=True)
        self._forget(reply, _("It will be sent"))

    def _seen_there(self) -> None:
        self.inbox.session.acting.said_sent(self._reply.id)
        self._forget(self._reply, _("It counts as sent"))

    def _take_back(self) -> None:
        taken = self.inbox.session.acting.take_back(self._reply.id)
        self._forget(self._reply, "")
        self.inbox.go_home(say_where=False)
        self.inbox.desk.choose_conversation(taken.conversation_id)
        self.inbox.writing.reply(taken.conversation_id)

    def _cancel(self) -> None:
        reply = self._reply
        if self.inbox.ask(_("Give this reply up for good? d gives it up, Enter leaves it:")) == "d":
            self.inbox.session.acting.cancel(reply.id)
            self._forget(reply, _("Given up"))

    def _link(self) -> None:
        view = self.inbox.session.reading.show(self._reply.conversation_id, limit=_LOOKED_AT)
        found = [link_of(one.permalink) for one in view.messages if one.permalink is not None]
        links = [link for link in found if link is not None]
        if not links:
            raise Problem(say("This conversation has no link"))
        self.inbox.tell(links[-1].url)

    def _open(self) -> None:
        if not self.inbox.desk.choose_conversation(self._reply.conversation_id):
            raise Problem(say("Its conversation is not in the list that is shown"))
        self.inbox.go_home(say_where=False)
        self.inbox.read()

    def _forget(self, reply: StoredReply, said: str) -> None:
        """Let this terminal no longer end the reply's hold, nor take it back, and say what was done."""
        self.inbox.desk.holds.drop(reply.id)
        self.inbox.desk.history.forget_reply(reply.id)
        if said:
            self.inbox.tell(said)
        self.reload()
