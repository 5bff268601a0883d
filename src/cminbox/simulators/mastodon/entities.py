"""The JSON that a Mastodon server answers with, in the dress of the server that is played."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cminbox.simulators.mastodon.markup import to_html

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cminbox.simulators.mastodon.world import Exchange, Notice, Person, Post, World

Json = dict[str, Any]

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID_LENGTH = 26
_LEFT_OUT_OF_STATUS = (
    "edited_at",
    "language",
    "application",
    "card",
    "poll",
    "bookmarked",
    "pinned",
    "quote",
    "quotes_count",
    "uri",
    "tags",
)
_LEFT_OUT_OF_ACCOUNT = ("followers_count", "following_count", "indexable", "group", "fields", "uri", "bot")


class Flavour(StrEnum):
    """Which kind of server is played."""

    CURRENT = "current"
    """Mastodon 4.7: grouped notifications, filtered requests, many statuses at once."""
    OLD = "old"
    """Mastodon 3.4: none of these, and no second version of the instance's description."""
    COMPATIBLE = "compatible"
    """Another server program with this API: ids that are no numbers, many optional fields left out."""


class Entities:
    """Renders what a world holds. `site` is the server's address without a slash at its end."""

    def __init__(self, world: World, flavour: Flavour, site: str) -> None:
        self.world = world
        self.flavour = flavour
        self.site = site

    def to_id(self, number: int) -> str:
        """Return an id as this server writes it."""
        if self.flavour is not Flavour.COMPATIBLE:
            return str(number)
        digits = ""
        while number:
            number, rest = divmod(number, len(_ALPHABET))
            digits = _ALPHABET[rest] + digits
        return digits.rjust(_ULID_LENGTH, "0")

    def from_id(self, text: str | None) -> int | None:
        """Return the number behind an id, None for what is none of ours."""
        if text is None:
            return None
        if self.flavour is not Flavour.COMPATIBLE:
            return int(text) if text.isascii() and text.isdigit() else None
        number = 0
        for char in text:
            if char not in _ALPHABET:
                return None
            number = number * len(_ALPHABET) + _ALPHABET.index(char)
        return number

    def account(self, person: Person) -> Json:
        """Return an Account."""
        address = self.profile(person)
        account: Json = {
            "id": self.to_id(person.id),
            "username": person.username,
            "acct": person.acct,
            "display_name": person.name,
            "locked": False,
            "bot": False,
            "discoverable": True,
            "indexable": False,
            "group": False,
            "created_at": iso(person.created_at),
            "note": "",
            "url": address,
            "uri": f"{address}/actor",
            "avatar": f"{self.site}/avatars/missing.png",
            "avatar_static": f"{self.site}/avatars/missing.png",
            "header": f"{self.site}/headers/missing.png",
            "header_static": f"{self.site}/headers/missing.png",
            "followers_count": person.followers,
            "following_count": 7,
            "statuses_count": 3,
            "last_status_at": None,
            "emojis": [],
            "fields": [],
        }
        return self._dressed(account, _LEFT_OUT_OF_ACCOUNT)

    def own_account(self, person: Person) -> Json:
        """Return a CredentialAccount."""
        source = {
            "privacy": "public",
            "sensitive": False,
            "language": "en",
            "note": "",
            "fields": [],
            "follow_requests_count": 0,
            "indexable": False,
            "quote_policy": "public",
        }
        return self.account(person) | {"source": source, "role": {"id": "-99", "name": ""}}

    def status(self, post: Post) -> Json:
        """Return a Status."""
        entity: Json = {
            "id": self.to_id(post.id),
            "created_at": iso(post.created_at),
            "edited_at": None if post.edited_at is None else iso(post.edited_at),
            "in_reply_to_id": None if post.parent is None else self.to_id(post.parent),
            "in_reply_to_account_id": None if post.parent_author is None else self.to_id(post.parent_author),
            "sensitive": bool(post.spoiler),
            "spoiler_text": post.spoiler,
            "visibility": post.visibility,
            "language": post.language,
            "uri": f"{self.site}/ap/{post.id}",
            "url": f"{self.profile(post.author)}/{self.to_id(post.id)}",
            "replies_count": len(self.world.children.get(post.id, ())),
            "reblogs_count": int(post.boost is not None),
            "favourites_count": int(post.favourited),
            "quotes_count": 0,
            "favourited": post.favourited,
            "reblogged": post.boost is not None,
            "muted": False,
            "bookmarked": False,
            "content": to_html(post.text, self._address),
            "reblog": None,
            "quote": self._quote(post),
            "application": None,
            "account": self.account(post.author),
            "media_attachments": [
                {
                    "id": self.to_id(post.id + index),
                    "type": media.kind,
                    "url": media.url,
                    "preview_url": media.url,
                    "remote_url": None,
                    "description": media.description,
                    "blurhash": None,
                }
                for index, media in enumerate(post.media)
            ],
            "mentions": [self._mention(person) for person in post.mentions],
            "tags": [],
            "emojis": [],
            "card": None,
            "poll": None,
        }
        return self._dressed(entity, _LEFT_OUT_OF_STATUS)

    def notification(self, notice: Notice) -> Json:
        """Return a Notification of the first API version."""
        entity: Json = {
            "id": self.to_id(notice.id),
            "type": notice.type,
            "created_at": iso(notice.created_at),
            "account": self.account(notice.person),
        }
        if self.flavour is Flavour.CURRENT:
            entity["group_key"] = _group_key(notice, frozenset())
        if notice.post is not None and notice.post in self.world.posts:
            entity["status"] = self.status(self.world.posts[notice.post])
        if notice.fallback is not None:
            entity["fallback"] = {"title": notice.fallback, "summary": None}
        return entity

    def grouped(self, notices: list[Notice], grouped_types: frozenset[str]) -> Json:
        """Return GroupedNotificationsResults of notices, newest first."""
        groups: dict[str, list[Notice]] = {}
        for notice in notices:
            groups.setdefault(_group_key(notice, grouped_types), []).append(notice)
        known = {notice.post for notice in notices if notice.post is not None} & self.world.posts.keys()
        return {
            "accounts": [self.account(person) for person in _people(notices)],
            "statuses": [self.status(self.world.posts[post]) for post in sorted(known, reverse=True)],
            "notification_groups": [self._group(key, members) for key, members in groups.items()],
        }

    def conversation(self, exchange: Exchange) -> Json:
        """Return a Conversation."""
        people = [self.world.people[person] for person in sorted(exchange.people)] or [self.world.brand]
        return {
            "id": self.to_id(exchange.id),
            "unread": exchange.unread,
            "accounts": [self.account(person) for person in people],
            "last_status": self.status(self.world.posts[exchange.posts[-1]]),
        }

    def request(self, notices: list[Notice]) -> Json:
        """Return the NotificationRequest of one person's filtered notices, oldest first."""
        posts = [self.world.posts[notice.post] for notice in notices if notice.post in self.world.posts]
        return {
            "id": self.to_id(notices[0].person.id),
            "created_at": iso(notices[0].created_at),
            "updated_at": iso(notices[-1].created_at),
            "notifications_count": str(len(notices)),
            "account": self.account(notices[0].person),
            "last_status": self.status(posts[-1]) if posts else None,
        }

    def relationship(self, person: Person) -> Json:
        """Return the Relationship between the brand and a person."""
        off = dict.fromkeys(
            (
                "blocked_by",
                "domain_blocking",
                "endorsed",
                "followed_by",
                "notifying",
                "requested",
                "requested_by",
                "showing_reblogs",
            ),
            False,
        )
        return {
            "id": self.to_id(person.id),
            "following": person.followed,
            "blocking": person.blocked,
            "muting": person.muted,
            "muting_notifications": person.muted,
            "note": "",
            **off,
        }

    def profile(self, person: Person) -> str:
        """Return the address of a person's page."""
        host = self.site if person.domain is None else f"https://{person.domain}"
        return f"{host}/@{person.username}"

    def _address(self, handle: str) -> str | None:
        person = self.world.find_person(handle)
        return None if person is None else self.profile(person)

    def _mention(self, person: Person) -> Json:
        return {
            "id": self.to_id(person.id),
            "username": person.username,
            "acct": person.acct,
            "url": self.profile(person),
        }

    def _quote(self, post: Post) -> Json | None:
        if post.quotes is None:
            return None
        return {"state": "accepted", "quoted_status_id": self.to_id(post.quotes)}

    def _group(self, key: str, members: list[Notice]) -> Json:
        newest = members[0]
        entity: Json = {
            "group_key": key,
            "notifications_count": len(members),
            "type": newest.type,
            "most_recent_notification_id": self.to_id(newest.id),
            "page_min_id": self.to_id(members[-1].id),
            "page_max_id": self.to_id(newest.id),
            "latest_page_notification_at": iso(newest.created_at),
            "sample_account_ids": [self.to_id(person.id) for person in _people(members)],
        }
        if newest.post is not None:
            entity["status_id"] = self.to_id(newest.post)
        if newest.fallback is not None:
            entity["fallback"] = {"title": newest.fallback, "summary": None}
        return entity

    def _dressed(self, entity: Json, left_out: Iterable[str]) -> Json:
        if self.flavour is Flavour.COMPATIBLE:
            for name in left_out:
                entity.pop(name, None)
        return entity


def iso(moment: int) -> str:
    """Return UTC milliseconds as Mastodon writes times."""
    second = datetime.fromtimestamp(moment // 1000, UTC)
    return f"{second:%Y-%m-%dT%H:%M:%S}.{moment % 1000:03}Z"


def _people(notices: list[Notice]) -> list[Person]:
    return list({notice.person.id: notice.person for notice in notices}.values())


def _group_key(notice: Notice, grouped_types: frozenset[str]) -> str:
    if notice.type in grouped_types:
        return f"{notice.type}-{notice.post or 0}-1"
    return f"ungrouped-{notice.id}"
