"""What the played server does when it is asked to change something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.simulators.graph_messaging import utf16
from cminbox.simulators.graph_refusals import Refusal, gone
from cminbox.simulators.instagram.world import Comment, Media

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.simulators.instagram.world import World


class Desk:
    """Changes to one account. Raises Refusal where Instagram says no."""

    def __init__(self, world: World, lengths: Mapping[str, int]) -> None:
        self._world = world
        self._lengths = lengths
        self.flattened_elsewhere = False
        """Whether an answer comes to stand below the post instead of the comment that it answers."""

    def comment(self, owner: Media | Comment, given: Mapping[str, Any]) -> dict[str, Any]:
        """Write a comment of ours under our own post, or under a comment there."""
        media = owner if isinstance(owner, Media) else owner.media
        if media.author is not self._world.us:
            raise gone()
        if media.live or (isinstance(owner, Comment) and owner.hidden):
            raise Refusal(100, 2207051)
        below = media if self.flattened_elsewhere else owner
        return {"id": self._world.comment(self._world.us, self._words(given), below).id}

    def mention(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a comment elsewhere that names us, or the caption of a post that does."""
        world = self._world
        media = world.media.get(given["media_id"])
        if media is None:
            raise gone()
        if "comment_id" not in given:
            if media.why != "mentioned":
                raise gone()
            return {"id": world.comment(world.us, self._words(given), media).id}
        comment = world.comments.get(given["comment_id"])
        if comment is None or not comment.mentions or comment.media is not media:
            raise gone()
        return {"id": world.comment(world.us, self._words(given), comment).id}

    def change(self, comment: Comment, given: Mapping[str, Any]) -> dict[str, Any]:
        """Hide a comment under our own post, or show it again."""
        if comment.media.author is not self._world.us:
            raise gone()
        # What the post's owner wrote is shown whatever is asked for.
        comment.hidden = given["hide"] and comment.author is not self._world.us
        return {"success": True}

    def remove(self, comment: Comment) -> dict[str, Any]:
        """Delete a comment: only the owner of the post may, even where the comment is ours."""
        if comment.media.author is not self._world.us:
            raise gone()
        self._world.remove(comment)
        return {"success": True}

    def _words(self, given: Mapping[str, Any]) -> str:
        text = given.get("message", "")
        if not isinstance(text, str) or not text or utf16(text) > self._lengths["comment"]:
            raise Refusal(100, 2207050)
        return text
