"""What the played server does when it is asked to change something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.simulators.facebook.world import Comment, Post
from cminbox.simulators.graph_messaging import utf16
from cminbox.simulators.graph_refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.simulators.facebook.world import World
    from cminbox.simulators.graph_check import Call


class Desk:
    """Changes to one Page. Raises Refusal where Facebook says no."""

    def __init__(self, world: World, lengths: Mapping[str, int]) -> None:
        self._world = world
        self._lengths = lengths
        self.flattened_elsewhere = False
        """Whether a reply comes to stand below the post instead of the comment that it answers."""

    def comment(self, owner: Post | Comment, given: Mapping[str, Any]) -> dict[str, Any]:
        """Write a comment of the Page's under a post or comment."""
        text = given.get("message", "")
        if not text or utf16(text) > self._lengths["comment"]:
            raise Refusal(100, 1705)
        below = owner.post if self.flattened_elsewhere and isinstance(owner, Comment) else owner
        return {"id": self._world.comment(self._world.us, text, below).id}

    def change(self, thing: Post | Comment, given: Mapping[str, Any]) -> dict[str, Any]:
        """Change a comment or post itself: hide it, or overwrite its words, which is what a `message` does here."""
        if "message" in given:
            thing.text = given["message"]
            return {"success": True}
        if thing.author is self._world.us:
            raise Refusal(200)
        thing.hidden = given["is_hidden"]
        return {"success": True}


def likes(thing: Post | Comment, call: Call) -> dict[str, Any]:
    """Like something as the Page, or take it back."""
    thing.liked = call.method == "POST"
    return {"success": True}


def blocked(world: World, given: Mapping[str, Any]) -> dict[str, Any]:
    """Block people from the Page."""
    answer: dict[str, Any] = {}
    for identifier in given.get("user", []):
        person = world.people.get(identifier)
        if person is not None:
            person.blocked = True
        answer[identifier] = person is not None
    return answer
