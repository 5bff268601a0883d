"""One fetch: mentions and replies, then private messages, each list from its newest back to what is known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cminbox.network_kit.contract import Page
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.networks.x import cursor as cursors
from cminbox.networks.x import events
from cminbox.networks.x.api import Cost
from cminbox.networks.x.ids import DM, instant_of
from cminbox.networks.x.lookup import lost
from cminbox.networks.x.posts import FIELDS, beside, message_of, read_post, root_of_ours
from cminbox.networks.x.purse import MESSAGE

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from cminbox.domain.message import Message
    from cminbox.domain.saying import Saying
    from cminbox.networks.x.api import Api, Me
    from cminbox.networks.x.posts import Post

PAGE = 50
_AT_ONCE = "100"
_A_FEW = "20"
"""How many private messages are asked for once the history was read: after midnight each costs again."""
_MOST_PAGES = 100
_MOST_SUSPECTS = 100
_DMS = "/dm_events"


class Fetching:
    """One run through the lists. Each is read to its end first, newest to oldest, then yielded, oldest to newest."""

    def __init__(self, api: Api, me: Me, cursor: str | None, since: int, present: set[str]) -> None:
        self._api = api
        self._me = me
        self._since = since
        self._present = present
        """Posts that no list shows and that are there all the same: they are not asked for again."""
        self._place = cursors.read(cursor)
        self._last = cursor
        self._skipped: list[Saying] = []

    async def pages(self) -> AsyncGenerator[Page]:
        """Yield everything new, oldest first. Raises NetworkFailure, after what was read before it."""
        self._api.purse.allow()
        found, gone = await self._read_posts()
        for start in range(0, len(found), PAGE):
            yield self._page([self._told(post) for post in found[start : start + PAGE]])
        for identifier in gone:
            self._place.posts.forget(identifier)
        if gone or self._skipped:
            yield self._page([], tuple(gone))
        if self._api.account.read_dms and self._api.rests(_DMS) is None:
            written = await self._read_messages()
            for start in range(0, len(written), PAGE):
                part = written[start : start + PAGE]
                for message in part:
                    identifier = message.remote_id.removeprefix(DM)
                    self._place.messages.learn(identifier, identifier)
                yield self._page(part)
        await self._api.purse.keep(everything=True)
        page = self._page([])
        if page.skipped or page.cursor != self._last:
            yield page

    async def _read_posts(self) -> tuple[list[Post], list[str]]:
        """Return the posts that are new or edited, oldest first, and the ids of those that are gone."""
        shore = self._place.posts
        edge = shore.edge
        path = f"/users/{self._me.id}/mentions"
        params = (*FIELDS, ("max_results", _AT_ONCE), self._from(edge))
        cost = Cost("posts", self._api.purse.owned)
        posts: dict[str, Post] = {}
        more = ""
        for _ in range(_MOST_PAGES):
            body = await self._api.get(path, (*params, *_next(more)), cost, "tweet.read")
            around = beside(body)
            for item in listed(body):
                try:
                    post = read_post(item, around)
                except Shape as shape:
                    self._skipped.append(unreadable(shape).saying)
                    continue
                if not post.shared:
                    posts.setdefault(post.id, post)
            more = next_of(body)
            if not more:
                break
        suspects = [one for one in shore.known if int(one) >= edge and one not in posts and one not in self._present]
        gone = await self._confirmed(suspects) if edge and not more else []
        news = [post for post in posts.values() if shore.is_news(post.id, post.version) and int(post.id) >= shore.floor]
        return sorted(news, key=lambda post: int(post.id)), gone

    def _from(self, edge: int) -> tuple[str, str]:
        if edge:
            return ("since_id", str(edge - 1))
        moment = datetime.fromtimestamp(self._since / 1000, UTC)
        return ("start_time", moment.strftime("%Y-%m-%dT%H:%M:%SZ"))

    async def _confirmed(self, suspects: list[str]) -> list[str]:
        """Return which of the posts that have disappeared from the list X shows to nobody any more."""
        asked = suspects[-_MOST_SUSPECTS:]
        gone = await lost(self._api, asked) if asked else []
        self._present.update(one for one in asked if one not in gone)
        return gone

    def _told(self, post: Post) -> Message:
        root = root_of_ours(post, self._me.id)
        if root is not None:
            self._place.learn_root(root)
        self._place.posts.learn(post.id, post.version)
        return message_of(post, self._me.id, self._place.roots)

    async def _read_messages(self) -> list[Message]:
        """Return the private messages that are new, oldest first."""
        shore = self._place.messages
        edge = shore.edge
        found: dict[int, Message] = {}
        more = ""
        for _ in range(_MOST_PAGES):
            size = ("max_results", _A_FEW if edge else _AT_ONCE)
            cost = Cost("messages", MESSAGE)
            body = await self._api.get(_DMS, (*events.FIELDS, size, *_next(more)), cost, "dm.read")
            around = beside(body)
            ended = False
            for item in listed(body):
                ended = self._take(item, around, found, edge) or ended
            more = next_of(body)
            if ended or not more:
                break
        return [message for _number, message in sorted(found.items())]

    def _take(self, item: Any, around: Any, found: dict[int, Message], edge: int) -> bool:  # noqa: ANN401 - foreign JSON
        """Take an event of the list; return whether it lies behind what is looked for."""
        identifier = str(item.get("id")) if isinstance(item, dict) else ""
        written = instant_of(identifier)
        if written is not None and (int(identifier) < edge or (not edge and written < self._since)):
            return True
        try:
            message = events.read_event(item, around, self._me.id)
        except Shape as shape:
            self._skipped.append(unreadable(shape).saying)
            return False
        if message is not None and self._place.messages.is_news(identifier, identifier):
            found[int(identifier)] = message
        return False

    def _page(self, messages: list[Message], deleted: tuple[str, ...] = ()) -> Page:
        skipped, self._skipped = self._skipped, []
        cursor = cursors.write(self._place)
        if messages or deleted or skipped:
            self._last = cursor
        return Page(tuple(messages), cursor, deleted, tuple(skipped))


def listed(body: Reader) -> list[Any]:
    """Return the items of a list; X leaves them out where there are none, and then counts nought. Raises Unreadable."""
    try:
        found = body.items("data")
        whole = bool(found) or body.object("meta").number("result_count", 0) == 0
    except Shape as shape:
        raise unreadable(shape) from None
    if not whole:
        raise unreadable(Shape("data", "a list"))
    return found


def next_of(body: Reader) -> str:
    """Return where a list goes on, empty at its end."""
    meta = body.raw("meta")
    token = meta.get("next_token") if isinstance(meta, dict) else None
    return token if isinstance(token, str) else ""


def _next(more: str) -> tuple[tuple[str, str], ...]:
    return (("pagination_token", more),) if more else ()
