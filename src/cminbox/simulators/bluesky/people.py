"""What people do on the simulated Bluesky, and what the brand does there in another app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.simulators.bluesky.keys import iso
from cminbox.simulators.bluesky.world import LIKE, POST, Person, Record, Row, World

if TYPE_CHECKING:
    from cminbox.simulators.bluesky.chat import Chat, Convo

_FACET = "app.bsky.richtext.facet"


class People:
    """Writes into the world and the chat as strangers and as the brand. Remote ids are those of the adapter."""

    def __init__(self, world: World, chat: Chat) -> None:
        self.world = world
        self.chat = chat
        self._brand_post: str | None = None

    def writes(
        self,
        kind: Kind,
        person: Person,
        text: str,
        under: str | None,
        created_at: int | None,
        language: str | None,
    ) -> str:
        """Let a person write to the brand; see `SimulatedBluesky.someone_writes`."""
        if kind is Kind.DM:
            convo = self.chat.convo_with(person) if under is None else self._convo(under)
            return f"{convo.id}/{self.chat.say(convo, person.did, text, sent_at=created_at).id}"
        if kind is Kind.COMMENT and under is None:
            under = self.brand_post()
        record = self._post(text, under, created_at, language)
        if kind is Kind.MENTION:
            record["facets"] = [self._naming_the_brand(text)]
        return self.world.publish(person.did, POST, record).uri

    def brand_writes(self, text: str, under: str | None) -> str:
        """Let the brand write in another app: a post of its own, a reply, or a direct message."""
        if under is not None and not under.startswith("at://"):
            convo = self._convo(under)
            return f"{convo.id}/{self.chat.say(convo, self.world.brand.did, text).id}"
        return self.world.publish(self.world.brand.did, POST, self._post(text, under, None, None)).uri

    def brand_post(self) -> str:
        """Return the post under which people comment; written when first needed."""
        if self._brand_post not in self.world.records:
            self._brand_post = self.brand_writes("Good morning from all of us!", None)
        return str(self._brand_post)

    def quotes(self, person: Person, text: str, quoted: str) -> str:
        """Let a person quote a post."""
        record = self._post(text, None, None, None)
        of = self.world.records[quoted]
        record["embed"] = {"$type": "app.bsky.embed.record", "record": {"uri": of.uri, "cid": of.cid}}
        return self.world.publish(person.did, POST, record).uri

    def likes(self, person: Person, uri: str) -> None:
        """Let a person like a post of the brand: a notification that is no message."""
        subject = self.world.records[uri]
        value = {"$type": LIKE, "subject": {"uri": subject.uri, "cid": subject.cid}, "createdAt": iso(self.world.now())}
        self.world.publish(person.did, LIKE, value)

    def deletes(self, remote_id: str) -> None:
        """Let a message disappear."""
        if remote_id.startswith("at://"):
            self.world.remove(remote_id)
        else:
            self.chat.remove(self._convo(remote_id), remote_id.partition("/")[2])

    def unheard_of(self) -> None:
        """Put a notification, a direct message and an event of the log of kinds that nobody knows."""
        person = self.world.add_person("tomorrow.example", "Tomorrow", 0)
        value = {"$type": "app.bsky.future.thing", "createdAt": iso(self.world.now())}
        record = self.world.publish(person.did, "app.bsky.future.thing", value)
        self.world.add_row(Row(record.uri, "unheard-of", None, record.sorted_at))
        if self.chat.convos:
            self.chat.add_unknown(next(iter(self.chat.convos.values())))

    def _post(self, text: str, under: str | None, created_at: int | None, language: str | None) -> dict[str, Any]:
        at = self.world.now() if created_at is None else created_at
        record: dict[str, Any] = {"$type": POST, "text": text, "createdAt": iso(at)}
        if language is not None:
            record["langs"] = [language]
        if under is not None:
            parent = self.world.records[under]
            reply = parent.value.get("reply")
            here = _reference(parent)
            record["reply"] = {"root": reply["root"] if reply else here, "parent": here}
        return record

    def _naming_the_brand(self, text: str) -> dict[str, Any]:
        """Return the facet of a mention: over the handle where the text has it, else over the whole text."""
        handle = f"@{self.world.brand.handle}"
        raw = text.encode("utf-8", "surrogatepass")
        start = max(0, raw.find(handle.encode()))
        end = start + len(handle) if handle in text else len(raw)
        feature = {"$type": f"{_FACET}#mention", "did": self.world.brand.did}
        return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}

    def _convo(self, remote_id: str) -> Convo:
        return self.chat.get(remote_id.partition("/")[0])


def _reference(record: Record) -> dict[str, str]:
    return {"uri": record.uri, "cid": record.cid}
