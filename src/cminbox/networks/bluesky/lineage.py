"""Telling the brand's posts in several parts from its replies to customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.network_kit.reading import Reader, Shape
from cminbox.networks.bluesky.reading import is_post_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cminbox.networks.bluesky.reading import Post
    from cminbox.networks.bluesky.xrpc import Xrpc

POSTS_METHOD = "app.bsky.feed.getPosts"
AT_ONCE = 25
"""The most posts that the server gives at once."""
_REMEMBERED = 5_000
_HIGHEST = 30
_A_STRANGER = ""


class Lineage:
    """What our own posts answer.

    A post of ours whose parents up to the root are all ours continues the brand's post ("2 of 3"); one with a
    stranger above it is a reply. Who writes under the first addresses the brand's post, under the second our reply.
    """

    def __init__(self, xrpc: Xrpc, did: str) -> None:
        self._xrpc = xrpc
        self._did = did
        self._parents: dict[str, str | None] = {}

    def learn(self, uri: str, parent: str | None) -> None:
        """Remember what a post of ours answers; None: it stands by itself."""
        if len(self._parents) >= _REMEMBERED:
            self._parents.clear()
        self._parents[uri] = parent

    async def continued(self, posts: Iterable[Post]) -> frozenset[str]:
        """Return those parents of `posts` that are posts of ours continuing a post of ours. Raises NetworkFailure."""
        parents = {
            post.parent
            for post in posts
            if post.parent is not None and post.parent != post.root and is_post_of(post.parent, self._did)
        }
        await self._look_up(parents)
        return frozenset(uri for uri in parents if self._continues(uri))

    async def continues(self, parent: str) -> bool:
        """Whether a post of ours that answers `parent` continues a post of ours. Raises NetworkFailure."""
        if not is_post_of(parent, self._did):
            return False
        await self._look_up({parent})
        return self._continues(parent)

    def _continues(self, uri: str) -> bool:
        for _ in range(_HIGHEST):
            parent = self._parents.get(uri, _A_STRANGER)
            if parent is None:
                return True
            if not is_post_of(parent, self._did):
                return False
            uri = parent
        return False

    async def _look_up(self, uris: Iterable[str]) -> None:
        unknown = sorted(uri for uri in uris if uri not in self._parents)
        for _ in range(_HIGHEST):
            if not unknown:
                return
            for start in range(0, len(unknown), AT_ONCE):
                await self._ask(unknown[start : start + AT_ONCE])
            above = {self._parents.get(uri) for uri in unknown}
            unknown = sorted(
                uri for uri in above if uri is not None and uri not in self._parents and is_post_of(uri, self._did)
            )

    async def _ask(self, uris: list[str]) -> None:
        answer = await self._xrpc.get(POSTS_METHOD, *(("uris", uri) for uri in uris))
        # A post that was deleted meanwhile tells nothing: it counts as a reply.
        for uri in uris:
            self.learn(uri, _A_STRANGER)
        for item in answer.items("posts"):
            try:
                post = Reader(item, "post")
                reply = post.object("record").maybe_object("reply")
                parent = reply.object("parent").identifier("uri") if reply else None
                self.learn(post.identifier("uri"), parent)
            except Shape:
                continue
