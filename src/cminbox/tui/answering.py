"""Writing one reply: the claim, the draft that is never lost, and the check that nobody else has answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.problem import Answered
from cminbox.domain.reply import ReplyState
from cminbox.i18n import _
from cminbox.tui import wording

if TYPE_CHECKING:
    from cminbox.domain.account import Account
    from cminbox.domain.conversation import Claim, QueueRow
    from cminbox.domain.reply import StoredReply
    from cminbox.inbox.acting import Acting
    from cminbox.inbox.reading import ConversationView, Reading

RENEW_MILLISECONDS = 20_000
KEEP_SECONDS = 0.7
"""So soon after a key what was typed is on disk."""


class Answering:
    """The reply that is being written at this screen, if any."""

    def __init__(self, reading: Reading, acting: Acting) -> None:
        self._reading = reading
        self._acting = acting
        self._kept = ("", 0)
        self._seen: frozenset[tuple[str, int, str]] = frozenset()
        self._renewed_at = 0
        self._accepted = 0
        self.view: ConversationView | None = None

    @property
    def row(self) -> QueueRow | None:
        """The conversation that is answered, None while nothing is written."""
        return None if self.view is None else self.view.row

    @property
    def account(self) -> Account | None:
        """The account that speaks."""
        return None if self.view is None else self.view.account

    def begin(self, conversation_id: int, now: int, *, take_over: bool = False) -> Claim | None:
        """Claim a conversation; return a colleague's claim that stands in the way, None when one may write.

        Raises Problem.
        """
        claim = self._acting.claim(conversation_id, take_over=take_over)
        if not self._acting.is_own(claim):
            return claim
        self._renewed_at = now
        self._accepted = 0
        self.view = self._reading.show(conversation_id)
        self._seen = _answers(self.view)
        return None

    def draft(self) -> tuple[str, int]:
        """Return the text to go on with and the offset of the caret in it."""
        assert self.row is not None
        draft = self._reading.draft(self.row.id)
        self._kept = ("", 0) if draft is None else (draft.text, draft.cursor)
        return self._kept

    def keep(self, text: str, caret: int) -> None:
        """Put what was typed so far on disk, unless it is there already."""
        if self.row is None or (text, caret) == self._kept or (not text.strip() and not self._kept[0]):
            return
        self._acting.save_draft(self.row.id, text, caret)
        self._kept = (text, caret)

    def renew(self, now: int) -> None:
        """Keep the claim while one writes."""
        if self.row is not None and now - self._renewed_at >= RENEW_MILLISECONDS:
            self._renewed_at = now
            self._acting.claim(self.row.id)

    def news(self) -> str:
        """Return what has happened in the conversation since one last looked, empty when nothing of weight has."""
        if self.row is None:
            return ""
        before = self._seen
        self.view = self._reading.show(self.row.id)
        self._seen = _answers(self.view)
        new = self._seen - before
        if new:
            # He is told of it now; if he sends after that, he wants to.
            self._accepted = self.view.change
        if any(kind == "ours" for kind, _id, _who in new):
            return _("It has been answered meanwhile. Enter sends all the same.")
        others = [who for kind, _id, who in new if kind == "reply"]
        if others:
            return _("{agent} has answered it meanwhile. Enter sends all the same.").format(agent=others[0])
        return _("A new message has come. Enter sends all the same.") if new else ""

    def send(self, text: str, caret: int) -> StoredReply:
        """Decide to send. Raises Problem, and the text stays as it is; after Answered one may send all the same."""
        assert self.view is not None
        conversation_id, seen = self.view.row.id, self.view.change
        try:
            reply = self._acting.reply(conversation_id, text, caret=caret, seen=seen, accepted=self._accepted)
        except Answered:
            self.view = self._reading.show(conversation_id)
            self._accepted = self.view.change
            raise
        self._kept = ("", 0)
        return reply

    def end(self) -> None:
        """Stop writing: the conversation is free for others."""
        if self.row is not None:
            self._acting.release_claim(self.row.id)
        self.view = None

    def room(self, text: str) -> tuple[int, int] | None:
        """Return how much of the network's limit a text uses, and the limit; None where there is none."""
        return None if self.row is None else self._acting.room(self.row, text)

    def voice(self) -> str:
        """Return who speaks, where, and who will read it: what stands beside Send."""
        if self.view is None:
            return ""
        return _("as {speaker} on {network}, {visibility}").format(
            speaker=wording.speaker(self.view.account),
            network=wording.network_of(self.view.account),
            visibility=wording.visibility(self.view.row),
        )


def _answers(view: ConversationView) -> frozenset[tuple[str, int, str]]:
    """Return what makes an answer stale: messages, and replies of anybody that are on their way."""
    messages = {("ours" if one.ours else "theirs", one.id, "") for one in view.messages}
    still = {ReplyState.DRAFT, ReplyState.CANCELLED, ReplyState.REFUSED, ReplyState.SENT}
    replies = {("reply", one.id, one.agent) for one in view.replies if one.state not in still}
    return frozenset(messages | replies)
