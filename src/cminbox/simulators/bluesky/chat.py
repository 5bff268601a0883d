"""Conversations: messages, who has been accepted, what was read, and the log that tells it all in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cminbox.simulators.bluesky.keys import iso, tid
from cminbox.simulators.bluesky.refusals import invalid
from cminbox.simulators.bluesky.views import basic

if TYPE_CHECKING:
    from cminbox.simulators.bluesky.world import Person, World

_DEFS = "chat.bsky.convo.defs"
_LOG_PAGE = 100


@dataclass(slots=True)
class DirectMessage:
    """A message. `sent_at` is UTC milliseconds."""

    id: str
    rev: str
    sender: str
    text: str
    sent_at: int
    facets: list[dict[str, Any]]
    deleted: bool = False
    system: bool = False

    def view(self) -> dict[str, Any]:
        """Return it as the service shows it."""
        base: dict[str, Any] = {"id": self.id, "rev": self.rev, "sentAt": iso(self.sent_at)}
        if self.system:
            data = {"$type": f"{_DEFS}#systemMessageDataUnheardOf", "what": self.text}
            return base | {"$type": f"{_DEFS}#systemMessageView", "data": data}
        base |= {"sender": {"did": self.sender}}
        if self.deleted:
            return base | {"$type": f"{_DEFS}#deletedMessageView"}
        facets = {"facets": self.facets} if self.facets else {}
        return base | {"$type": f"{_DEFS}#messageView", "text": self.text} | facets


@dataclass(slots=True)
class Convo:
    """A conversation of the brand with one other person."""

    id: str
    other: Person
    status: str
    rev: str
    messages: list[DirectMessage] = field(default_factory=list)
    read_to: str = ""


class Chat:
    """The chat service as the brand sees it. With `tells_requests` off the log is silent about who was not accepted.

    `sent_at` is UTC milliseconds.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.convos: dict[str, Convo] = {}
        self.log: list[dict[str, Any]] = []
        self.tells_requests = True
        self._number = 0
        self._forgotten = ""

    def convo_with(self, person: Person) -> Convo:
        """Return the conversation with a person; a new one is a request until the brand accepts it."""
        for convo in self.convos.values():
            if convo.other.did == person.did:
                return convo
        convo = Convo(self._next(), person, "request", self._next())
        self.convos[convo.id] = convo
        self._tell(convo, "logBeginConvo")
        return convo

    def say(
        self,
        convo: Convo,
        sender: str,
        text: str,
        *,
        facets: list[dict[str, Any]] | None = None,
        sent_at: int | None = None,
    ) -> DirectMessage:
        """Put a message into a conversation."""
        if sender == self.world.brand.did:
            convo.status = "accepted"
        at = self.world.now() if sent_at is None else sent_at
        message = DirectMessage(self._next(), self._next(), sender, text, at, facets or [])
        convo.messages.append(message)
        self._tell(convo, "logCreateMessage", message)
        return message

    def add_unknown(self, convo: Convo) -> None:
        """Put a message and an event of kinds that nobody knows."""
        convo.messages.append(DirectMessage(self._next(), self._next(), "", "?", self.world.now(), [], system=True))
        self._tell(convo, "logUnheardOf")

    def remove(self, convo: Convo, message_id: str) -> None:
        """Let a message be deleted."""
        message = self.message(convo, message_id)
        message.deleted = True
        self._tell(convo, "logDeleteMessage", message)

    def message(self, convo: Convo, message_id: str) -> DirectMessage:
        """Return a message by its id. Raises KeyError."""
        found = next((message for message in convo.messages if message.id == message_id), None)
        if found is None:
            raise KeyError(message_id)
        return found

    def forget_log(self) -> None:
        """Make every cursor of the log given out so far worthless."""
        self._forgotten = self._next()

    def get_log(self, cursor: str | None) -> dict[str, Any]:
        """Answer getLog: without a cursor it starts now; an account that never chatted gets no cursor at all."""
        if cursor is None:
            return {"logs": []} | ({"cursor": self.log[-1]["rev"]} if self.log else {})
        if cursor <= self._forgotten:
            raise invalid("Invalid cursor")
        found = [event for event in self.log if event["rev"] > cursor][:_LOG_PAGE]
        return {"logs": found, "cursor": found[-1]["rev"] if found else cursor}

    def list_convos(self, status: str | None, cursor: str | None, page: int) -> dict[str, Any]:
        """Answer listConvos and the like: those with the latest event first."""
        wanted = [convo for convo in self.convos.values() if status in {None, convo.status}]
        wanted.sort(key=lambda convo: convo.rev, reverse=True)
        rest = [convo for convo in wanted if cursor is None or convo.rev < cursor]
        views = [self.view(convo) for convo in rest[:page]]
        return {"convos": views} | ({"cursor": rest[page - 1].rev} if len(rest) > page else {})

    def get_messages(self, convo: Convo, cursor: str | None, page: int) -> dict[str, Any]:
        """Answer getMessages: newest first."""
        rest = [message for message in reversed(convo.messages) if cursor is None or message.id < cursor]
        views = [message.view() for message in rest[:page]]
        return {"messages": views} | ({"cursor": rest[page - 1].id} if len(rest) > page else {})

    def accept(self, convo: Convo) -> dict[str, Any]:
        """Answer acceptConvo."""
        if convo.status == "accepted":
            return {}
        convo.status = "accepted"
        self._tell(convo, "logAcceptConvo")
        return {"rev": convo.rev}

    def get(self, convo_id: str) -> Convo:
        """Return a conversation; raise the service's refusal when there is none."""
        if convo_id not in self.convos:
            raise invalid("Invalid conversation", "InvalidConvo")
        return self.convos[convo_id]

    def view(self, convo: Convo) -> dict[str, Any]:
        """Return a conversation as the service shows it."""
        members = [basic(self.world, person) for person in (self.world.brand, convo.other)]
        unread = sum(1 for one in convo.messages if one.id > convo.read_to and one.sender == convo.other.did)
        last = {"lastMessage": convo.messages[-1].view()} if convo.messages else {}
        return last | {
            "id": convo.id,
            "rev": convo.rev,
            "members": members,
            "muted": False,
            "status": convo.status,
            "unreadCount": unread,
        }

    def _tell(self, convo: Convo, kind: str, message: DirectMessage | None = None) -> None:
        convo.rev = self._next()
        if convo.status == "request" and not self.tells_requests:
            return
        event: dict[str, Any] = {"$type": f"{_DEFS}#{kind}", "rev": convo.rev, "convoId": convo.id}
        if message is not None:
            event["message"] = message.view()
        if kind == "logCreateMessage":
            event["relatedProfiles"] = [basic(self.world, convo.other)]
        self.log.append(event)

    def _next(self) -> str:
        """Return an id that sorts after all before it."""
        self._number += 1
        return tid(self._number)
