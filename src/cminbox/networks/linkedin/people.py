"""Who stands behind a URN: comments name their authors by it alone. What was looked up is kept at hand for a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.message import Person
from cminbox.network_kit.failures import NetworkFailure, SignInAgain, TryLater
from cminbox.network_kit.reading import Shape
from cminbox.network_kit.text import plain
from cminbox.networks.linkedin.account import PROFILES_SECONDS
from cminbox.networks.linkedin.api import Denied
from cminbox.networks.linkedin.urns import ORGANIZATION, PERSON, encoded, record

if TYPE_CHECKING:
    from cminbox.network_kit.reading import Reader
    from cminbox.networks.linkedin.api import Api

_MOST_KEPT = 2_000
_PRIVATE = "private"


class People:
    """The names of authors. A name that cannot be had is no failure."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._kept: dict[str, tuple[int, Person]] = {}
        self._denied: set[str] = set()

    async def named(self, urn: str) -> Person:
        """Return an author with the name, as far as LinkedIn tells it. Raises SignInAgain."""
        now = self._api.now()
        kept = self._kept.get(urn)
        if kept is not None and now - kept[0] < PROFILES_SECONDS * 1000:
            return kept[1]
        try:
            person = await self._asked(urn) if self._api.account.names else None
        except TryLater:
            return nameless(urn)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        found = nameless(urn) if person is None else person
        self._kept[urn] = (now, found)
        return found

    async def _asked(self, urn: str) -> Person | None:
        kind = next((kind for kind in (PERSON, ORGANIZATION) if urn.startswith(kind)), None)
        if kind is None or kind in self._denied:
            return None
        own = urn.removeprefix(kind)
        path = f"/people/{record(id=own)}" if kind == PERSON else f"/organizations/{encoded(own)}"
        try:
            found = await self._api.get(path)
            return read_profile(found, urn)
        except (SignInAgain, TryLater):
            raise
        except Denied:
            # It will be denied for everybody.
            self._denied.add(kind)
            return None
        except (NetworkFailure, Shape):
            return None


def nameless(urn: str) -> Person:
    """Return somebody of whom only the URN is known."""
    return Person(urn, plain(urn.rpartition(":")[2]) or plain(urn))


def read_profile(profile: Reader, urn: str) -> Person:
    """Read a member's profile, or an organization's. Raises Shape."""
    bare = nameless(urn)
    if profile.raw("id") == _PRIVATE:
        return bare
    words = [profile.text(key, "") for key in ("localizedFirstName", "localizedLastName", "localizedName")]
    name = " ".join(" ".join(plain(word) for word in words if word).split())
    handle = plain(profile.text("vanityName", "")).strip().lstrip("@") or bare.handle
    return Person(urn, handle, name)
