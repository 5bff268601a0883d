"""Sending private messages as Meta allows it: inside a window after the person's last one, once below a comment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from cminbox.simulators.graph_letters import DAY_MS, Person
from cminbox.simulators.graph_refusals import Refusal, gone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.simulators.graph_letters import Correspondence

_OUTSIDE_WINDOW = (10, 2018278)
_NOBODY = (100, 2018001)
_TOO_LONG = (100, 2018320)
_ONE_PRIVATE_REPLY = 10900
_WEEK = 7


class Answerable(Protocol):
    """A comment that can be answered in private, once."""

    author: Person
    created_at: int
    private_reply: bool


def utf16(text: str) -> int:
    """Return how long a text is in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Messaging:
    """Private messages of one account: `length` counts a text as its network does, `most` is how long it may be.

    `comment` finds a comment that the account may answer in private, None where there is none.
    """

    def __init__(
        self,
        world: Correspondence,
        comment: Callable[[str], Answerable | None],
        length: Callable[[str], int],
        most: int,
    ) -> None:
        self._world = world
        self._comment = comment
        self._length = length
        self._most = most

    def send(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Send a private message, or show that those of somebody were seen. Raises Refusal."""
        recipient = given["recipient"]
        if "comment_id" in recipient:
            return self._private_reply(recipient["comment_id"], given)
        person = self._world.people.get(recipient.get("id", ""))
        if person is None or person.id not in self._world.exchanges:
            raise Refusal(*_NOBODY)
        if given.get("sender_action") == "mark_seen":
            self._world.exchange(person).seen = True
            return {"recipient_id": person.id}
        text = self._text(given)
        heard = [one.created_at for one in self._world.exchange(person).letters if one.author is person]
        waited = self._world.now() - max(heard, default=0)
        by_human = given.get("messaging_type") == "MESSAGE_TAG" and given.get("tag") == "HUMAN_AGENT"
        if waited >= (_WEEK if by_human else 1) * DAY_MS:
            raise Refusal(*_OUTSIDE_WINDOW)
        return self._sent(person, text, str(given.get("tag", "")))

    def _private_reply(self, identifier: str, given: Mapping[str, Any]) -> dict[str, Any]:
        comment = self._comment(identifier)
        if comment is None:
            raise gone()
        if comment.private_reply or self._world.now() - comment.created_at >= _WEEK * DAY_MS:
            raise Refusal(_ONE_PRIVATE_REPLY)
        text = self._text(given)
        comment.private_reply = True
        return self._sent(comment.author, text)

    def _text(self, given: Mapping[str, Any]) -> str:
        text = given.get("message", {}).get("text", "")
        if not isinstance(text, str) or not text or self._length(text) > self._most:
            raise Refusal(*_TOO_LONG)
        return text

    def _sent(self, person: Person, text: str, tag: str = "") -> dict[str, Any]:
        letter = self._world.write(person, self._world.us, text, tag=tag)
        return {"recipient_id": person.id, "message_id": letter.id}
