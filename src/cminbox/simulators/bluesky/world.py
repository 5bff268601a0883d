"""People, their records, and what of it the brand is notified of: the rules of the real AppView, seen at its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.simulators.bluesky.keys import Ticker, cid_of, did_of, instant_of

if TYPE_CHECKING:
    from collections.abc import Callable

POST, LIKE, REPOST = "app.bsky.feed.post", "app.bsky.feed.like", "app.bsky.feed.repost"
GATE, BLOCK = "app.bsky.feed.threadgate", "app.bsky.graph.block"
_NOTIFIED_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Person:
    """An account. `handle` is a domain name."""

    did: str
    handle: str
    name: str = ""
    followers: int = 10


@dataclass(frozen=True, slots=True)
class Record:
    """Something somebody published. Times are UTC milliseconds; `indexed` is when the server saw it."""

    uri: str
    cid: str
    value: dict[str, Any]
    indexed: int

    @property
    def did(self) -> str:
        """Who published it."""
        return self.uri.split("/")[2]

    @property
    def collection(self) -> str:
        """What kind of record it is."""
        return self.uri.split("/")[3]

    @property
    def rkey(self) -> str:
        """Its key within the collection."""
        return self.uri.split("/")[4]

    @property
    def sorted_at(self) -> int:
        """Where lists put it: at the author's time, but never after it was seen."""
        try:
            return min(instant_of(self.value["createdAt"]), self.indexed)
        except (KeyError, ValueError):
            return self.indexed

    def above(self, level: str) -> str | None:
        """Return the address of the `root` or the `parent` that a post answers."""
        reply = self.value.get("reply")
        return str(reply[level]["uri"]) if reply else None


@dataclass(frozen=True, slots=True)
class Row:
    """A notification to the brand."""

    uri: str
    reason: str
    subject: str | None
    sorted_at: int


class World:
    """All records of all people, and the brand's notifications."""

    def __init__(self, now: Callable[[], int], brand: Person) -> None:
        self.now = now
        self.brand = brand
        self.ticker = Ticker()
        self.people: dict[str, Person] = {brand.did: brand}
        self.records: dict[str, Record] = {}
        self.muted: set[str] = set()
        self.seen_at: int | None = None
        self.reports: list[dict[str, Any]] = []
        self._rows: dict[str, Row] = {}
        self._listing: list[Row] | None = None
        self._owned: dict[tuple[str, str], dict[str, Record]] = {}
        self._replies: dict[str, dict[str, Record]] = {}
        self._about: dict[tuple[str, str], Record] = {}

    def add_person(self, handle: str, name: str, followers: int) -> Person:
        """Let an account be known; a second time its names are those given last."""
        person = Person(did_of(handle), handle, name, followers)
        self.people[person.did] = person
        return person

    def with_handle(self, handle: str) -> Person | None:
        """Return the person of that handle."""
        return self.people.get(did_of(handle.lower()))

    def publish(self, did: str, collection: str, value: dict[str, Any], rkey: str | None = None) -> Record:
        """Write a record, over another one of the same key, and notify the brand."""
        record = Record(f"at://{did}/{collection}/{rkey or self.new_key()}", cid_of(value), value, self.now())
        self.remove(record.uri)
        self.records[record.uri] = record
        self._owned.setdefault((collection, did), {})[record.uri] = record
        parent = record.above("parent")
        if parent is not None:
            self._replies.setdefault(parent, {})[record.uri] = record
        if did == self.brand.did:
            self._about[collection, _subject(record)] = record
        else:
            self._notify(record)
        return record

    def new_key(self) -> str:
        """Return a key for a record written now."""
        return self.ticker.at(self.now())

    def remove(self, uri: str) -> None:
        """Delete a record and what was notified of it."""
        record = self.records.pop(uri, None)
        if record is None:
            return
        self._owned[record.collection, record.did].pop(uri)
        self._replies.get(record.above("parent") or "", {}).pop(uri, None)
        self._about.pop((record.collection, _subject(record)), None)
        if self._rows.pop(uri, None) is not None:
            self._listing = None

    def add_row(self, row: Row) -> None:
        """Put a notification into the brand's list."""
        self._rows[row.uri] = row
        self._listing = None

    def rows(self) -> list[Row]:
        """Return the brand's notifications as lists show them: newest first."""
        if self._listing is None:
            self._listing = sorted(self._rows.values(), key=lambda row: row.sorted_at, reverse=True)
        return self._listing

    def owned(self, collection: str, did: str) -> list[Record]:
        """Return a person's records of a collection in the order in which they were written."""
        return list(self._owned.get((collection, did), {}).values())

    def replies(self, uri: str) -> list[Record]:
        """Return the posts that answer a post directly."""
        return list(self._replies.get(uri, {}).values())

    def blocked(self, did: str) -> Record | None:
        """Return the brand's block of a person."""
        return self._about.get((BLOCK, did))

    def liked(self, uri: str) -> Record | None:
        """Return the brand's like of a post."""
        return self._about.get((LIKE, uri))

    def reposted(self, uri: str) -> Record | None:
        """Return the brand's repost of a post."""
        return self._about.get((REPOST, uri))

    def hidden(self, record: Record) -> bool:
        """Whether the brand hid a reply under its own post."""
        root = record.above("root")
        if root is None or not root.startswith(f"at://{self.brand.did}/"):
            return False
        gate = self.records.get(root.replace(POST, GATE))
        return gate is not None and record.uri in gate.value.get("hiddenReplies", ())

    def mentions(self, record: Record, did: str) -> bool:
        """Whether a post names a person."""
        facets = record.value.get("facets", ())
        return any(feature.get("did") == did for facet in facets for feature in facet["features"])

    def quoted(self, record: Record) -> str | None:
        """Return the address of what a post quotes."""
        embed = record.value.get("embed")
        return str(embed["record"]["uri"]) if embed and embed["$type"] == "app.bsky.embed.record" else None

    def _notify(self, record: Record) -> None:
        """Tell the brand of a record of somebody else's, where it concerns the brand."""
        ours = f"at://{self.brand.did}/"
        if record.collection == LIKE and _subject(record).startswith(ours):
            self.add_row(Row(record.uri, "like", _subject(record), record.sorted_at))
        elif record.collection == POST and self.mentions(record, self.brand.did):
            self.add_row(Row(record.uri, "mention", None, record.sorted_at))
        elif record.collection == POST and (self.quoted(record) or "").startswith(ours):
            self.add_row(Row(record.uri, "quote", self.quoted(record), record.sorted_at))
        elif (answered := self._answered(record, ours)) is not None:
            self.add_row(Row(record.uri, "reply", answered, record.sorted_at))

    def _answered(self, record: Record, ours: str) -> str | None:
        """Return the nearest post of the brand's above a post, within the levels that are notified."""
        above: Record | None = record
        for _ in range(_NOTIFIED_LEVELS):
            parent = above.above("parent") if above else None
            if parent is None or parent.startswith(ours):
                return parent
            above = self.records.get(parent)
        return None


def _subject(record: Record) -> str:
    """Return what a like or a block is about, the address of a record that is about nothing else."""
    subject = record.value.get("subject", record.uri)
    return str(subject["uri"] if isinstance(subject, dict) else subject)
