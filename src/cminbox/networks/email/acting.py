"""What is done with single mails: found for an answer, filed, marked, moved. All here runs in a connection's thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.contract import Thread
from cminbox.network_kit.failures import NotSupported, Refused
from cminbox.networks.email.conversing import Conversations, by_time, in_sent, message_of
from cminbox.networks.email.folders import (
    ANSWERED,
    DELETED,
    SEEN,
    Found,
    Quoted,
    fetched,
    located,
    opened,
    places,
    searched,
)
from cminbox.networks.email.identity import known, own_message_id

if TYPE_CHECKING:
    from cminbox.domain.message import Message
    from cminbox.domain.reply import Reply
    from cminbox.networks.email.account import EmailAccount
    from cminbox.networks.email.client import Client
    from cminbox.networks.email.composing import Envelope

IDLE_SECONDS = 25 * 60.0
"""A server may end an IDLE of half an hour; it is begun anew before that."""
MOST_RELATED = 60


@dataclass(frozen=True, slots=True)
class Ready:
    """What stands before an answer: whether it was sent already, and the mail that it answers."""

    sent_before: bool
    found: Found | None


def prepared(client: Client, account: EmailAccount, reply: Reply) -> Ready:
    """Look whether an answer lies in Sent already, and for the mail that it answers."""
    where = places(client, account)
    if in_sent(client, where, own_message_id(reply.send_key, reply.conversation, account.address)):
        return Ready(sent_before=True, found=None)
    return Ready(sent_before=False, found=located(client, where, reply.to))


def is_sent(client: Client, account: EmailAccount, message_id: str) -> bool:
    """Whether an answer lies in Sent."""
    return in_sent(client, places(client, account), message_id)


def filed(client: Client, account: EmailAccount, envelope: Envelope, found: Found) -> None:
    """Put a copy of what was sent into Sent, unless one is there, and mark what was answered."""
    where = places(client, account)
    if where.sent and not account.server_files_copies and not in_sent(client, where, envelope.message_id):
        client.append(where.sent, envelope.content, (SEEN,))
    opened(client, found.folder, readonly=False)
    client.add_flags([found.uid], [ANSWERED, SEEN])


def mark_read(client: Client, account: EmailAccount, remote_id: str) -> bool:
    """Mark a mail as read; return whether it is there."""
    found = located(client, places(client, account), remote_id, readonly=False)
    if found is not None:
        client.add_flags([found.uid], [SEEN])
    return found is not None


def delete(client: Client, account: EmailAccount, remote_id: str) -> None:
    """Move a mail to the deleted ones; one that is there, or nowhere, is fine. Raises Refused without such a folder."""
    where = places(client, account)
    if not where.trash:
        raise Refused(say("There is no folder for deleted mail, so nothing can be deleted"))
    found = located(client, where, remote_id, readonly=False)
    if found is not None and found.folder != where.trash:
        _moved(client, found, where.trash)


def report(client: Client, account: EmailAccount, remote_id: str) -> bool:
    """Move a mail to the spam; return whether it is there. Raises Refused without such a folder."""
    where = places(client, account)
    if not where.junk:
        raise Refused(say("There is no folder for spam, so nothing can be reported as spam"))
    found = located(client, where, remote_id, readonly=False)
    if found is not None and found.folder != where.junk:
        _moved(client, found, where.junk)
    return found is not None


def _moved(client: Client, found: Found, folder: str) -> None:
    """Move a mail out of the open folder, in one step where the server can."""
    can = {one.upper() for one in client.capabilities()}
    if b"MOVE" in can:
        client.move([found.uid], folder)
        return
    client.copy([found.uid], folder)
    client.add_flags([found.uid], [DELETED])
    if b"UIDPLUS" in can:
        client.uid_expunge([found.uid])


def around(client: Client, account: EmailAccount, remote_id: str, now: int) -> Thread | None:
    """Return a mail with those of the same conversation before and after it, None when it is gone.

    `now` is UTC milliseconds.
    """
    where = places(client, account)
    found = located(client, where, remote_id)
    if found is None:
        return None
    conversations = Conversations(client, where, account)
    wanted = known(remote_id)
    ours = wanted is not None and wanted.ours
    key = conversations.key(found.letter, found.arrived_at or now)
    here = message_of(found, key, account, now, ours=ours)
    others: dict[str, Message] = {}
    for folder, own in ((where.inbox, False), (where.sent, True)):
        for one in _related(client, folder, found, key):
            if DELETED not in one.flags and conversations.key(one.letter, one.arrived_at or now) == key:
                message = message_of(one, key, account, now, ours=own)
                others[message.remote_id] = message
    others.pop(here.remote_id, None)
    ordered = by_time(list(others.values()))
    above = tuple(one for one in ordered if one.created_at < here.created_at)
    return Thread(above, here, tuple(one for one in ordered if one.created_at >= here.created_at))


def _related(client: Client, folder: str, found: Found, key: str) -> list[Found]:
    """Return mails that name the same ones, or an answer of ours in the same conversation."""
    if not folder:
        return []
    opened(client, folder)
    letter = found.letter
    # The ids of our answers tell the conversation, whole or in part.
    named = {letter.message_id, *letter.references[:1], *letter.in_reply_to[:1], f".{key.removeprefix('t-')}@"} - {""}
    uids: set[int] = set()
    for one in sorted(named):
        uids |= set(searched(client, "OR HEADER Message-ID", Quoted(one), "HEADER References", Quoted(one)))
        uids |= set(searched(client, "HEADER In-Reply-To", Quoted(one)))
    return [one for one in fetched(client, folder, sorted(uids)[-MOST_RELATED:]) if isinstance(one, Found)]


def wait_for_news(client: Client, account: EmailAccount, seconds: float = IDLE_SECONDS) -> None:
    """Return when the server announces something in the inbox, or after so many seconds. Raises what IDLE raises."""
    if b"IDLE" not in {one.upper() for one in client.capabilities()}:
        raise NotSupported(say("The server does not announce new mail (IDLE); it is asked at intervals"))
    opened(client, account.inbox)
    client.idle()
    try:
        client.idle_check(seconds)
    finally:
        client.idle_done()
