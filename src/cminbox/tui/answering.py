"""Writing one reply: the claim, the draft that is never lost, and the check that nobody else has answered."""

from __future__ import annotations

from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from cminbox.domain.problem import Answered, Problem
from cminbox.domain.reply import ReplyState
from cminbox.i18n import _
from cminbox.tui import wording
from cminbox.tui.beside import AT_ONCE_SECONDS
from cminbox.tui.keeping import AGAIN_MILLISECONDS, NOTHING, Keeping

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from cminbox.domain.account import Account
    from cminbox.domain.conversation import Claim, QueueRow
    from cminbox.domain.reply import StoredReply
    from cminbox.inbox.acting import Acting
    from cminbox.inbox.composing import Appraisal
    from cminbox.inbox.reading import ConversationView, Reading
    from cminbox.tui.keeping import Typed

Event: TypeAlias = tuple[str, int, str]
"""What may make an answer stale: its kind, a number that tells it from others, an agent."""

RENEW_MILLISECONDS = 20_000
KEEP_SECONDS = 0.7
"""So soon after a key what was typed is on disk."""


class Answering:
    """The reply that is being written at this screen, if any. `now` is UTC milliseconds."""

    def __init__(self, reading: Reading, acting: Acting) -> None:
        self._reading = reading
        self._acting = acting
        self._keeping: Keeping | None = None
        self._set_aside: Keeping | None = None
        self._renewing: Future[Claim] | None = None
        self._adopted: StoredReply | None = None
        self._adopting: Future[None] | None = None
        self._seen: frozenset[Event] = frozenset()
        self._renewed_at = 0
        self._accepted = 0
        self.view: ConversationView | None = None
        self.overtaken = ""
        """What the last news told of somebody else who answers, empty when it told nothing of that."""

    @property
    def row(self) -> QueueRow | None:
        """The conversation that is answered, None while nothing is written."""
        return None if self.view is None else self.view.row

    @property
    def account(self) -> Account | None:
        """The account that answers, None while no conversation is open."""
        return None if self.view is None else self.view.account

    def begin(self, conversation_id: int, now: int, *, take_over: bool = False) -> Claim | None:
        """Claim a conversation; return a colleague's claim that stands in the way, None when one may write.

        Raises Problem.
        """
        claiming = self._acting.claim_soon(conversation_id, take_over=take_over)
        claim = _at_once(claiming)
        view = self._reading.show(conversation_id)
        known = view.claim if claim is None and not take_over else claim
        if known is not None and not self._acting.is_own(known):
            return known
        self._renewing = claiming
        self._renewed_at = now
        self._accepted = 0
        self.view = view
        self._seen = self._answers(self.view)
        draft = self._reading.draft(conversation_id)
        self._adopted = draft
        self._adopting = None if draft is None else self._acting.adopt_draft(draft)
        typed = NOTHING if draft is None else (draft.text, draft.cursor)
        self._keeping = Keeping(partial(self._acting.save_draft_soon, conversation_id), typed, typed)
        return None

    def draft(self) -> Typed:
        """Return the text to go on with and the offset of the caret in it."""
        return NOTHING if self._keeping is None else self._keeping.kept

    def keep_soon(self, text: str, caret: int) -> None:
        """Have what was typed so far on disk soon; nobody waits for it."""
        if self._keeping is not None:
            self._keeping.want((text, caret))

    def keep(self, text: str, caret: int) -> None:
        """Have what was typed so far on disk before one goes on. Raises Problem when it cannot be."""
        if self._keeping is not None:
            self._keeping.finish((text, caret))

    def look(self, now: int) -> Problem | None:
        """Go on with saving, and keep the claim while one writes; return what stands in the way of saving."""
        unclaimed = self._take_claim(now)
        self._take_along()
        if self.row is not None and not 0 <= now - self._renewed_at < RENEW_MILLISECONDS:
            self._renewed_at = now
            self._renewing = self._acting.claim_soon(self.row.id)
        if self._keeping is None:
            return None
        problem = self._keeping.look(now)
        # Saves wait behind a claim that cannot be written, so that its failure is theirs.
        return problem if problem is not None or self._keeping.whole else unclaimed

    def _take_along(self) -> None:
        """Try again to take a draft of another terminal along that could not be: before anything is saved here."""
        if self._adopting is None or not self._adopting.done():
            return
        failed, self._adopting = self._adopting.exception() is not None, None
        if failed and self._adopted is not None and self.row is not None:
            self._adopting = self._acting.adopt_draft(self._adopted)

    def _take_claim(self, now: int) -> Problem | None:
        """See how the claim goes; return why it could not be written, and have it tried again soon."""
        if self._renewing is None or not self._renewing.done():
            return None
        renewing, self._renewing = self._renewing, None
        error = renewing.exception()
        if error is None:
            return None
        if not isinstance(error, Problem):
            raise error
        self._renewed_at = now - RENEW_MILLISECONDS + AGAIN_MILLISECONDS
        return error

    def news(self) -> str:
        """Return what has happened in the conversation since one last looked, empty when nothing of weight has."""
        if self.row is None:
            return ""
        before = self._seen
        self.view = self._reading.show(self.row.id)
        self._seen = self._answers(self.view)
        new = self._seen - before
        self.overtaken = _warning(new)
        if self.overtaken:
            # He is told of it now; if he sends after that, he wants to.
            self._accepted = self.view.change
            enter = _("Enter sends all the same.")
            return f"{self.overtaken} {enter}"
        return _("A new message has come. Enter sends all the same.") if new else ""

    def deciding(self, text: str, caret: int) -> Callable[[], StoredReply]:
        """Return what decides to send, to be called in any thread, and then `sent` or `not_sent`. Raises Problem.

        Meanwhile nothing is saved: a draft that came after the decision would be a second reply.
        """
        assert self.view is not None
        self._set_aside, self._keeping = self._keeping, None
        return partial(
            self._acting.reply,
            self.view.row.id,
            text,
            caret=caret,
            seen=self.view.change,
            accepted=self._accepted,
        )

    def sent(self) -> None:
        """Forget the draft, which has become a reply."""
        self._set_aside = None

    def not_sent(self, problem: Problem) -> None:
        """Go on with the text as it was; after Answered one may send all the same."""
        self._keeping, self._set_aside = self._set_aside, None
        if isinstance(problem, Answered) and self.view is not None:
            self.view = self._reading.show(self.view.row.id)
            self._accepted = self.view.change

    def send(self, text: str, caret: int) -> StoredReply:
        """Decide to send, and wait until that is written. Raises Problem, and the text stays as it is."""
        decide = self.deciding(text, caret)
        try:
            reply = decide()
        except Problem as problem:
            self.not_sent(problem)
            raise
        self.sent()
        return reply

    @property
    def kept(self) -> bool:
        """Whether everything that was typed is on disk."""
        return self._keeping is None or self._keeping.whole

    def keep_at_once(self, text: str, caret: int) -> None:
        """Have what was typed on disk if that is a matter of a moment; see `kept`. Raises Problem."""
        if self._keeping is not None:
            self._keeping.at_once((text, caret), AT_ONCE_SECONDS)

    def end(self) -> None:
        """Stop writing: the conversation is free for others, as soon as that is written."""
        self._keeping = None
        if self.view is None:
            return
        freeing = self._acting.release_claim_soon(self.view.row.id)
        self.view = None
        with suppress(TookTooLong, Problem):
            # One that cannot be written ends by itself.
            freeing.result(AT_ONCE_SECONDS)

    def appraise(self, text: str) -> Appraisal | None:
        """Return what a text would become as a reply, None while nothing is written."""
        return None if self.view is None else self._acting.appraise(self.view, text)

    def left(self, now: int) -> int | None:
        """Return for how many milliseconds the network still takes a reply, None where there is no such rule."""
        until = None if self.view is None else self.view.reply_until
        return None if until is None else until - now

    def voice(self) -> str:
        """Return who speaks, where, and who will read it: what stands beside Send."""
        if self.view is None:
            return ""
        return _("as {speaker} on {network}, {visibility}").format(
            speaker=wording.speaker(self.view.account),
            network=wording.network_of(self.view.account),
            visibility=wording.visibility(self.view.row),
        )

    def _answers(self, view: ConversationView) -> frozenset[Event]:
        """Return what makes an answer stale: messages, their edits and deletions, replies under way, a lost claim."""
        messages = {("ours" if one.ours else "theirs", one.id, "") for one in view.messages}
        messages |= {("deleted", one.id, "") for one in view.messages if one.deleted_at is not None and not one.ours}
        theirs = {one.id for one in view.messages if not one.ours}
        edits = (one for one in view.events if one.what == "edited" and one.before is not None)
        messages |= {("edited", one.id, "") for one in edits if one.before and one.before["message"] in theirs}
        still = {ReplyState.DRAFT, ReplyState.CANCELLED, ReplyState.REFUSED, ReplyState.SENT}
        replies = {("reply", one.id, one.agent) for one in view.replies if one.state not in still}
        lost = view.claim is not None and not self._acting.is_own(view.claim)
        claims = {("claim", view.claim.since, view.claim.agent)} if view.claim is not None and lost else set()
        return frozenset(messages | replies | claims)


def _at_once(claiming: Future[Claim]) -> Claim | None:
    """Return the claim that was written, None when the database does not answer at once. Raises Problem."""
    try:
        return claiming.result(AT_ONCE_SECONDS)
    except TookTooLong:
        return None


def _warning(new: frozenset[Event]) -> str:
    """Return that somebody else answers, or that what is answered has changed; empty when nothing new says so."""
    told = {kind: who for kind, _number, who in sorted(new)}
    if "ours" in told:
        return _("It has been answered meanwhile.")
    if "reply" in told:
        return _("{agent} has answered it meanwhile.").format(agent=told["reply"])
    if "claim" in told:
        return _("{agent} has taken this over.").format(agent=told["claim"])
    if "deleted" in told:
        return _("A message of theirs was deleted meanwhile.")
    return _("A message of theirs was edited meanwhile.") if "edited" in told else ""
