"""The verbs of the queue: each acts through the use cases, remembers how it is undone, and says what it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.domain.network import Capability
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import _, ngettext, render
from cminbox.tui import later, wording
from cminbox.tui.due import moment
from cminbox.tui.holds import Undoable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cminbox.domain.conversation import QueueRow
    from cminbox.domain.reply import StoredReply
    from cminbox.inbox.acting import Acting
    from cminbox.tui.desk import Desk


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act did: a sentence, the conversations it touched, and whether one goes on to the next."""

    text: str
    ids: tuple[int, ...] = ()
    advance: bool = False
    reply: StoredReply | None = None
    """A reply that was taken back and is to be edited."""
    held: int | None = None
    """The id of a reply; the sentence is true only while that one is held."""


class Acts:
    """Acts on the chosen conversation of a desk. Raises Problem with one sentence, and nothing was done then."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def _acting(self) -> Acting:
        return self._desk.session.acting

    @property
    def row(self) -> QueueRow:
        """The chosen conversation. Raises Problem where there is none."""
        row = self._desk.row
        if row is None:
            raise Problem(say("No conversation is chosen"))
        return row

    def done(self) -> Outcome:
        """Mark the conversation as done."""
        return self._did(_("Done"), self._acting.done, (self.row.id,))

    def done_post(self) -> Outcome:
        """Mark every conversation under the same post as done, as one step."""
        ids = self._acting.same_post(self.row.id)
        text = ngettext("{count} conversation done", "{count} conversations done", len(ids)).format(count=len(ids))
        return self._did(text, self._acting.done, ids)

    def snooze(self, until: Callable[[int], int]) -> Outcome:
        """Put the conversation off until an instant that is worked out from now."""
        now = self._desk.now
        at = until(now)
        text = _("Put off until {moment}").format(moment=moment(at, now))
        return self._did(text, lambda ids: self._acting.snooze(ids, at), (self.row.id,))

    def snooze_typed(self, typed: str) -> Outcome:
        """Put the conversation off for a time that a person typed."""
        return self.snooze(lambda now: later.parse_later(typed, now))

    def wait(self) -> Outcome:
        """Wait until the other side answers."""
        return self._did(_("Waiting for their answer"), self._acting.wait_for_them, (self.row.id,))

    def take(self) -> Outcome:
        """Assign the conversation to oneself."""
        return self.assign(self._desk.session.agent)

    def assign(self, typed: str) -> Outcome:
        """Assign the conversation to whoever was typed, to nobody for an empty text."""
        agent = " ".join(typed.split()).removeprefix("@")
        text = _("Assigned to {agent}").format(agent=safe(agent)) if agent else _("Assigned to nobody")
        return self._did(text, lambda ids: self._acting.assign(ids, agent or None), (self.row.id,), advance=False)

    def tag(self, typed: str) -> Outcome:
        """Add the typed tags, and take those away that have a minus before them."""
        words = [word.removeprefix("#") for word in typed.split()]
        add = [word for word in words if not word.startswith("-")]
        remove = [word.removeprefix("-").removeprefix("#") for word in words if word.startswith("-")]
        if not words:
            raise Problem(say("No tag was typed"))
        return self._did(
            _("Tagged"), lambda ids: self._acting.tag(ids, add=add, remove=remove), (self.row.id,), advance=False
        )

    def note(self, typed: str) -> Outcome:
        """Add an internal note."""
        conversation_id = self.row.id
        self._acting.note(conversation_id, typed)
        return Outcome(_("Note added; it is never sent"), (conversation_id,))

    def like(self) -> Outcome:
        """Like the newest message of the other side."""
        row = self.row
        said = _("{person} will get your like").format(person=wording.person(row.person))
        return self.ask_network(row, Capability.LIKE, said)

    def ask_network(
        self, row: QueueRow, capability: Capability, said: str, *, message: str | None = None, detail: str = ""
    ) -> Outcome:
        """Ask a network for something beside a reply; `message` is the remote id of what was before the agent."""
        desk = self._desk
        act_id = self._acting.ask_network(row.id, capability, detail, message=message)
        desk.asked[act_id] = wording.person(row.person)
        if self._acting.can_undo(row.id, capability):
            desk.history.add(Undoable(said, act_id=act_id))
        return Outcome(said, (row.id,))

    def refusals(self) -> list[str]:
        """Return a sentence for each thing that a network has refused since one last looked."""
        asked = self._desk.asked
        found = []
        for act_id, person in list(asked.items()):
            state, reason = self._acting.outcome_of_act(act_id)
            if state == "queued":
                continue
            del asked[act_id]
            if reason is not None:
                text = _("{person}: the network refused it: {why}").format(person=person, why=render(reason))
                found.append(text)
        return found

    def sent(self, reply: StoredReply, person: str) -> Outcome:
        """Take on a reply that was decided on: it can be taken back until it goes out."""
        desk = self._desk
        text = _("The reply to {person} will be sent").format(person=person)
        desk.history.add(Undoable(text, reply_id=reply.id))
        if reply.hold_until is not None:
            desk.holds.add(reply)
            text = _("The reply to {person} goes out in {seconds} s").format(
                person=person, seconds=desk.holds.seconds_left(desk.now)
            )
        return Outcome(text, (reply.conversation_id,), advance=True, held=reply.id if reply.hold_until else None)

    def undo(self) -> Outcome:
        """Take back the newest step of this screen, or the agent's last act when this screen has done nothing."""
        step = self._desk.history.pop()
        if step is None:
            return Outcome(_("Undone"), tuple(self._acting.undo()))
        if step.act_id is not None:
            self._desk.asked.pop(step.act_id, None)
            return Outcome(_("Undone: {act}").format(act=step.what), (self._acting.undo_act(step.act_id),))
        if step.reply_id is None:
            ids = self._acting.undo(step.events)
            return Outcome(_("Undone: {act}").format(act=step.what), tuple(ids))
        reply = self._acting.take_back(step.reply_id)
        self._desk.holds.drop(reply.id)
        return Outcome(_("Taken back; nothing was sent"), (reply.conversation_id,), reply=reply)

    def _did(
        self, text: str, act: Callable[[Sequence[int]], list[int]], ids: Sequence[int], *, advance: bool = True
    ) -> Outcome:
        events = act(ids)
        self._desk.history.add(Undoable(text, tuple(events)))
        return Outcome(text, tuple(ids), advance=advance)
