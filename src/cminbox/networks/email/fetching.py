"""What is new in the mailbox: what customers wrote, what we answered from elsewhere, what was marked meanwhile.

The cursor says, for the inbox and for Sent, the generation of the folder's UIDs and the last one that was given out,
and for the inbox how far its changes were followed (CONDSTORE). Another generation means that all numbers mean
something else: the cursor has expired.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from heapq import merge
from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.network_kit.contract import Page
from cminbox.network_kit.failures import CursorExpired
from cminbox.networks.email.conversing import Conversations, by_time, in_sent, message_of
from cminbox.networks.email.folders import DELETED, Found, Standing, fetched, opened, places, searched
from cminbox.networks.email.identity import remote_id, told_by_ours

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cminbox.domain.message import Message
    from cminbox.domain.saying import Saying
    from cminbox.networks.email.account import EmailAccount
    from cminbox.networks.email.client import Client
    from cminbox.networks.email.folders import Places

PAGE = 40
MOST_CHANGES = 500
_CHUNK = 500
_DAY_MS = 24 * 3600 * 1000
_MATTERS = "OR DELETED OR KEYWORD $Junk KEYWORD Junk"
INBOX, SENT = 0, 1


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a folder was read: the generation of its UIDs, the last one, and its last change that was followed."""

    validity: int
    uid: int
    changes: int = 0


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the mailbox was read. There is no mark of Sent where there is no such folder."""

    inbox: Mark
    sent: Mark | None

    @classmethod
    def of(cls, text: str) -> Cursor:
        """Return a cursor from its text. Raises CursorExpired."""
        try:
            said = json.loads(text)
            inbox, sent = _mark(said["inbox"]), said.get("sent")
            return cls(inbox, None if sent is None else _mark(sent))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise CursorExpired(say("It is not known any more where reading the mailbox stopped")) from None

    def __str__(self) -> str:
        """Return the text."""
        sent = None if self.sent is None else [self.sent.validity, self.sent.uid, self.sent.changes]
        return json.dumps({"inbox": [self.inbox.validity, self.inbox.uid, self.inbox.changes], "sent": sent})


def _mark(said: Any) -> Mark:  # noqa: ANN401 - JSON
    validity, uid, changes = said
    if not all(isinstance(one, int) and one >= 0 for one in (validity, uid, changes)):
        raise ValueError
    return Mark(validity, uid, changes)


@dataclass(slots=True)
class Survey:
    """What there is to read: UIDs of both folders, merged by the time they arrived, oldest first."""

    where: Places
    cursor: Cursor
    standing: Standing
    first: bool
    waiting: list[tuple[int, int]] = field(default_factory=list)
    """Folder and UID of each."""


def survey(client: Client, account: EmailAccount, text: str | None, since: int) -> Survey:
    """Look at what is new after a cursor, or since an instant (UTC milliseconds). Raises CursorExpired."""
    where = places(client, account)
    known = None if text is None else Cursor.of(text)
    inbox = opened(client, where.inbox)
    _same(inbox, None if known is None else known.inbox)
    last, new_inbox = _new(client, INBOX, inbox, None if known is None else known.inbox, since)
    sent_mark: Mark | None = None
    new_sent: list[tuple[int, int, int]] = []
    if where.sent:
        sent = opened(client, where.sent)
        mark = None if known is None else known.sent
        if mark is not None:
            _same(sent, mark)
        sent_last, new_sent = _new(client, SENT, sent, mark, since)
        sent_mark = Mark(sent.validity, sent_last)
    changes = inbox.changes if known is None else known.inbox.changes
    cursor = Cursor(Mark(inbox.validity, last, changes), sent_mark)
    waiting = [(folder, uid) for _, folder, uid in merge(new_inbox, new_sent)]
    return Survey(where, cursor, inbox, known is None, waiting)


def _same(standing: Standing, mark: Mark | None) -> None:
    if mark is not None and mark.validity != standing.validity:
        raise CursorExpired(say("The mail server has numbered the mails anew; they are read again"))


def _new(
    client: Client, folder: int, standing: Standing, mark: Mark | None, since: int
) -> tuple[int, list[tuple[int, int, int]]]:
    """Return the UID before everything new, and time, folder and UID of what is new in the open folder."""
    if mark is None:
        day = datetime.fromtimestamp(max(0, since - _DAY_MS) / 1000, UTC).date()
        uids = searched(client, "UNDELETED SINCE", day)
        before = uids[0] - 1 if uids else max(0, standing.next_uid - 1)
    else:
        before, uids = mark.uid, []
        if not standing.next_uid or standing.next_uid > before + 1:
            # The last mail answers to every range that ends with *, however old it is.
            uids = [uid for uid in searched(client, f"UID {before + 1}:*") if uid > before]
    dated = _dated(client, folder, uids)
    return before, [one for one in dated if mark is not None or one[0] >= since]


def _dated(client: Client, folder: int, uids: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return the time of each, never earlier than the one before it: a folder is read in its own order."""
    out: list[tuple[int, int, int]] = []
    latest = 0
    for start in range(0, len(uids), _CHUNK):
        chunk = uids[start : start + _CHUNK]
        said = client.fetch(chunk, ["INTERNALDATE"])
        for uid in chunk:
            moment = said.get(uid, {}).get(b"INTERNALDATE")
            at = round(moment.timestamp() * 1000) if isinstance(moment, datetime) else 0
            latest = max(latest, at)
            out.append((latest, folder, uid))
    return out


def page(client: Client, account: EmailAccount, found: Survey, size: int, now: int) -> Page | None:
    """Read the next mails; None when nothing is left. What is left of the survey gets shorter.

    `now` is UTC milliseconds.
    """
    batch = found.waiting[:size]
    if not batch:
        return None
    del found.waiting[: len(batch)]
    conversations = Conversations(client, found.where, account)
    messages: list[Message] = []
    skipped: list[Saying] = []
    cursor = found.cursor
    for folder, name in ((INBOX, found.where.inbox), (SENT, found.where.sent)):
        uids = [uid for where, uid in batch if where == folder]
        if not uids:
            continue
        opened(client, name)
        read = list(fetched(client, name, uids))
        skipped += [_unread(one, name) for one in read if isinstance(one, int)]
        letters = [one for one in read if isinstance(one, Found) and DELETED not in one.flags]
        messages += _messages(client, account, found.where, conversations, letters, now, ours=folder == SENT)
        cursor = _after(cursor, folder, uids[-1])
    found.cursor = cursor
    return Page(tuple(by_time(messages)), str(cursor), skipped=tuple(skipped))


def _messages(
    client: Client,
    account: EmailAccount,
    where: Places,
    conversations: Conversations,
    letters: Sequence[Found],
    now: int,
    *,
    ours: bool,
) -> Iterator[Message]:
    for one in letters:
        letter = one.letter
        if ours and not (letter.answers or told_by_ours([letter.message_id])):
            # What we began ourselves is nobody's question.
            continue
        own = not ours and letter.sender is not None and account.is_own(letter.sender.address)
        if own and in_sent(client, where, letter.message_id):
            # A copy to ourselves. A sender's address alone proves nothing: anybody can write it.
            continue
        key = conversations.key(letter, one.arrived_at or now)
        yield message_of(one, key, account, now, ours=ours)


def _after(cursor: Cursor, folder: int, uid: int) -> Cursor:
    if folder == INBOX:
        return replace(cursor, inbox=replace(cursor.inbox, uid=uid))
    return cursor if cursor.sent is None else replace(cursor, sent=replace(cursor.sent, uid=uid))


def _unread(uid: int, folder: str) -> Saying:
    return say("Mail {number} in {folder} cannot be read: the server's answer is no IMAP", number=uid, folder=folder)


def changed(client: Client, account: EmailAccount, found: Survey, now: int) -> Page | None:
    """Return what was marked as spam or as deleted since the cursor, None where the server counts no changes.

    Where it does, only mails that were read before are looked at: the others were read as they are now. `now` is UTC
    milliseconds.
    """
    mark, upto = found.cursor.inbox, found.standing.changes
    if found.first or not upto or not mark.changes or upto <= mark.changes or mark.uid < 1:
        return None if upto == mark.changes else Page((), str(_followed(found)))
    opened(client, found.where.inbox)
    wanted = searched(client, f"MODSEQ {mark.changes + 1} UID 1:{mark.uid}", _MATTERS)
    letters = [one for one in fetched(client, found.where.inbox, wanted[-MOST_CHANGES:]) if isinstance(one, Found)]
    gone = tuple(remote_id(one.letter.message_id, one.letter.digest) for one in letters if DELETED in one.flags)
    conversations = Conversations(client, found.where, account)
    kept = [one for one in letters if DELETED not in one.flags]
    messages = list(_messages(client, account, found.where, conversations, kept, now, ours=False))
    return Page(tuple(by_time(messages)), str(_followed(found)), gone)


def _followed(found: Survey) -> Cursor:
    return replace(found.cursor, inbox=replace(found.cursor.inbox, changes=found.standing.changes))


def nothing(found: Survey) -> Page:
    """Return the page of a mailbox without news, whose cursor is as good as any."""
    return Page((), str(found.cursor))
