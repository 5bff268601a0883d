"""Some feeds that are watched together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from cminbox.domain.message import Person
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.contract import AccountReport, AccountSettings, Network
from cminbox.network_kit.failures import NetworkFailure, TryLater, Unreadable
from cminbox.network_kit.watching import Watched
from cminbox.networks.feeds.account import MANIFEST, FeedsAccount, shown
from cminbox.networks.feeds.asking import Asking
from cminbox.networks.feeds.place import Known, Place, key_of
from cminbox.networks.feeds.reading import Round

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import httpx

    from cminbox.domain.network import Manifest
    from cminbox.domain.saying import Saying
    from cminbox.network_kit.contract import Credentials, Page
    from cminbox.networks.feeds.asking import Told


class Feeds(Network):
    """Articles and posts of some feeds that name certain words, as mentions; they are answered where they stand."""

    manifest: ClassVar[Manifest] = MANIFEST
    Account: ClassVar[type[AccountSettings]] = FeedsAccount

    def __init__(
        self,
        account: Any,  # noqa: ANN401 - narrowed to FeedsAccount by whoever validates it
        http: httpx.AsyncClient,
        credentials: Credentials,
        now: Callable[[], int],
    ) -> None:
        super().__init__(account, http, credentials, now)
        self._feeds: tuple[str, ...] = account.feeds
        self._watched = Watched(account.watched)
        self._asking = Asking(http, now)
        self._failures: dict[str, int] = {}

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        """Yield what is new or changed in the feeds, oldest first. Raises NetworkFailure."""
        looking = Round(self._asking, self._watched, Place.of(cursor), self._failures)
        await looking.ask(self._feeds, self.now(), since)
        for page in looking.pages(self._feeds):
            yield page
        if looking.failure is not None:
            raise looking.failure

    async def check(self) -> AccountReport:
        """Say what can be seen in each feed. Raises NetworkFailure."""
        remarks: list[Saying] = []
        lasting: list[NetworkFailure] = []
        for address in self._feeds:
            try:
                remarks += self._seen(address, await self._asking.ask(address, Known()))
            except (TryLater, Unreadable):
                raise
            except NetworkFailure as failure:
                lasting.append(failure)
        if len(lasting) == len(self._feeds):
            raise lasting[0]
        remarks += [failure.saying for failure in lasting]
        remarks.append(say("A feed can only be read; to answer, open the link"))
        host = safe(urlsplit(self._feeds[0]).hostname or "feeds")
        return AccountReport(Person(key_of("\n".join(self._feeds)), host), remarks=tuple(remarks))

    def _seen(self, address: str, told: Told) -> list[Saying]:
        assert told.feed is not None
        articles = told.feed.articles
        dates = [one.published for one in articles if one.published is not None]
        day = datetime.fromtimestamp(max(dates) / 1000, UTC).date().isoformat() if dates else "-"
        naming = sum(self._watched.is_in(one.title, one.words, one.link) for one in articles)
        remarks = [
            say(
                "{feed}: {count} articles, the newest from {day}; {naming} of them name your words",
                feed=shown(address),
                count=len(articles),
                day=day,
                naming=naming,
            )
        ]
        if told.moved_to:
            new = shown(told.moved_to)
            remarks.append(say("{feed} has moved for good; its address is now {new}", feed=shown(address), new=new))
        if not told.etag and not told.changed:
            remarks.append(
                say("{feed} does not say whether it has changed; it is read whole each time", feed=shown(address))
            )
        return remarks
