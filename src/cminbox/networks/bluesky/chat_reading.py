"""What the chat service tells of messages, members and events, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Attachment, AttachmentKind, Kind, Message, Person
from cminbox.domain.saying import Saying, say
from cminbox.domain.text import safe
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.reading import Reader, Shape
from cminbox.network_kit.text import plain
from cminbox.networks.bluesky.facets import shown_with_targets
from cminbox.networks.bluesky.reading import address, permalink, person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cminbox.networks.bluesky.session import Session
    from cminbox.networks.bluesky.xrpc import Xrpc

_REMEMBERED = 5_000
_SEPARATOR = "/"
CONVO = "chat.bsky.convo"


def remote_id(convo: str, message: str) -> str:
    """Return our remote id of a direct message: the chat service numbers messages within a conversation."""
    return f"{convo}{_SEPARATOR}{message}"


def parts_of(remote: str) -> tuple[str, str]:
    """Return the conversation and the message of a remote id. Raises Refused for what is none."""
    convo, separator, message = remote.partition(_SEPARATOR)
    if not separator or not convo or not message:
        raise Refused(say("{id} is not a direct message of Bluesky", id=safe(remote, limit=100)))
    return convo, message


def is_dm(remote: str) -> bool:
    """Whether a remote id is that of a direct message, not of a post."""
    return not remote.startswith("at://")


@dataclass(frozen=True, slots=True)
class Told:
    """Messages of a conversation or of the log, in the order in which they came; ids of deleted ones; problems."""

    messages: tuple[Message, ...] = ()
    deleted: tuple[str, ...] = ()
    problems: tuple[Saying, ...] = ()


class Directory:
    """Who is who in conversations; the chat service names authors by their identifier alone."""

    def __init__(self, xrpc: Xrpc, session: Session) -> None:
        self._xrpc = xrpc
        self._people: dict[str, Person] = {session.did: Person(session.did, session.handle)}
        self._session = session
        self._asked: set[str] = set()

    @property
    def did(self) -> str:
        """The account's own identifier."""
        return self._session.did

    def learn(self, views: Iterable[Any]) -> None:
        """Remember people from views of them; what cannot be read is passed over."""
        if len(self._people) > _REMEMBERED:
            self._people = {self.did: self._people[self.did]}
            self._asked.clear()
        for view in views:
            try:
                found = person(Reader(view, "member"))
            except Shape:
                continue
            if found.remote_id != self.did:
                self._people[found.remote_id] = found

    async def author(self, did: str, convo: str) -> Person:
        """Return a person, asking once for the members of his conversation; who has left it is known by identifier.

        Raises NetworkFailure.
        """
        if did not in self._people and convo not in self._asked:
            self._asked.add(convo)
            try:
                answer = await self._xrpc.get(f"{CONVO}.getConvo", ("convoId", convo), chat=True)
            except (Gone, Refused):
                return Person(did, did)
            members = answer.raw("convo")
            self.learn(Reader(members, "convo").items("members") if isinstance(members, dict) else ())
        return self._people.get(did, Person(did, did))


async def message_from(view: Reader, convo: str, directory: Directory) -> Message:
    """Read a message of a conversation. Raises Shape."""
    author = await directory.author(view.object("sender").identifier("did"), convo)
    return Message(
        remote_id=remote_id(convo, view.identifier("id")),
        kind=Kind.DM,
        author=author,
        text=plain(shown_with_targets(view.text("text"), view.items("facets"))),
        created_at=view.instant("sentAt"),
        conversation=convo,
        ours=author.remote_id == directory.did,
        permalink=f"https://bsky.app/messages/{convo}",
        attachments=_attachments(view),
    )


def _attachments(view: Reader) -> tuple[Attachment, ...]:
    """Return the post that a message shows, if any."""
    try:
        uri = view.object("embed").object("record").identifier("uri")
        address(uri, "embed")
    except Shape:
        return ()
    return (Attachment(AttachmentKind.LINK, permalink(uri)),)


async def told_by(items: Iterable[tuple[str, object]], directory: Directory) -> Told:
    """Read messages given with their conversations; a bad one is named and the others live on.

    Messages that were deleted, and those that the service itself wrote ("somebody joined"), bring nothing. Raises
    NetworkFailure.
    """
    messages: list[Message] = []
    problems: list[Saying] = []
    for convo, item in items:
        try:
            view = Reader(item, "message")
            if view.has("text"):
                messages.append(await message_from(view, convo, directory))
        except Shape as shape:
            problems.append(say("A direct message cannot be read: {where}", where=safe(str(shape), limit=200)))
    return Told(tuple(messages), (), tuple(problems))


async def told_by_log(logs: list[Any], directory: Directory) -> tuple[Told, dict[str, str]]:
    """Read events of the log; also returns the newest state (rev) of every conversation they concern.

    Kinds of event that are not known, or do not matter here, are passed over. Raises NetworkFailure.
    """
    written: list[tuple[str, object]] = []
    deleted: list[str] = []
    revs: dict[str, str] = {}
    for item in logs:
        try:
            event = Reader(item, "event")
            kind, convo = event.text("$type").rsplit("#", 1)[-1], event.identifier("convoId")
            revs[convo] = event.text("rev", "")
            directory.learn(event.items("relatedProfiles"))
            if kind == "logCreateMessage":
                written.append((convo, event.raw("message")))
            elif kind == "logDeleteMessage":
                deleted.append(remote_id(convo, event.object("message").identifier("id")))
        except Shape:
            continue
    told = await told_by(written, directory)
    gone = frozenset(deleted)
    kept = tuple(message for message in told.messages if message.remote_id not in gone)
    return Told(kept, tuple(deleted), told.problems), revs
