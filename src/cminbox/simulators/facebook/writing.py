"""What the played server does when it is asked to change something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.simulators.facebook.world import DAY_MS, Comment, Person, Post
from cminbox.simulators.graph_refusals import Refusal, gone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.simulators.facebook.world import World
    from cminbox.simulators.graph_check import Call

_OUTSIDE_WINDOW = (10, 2018278)
_ONE_PRIVATE_REPLY = 10900


def utf16(text: str) -> int:
    """Return how long a text is in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Desk:
    """Changes to one Page."""

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
        return {"id": self._world.comment(self._world.page, text, below).id}

    def change(self, thing: Post | Comment, given: Mapping[str, Any]) -> dict[str, Any]:
        """Change a comment or post itself: hide it, or overwrite its words, which is what a `message` does here."""
        if "message" in given:
            thing.text = given["message"]
            return {"success": True}
        if thing.author is self._world.page:
            raise Refusal(200)
        thing.hidden = given["is_hidden"]
        return {"success": True}

    def message(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Send a private message, or show that those of somebody were seen."""
        recipient = given["recipient"]
        if "comment_id" in recipient:
            return self._private_reply(recipient["comment_id"], given)
        person = self._world.people.get(recipient.get("id", ""))
        if person is None or person.id not in self._world.exchanges:
            raise Refusal(100, 2018001)
        if given.get("sender_action") == "mark_seen":
            self._world.exchange(person).seen = True
            return {"recipient_id": person.id}
        text = self._text(given)
        heard = [one.created_at for one in self._world.exchange(person).letters if one.author is person]
        waited = self._world.now() - max(heard, default=0)
        by_human = given.get("messaging_type") == "MESSAGE_TAG" and given.get("tag") == "HUMAN_AGENT"
        if waited >= (7 if by_human else 1) * DAY_MS:
            raise Refusal(*_OUTSIDE_WINDOW)
        return self._sent(person, text, str(given.get("tag", "")))

    def _private_reply(self, identifier: str, given: Mapping[str, Any]) -> dict[str, Any]:
        comment = self._world.find_comment(identifier)
        if comment is None:
            raise gone()
        if comment.private_reply or self._world.now() - comment.created_at >= 7 * DAY_MS:
            raise Refusal(_ONE_PRIVATE_REPLY)
        comment.private_reply = True
        return self._sent(comment.author, self._text(given))

    def _text(self, given: Mapping[str, Any]) -> str:
        text = given.get("message", {}).get("text", "")
        if not isinstance(text, str) or not text or utf16(text) > self._lengths["message"]:
            raise Refusal(100, 2018320)
        return text

    def _sent(self, person: Person, text: str, tag: str = "") -> dict[str, Any]:
        letter = self._world.write(person, self._world.page, text, tag=tag)
        return {"recipient_id": person.id, "message_id": letter.id}


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
