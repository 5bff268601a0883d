"""What X charges: every call is counted as its price list says, and a day's limit ends reading and moderating.

Within a day (UTC) X charges a thing that was read once only: what was paid for is remembered for the day, also across
processes. Where more was read than is remembered, rather too much is counted than too little. Sums are in millionths
of a US dollar.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.domain.spending import MILLION, amount, day_of
from cminbox.network_kit.failures import TryLater
from cminbox.networks.x.account import PAY_PER_USE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cminbox.domain.saying import Saying
    from cminbox.network_kit.contract import Credentials
    from cminbox.networks.x.account import XAccount

POST = 5_000
OWNED = 1_000
"""A post of one's own, or that mentions one, where the application belongs to the same account."""
USER = 10_000
MESSAGE = 10_000
MEDIUM = 5_000
HIDING = 5_000
MUTING = 15_000
UNMUTING = 5_000
BLOCKING = 15_000
DELETING = 10_000
_DAY, _SPENT, _PAID = "day", "spent", "paid"
_MOST_REMEMBERED = 4_000
_ALONGSIDE = {"users": USER, "posts": POST, "tweets": POST, "media": MEDIUM}
_UNSAVED = 100_000
_LONGEST_ID = 40


class Purse:
    """One account's spending of a day, shared by all processes: each adds what it has spent itself."""

    def __init__(self, account: XAccount, credentials: Credentials, now: Callable[[], int]) -> None:
        self._charged = account.plan == PAY_PER_USE
        self.limit = round(account.calls_per_day * MILLION)
        self.owned = OWNED if account.own_app else POST
        self._credentials = credentials
        self._now = now
        self._day = ""
        self._known = 0
        self._new = 0
        self._paid: dict[str, None] = {}

    @property
    def spent(self) -> int:
        """What was spent today, as far as is known here."""
        return self._known + self._new

    async def open(self) -> None:
        """Learn what this and other processes have spent today. Raises Problem when it cannot be read."""
        if self._charged and self._day != day_of(self._now()):
            async with self._credentials.locked() as slot:
                self._begin(slot.read())

    def allow(self) -> None:
        """Raise TryLater when today's limit is reached."""
        if self._charged and self.spent >= self.limit:
            raise TryLater(
                say(
                    "Reading and moderating on X have cost {spent} dollars today and may cost {limit};"
                    " they go on at midnight UTC",
                    spent=amount(self.spent),
                    limit=amount(self.limit),
                ),
                self._seconds_left(),
                rate_limited=True,
            )

    def pay(self, price: int) -> None:
        """Count what an act costs."""
        if self._charged:
            self._new += price

    def pay_for(self, body: Mapping[str, Any], each: int, kind: str) -> None:
        """Count what an answer costs: `each` for what was asked for, and what came with it."""
        for name, price, identifier in _things(body, each, kind):
            # Ids of media have another form than those of messages, so that a letter tells all kinds apart.
            thing = f"{name[0]}{identifier}"
            if thing not in self._paid:
                self._paid[thing] = None
                self.pay(price)

    async def keep(self, *, everything: bool = False) -> None:
        """Write down what was spent, now and then or, with `everything`, all of it."""
        if self._new == 0 or (self._new < _UNSAVED and not everything):
            return
        async with self._credentials.locked() as slot:
            values = slot.read()
            kept = _spent(values, self._day)
            self._paid = dict.fromkeys(_paid(values, self._day)) | self._paid
            remembered = " ".join([*self._paid][-_MOST_REMEMBERED:])
            slot.write({**values, _DAY: self._day, _SPENT: str(kept + self._new), _PAID: remembered})
            self._known, self._new = kept + self._new, 0

    def report(self) -> Saying | None:
        """Return a sentence on today's costs, None where nothing is charged by the call."""
        if not self._charged:
            return None
        return say(
            "Reading and moderating have cost {spent} of {limit} dollars today; a post read costs {post}, a mention"
            " {mention}, a person {person}, a private message {message}, hiding {hiding}, muting {muting}",
            spent=amount(self.spent),
            limit=amount(self.limit),
            post=amount(POST),
            mention=amount(self.owned),
            person=amount(USER),
            message=amount(MESSAGE),
            hiding=amount(HIDING),
            muting=amount(MUTING),
        )

    def _begin(self, values: Mapping[str, str]) -> None:
        self._day = day_of(self._now())
        self._known, self._new = _spent(values, self._day), 0
        self._paid = dict.fromkeys(_paid(values, self._day))

    def _seconds_left(self) -> float:
        moment = datetime.fromtimestamp(self._now() / 1000, UTC)
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return max((midnight - moment).total_seconds(), 1.0)


def _things(body: Mapping[str, Any], each: int, kind: str) -> Iterator[tuple[str, int, str]]:
    """Yield what an answer holds that is charged: its kind, its price and its id."""
    data = body.get("data")
    yield from ((kind, each, one) for one in _ids(data if isinstance(data, list) else [data]))
    includes = body.get("includes")
    for name, listed in includes.items() if isinstance(includes, dict) else ():
        if name in _ALONGSIDE and isinstance(listed, list):
            kind_beside = "posts" if name == "tweets" else name
            yield from ((kind_beside, _ALONGSIDE[name], one) for one in _ids(listed))


def _paid(values: Mapping[str, str], day: str) -> list[str]:
    """Return what is known to be paid for on a day."""
    return values.get(_PAID, "").split() if values.get(_DAY) == day else []


def _ids(items: list[Any]) -> Iterator[str]:
    for item in items:
        if isinstance(item, dict):
            identifier = str(item.get("id") or item.get("media_key"))
            yield "_".join(identifier[:_LONGEST_ID].split()) or "_"


def _spent(values: Mapping[str, str], day: str) -> int:
    """Return what was kept for a day."""
    kept = values.get(_SPENT, "")
    return int(kept) if values.get(_DAY) == day and kept.isascii() and kept.isdigit() else 0
