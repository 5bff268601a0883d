"""The three lists that an inbox lives on: notifications, our own statuses, private conversations."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.reading import Reader, Shape, listing, mapping, unreadable
from cminbox.networks.mastodon.api import segment
from cminbox.networks.mastodon.lists import Entry, Source
from cminbox.networks.mastodon.statuses import read_status, to_message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.networks.mastodon.ancestry import Ancestry
    from cminbox.networks.mastodon.api import Api
    from cminbox.networks.mastodon.statuses import Status

WRITTEN = frozenset({"mention", "quote"})
"""The types of notification that bring something written to us."""
_NOISE = ("follow", "follow_request", "favourite", "reblog", "poll", "status", "update")
_NEWER_NOISE = (
    "admin.sign_up",
    "admin.report",
    "severed_relationships",
    "moderation_warning",
    "quoted_update",
    "added_to_collection",
    "collection_update",
)
_UNDOCUMENTED_NOISE = ("annual_report", "move", "pleroma:emoji_reaction")
_GROUPED = ("favourite", "follow", "reblog")
_KNOWN = WRITTEN.union(_NOISE, _NEWER_NOISE, _UNDOCUMENTED_NOISE)
_FAR_FUTURE = 2**62
_NOTIFICATIONS_LIMIT, _STATUSES_LIMIT, _CONVERSATIONS_LIMIT = "40", "40", "20"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification of either API version: what it is, when it came, and the status that it brings."""

    type: str
    at: object
    status: object
    fallback: str
    whole: object


class Entries:
    """Turns statuses into entries; one that cannot be read becomes a saying and stops nobody else."""

    def __init__(self, me: str, ancestry: Ancestry) -> None:
        self.me = me
        self.ancestry = ancestry

    async def of(self, items: Sequence[object], *, deep: bool = False) -> list[Entry]:
        """Return the entries of statuses. Raises NetworkFailure when what stands above them cannot be read now."""
        read: list[Status | Entry] = []
        for item in items:
            try:
                read.append(read_status(item))
            except Shape as shape:
                read.append(unreadable_item(item, shape))
        statuses = [status for status in read if not isinstance(status, Entry)]
        await self.ancestry.learn(statuses)
        return [self._entry(status, deep=deep) for status in read]

    def _entry(self, status: Status | Entry, *, deep: bool) -> Entry:
        if isinstance(status, Entry):
            return status
        if status.boosts or self.ancestry.is_context(status):
            return Entry(status.created_at, status.id)
        try:
            message = to_message(status, self.me, self.ancestry.place(status))
        except Shape as shape:
            return unreadable_item(status.source.raw("id"), shape)
        return Entry(status.created_at, status.id, message, deep=deep)


class Notifications:
    """Mentions and quotes, those included that the account's policy filters: a brand has to read them too.

    Everything that is known to be no message is excluded by name, so that a type of the future still arrives.
    """

    def __init__(self, api: Api, entries: Entries, *, grouped: bool) -> None:
        self._api = api
        self._entries = entries
        self._grouped = grouped

    @property
    def source(self) -> Source:
        """Where it is read: as groups, of which only what is no message has several members, where there are groups."""
        noise = (*_NOISE, *_NEWER_NOISE) if self._grouped else _NOISE
        params = [("limit", _NOTIFICATIONS_LIMIT), *(("exclude_types[]", name) for name in noise)]
        if not self._grouped:
            return Source("/api/v1/notifications", tuple(params), "read:notifications")
        # Without naming what may be grouped, a server of the future might group mentions.
        params += [("include_filtered", "true"), *(("grouped_types[]", name) for name in _GROUPED)]
        return Source("/api/v2/notifications", tuple(params), "read:notifications")

    def fall_back(self) -> bool:
        """Turn to single notifications where a server says that it has groups, and has none."""
        if not self._grouped:
            return False
        self._grouped = False
        self._api.lacks_groups()
        return True

    def split(self, body: object) -> list[Any]:
        """Return the notifications of a page, newest first. Raises Unreadable."""
        if not self._grouped:
            return [_first_form(item) for item in listing(body, self._api.host)]
        results = mapping(body, self._api.host)
        try:
            statuses = {_identifier(item): item for item in results.items("statuses")}
            groups = results.items("notification_groups")
        except Shape as shape:
            raise unreadable(shape) from None
        if not results.has("notification_groups"):
            raise unreadable(Shape("notification_groups", "there"))
        return [_second_form(group, statuses) for group in groups]

    def age(self, item: Any) -> int:  # noqa: ANN401 - foreign JSON
        """Return when a notification came."""
        return _instant({"at": item.at}, "at")

    async def entries(self, items: Sequence[Any]) -> list[Entry]:
        """Turn notifications into entries. Raises NetworkFailure."""
        wanted = [item.status for item in items if item.type in WRITTEN and item.status is not None]
        unknown = [_unknown(item) for item in items if item.type not in _KNOWN]
        return [*await self._entries.of(wanted), *unknown]


class OwnStatuses:
    """What we wrote, from whichever client: answers count, our own posts are only context."""

    def __init__(self, host: str, me: str, entries: Entries) -> None:
        self._host = host
        self._entries = entries
        params = (("limit", _STATUSES_LIMIT), ("exclude_reblogs", "true"))
        self.source = Source(f"/api/v1/accounts/{segment(me)}/statuses", params, "read:statuses")

    def split(self, body: object) -> list[Any]:
        """Return the statuses of a page, newest first. Raises Unreadable."""
        return listing(body, self._host)

    def fall_back(self) -> bool:
        """There is one form of it only."""
        return False

    def age(self, item: Any) -> int:  # noqa: ANN401 - foreign JSON
        """Return when a status was written."""
        return _instant(item, "created_at")

    async def entries(self, items: Sequence[Any]) -> list[Entry]:
        """Turn statuses into entries. Raises NetworkFailure."""
        return await self._entries.of(items)


class Conversations:
    """Private exchanges by their last status: shows what no notification told and no list of ours has."""

    def __init__(self, host: str, entries: Entries) -> None:
        self._host = host
        self._entries = entries
        self.source = Source("/api/v1/conversations", (("limit", _CONVERSATIONS_LIMIT),), "read:statuses")

    def split(self, body: object) -> list[Any]:
        """Return the conversations of a page, the one with the newest status first. Raises Unreadable."""
        return listing(body, self._host)

    def fall_back(self) -> bool:
        """There is one form of it only."""
        return False

    def age(self, item: Any) -> int:  # noqa: ANN401 - foreign JSON
        """Return when the last status of a conversation was written."""
        return _instant(item.get("last_status") if isinstance(item, dict) else None, "created_at")

    async def entries(self, items: Sequence[Any]) -> list[Entry]:
        """Turn conversations into entries of their last statuses. Raises NetworkFailure."""
        last = [item.get("last_status") if isinstance(item, dict) else item for item in items]
        return await self._entries.of([status for status in last if status is not None], deep=True)


def unreadable_item(item: object, shape: Shape) -> Entry:
    """Return the entry for an item that is not as documented; the same item gives the same key."""
    digest = hashlib.sha256(json.dumps(item, sort_keys=True, default=str).encode()).hexdigest()[:16]
    said = safe(str(shape), limit=120)
    return Entry(0, f"?{digest}", skipped=say("An item could not be read: {said}", said=said))


def _unknown(notice: Notice) -> Entry:
    """Return the entry for a type that nothing documents: said once, not once per notification."""
    if not notice.type:
        return unreadable_item(notice.whole, Shape("notification.type", "text"))
    kind = safe(notice.type, limit=60)
    title = notice.fallback or kind
    said = say("The server tells of something that cminbox does not know: {title}", title=title)
    return Entry(0, f"?{kind}", skipped=said)


def _first_form(item: object) -> Notice:
    data = item if isinstance(item, dict) else {}
    return Notice(_type(data), data.get("created_at"), data.get("status"), _fallback(data), item)


def _second_form(group: object, statuses: dict[str, object]) -> Notice:
    data = group if isinstance(group, dict) else {}
    status = statuses.get(str(data.get("status_id")))
    return Notice(_type(data), data.get("latest_page_notification_at"), status, _fallback(data), group)


def _type(data: dict[str, Any]) -> str:
    kind = data.get("type")
    return kind if isinstance(kind, str) else ""


def _fallback(data: dict[str, Any]) -> str:
    fallback = data.get("fallback")
    title = fallback.get("title") if isinstance(fallback, dict) else None
    return safe(title, limit=120) if isinstance(title, str) else ""


def _identifier(item: object) -> str:
    return str(item.get("id")) if isinstance(item, dict) else ""


def _instant(item: object, key: str) -> int:
    try:
        return Reader(item, "item").instant(key)
    except Shape:
        return _FAR_FUTURE
