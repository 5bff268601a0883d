"""What a text would become if it was sent: how the network counts it, what is too much of it, what it costs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import regex

from cminbox.domain.spending import MILLION, day_of, exceeds, price_of
from cminbox.domain.value import dataclass
from cminbox.network_kit.limits import count, has_link

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cminbox.domain.account import Account
    from cminbox.domain.conversation import QueueRow, StoredMessage
    from cminbox.domain.network import TextLimit
    from cminbox.inbox.workspace import Workspace

_HANDLE = re.compile(r"(?<![\w/=@.])@([A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*)(?:@[\w.-]*\w)?")
_GRAPHEME = regex.compile(r"\X")
_ROOM_PER_UNIT = 32
"""No limit is searched for beyond so many code points for each unit of it."""
_READ = 20


@dataclass(frozen=True, slots=True)
class Appraisal:
    """A text as its network would take it.

    `used` and `maximum` are those of the limit that is closest to full, in its own `unit`; `maximum` is 0 where there
    is no limit. `fits` is the offset where what is too much begins, None when all fits; `least` how much of `unit`
    there has to be. `names` are put in front by the network's rule and count. Money is in millionths.
    """

    used: int = 0
    maximum: int = 0
    unit: str = ""
    fits: int | None = None
    least: int = 0
    names: tuple[str, ...] = ()
    price: int = 0
    spent: int = 0
    budget: int | None = None

    @property
    def too_dear(self) -> bool:
        """Whether sending it would go beyond what may be spent today."""
        return exceeds(self.spent, self.price, None if self.budget is None else self.budget / MILLION)


def appraise(
    workspace: Workspace, row: QueueRow, account: Account, messages: Sequence[StoredMessage], text: str
) -> Appraisal:
    """Return what a reply would become in a conversation, of which these are the newest messages."""
    manifest = account.manifest
    if manifest is None:
        return Appraisal()
    names = names_in_front(account, row, messages, text)
    front = "".join(f"@{name} " for name in names)
    limits = manifest.limits.get(row.kind, ())
    price = price_of(manifest.prices, text, private=not row.kind.public, link=has_link(text, limits))
    spent = workspace.outbox.spent(account.id, day_of(workspace.now())) if price else 0
    budget = workspace.settings.spending.limit(account.name)
    fullest = max(limits, key=lambda limit: count(front + text, limit) / limit.maximum, default=None)
    millionths = None if budget is None else round(budget * MILLION)
    if fullest is None:
        return Appraisal(names=names, price=price, spent=spent, budget=millionths)
    used = count(front + text, fullest)
    return Appraisal(
        used,
        fullest.maximum,
        fullest.unit.value,
        _fitting(front, text, limits),
        max(limit.minimum for limit in limits),
        names,
        price,
        spent,
        millionths,
    )


def names_in_front(account: Account, row: QueueRow, messages: Iterable[StoredMessage], text: str) -> tuple[str, ...]:
    """Return the names, without servers, that the network puts before a reply: who takes part and is not named in it.

    Empty where the network does no such thing.
    """
    if account.manifest is None or row.kind not in account.manifest.names_people:
        return ()
    theirs = [one for one in messages if not one.ours and one.deleted_at is None][-1:]
    people = [one.author.handle for one in theirs] or [row.person.handle]
    own = _local(account.handle)
    people += [match[1] for one in theirs for match in _HANDLE.finditer(one.text)]
    named = {match[1].casefold() for match in _HANDLE.finditer(text)} | {own, ""}
    found: dict[str, str] = {}
    for person in people:
        name = person.removeprefix("@").partition("@")[0]
        if _local(person) not in named:
            found.setdefault(_local(person), name)
    return tuple(found.values())


def written_out(workspace: Workspace, row: QueueRow, account: Account, text: str) -> str:
    """Return a reply as it counts: with the names that its network puts in front."""
    if account.manifest is None or row.kind not in account.manifest.names_people:
        return text
    names = names_in_front(account, row, workspace.conversations.messages(row.id, _READ), text)
    return "".join(f"@{name} " for name in names) + text


def _local(handle: str) -> str:
    return handle.removeprefix("@").partition("@")[0].casefold()


def _fitting(front: str, text: str, limits: Sequence[TextLimit]) -> int | None:
    """Return the offset in a text from where on it is too much for its limits, None when all of it fits."""
    fits = [_fits(front, text, limit) for limit in limits if count(front + text, limit) > limit.maximum]
    return min(fits, default=None)


def _fits(front: str, text: str, limit: TextLimit) -> int:
    looked_at = text[: limit.maximum * _ROOM_PER_UNIT]
    ends = [0, *(match.end() for match in _GRAPHEME.finditer(looked_at))]
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high + 1) // 2
        fitting = count(front + text[: ends[middle]], limit) <= limit.maximum
        low, high = (middle, high) if fitting else (low, middle - 1)
    return ends[low]
