"""What the played server does when it is asked to change something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.simulators.graph_refusals import Refusal, gone
from cminbox.simulators.instagram.world import DAY_MS, Comment, Media, Person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.simulators.instagram.world import World

_OUTSIDE_WINDOW = (10, 2018278)
_ONE_PRIVATE_REPLY = 10900


def utf16(text: str) -> int:
    """Return how long a text is in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Desk:
    """Changes to one account."""

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
        comment = self._world.comments.get(identifier)
        if comment is None or comment.media.author is not self._world.us:
            raise gone()
        if comment.private_reply or self._world.now() - comment.created_at >= 7 * DAY_MS:
            raise Refusal(_ONE_PRIVATE_REPLY)
        text = self._text(given)
        comment.private_reply = True
        return self._sent(comment.author, text)

    def _words(self, given: Mapping[str, Any]) -> str:
        text = given.get("message", "")
        if not isinstance(text, str) or not text or utf16(text) > self._lengths["comment"]:
            raise Refusal(100, 2207050)
        return text

    def _text(self, given: Mapping[str, Any]) -> str:
        text = given.get("message", {}).get("text", "")
        if not isinstance(text, str) or not text or len(text.encode()) > self._lengths["message"]:
            raise Refusal(100, 2018320)
        return text

    def _sent(self, person: Person, text: str, tag: str = "") -> dict[str, Any]:
        letter = self._world.write(person, self._world.us, text, tag=tag)
        return {"recipient_id": person.id, "message_id": letter.id}
