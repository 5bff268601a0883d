"""The places of a business: which there are, under which account, and which may be spoken for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.failures import Refused
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.network_kit.text import plain

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cminbox.networks.google_business.account import GoogleBusinessAccount

    Get = Callable[[str, tuple[tuple[str, str], ...]], Awaitable[Reader]]

_KEPT_MS = 60 * 60 * 1000
_MOST_PAGES = 100
_ACCOUNTS_A_PAGE = "20"
_PLACES_A_PAGE = "100"


@dataclass(frozen=True, slots=True)
class Place:
    """A place: the resource name of its account, its own id, and its title."""

    account: str
    id: str
    title: str

    @property
    def name(self) -> str:
        """Its resource name in the interface for reviews."""
        return f"{self.account}/locations/{self.id}"


@dataclass(frozen=True, slots=True)
class Places:
    """What was found. `silent` are those for which the business may not speak: they are not verified."""

    owner: str
    found: dict[str, Place]
    silent: tuple[Place, ...]


class Directory:
    """The places of one sign-in, looked up now and then. Raises NetworkFailure."""

    def __init__(self, account: GoogleBusinessAccount, get: Get, now: Callable[[], int]) -> None:
        self._accounts = f"{account.accounts_url}/v1/accounts"
        self._places_of = f"{account.places_url}/v1"
        self._wanted = account.wanted
        self._get = get
        self._now = now
        self._known: Places | None = None
        self._at = 0

    async def places(self, *, fresh: bool = False) -> Places:
        """Return the places whose reviews are wanted. Raises Refused when there is none."""
        if self._known is None or fresh or not 0 <= self._now() - self._at < _KEPT_MS:
            self._known, self._at = await self._looked_up(), self._now()
        return self._known

    async def place(self, identifier: str) -> Place:
        """Return a place by its id. Raises Refused when it is not among those of the business."""
        place = (await self.places()).found.get(identifier)
        if place is None:
            raise Refused(say("This place is no longer among those of the account, or not verified any more"))
        return place

    async def _looked_up(self) -> Places:
        accounts = await self._listed(self._accounts, (("pageSize", _ACCOUNTS_A_PAGE),), "accounts")
        found: dict[str, Place] = {}
        silent: dict[str, Place] = {}
        mask = (("readMask", "name,title,metadata"), ("pageSize", _PLACES_A_PAGE))
        try:
            names = [account.identifier("name") for account in accounts]
            for name in names:
                for item in await self._listed(f"{self._places_of}/{name}/locations", mask, "locations"):
                    place = Place(name, item.identifier("name").rpartition("/")[2], plain(item.text("title", "")))
                    if not self._wanted or place.id in self._wanted:
                        (found if _may_speak(item) else silent).setdefault(place.id, place)
            owner = plain(accounts[0].text("accountName", "")) if accounts else ""
        except Shape as shape:
            raise unreadable(shape) from None
        if not found and not silent:
            raise Refused(
                say("No place can be seen with this sign-in; use the Google account that manages the Business Profile")
            )
        return Places(owner, found, tuple(silent.values()))

    async def _listed(self, address: str, params: tuple[tuple[str, str], ...], key: str) -> list[Reader]:
        items: list[Reader] = []
        token = ""
        for _ in range(_MOST_PAGES):
            page = await self._get(address, (*params, ("pageToken", token)) if token else params)
            try:
                items += [Reader(item, key) for item in page.items(key)]
            except Shape as shape:
                raise unreadable(shape) from None
            following = page.raw("nextPageToken")
            token = following if isinstance(following, str) else ""
            if not token:
                break
        return items


def _may_speak(place: Reader) -> bool:
    """Whether the business has the say over a place; where Google does not tell, it is tried."""
    metadata = place.raw("metadata")
    return not (isinstance(metadata, dict) and metadata.get("hasVoiceOfMerchant") is False)
