"""The verbs of the queue: each acts through the use cases, remembers how it is undone, and says what it did."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from cminbox.domain.network import Capability
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.i18n import _, ngettext, render
from cminbox.tui import later, wording
from cminbox.tui.bulk import AT_ONCE, Bulk, Deed, Traces
from cminbox.tui.due import moment
from cminbox.tui.holds import Undoable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cminbox.domain.conversation import Priority, QueueRow
    from cminbox.domain.reply import StoredReply
    from cminbox.inbox.acting import Acting
    from cminbox.tui.desk import Desk

_LOOKED_AT = 500
_TAG = 30


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
    """The verbs of a desk: most are returned as deeds, to be done to one conversation or to all that are marked."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._undoable: set[int] = set()
        """What was asked of networks and can be taken back, until it is known as one step."""

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

    @property
    def ids(self) -> list[int]:
        """What an act is meant for: everything that is marked, else the chosen conversation. Raises Problem."""
        return self._desk.marked() or [self.row.id]

    def done(self) -> Deed:
        """Mark as done."""
        return self._deed(_("Done"), self._acting.done)

    def who_writes(self, ids: Sequence[int]) -> str | None:
        """Return a colleague who is writing an answer to one of these conversations, None for nobody."""
        rows = self._desk.session.reading.rows(ids[:_LOOKED_AT]).values()
        own = self._desk.session.agent
        return next((row.claimed_by for row in rows if row.claimed_by not in {None, own}), None)

    def reopen(self) -> Deed:
        """Put back into the queue."""
        return self._deed(_("Back in the queue"), self._acting.reopen, advance=False)

    def prioritise(self, priority: Priority) -> Deed:
        """Say how much conversations matter."""
        text = _("Priority: {priority}").format(priority=_(priority.value))
        return self._deed(text, lambda ids: self._acting.set_priority(ids, priority), advance=False)

    def snooze(self, until: Callable[[int], int]) -> Deed:
        """Put off until an instant that is worked out from now."""
        now = self._desk.now
        at = until(now)
        text = _("Put off until {moment}").format(moment=moment(at, now))
        return self._deed(text, lambda ids: self._acting.snooze(ids, at))

    def snooze_typed(self, typed: str) -> Deed:
        """Put off for a time that a person typed."""
        return self.snooze(lambda now: later.parse_later(typed, now))

    def wait(self) -> Deed:
        """Wait until the other side answers."""
        return self._deed(_("Waiting for their answer"), self._acting.wait_for_them)

    def take(self) -> Deed:
        """Assign to oneself."""
        return self.assign(self._desk.session.agent)

    def assign(self, typed: str) -> Deed:
        """Assign to whoever was typed, to nobody for an empty text."""
        agent = " ".join(typed.split()).removeprefix("@")
        text = _("Assigned to {agent}").format(agent=safe(agent)) if agent else _("Assigned to nobody")
        return self._deed(text, lambda ids: self._acting.assign(ids, agent or None), advance=False)

    def flag(self, ids: Sequence[int]) -> Deed:
        """Put a flag on these conversations, or take it off where all of them have one."""
        # A long list is told by its beginning: nobody has looked at all of it.
        rows = self._desk.session.reading.rows(ids[:_LOOKED_AT])
        on = not all(row.flagged for row in rows.values())
        text = _("Flagged") if on else _("Flag taken off")
        return self._deed(text, lambda some: self._acting.flag(some, flagged=on), advance=False)

    def tag(self, typed: str) -> Deed:
        """Add the typed tags, and take those away that have a minus before them. Raises Problem when none was typed."""
        words = [word.removeprefix("#") for word in typed.split()]
        add = [word for word in words if not word.startswith("-")]
        remove = [word.removeprefix("-").removeprefix("#") for word in words if word.startswith("-")]
        if not words:
            raise Problem(say("No tag was typed"))
        return self._deed(
            _tagged(add, remove), lambda ids: self._acting.tag(ids, add=add, remove=remove), advance=False
        )

    def note(self, typed: str) -> Deed:
        """Add an internal note."""

        def act(ids: Sequence[int]) -> Traces:
            for one in ids:
                self._acting.note(one, typed)
            return Traces()

        return Deed(_("Note added; it is never sent"), _("Note added"), act, advance=False, alone=True)

    def like(self) -> Deed:
        """Like the newest message of the other side."""
        said = _("{person} will get your like").format(person=wording.person(self.row.person))
        return self.asks(Capability.LIKE, said, _("Like"))

    def asks(self, capability: Capability, said: str, title: str, *, detail: str = "") -> Deed:
        """Ask networks for something about the newest message of each conversation, or about its author."""

        def act(ids: Sequence[int]) -> Traces:
            return Traces(asked=tuple(self._ask(one, capability, detail, None) for one in ids))

        return Deed(said, title, act, advance=False, alone=True)

    def same_posts(self, ids: Sequence[int]) -> list[int]:
        """Return every conversation under the posts of these ones. Raises Problem for more than anybody looks at."""
        if len(ids) > AT_ONCE:
            raise Problem(say("All under the same post is for at most {most} conversations at a time", most=AT_ONCE))
        return list(dict.fromkeys(one for each in ids for one in self._acting.same_post(each)))

    def outcome(self, bulk: Bulk) -> Outcome:
        """Return what a bulk came to, and remember it as one step to undo."""
        text = bulk.text()
        undone_by_us = [one for one in bulk.asked if one in self._undoable]
        self._undoable.difference_update(bulk.asked)
        for reply in bulk.replies:
            self._desk.holds.add(reply)
        if bulk.events or undone_by_us or bulk.replies:
            replies = tuple(reply.id for reply in bulk.replies)
            asked, at, title = tuple(undone_by_us), self._desk.now, bulk.deed.title
            step = Undoable(text, tuple(bulk.events), asked=asked, at=at, replies=replies, title=title)
            self._desk.history.add(step)
        return Outcome(text, tuple(bulk.done), advance=bulk.deed.advance)

    def _deed(self, text: str, act: Callable[[Sequence[int]], list[int]], *, advance: bool = True) -> Deed:
        return Deed(text, text, lambda ids: Traces(tuple(act(ids))), advance)

    def _ask(self, conversation_id: int, capability: Capability, detail: str, message: str | None) -> int:
        desk = self._desk
        row = self._acting.check_offered(conversation_id, capability, message)
        act_id = self._acting.ask_network(row.id, capability, detail, message=message)
        desk.asked[act_id] = wording.person(row.person)
        if self._acting.can_undo(row.id, capability):
            self._undoable.add(act_id)
        return act_id

    def asks_about(self, message: str, capability: Capability, said: str, title: str = "", *, detail: str = "") -> Deed:
        """Ask a network for something about one message, by its remote id: the one that was before the agent."""

        def act(ids: Sequence[int]) -> Traces:
            return Traces(asked=tuple(self._ask(one, capability, detail, message) for one in ids))

        return Deed(said, title or said, act, advance=False)

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

    def sent(self, reply: StoredReply, person: str, events: Sequence[int] = ()) -> Outcome:
        """Take on a reply that was decided on: it can be taken back until it goes out.

        `events` are of what was done besides, and are undone with it.
        """
        desk = self._desk
        text = _("The reply to {person} will be sent").format(person=person)
        desk.history.add(Undoable(text, tuple(events), reply_id=reply.id, at=desk.now))
        if reply.hold_until is not None:
            desk.holds.add(reply)
            text = _("The reply to {person} goes out in {seconds} s").format(
                person=person, seconds=desk.holds.seconds_left(desk.now)
            )
        return Outcome(text, (reply.conversation_id,), advance=True, held=reply.id if reply.hold_until else None)

    def undo(self, step: Undoable | None) -> Outcome | Bulk:
        """Take back a step, or the agent's last act when this screen has done nothing; called in another thread.

        A step of many conversations is returned as a bulk that is still to be run.
        """
        if step is None:
            return Outcome(_("The last act is undone"), tuple(self._acting.undo()))
        if step.reply_id is not None:
            if step.events:
                self._acting.undo(step.events)
            reply = self._acting.take_back(step.reply_id)
            return Outcome(_("Taken back; nothing was sent"), (reply.conversation_id,), reply=reply)
        if step.replies:
            return self._undo_replies(step)
        act = step.title or step.what
        if len(step.events) > AT_ONCE:
            text = wording.undone(act)
            return Bulk(Deed(text, text, self._undo_events, advance=False), step.events)
        ids = self._acting.undo(step.events) if step.events else []
        touched = (*ids, *(self._acting.undo_act(one) for one in step.asked))
        return Outcome(wording.undone(act, len(set(touched))), touched)

    def undone(self, step: Undoable) -> None:
        """Forget a step that was taken back."""
        self._desk.history.take(step)
        for reply_id in (step.reply_id, *step.replies):
            if reply_id is not None:
                self._desk.holds.drop(reply_id)
        for one in step.asked:
            self._desk.asked.pop(one, None)

    def _undo_replies(self, step: Undoable) -> Outcome:
        """Take back the replies of one step that have not gone out, and what was done besides."""
        if step.events:
            self._acting.undo(step.events)
        back: list[int] = []
        for reply_id in step.replies:
            with suppress(Problem):
                back.append(self._acting.take_back(reply_id).conversation_id)
        text = ngettext("{count} reply taken back as a draft", "{count} replies taken back as drafts", len(back))
        return Outcome(text.format(count=len(back)), tuple(back))

    def _undo_events(self, events: Sequence[int]) -> Traces:
        self._acting.undo(events)
        return Traces()


def _tagged(add: Sequence[str], remove: Sequence[str]) -> str:
    """Return what is done to tags, in words."""
    added, taken = (" ".join(f"#{safe(one, limit=_TAG)}" for one in tags) for tags in (add, remove))
    if not remove:
        return _("Tagged {tags}").format(tags=added)
    if not add:
        return _("No longer tagged {tags}").format(tags=taken)
    return _("Tagged {added}, no longer {taken}").format(added=added, taken=taken)
