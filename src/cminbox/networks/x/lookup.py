"""Posts by their ids: those that are there, and those that X shows to nobody any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone
from cminbox.network_kit.reading import Shape, unreadable
from cminbox.networks.x.api import Cost
from cminbox.networks.x.ids import is_id
from cminbox.networks.x.posts import FIELDS, beside, read_post
from cminbox.networks.x.problems import WITHHELD, kinds_of
from cminbox.networks.x.purse import POST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.network_kit.reading import Reader
    from cminbox.networks.x.api import Api
    from cminbox.networks.x.posts import Post

MOST_AT_ONCE = 100
"""So many posts X tells of in one answer."""


async def posts_by_id(api: Api, identifiers: Sequence[str]) -> dict[str, Post]:
    """Return posts by the ids that were asked for; those that X does not show are left out. Raises NetworkFailure."""
    body = await _ask(api, identifiers)
    around = beside(body)
    found: dict[str, Post] = {}
    try:
        for item in body.items("data"):
            post = read_post(item, around)
            found[post.id] = found[post.version] = post
    except Shape as shape:
        raise unreadable(shape) from None
    return found


async def post_by_id(api: Api, identifier: str) -> Post:
    """Return a post in its newest version. Raises Gone when X does not show it any more, NetworkFailure."""
    if not is_id(identifier):
        raise Gone(say("This no longer exists on X"))
    found = await posts_by_id(api, [identifier])
    if identifier not in found:
        raise Gone(say("This no longer exists on X"))
    post = found[identifier]
    if post.latest != post.version:
        return (await posts_by_id(api, [post.latest])).get(post.latest, post)
    return post


async def lost(api: Api, identifiers: Sequence[str]) -> list[str]:
    """Return which of some posts X says that it does not show any more. Raises NetworkFailure."""
    body = await _ask(api, identifiers)
    errors = body.raw("errors")
    gone: set[str] = set()
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, dict) and kinds_of(error) & WITHHELD:
            gone.update(str(error.get(key)) for key in ("resource_id", "value"))
    return [one for one in identifiers if one in gone]


async def _ask(api: Api, identifiers: Sequence[str]) -> Reader:
    params = (("ids", ",".join(identifiers[:MOST_AT_ONCE])), *FIELDS)
    return await api.get("/tweets", params, Cost("posts", POST), "tweet.read", partial=True)
