"""The folders of a mailbox: which is for what, how each stands, and where a mail lies by now.

All here runs in a connection's thread and raises what the client raises.
"""

from __future__ import annotations

import imaplib
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.failures import Refused
from cminbox.networks.email.identity import Known, known
from cminbox.networks.email.letters import PREFIX, Letter, read, with_texts
from cminbox.networks.email.parts import choose, of_structure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cminbox.networks.email.account import EmailAccount
    from cminbox.networks.email.client import Client
    from cminbox.networks.email.parts import Chosen, Part

MOST_FOLDERS = 60
MOST_CANDIDATES = 50
LONGEST_TEXT_PART = 256 * 1024
MOST_LARGE_TEXTS = 4
SEEN, ANSWERED, DELETED = b"\\Seen", b"\\Answered", b"\\Deleted"
JUNK_FLAGS = frozenset({b"$junk", b"junk"})
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BODY = "BODY.PEEK[]<0.{}>"
_HEAD_ITEMS = ("UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", _BODY.format(PREFIX))
_SPOILT = (imaplib.IMAP4.error, ValueError, TypeError, IndexError, KeyError, AssertionError, RecursionError)
"""What the client raises where a server refuses one mail, or answers with something that is no IMAP."""
_USES = {"sent": b"\\sent", "trash": b"\\trash", "junk": b"\\junk", "drafts": b"\\drafts"}
_NAMES = {
    "sent": ("sent", "sent messages", "sent items", "sent mail"),
    "trash": ("trash", "deleted messages", "deleted items", "bin"),
    "junk": ("junk", "spam", "junk e-mail", "junk email", "bulk mail"),
    "drafts": ("drafts",),
}
"""What servers call them that do not say what they are for."""


@dataclass(frozen=True, slots=True)
class Places:
    """The names of a mailbox's folders by what they are for, empty where there is none."""

    inbox: str
    sent: str = ""
    trash: str = ""
    junk: str = ""
    drafts: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a folder stands: `validity` is the generation of its UIDs, `changes` 0 where the server counts none."""

    validity: int
    next_uid: int
    changes: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """Where a mail lies. `arrived_at` is UTC milliseconds, by the server's clock."""

    folder: str
    uid: int
    letter: Letter
    flags: tuple[bytes, ...]
    arrived_at: int | None


def places(client: Client, account: EmailAccount) -> Places:
    """Return the folders: as the account says, as the server says, or by the names that are usual.

    Raises Refused when there is no inbox of the name that the account says.
    """
    by_use: dict[str, str] = {}
    by_name: dict[str, str] = {}
    usable: list[str] = []
    for flags, delimiter, name in client.list_folders():
        low = {flag.lower() for flag in flags}
        if low & {b"\\noselect", b"\\nonexistent"} or len(usable) >= MOST_FOLDERS:
            continue
        usable.append(name)
        separator = (delimiter or b"/").decode("ascii", "replace")
        for use, flag in _USES.items():
            if flag in low:
                by_use.setdefault(use, name)
            elif name.rpartition(separator)[2].casefold() in _NAMES[use]:
                by_name.setdefault(use, name)
    if account.inbox.casefold() not in {name.casefold() for name in usable}:
        raise Refused(say("There is no folder called {folder} on the server", folder=safe(account.inbox)))
    given = {"sent": account.sent, "trash": account.trash, "junk": account.junk}
    chosen = {use: given.get(use) or by_use.get(use) or by_name.get(use, "") for use in _USES}
    known_ones = {account.inbox, *chosen.values()}
    return Places(account.inbox, **chosen, others=tuple(name for name in usable if name not in known_ones))


def opened(client: Client, folder: str, *, readonly: bool = True) -> Standing:
    """Open a folder."""
    said = client.select_folder(folder, readonly)
    return Standing(_whole(said, b"UIDVALIDITY"), _whole(said, b"UIDNEXT"), _whole(said, b"HIGHESTMODSEQ"))


def _whole(said: Mapping[bytes, Any], key: bytes) -> int:
    value = said.get(key, 0)
    return value if isinstance(value, int) else 0


def fetched(client: Client, folder: str, uids: Sequence[int]) -> Iterator[Found | int]:
    """Read mails of the open folder; a UID alone stands for one that cannot be read, those that are gone are left out.

    Of a large mail only its head and its text are fetched, never what came with it.
    """
    answers = _answers(client, uids)
    for uid in uids:
        said = answers.get(uid)
        if said is None:
            continue
        raw = _bytes(said, b"BODY[]<0>")
        if raw is None:
            yield uid
            continue
        size = said.get(b"RFC822.SIZE")
        whole = isinstance(size, int) and size <= PREFIX and len(raw) <= PREFIX
        letter, chosen = read(raw[:PREFIX], whole=whole)
        if not whole:
            letter = with_texts(letter, _large(client, uid) or chosen)
        moment = said.get(b"INTERNALDATE")
        at = round(moment.timestamp() * 1000) if moment is not None and hasattr(moment, "timestamp") else None
        yield Found(folder, uid, letter, _flags(said), at)


def _answers(client: Client, uids: Sequence[int]) -> Mapping[int, Mapping[bytes, Any]]:
    """Ask for several at once; where the answer cannot be read, for each alone, so that one spoils no other."""
    try:
        return client.fetch(uids, _HEAD_ITEMS)
    except imaplib.IMAP4.abort:
        raise
    except _SPOILT:
        if len(uids) == 1:
            # Where the server has nothing against the mail's flags, it is the mail that it cannot give out.
            client.fetch(uids, ["FLAGS"])
            return {uids[0]: {}}
    found: dict[int, Mapping[bytes, Any]] = {}
    for uid in uids:
        found.update(_answers(client, [uid]))
    return found


def _large(client: Client, uid: int) -> Chosen | None:
    """Return the text parts of a large mail, with their content; None where its structure cannot be read."""
    try:
        said = client.fetch([uid], ["BODYSTRUCTURE"]).get(uid, {})
        chosen = choose(of_structure(said[b"BODYSTRUCTURE"]))
        chosen.texts = [_filled(client, uid, part) for part in chosen.texts[:MOST_LARGE_TEXTS]]
    except imaplib.IMAP4.abort:
        raise
    except _SPOILT:
        return None
    return chosen


def _filled(client: Client, uid: int, part: Part) -> Part:
    item = f"BODY.PEEK[{part.section}]<0.{LONGEST_TEXT_PART}>"
    said = client.fetch([uid], [item]).get(uid, {})
    return replace(part, content=_bytes(said, f"BODY[{part.section}]<0>".encode()) or b"")


def _bytes(said: Mapping[bytes, Any], key: bytes) -> bytes | None:
    value = said.get(key)
    if value is None:
        # A server may leave the offset out of its answer where nothing was cut.
        value = said.get(key.partition(b"<")[0])
    return value if isinstance(value, bytes) else None


def _flags(said: Mapping[bytes, Any]) -> tuple[bytes, ...]:
    flags = said.get(b"FLAGS")
    return tuple(flag for flag in flags if isinstance(flag, bytes)) if isinstance(flags, tuple) else ()


def is_junk(flags: Iterable[bytes]) -> bool:
    """Whether the server or a person takes a mail for spam."""
    return bool({flag.lower() for flag in flags} & JUNK_FLAGS)


def located(client: Client, where: Places, remote_id: str, *, readonly: bool = True) -> Found | None:
    """Look for a mail by its id in all folders, the likely ones first; its folder is then open."""
    wanted = known(remote_id)
    if wanted is None:
        return None
    first = (where.sent,) if wanted.ours else (where.inbox,)
    last = () if wanted.ours else (where.junk,)
    for folder in (*first, *(() if wanted.ours else where.others), *last, where.trash):
        if not folder:
            continue
        opened(client, folder, readonly=readonly)
        for found in _candidates(client, folder, wanted):
            same = found.letter.message_id == wanted.message_id
            if same and DELETED not in found.flags and (wanted.ours or found.letter.digest == wanted.digest):
                return found
    return None


def _candidates(client: Client, folder: str, wanted: Known) -> Iterator[Found]:
    if wanted.message_id:
        uids = with_id(client, wanted.message_id)
    else:
        uids = searched(client, "NOT HEADER Message-ID", Quoted(""))
    yield from (one for one in fetched(client, folder, uids[-MOST_CANDIDATES:]) if isinstance(one, Found))


def with_id(client: Client, message_id: str) -> list[int]:
    """Return the UIDs of mails in the open folder whose Message-ID holds this one."""
    return searched(client, "HEADER Message-ID", Quoted(message_id))


class Quoted(str):
    """Somebody's words in a search: sent as a quoted string, so that nothing in them is taken for a command."""

    __slots__ = ()


def searched(client: Client, *criteria: str | date) -> list[int]:
    """Return the UIDs in the open folder for which all of this holds, ascending. Words are ASCII on one line."""
    words = [_criterion(one) for one in criteria]
    return sorted(client.search(" ".join(words)))


def _criterion(one: str | date) -> str:
    if isinstance(one, date):
        return f"{one.day}-{_MONTHS[one.month - 1]}-{one.year}"
    if isinstance(one, Quoted):
        escaped = one.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return one
