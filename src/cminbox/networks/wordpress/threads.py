"""The context of a message."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cminbox.network_kit.contract import Thread
from cminbox.network_kit.failures import Gone, Refused, SignInAgain
from cminbox.network_kit.reading import Shape
from cminbox.networks.wordpress.api import REVIEWS
from cminbox.networks.wordpress.comments import read_comment, read_review
from cminbox.networks.wordpress.lists import WAITING_TOO
from cminbox.networks.wordpress.sending import read_one

if TYPE_CHECKING:
    from cminbox.networks.wordpress.api import Api
    from cminbox.networks.wordpress.comments import Entry

_MOST_ABOVE = 20
_MOST_ROUNDS = 20


async def read_thread(api: Api, remote_id: str) -> Thread:
    """Return all that stands in the thread of a comment or a review, by age. Raises NetworkFailure."""
    me = (await api.me()).person
    entry = await _rated(api, await read_one(api, remote_id, editing=True))
    above = await _above(api, entry)
    top = above[0] if above else entry
    ancestors = {one.id for one in above}
    below = await _below(api, top)
    others = [one for one in below.values() if one.id != entry.id and one.id not in ancestors]
    before = sorted((*above, *(one for one in others if one.id < entry.id)), key=lambda one: one.id)
    after = sorted((one for one in others if one.id > entry.id), key=lambda one: one.id)
    return Thread(tuple(one.message(me) for one in before), entry.message(me), tuple(one.message(me) for one in after))


async def _above(api: Api, entry: Entry) -> list[Entry]:
    """Return what an entry answers, and what that answers, from the top."""
    found: list[Entry] = []
    seen = {entry.id}
    parent = entry.parent
    while parent and parent not in seen and len(found) < _MOST_ABOVE:
        try:
            one = await _rated(api, await read_one(api, str(parent), editing=True))
        except Gone:
            break
        seen.add(one.id)
        found.insert(0, one)
        parent = one.parent
    return found


async def _below(api: Api, top: Entry) -> dict[int, Entry]:
    """Return all answers below an entry, level by level; of a level the first page."""
    found: dict[int, Entry] = {}
    level = [top.id]
    for _ in range(_MOST_ROUNDS):
        parents = ",".join(str(one) for one in level[: api.account.page_size])
        params = (("context", "edit"), ("status", WAITING_TOO), ("parent", parents), ("orderby", "id"))
        listed = await api.list(api.comments, (*params, ("order", "asc"), ("per_page", str(api.account.page_size))))
        level = []
        for item in listed.items:
            try:
                one = read_comment(item)
            except Shape:
                # One odd answer does not hide the others.
                continue
            if one.id not in found and one.id != top.id:
                found[one.id] = one
                level.append(one.id)
        if not level:
            break
    return found


async def _rated(api: Api, entry: Entry) -> Entry:
    """Return a review with its stars, which only the shop's own routes tell."""
    if not entry.review or not await api.has_shop():
        return entry
    try:
        body = await api.get(f"{REVIEWS}/{entry.id}", (("context", "edit"),))
        rating = read_review({"id": entry.id, "date_created_gmt": "2000-01-01", "rating": body.raw("rating")}).rating
    except (Gone, Refused, SignInAgain, Shape):
        return entry
    return replace(entry, rating=rating)
