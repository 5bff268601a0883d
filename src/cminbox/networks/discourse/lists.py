"""The two lists of posts, of the forum and of private exchanges, read upwards along their numbers.

A page holds the newest posts below a number, fifty at most; before 2026 it held those of fifty numbers. Both are read
alike: a page that reaches down to what is known leaves nothing out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.network_kit.reading import NUMBER_CAP

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from cminbox.networks.discourse.api import Api
    from cminbox.networks.discourse.cursor import Place

PATHS = {"public": ("/posts.json", "latest_posts"), "private": ("/private-posts.json", "private_posts")}
FURTHEST_BACK = 20_000
"""How many numbers below the newest post the history is looked for at most."""
_FIRST, _SMALLEST, _LARGEST = 40, 10, 5_000


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list: its items as they came, and their numbers."""

    items: tuple[Any, ...]
    numbers: tuple[int, ...]

    def between(self, after: int, upto: int) -> list[Any]:
        """Return the items with numbers above `after` up to `upto`, in their order, and those without a number."""
        numbered = [(number_of(item), item) for item in self.items]
        chosen = [(number, item) for number, item in numbered if number is None or after < number <= upto]
        return [item for _, item in sorted(chosen, key=lambda one: one[0] or 0)]


async def read_list(api: Api, name: str, before: int | None = None) -> Listed:
    """Return the newest page of a list, or the newest below a number. Raises NetworkFailure."""
    path, key = PATHS[name]
    items = tuple(await api.items(path, key, () if before is None else (("before", str(before)),)))
    return Listed(items, tuple(number for item in items if (number := number_of(item)) is not None))


def number_of(item: object) -> int | None:
    """Return the number of a post, None for what has none."""
    number = item.get("id") if isinstance(item, dict) else None
    fits = isinstance(number, int) and not isinstance(number, bool) and 0 < number < NUMBER_CAP
    return number if fits else None


async def upwards(api: Api, name: str, place: Place, head: Listed) -> AsyncGenerator[list[Any]]:
    """Yield what stands above `place.at`, in parts, oldest first; `place.at` moves along. Raises NetworkFailure.

    `head` is the newest page: most of the time it holds all that is new.
    """
    top = max(head.numbers, default=0)
    window = _FIRST
    while place.at is not None and place.at < top:
        at = place.at
        if min(head.numbers) <= at + 1:
            upto, page = top, head
        else:
            upto = min(at + window, top)
            page = await read_list(api, name, upto + 1)
            if window > _SMALLEST and not any(number <= at for number in page.numbers):
                window = max(_SMALLEST, window // 4)
                continue
            window = min(window * 2, _LARGEST)
        items = page.between(at, upto)
        place.at = upto
        yield items
