"""The context of a message. What X shows of a conversation costs by the post: no more is asked for than is looked at.

Its search knows seven days; whatever is older stands above a message only as far as it is answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.contract import Thread
from cminbox.network_kit.failures import Gone
from cminbox.network_kit.reading import Shape, unreadable
from cminbox.networks.x import events
from cminbox.networks.x.api import Cost
from cminbox.networks.x.fetching import listed, next_of
from cminbox.networks.x.ids import DM, instant_of, is_id
from cminbox.networks.x.lookup import post_by_id, posts_by_id
from cminbox.networks.x.posts import FIELDS, beside, message_of, read_post
from cminbox.networks.x.purse import MESSAGE, POST

if TYPE_CHECKING:
    from cminbox.domain.message import Message
    from cminbox.network_kit.reading import Reader
    from cminbox.networks.x.api import Api
    from cminbox.networks.x.posts import Post

_MOST_ABOVE = 8
_MOST_PAGES = 3
_AT_ONCE = "50"
_SEARCHED_MS = 7 * 24 * 3600 * 1000 - 5 * 60_000
_MOST_MESSAGES = "20"


async def read_thread(api: Api, remote_id: str) -> Thread:
    """Return what stands above and below a message. Raises Gone when it no longer exists, NetworkFailure."""
    try:
        return await (_exchange(api, remote_id) if remote_id.startswith(DM) else _conversation(api, remote_id))
    finally:
        await api.purse.keep()


async def _conversation(api: Api, identifier: str) -> Thread:
    me = await api.me()
    post = await post_by_id(api, identifier)
    above = await _above(api, post)
    roots = {one.id for one in above if one.author.remote_id == me.id}
    below = _descendants(post, await _later(api, post))
    return Thread(
        above=tuple(message_of(one, me.id, roots) for one in above),
        message=message_of(post, me.id, roots),
        below=tuple(message_of(one, me.id, roots) for one in below),
    )


async def _above(api: Api, post: Post) -> list[Post]:
    """Return the posts that lead to one, oldest first, as far as they are shown; the first of all with the nearest."""
    found: list[Post] = []
    root = post.conversation if post.conversation not in {post.id, post.version} else None
    parent = post.replied_to
    known: dict[str, Post] = {}
    while parent is not None and len(found) < _MOST_ABOVE:
        if parent not in known:
            wanted = dict.fromkeys(one for one in (parent, root) if one is not None and one not in known)
            known |= await posts_by_id(api, list(wanted))
        above = known.get(parent)
        if above is None or above in found:
            break
        found.append(above)
        parent = above.replied_to
    first = known.get(root or "")
    if first is not None and first not in found:
        found.append(first)
    return sorted(found, key=lambda one: int(one.id))


async def _later(api: Api, post: Post) -> list[Post]:
    """Return what was written in the conversation of a post after it, as far as the search reaches."""
    conversation = post.conversation or post.id
    if not is_id(conversation) or api.now() - post.at > _SEARCHED_MS:
        return []
    params = (
        ("query", f"conversation_id:{conversation}"),
        ("since_id", post.id),
        ("max_results", _AT_ONCE),
        *FIELDS,
    )
    found: list[Post] = []
    more = ""
    for _ in range(_MOST_PAGES):
        token = (("next_token", more),) if more else ()
        body = await api.get("/tweets/search/recent", (*params, *token), Cost("posts", POST), "tweet.read")
        found += _readable(body)
        more = next_of(body)
        if not more:
            break
    return sorted(found, key=lambda one: int(one.id))


def _readable(body: Reader) -> list[Post]:
    around = beside(body)
    found: list[Post] = []
    for item in listed(body):
        try:
            found.append(read_post(item, around))
        except Shape:
            # One post that cannot be read takes no other with it; what arrives by fetching is named there.
            continue
    return found


def _descendants(post: Post, later: list[Post]) -> list[Post]:
    """Return those of some posts, oldest first, that answer a post or an answer to it."""
    line = {post.id, post.version, post.latest}
    below: list[Post] = []
    for one in later:
        if one.replied_to in line and one.id != post.id:
            line |= {one.id, one.version}
            below.append(one)
    return below


async def _exchange(api: Api, remote_id: str) -> Thread:
    """Return the newest private messages around one."""
    me = await api.me()
    identifier = remote_id.removeprefix(DM)
    if not is_id(identifier):
        raise Gone(say("This no longer exists on X"))
    cost = Cost("messages", MESSAGE)
    try:
        body = await api.get(f"/dm_events/{identifier}", events.FIELDS_OF_ONE, cost, "dm.read")
        message = events.read_event(body.raw("data"), beside(body), me.id)
        path = "" if message is None else f"{events.path_of(message.conversation or '')}/dm_events"
    except Shape as shape:
        raise unreadable(shape) from None
    if message is None:
        raise unreadable(Shape("dm_event", "a message"))
    messages = await _newest(api, path, me.id)
    moment = instant_of(identifier) or message.created_at
    around = [one for one in messages if one.remote_id != remote_id]
    return Thread(
        above=tuple(one for one in around if one.created_at <= moment),
        message=message,
        below=tuple(one for one in around if one.created_at > moment),
    )


async def _newest(api: Api, path: str, me: str) -> list[Message]:
    """Return the newest messages of an exchange, oldest first. Raises NetworkFailure."""
    params = (*events.FIELDS, ("max_results", _MOST_MESSAGES))
    body = await api.get(path, params, Cost("messages", MESSAGE), "dm.read")
    around = beside(body)
    found: list[Message] = []
    for item in listed(body):
        try:
            message = events.read_event(item, around, me)
        except Shape:
            # As above: what cannot be read is named by fetching.
            continue
        if message is not None:
            found.append(message)
    return found[::-1]
