"""What an agent can do. Every act is on disk when its method returns, and most can be undone."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from cminbox.domain.conversation import Status
from cminbox.domain.network import Capability
from cminbox.domain.problem import Problem
from cminbox.domain.reply import ReplyState, needs_a_person
from cminbox.domain.saying import say
from cminbox.inbox.drafting import Drafting
from cminbox.inbox.sendable import check_can, check_finished, check_window, too_much_or_little
from cminbox.store.conversations import missing
from cminbox.store.outbox import Decision

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from cminbox.domain.account import Account
    from cminbox.domain.canned import Macro
    from cminbox.domain.conversation import Claim, Priority, QueueRow
    from cminbox.domain.network import TextLimit
    from cminbox.domain.reply import StoredReply
    from cminbox.domain.saying import Saying
    from cminbox.domain.undoing import Undoables
    from cminbox.inbox.composing import Appraisal
    from cminbox.inbox.macros import Applied
    from cminbox.inbox.reading import ConversationView
    from cminbox.inbox.tending import Tending

_ON_PERSON = frozenset({Capability.BLOCK, Capability.MUTE, Capability.UNMUTE})
_UNDONE_BY = {
    Capability.HIDE: Capability.UNHIDE,
    Capability.LIKE: Capability.UNLIKE,
    Capability.BOOST: Capability.UNBOOST,
    Capability.MUTE: Capability.UNMUTE,
    Capability.APPROVE: Capability.HIDE,
}


class Acting(Drafting):
    """Acts in a workspace as its agent. Raises Problem (NotFound for ids that are none) with one sentence."""

    @cached_property
    def tending(self) -> Tending:
        """What a screen can do for accounts."""
        from cminbox.inbox.tending import Tending  # noqa: PLC0415 - not before the first paint

        return Tending(self._workspace)

    def reply(
        self,
        conversation_id: int,
        text: str,
        *,
        caret: int = 0,
        now: bool = False,
        released_by_sync: bool = False,
        seen: int | None = None,
        accepted: int = 0,
        wait: int = 0,
    ) -> StoredReply:
        """Decide to send: the reply is held for the undo window (none with `now`), then queued.

        `wait` is how many milliseconds it is held beyond that, so that many replies do not go out at once.
        `seen` is the `change` of the view that the agent has before him; `accepted` that of the view in which he was
        told of a colleague's answer and wanted to send all the same. Refused before anything is sent when the network
        cannot reply or the text breaks one of its limits, and with Answered when somebody else answers.
        """
        row = self._row(conversation_id)
        account = self._workspace.accounts.get_any(row.account)
        self._check_sendable(account, row, text)
        return self._workspace.outbox.decide(
            Decision(
                conversation_id,
                text,
                self._workspace.agent.name,
                self._workspace.agent.terminal,
                self._workspace.now(),
                0 if now else self.undo_window(row) + wait,
                caret,
                released_by_sync,
                seen,
                accepted,
            ),
        )

    def do_besides(self, ids: Sequence[int], macro: Macro) -> Applied:
        """Do to conversations what a canned reply does beside answering, in one transaction, and return each result."""
        from cminbox.inbox.macros import apply_macro  # noqa: PLC0415 - few canned replies do anything

        return apply_macro(self._workspace, ids, macro)

    def undo_window(self, row: QueueRow) -> int:
        """Return how long a reply in this conversation is held, in milliseconds."""
        return self._workspace.settings.undo.seconds(row.network, dm=not row.kind.public) * 1000

    def broken_limit(self, row: QueueRow, text: str) -> tuple[TextLimit, int] | None:
        """Return the first limit that a text breaks and how much it uses of it, None when it fits."""
        # The counting of graphemes is loaded at the first composer, not at the first screen.
        from cminbox.network_kit.limits import broken_limit, count  # noqa: PLC0415 - see above

        limits = self._limits(row)
        limit = broken_limit(text, limits)
        return None if limit is None else (limit, count(text, limit))

    def appraise(self, view: ConversationView, text: str) -> Appraisal:
        """Return what a text would become as a reply: how it counts, what is too much of it, what it costs."""
        from cminbox.inbox.composing import appraise  # noqa: PLC0415 - as in broken_limit

        return appraise(self._workspace, view.row, view.account, view.messages, text)

    def release(self, reply_id: int) -> bool:
        """End a hold of this screen: the reply goes out. False when it was undone meanwhile."""
        return self._workspace.outbox.release(reply_id, now=self._workspace.now())

    def release_soon(self, reply_id: int) -> Future[bool]:
        """As `release`, but nobody waits: on disk when the future is done, which raises Problem."""
        return self._workspace.outbox.release_soon(reply_id, now=self._workspace.now())

    def take_back(self, reply_id: int) -> StoredReply:
        """Make a reply that has not left a draft again, with its exact text and caret."""
        return self._workspace.outbox.take_back(
            reply_id,
            agent=self._workspace.agent.name,
            now=self._workspace.now(),
        )

    def cancel(self, reply_id: int) -> None:
        """Give a reply up for good."""
        self._workspace.outbox.cancel(reply_id, agent=self._workspace.agent.name, now=self._workspace.now())

    def retry(self, reply_id: int) -> None:
        """Queue a refused reply again, or send an unknown one once more because a person decided so."""
        self._workspace.outbox.retry(reply_id, agent=self._workspace.agent.name, now=self._workspace.now())

    def send_again(self, reply_id: int, *, anyway: bool = False) -> None:
        """Put a refused, interrupted or, with `anyway`, unknown reply on its way. Raises Problem for any other."""
        reply = self._workspace.outbox.get(reply_id)
        now = self._workspace.now()
        if reply.state is ReplyState.HELD and needs_a_person(reply, now):
            self.release(reply_id)
        elif reply.state is ReplyState.UNKNOWN and not anyway:
            raise Problem(
                say(
                    "Nobody knows whether reply {id} was published; look on the network, then say outbox sent {id},"
                    " or outbox retry {id} --anyway",
                    id=reply_id,
                )
            )
        else:
            self.retry(reply_id)

    def said_sent(self, reply_id: int) -> None:
        """Record that a person has seen an unknown reply on the network."""
        self._workspace.outbox.said_sent(reply_id, agent=self._workspace.agent.name, now=self._workspace.now())

    def done(self, ids: Sequence[int]) -> list[int]:
        """Close conversations; return the event ids, for undo."""
        return self._status(ids, Status.DONE)

    def reopen(self, ids: Sequence[int]) -> list[int]:
        """Put conversations back into the queue; return the event ids."""
        return self._status(ids, Status.OPEN)

    def wait_for_them(self, ids: Sequence[int]) -> list[int]:
        """Mark that the other side has to move; return the event ids."""
        return self._status(ids, Status.PENDING)

    def snooze(self, ids: Sequence[int], until: int) -> list[int]:
        """Take conversations out of the queue until an instant (UTC milliseconds); return the event ids."""
        if until <= self._workspace.now():
            raise Problem(say("The time to snooze until has passed already"))
        return self._status(ids, Status.SNOOZED, until)

    def assign(self, ids: Sequence[int], assignee: str | None) -> list[int]:
        """Give conversations to an agent, None to nobody; return the event ids."""
        return self._workspace.conversations.assign(
            ids,
            assignee,
            agent=self._workspace.agent.name,
            now=self._workspace.now(),
        )

    def set_priority(self, ids: Sequence[int], priority: Priority) -> list[int]:
        """Set how much conversations matter; return the event ids."""
        return self._workspace.conversations.set_priority(
            ids,
            priority,
            agent=self._workspace.agent.name,
            now=self._workspace.now(),
        )

    def flag(self, ids: Sequence[int], *, flagged: bool) -> list[int]:
        """Put a flag on conversations, or take it off; return the event ids."""
        agent = self._workspace.agent.name
        return self._workspace.conversations.flag(ids, flagged=flagged, agent=agent, now=self._workspace.now())

    def tag(self, ids: Sequence[int], *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> list[int]:
        """Add and remove tags; return the event ids."""
        return self._workspace.conversations.tag(
            ids,
            add=add,
            remove=remove,
            agent=self._workspace.agent.name,
            now=self._workspace.now(),
        )

    def note(self, conversation_id: int, text: str) -> int:
        """Add an internal note, which no network ever sees; return its id. What was begun of it is forgotten."""
        if not text.strip():
            raise Problem(say("The note is empty"))
        agent = self._workspace.agent
        return self._workspace.conversations.note(
            conversation_id, text, agent=agent.name, now=self._workspace.now(), terminal=agent.terminal
        )

    def undo(self, event_ids: Sequence[int] | None = None) -> list[int]:
        """Put back what events changed, the agent's last act by default; return the conversations."""
        agent = self._workspace.agent.name
        events = self._workspace.conversations.last_undoable(agent) if event_ids is None else event_ids
        if not events:
            raise Problem(say("There is nothing to undo"))
        return self._workspace.conversations.undo(events, agent=agent, now=self._workspace.now())

    def undoables(self) -> list[Undoables]:
        """Return the newest acts that can still be undone, whoever has done them, the newest first."""
        from cminbox.store.undoing import undoable  # noqa: PLC0415 - only where somebody looks back

        return undoable(self._workspace.database.read())

    def same_post(self, conversation_id: int) -> list[int]:
        """Return the open conversations under the same post of ours, this one included."""
        return self._workspace.conversations.same_post(conversation_id)

    def ask_network(
        self, conversation_id: int, capability: Capability, detail: str = "", *, message: str | None = None
    ) -> int:
        """Like, hide, delete, block ... the conversation's newest customer message or its author; return the act's id.

        `message` is the remote id of another message to act on. Refused at once, with the reason, when the network
        offers no such thing.
        """
        row = self.check_offered(conversation_id, capability, message)
        subject = row.person.remote_id
        if capability not in _ON_PERSON:
            subject = message if message is not None else self._newest_inbound(conversation_id)
        return self._workspace.acts.add(
            conversation_id,
            capability,
            subject,
            agent=self._workspace.agent.name,
            now=self._workspace.now(),
            detail=detail,
        )

    def check_offered(self, conversation_id: int, capability: Capability, message: str | None = None) -> QueueRow:
        """Return the conversation. Raises Problem when its network offers no such thing, with this message if given."""
        row, ours = self._row(conversation_id), self._workspace.conversations.is_own(conversation_id, message)
        check_can(self._workspace.accounts.get_any(row.account), capability, row.kind, ours=ours)
        return row

    def can_undo(self, conversation_id: int, capability: Capability) -> bool:
        """Whether a conversation's network can take back what `ask_network` asks of it."""
        manifest = self._workspace.accounts.get_any(self._row(conversation_id).account).manifest
        counter = _UNDONE_BY.get(capability)
        return manifest is not None and counter is not None and manifest.can(counter)

    def undo_act(self, act_id: int) -> int:
        """Take back what was asked of a network, done already or not; return the conversation's id."""
        act = self._workspace.acts.withdraw(act_id)
        agent, now = self._workspace.agent.name, self._workspace.now()
        self._workspace.acts.add(act.conversation_id, _UNDONE_BY[act.capability], act.subject, agent=agent, now=now)
        return act.conversation_id

    def outcome_of_act(self, act_id: int) -> tuple[str, Saying | None]:
        """Return the state of what was asked of a network (queued, done, refused) and the reason of a refusal."""
        return self._workspace.acts.outcome(act_id)

    def claim(self, conversation_id: int, *, take_over: bool = False) -> Claim:
        """Claim a conversation or renew the claim; return the claim in force, which may be a colleague's."""
        return self.claim_soon(conversation_id, take_over=take_over).result()

    def claim_soon(self, conversation_id: int, *, take_over: bool = False) -> Future[Claim]:
        """As `claim`, but nobody waits; the future gives the claim in force, and raises Problem."""
        agent = self._workspace.agent
        return self._workspace.claims.take_soon(
            conversation_id,
            agent=agent.name,
            terminal=agent.terminal,
            now=self._workspace.now(),
            take_over=take_over,
        )

    def is_own(self, claim: Claim) -> bool:
        """Whether a claim is that of this agent at this terminal."""
        return (claim.agent, claim.terminal) == (self._workspace.agent.name, self._workspace.agent.terminal)

    def release_claim_soon(self, conversation_id: int) -> Future[None]:
        """End one's own claim, for which nobody waits; the future is done when that is on disk."""
        agent = self._workspace.agent
        return self._workspace.claims.give_back_soon(conversation_id, agent=agent.name, terminal=agent.terminal)

    def _status(self, ids: Sequence[int], status: Status, until: int | None = None) -> list[int]:
        return self._workspace.conversations.set_status(
            ids,
            status,
            agent=self._workspace.agent.name,
            now=self._workspace.now(),
            until=until,
        )

    def _row(self, conversation_id: int) -> QueueRow:
        row = self._workspace.queue.row(conversation_id, now=self._workspace.now())
        if row is None:
            raise missing(conversation_id)
        return row

    def _newest_inbound(self, conversation_id: int) -> str:
        inbound = [
            message.remote_id
            for message in self._workspace.conversations.messages(conversation_id)
            if not message.ours and message.deleted_at is None
        ]
        if not inbound:
            raise Problem(say("Every message of conversation {id} was deleted", id=conversation_id))
        return inbound[-1]

    def _limits(self, row: QueueRow) -> tuple[TextLimit, ...]:
        manifest = self._workspace.accounts.get_any(row.account).manifest
        return () if manifest is None else tuple(manifest.limits.get(row.kind, ()))

    def _check_sendable(self, account: Account, row: QueueRow, text: str) -> None:
        check_can(account, Capability.REPLY)
        check_finished(text)
        check_window(self._workspace, account, row)
        from cminbox.inbox.composing import written_out  # noqa: PLC0415 - as in broken_limit

        broken = self.broken_limit(row, written_out(self._workspace, row, account, text) if text.strip() else "")
        if broken is not None:
            raise too_much_or_little(account.manifest.title if account.manifest else account.network, *broken)
