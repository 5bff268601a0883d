"""Which conversation a mail belongs to, and what becomes of it as a message.

By what it answers: first an answer of ours, whose id tells its conversation, then the first of its references, then the
mail that it answers. Its subject is the last resort, where the same person wrote under the same words a short time ago.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cminbox.domain.message import SPAM, Kind, Message, Person
from cminbox.networks.email.folders import Found, Quoted, fetched, is_junk, opened, searched, with_id
from cminbox.networks.email.identity import key_of, remote_id, sent_id, told_by_ours
from cminbox.networks.email.letters import bare_subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.networks.email.account import EmailAccount
    from cminbox.networks.email.client import Client
    from cminbox.networks.email.folders import Places
    from cminbox.networks.email.letters import Letter

SUBJECT_DAYS = 30
MOST_HOPS = 5
_SHORTEST_SUBJECT = 8
_FEW = 20
_NOBODY = "unknown"


class Conversations:
    """Finds the conversation of each mail; what was looked up once is remembered for the length of one reading.

    `arrived_at` is UTC milliseconds.
    """

    def __init__(self, client: Client, where: Places, account: EmailAccount) -> None:
        self._client = client
        self._where = where
        self._account = account
        self._roots: dict[str, str] = {}

    def key(self, letter: Letter, arrived_at: int) -> str:
        """Return the key of a mail's conversation. Opens other folders."""
        told = told_by_ours((letter.message_id, *letter.in_reply_to, *reversed(letter.references))) or letter.about
        if told is not None:
            return told
        if letter.references:
            return key_of(letter.references[0])
        if letter.in_reply_to:
            return self._of_answered(letter.in_reply_to[0])
        return self._by_subject(letter, arrived_at) or key_of(letter.root)

    def _of_answered(self, message_id: str) -> str:
        """Return the conversation of a mail that is answered, going up from answer to answer."""
        first = message_id
        for _ in range(MOST_HOPS):
            if message_id in self._roots:
                break
            above = self._letter(message_id)
            told = None if above is None else told_by_ours((above.message_id, *above.in_reply_to, *above.references))
            if told is not None:
                self._roots[first] = told
                return told
            if above is None or not above.answers:
                break
            message_id = above.references[0] if above.references else above.in_reply_to[0]
            if above.references:
                break
        key = self._roots.get(message_id) or key_of(message_id)
        self._roots[first] = key
        return key

    def _letter(self, message_id: str) -> Letter | None:
        for folder in (self._where.inbox, self._where.sent):
            if folder:
                opened(self._client, folder)
                for one in fetched(self._client, folder, with_id(self._client, message_id)[:_FEW]):
                    if isinstance(one, Found) and one.letter.message_id == message_id:
                        return one.letter
        return None

    def _by_subject(self, letter: Letter, arrived_at: int) -> str | None:
        """Return the one conversation that the same person began under the same subject, None where that is unclear."""
        subject = bare_subject(letter.subject)
        plain = subject.isascii() and letter.sender is not None and letter.sender.address.isascii()
        if letter.sender is None or not letter.says_reply or len(subject) < _SHORTEST_SUBJECT or not plain:
            return None
        day = datetime.fromtimestamp(arrived_at / 1000, UTC).date() - timedelta(days=SUBJECT_DAYS)
        opened(self._client, self._where.inbox)
        words = ("FROM", Quoted(letter.sender.address), "SUBJECT", Quoted(subject), "SINCE", day)
        uids = searched(self._client, *words)
        keys = set()
        # All of them first: the conversation of each is looked for in other folders.
        for one in list(fetched(self._client, self._where.inbox, uids[-_FEW:])):
            if not isinstance(one, Found) or one.letter.digest == letter.digest:
                continue
            before = one.arrived_at is not None and one.arrived_at <= arrived_at
            if before and _same_talk(letter, one.letter) and (one.letter.answers or not one.letter.says_reply):
                keys.add(self.key(one.letter, arrived_at))
        return keys.pop() if len(keys) == 1 else None


def _same_talk(one: Letter, other: Letter) -> bool:
    if one.sender is None or other.sender is None:
        return False
    same_person = one.sender.address.lower() == other.sender.address.lower()
    return same_person and bare_subject(one.subject) == bare_subject(other.subject)


def in_sent(client: Client, where: Places, message_id: str) -> bool:
    """Whether a mail with exactly this id lies in Sent, which is then open."""
    if not where.sent or not message_id:
        return False
    opened(client, where.sent)
    uids = with_id(client, message_id)[:_FEW]
    found = fetched(client, where.sent, uids)
    return any(isinstance(one, Found) and one.letter.message_id == message_id for one in found)


def message_of(found: Found, conversation: str, account: EmailAccount, now: int, *, ours: bool) -> Message:
    """Return a mail as a message. `now` is UTC milliseconds, for a mail of which no time is known."""
    letter = found.letter
    at = found.arrived_at or letter.sent_at or now
    if ours:
        person = Person(account.address.lower(), account.address, account.name)
        key = sent_id(letter.message_id) if letter.message_id else remote_id("", letter.digest)
        return Message(key, Kind.DM, person, letter.text, at, conversation, ours=True, attachments=letter.attachments)
    sender = letter.sender
    author = Person(_NOBODY, _NOBODY) if sender is None else _person(sender.address, sender.name)
    return Message(
        remote_id(letter.message_id, letter.digest),
        Kind.DM,
        author,
        letter.text,
        at,
        conversation,
        attachments=letter.attachments,
        labels=(*letter.labels, *((SPAM,) if is_junk(found.flags) else ())),
    )


def _person(address: str, name: str) -> Person:
    return Person(address.lower(), address, name if name.lower() != address.lower() else "")


def by_time(messages: list[Message], key: Callable[[Message], int] = lambda one: one.created_at) -> list[Message]:
    """Return messages oldest first."""
    return sorted(messages, key=key)
