"""Walking Threads' lists, all newest first: our posts with what stands below them, what waits, what names us.

How many answers a post has is not told, only whether there are any. Therefore the newest posts are always looked at,
and from time to time the older ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.graph.client import going_on, node
from cminbox.network_kit.graph.findings import Findings
from cminbox.network_kit.graph.memory import Entry
from cminbox.network_kit.reading import Reader, Shape
from cminbox.networks.threads.account import BASIC, MENTIONS, READ
from cminbox.networks.threads.entities import FIELDS, read_post, root_of

if TYPE_CHECKING:
    from cminbox.domain.message import Message
    from cminbox.network_kit.graph.client import Graph
    from cminbox.network_kit.graph.memory import Memory
    from cminbox.networks.threads.entities import Brand

MOST_POSTS = 100
"""So many of the newest posts are looked at for answers."""
ALWAYS = 10
"""So many of them every time."""
DEEP = 50
"""So many from time to time."""
PAGES_IF_DEEP = 4
"""So many pages without anything new are then read of each: an answer can be approved long after it was written."""
AT_ONCE = "50"
_POSTS_FIELDS = "id,timestamp,has_replies"
_NO_APPROVALS = "?"
"""In front of the id of a post whose answers wait for nobody's approval."""


class Walk(Findings):
    """One run through the lists; what is `missing` are answers.

    `counts` says of each post whether it has answers, and whether they wait for approval. What reads raises
    NetworkFailure.
    """

    def __init__(self, graph: Graph, brand: Brand, memory: Memory, *, deep: bool) -> None:
        super().__init__(memory, graph.now)
        self._deep = deep
        self._graph = graph
        self._brand = brand
        self.counts: dict[str, int] = {}
        self.posts: list[str] = []

    async def own(self) -> None:
        """Read the answers under our own posts, of every depth."""
        after: str | None = ""
        edge = node(self._brand.identifier, "threads")
        while after is not None and len(self.posts) < MOST_POSTS:
            listed = await self._graph.page(edge, _POSTS_FIELDS, scope=BASIC, limit=AT_ONCE, **going_on(after))
            for item in listed.items:
                await self._own(item)
            after = listed.after

    async def waiting(self) -> None:
        """Read what waits for our approval under the posts where it does."""
        for post in self.posts[: DEEP if self._deep else ALWAYS]:
            mark = _NO_APPROVALS + post
            if mark in self._memory.counts:
                self.counts[mark] = 1
                continue
            try:
                await self._waiting(post)
            except (Gone, Refused):
                # That is the answer for a post under which everybody may answer at once.
                self.counts[mark] = 1

    async def mentions(self) -> None:
        """Read what names us elsewhere."""
        edge = node(self._brand.identifier, "mentions")
        after: str | None = ""
        while after is not None:
            listed = await self._graph.page(edge, FIELDS, scope=MENTIONS, limit=AT_ONCE, **going_on(after))
            news = sum(self._mention(item) for item in listed.items)
            after = listed.after if news else None

    async def _own(self, item: object) -> None:
        try:
            post = Reader(item, "post")
            identifier = post.identifier("id")
            answered = post.flag("has_replies", default=True)
        except Shape as shape:
            self.skip("?post", shape)
            return
        known = self._memory.counts.get(identifier)
        rank = len(self.posts)
        self.posts.append(identifier)
        if not answered and not known:
            self.counts[identifier] = 0
            return
        if known != answered or rank < ALWAYS or (self._deep and rank < DEEP):
            await self._answers(identifier)
        self.counts[identifier] = int(answered)

    async def _answers(self, post: str) -> None:
        """Read what stands below one post; where that is closed, it is said once and the others are read."""
        try:
            await self._below(post)
        except (Gone, Refused) as failure:
            said = say("The answers under a post cannot be read: {why}", why=failure.saying)
            self.note(Entry(self._graph.now(), f"?closed/{post}", skipped=said))

    async def _below(self, post: str) -> None:
        edge = node(post, "conversation")
        most = PAGES_IF_DEEP if self._deep else 1
        idle = 0
        seen: set[str] = set()
        oldest: int | None = None
        after: str | None = ""

        def read(one: object) -> Message:
            nonlocal oldest
            message = read_post(one, self._brand, post)
            seen.add(f"{post}_{message.remote_id}")
            oldest = message.created_at if oldest is None else min(oldest, message.created_at)
            return message

        while after is not None and idle < most:
            listed = await self._graph.page(edge, FIELDS, scope=READ, reverse="true", limit=AT_ONCE, **going_on(after))
            news = self.add_all(listed.items, read, "answer", f"{post}_")
            idle = 0 if news else idle + 1
            after = listed.after
        later = -1 if after is None else oldest
        if later is not None:
            self.missing += self.expected(f"{post}_", seen, later)

    async def _waiting(self, post: str) -> None:
        edge = node(post, "pending_replies")
        after: str | None = ""
        while after is not None:
            listed = await self._graph.page(
                edge, FIELDS, scope=READ, approval_status="pending", reverse="true", limit=AT_ONCE, **going_on(after)
            )
            news = self.add_all(
                listed.items,
                lambda one: read_post(one, self._brand, post, held=True),
                "waiting",
                f"{_NO_APPROVALS}{post}_",
            )
            after = listed.after if news else None

    def _mention(self, item: Any) -> int:  # noqa: ANN401 - foreign JSON
        """Take what names us, unless it stands under one of our posts, where it is found anyway."""

        def read(one: object) -> Message:
            post = Reader(one, "post")
            message = read_post(post, self._brand, None)
            ours.append(message.ours or root_of(post) in self.posts)
            return message

        ours: list[bool] = []
        before = dict(self.found)
        news = self.add(item, read, "mention")
        if any(ours):
            self.found = before
            return 0
        return news
