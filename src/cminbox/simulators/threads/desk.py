"""What the played server does when it is asked to change something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.simulators.graph_refusals import Refusal, gone
from cminbox.simulators.threads.world import DAY_MS, Post

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.simulators.threads.world import World

_DAY_SECONDS = 24 * 3600
_TOO_MANY = 4
_EMOJI = 0x1F000


class Desk:
    """Changes by one account. Raises Refusal where Threads says no."""

    def __init__(self, world: World, lengths: Mapping[str, int], slow: int) -> None:
        self._world = world
        self._lengths = lengths
        self._slow = slow
        self.astray = False
        """Whether an answer comes to stand at the top of the thread instead of where it belongs."""

    def prepare(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Prepare an answer; the length is looked at here, the allowance when it is published."""
        text = given.get("text", "")
        if not isinstance(text, str) or not text or counted(text) > self._lengths["text"]:
            raise Refusal(100, 4279026)
        to = None
        if "reply_to_id" in given:
            to = self._world.posts.get(given["reply_to_id"])
            if to is None:
                raise gone()
        container = self._world.prepare(text, to)
        container.slow = self._slow
        return {"id": container.id}

    def publish(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Publish what was prepared, once."""
        container = self._world.containers.get(given["creation_id"])
        if container is None or container.slow > 0:
            raise Refusal(100, 4279009)
        if self._world.status(container) != "FINISHED":
            raise Refusal(100, 4279009)
        what = "replies" if container.to is not None else "posts"
        since = self._world.now() - DAY_MS
        if self._world.published_since(since, answers=container.to is not None) >= self._lengths[what]:
            raise Refusal(_TOO_MANY)
        if container.to is not None and container.to.id not in self._world.posts:
            raise gone()
        above = container.to.root if self.astray and container.to is not None else container.to
        container.post = self._world.publish(self._world.us, container.text, above)
        container.status = "PUBLISHED"
        return {"id": container.post.id}

    def manage(self, post: Post, *, hide: bool) -> dict[str, Any]:
        """Hide an answer of the first level below our own post, or show it again."""
        if post.root.author != self._world.us or post.above is not post.root:
            raise Refusal(10)
        post.hidden = hide
        return {"success": True}

    def decide(self, post: Post, *, approve: bool) -> dict[str, Any]:
        """Publish an answer that waits, or put it aside."""
        if not post.approval:
            raise Refusal(100)
        post.approval = "" if approve else "ignored"
        return {"success": True}

    def delete(self, post: Post) -> dict[str, Any]:
        """Delete a post of ours."""
        if post.author != self._world.us:
            raise Refusal(10)
        self._world.remove(post)
        return {"success": True, "deleted_id": post.id}

    def figures(self) -> dict[str, Any]:
        """Return how much may be published within a day, and how much was."""
        since = self._world.now() - DAY_MS
        shown: dict[str, Any] = {}
        for name, answers, what in (("", False, "posts"), ("reply_", True, "replies")):
            shown[f"{name}quota_usage"] = self._world.published_since(since, answers=answers)
            shown[f"{name}config"] = {"quota_total": self._lengths[what], "quota_duration": _DAY_SECONDS}
        return shown


def counted(text: str) -> int:
    """Return how long a text is: characters, emoji as their bytes. Rougher than the program's own counting."""
    return sum(len(char.encode("utf-8", "surrogatepass")) if _is_emoji(char) else 1 for char in text)


def _is_emoji(char: str) -> bool:
    return ord(char) >= _EMOJI or char in "\u200d\ufe0f\u20e3"
