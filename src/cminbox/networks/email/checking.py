"""What an account is good for: can we read, are the folders there, may we send, and what does the server lack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cminbox.domain.message import Person
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.contract import AccountReport
from cminbox.networks.email.folders import opened, places, searched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.domain.saying import Saying
    from cminbox.network_kit.failures import SignInAgain
    from cminbox.networks.email.account import EmailAccount
    from cminbox.networks.email.client import Client
    from cminbox.networks.email.folders import Places

_DAYS = 7


@dataclass(frozen=True, slots=True)
class Seen:
    """What the mail server has."""

    where: Places
    can: frozenset[bytes]
    lately: int
    given_but_missing: tuple[str, ...]


def looked_at(client: Client, account: EmailAccount, now: int) -> Seen:
    """Look at the mailbox. `now` is UTC milliseconds."""
    can = frozenset(one.upper() for one in client.capabilities())
    where = places(client, account)
    names = {name for _flags, _delimiter, name in client.list_folders()}
    given = (account.sent, account.trash, account.junk)
    missing = tuple(name for name in given if name and name not in names)
    opened(client, where.inbox)
    day = datetime.fromtimestamp(now / 1000, UTC).date() - timedelta(days=_DAYS)
    return Seen(where, can, len(searched(client, "UNDELETED SINCE", day)), missing)


def reported(account: EmailAccount, seen: Seen, cannot_send: SignInAgain | None) -> AccountReport:
    """Return the report."""
    me = Person(account.address.lower(), account.address, account.name)
    remarks = [*_remarks(account, seen)]
    if cannot_send is not None:
        remarks.insert(0, cannot_send.saying)
    facts = {
        "folders": ", ".join(
            safe(one) for one in (seen.where.inbox, seen.where.sent, seen.where.trash, seen.where.junk) if one
        ),
    }
    return AccountReport(
        me,
        missing_scopes=() if cannot_send is None else (cannot_send.missing_scope or "SMTP",),
        remarks=tuple(remarks),
        facts=facts,
    )


def _remarks(account: EmailAccount, seen: Seen) -> Iterator[Saying]:
    inbox = safe(account.inbox)
    yield say("{count} mails of the last {days} days in {folder}", count=seen.lately, days=_DAYS, folder=inbox)
    for name in seen.given_but_missing:
        yield say("There is no folder called {folder}", folder=safe(name))
    if not seen.where.sent:
        yield say("There is no folder for sent mail: answers leave no copy, and one in doubt cannot be looked for")
    if not seen.where.trash:
        yield say("There is no folder for deleted mail, so nothing can be deleted")
    if not seen.where.junk:
        yield say("There is no folder for spam, so nothing can be reported as spam")
    if b"IDLE" not in seen.can:
        yield say("The server does not announce new mail (IDLE); it is asked at intervals")
    if b"CONDSTORE" not in seen.can:
        yield say("The server counts no changes (CONDSTORE): what others mark as deleted or as spam is not noticed")
