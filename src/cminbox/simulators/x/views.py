"""How the played server shows things."""

from __future__ import annotations

import html
import re
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cminbox.simulators.x.rules import Rules
    from cminbox.simulators.x.world import Event, Post, User, World

Json = dict[str, Any]
_URL = re.compile(r"https?://\S+")
_OLD = {"edit_history_post_ids": "edit_history_tweet_ids", "referenced_posts": "referenced_tweets"}


class View:
    """What one request is shown, and what comes with it."""

    def __init__(self, world: World, rules: Rules, fields: Iterable[str], expansions: Iterable[str]) -> None:
        self._world = world
        self._rules = rules
        self._fields = frozenset(fields)
        self._expansions = frozenset(expansions)
        self._users: dict[str, User] = {}
        self._posts: dict[str, Post] = {}
        self._media: dict[str, Json] = {}

    def post(self, post: Post, version: str | None = None) -> Json:
        """Return a post in one of its versions, the newest unless told."""
        identifier = version or post.latest
        text = _in_front(post) + post.versions[identifier]
        shown: Json = {"id": identifier, "edit_history_post_ids": [*post.versions]}
        shown["text"] = "" if post.withheld else _escaped(_shortened(text))
        self._expand(post, shown)
        wanted = {
            "created_at": iso(int(identifier)),
            "conversation_id": post.conversation,
            "lang": "en",
            "entities": self._entities(post, text),
            "withheld": {"copyright": False, "country_codes": [*post.withheld]} if post.withheld else None,
            "attachments": {"media_keys": [f"3_{post.id}"]} if post.photo else None,
        }
        for name, value in wanted.items():
            left_out = self._rules.bare and name in {"lang", "created_at"}
            if name in self._fields and value and not left_out:
                shown[name] = value
        if post.photo and "attachments.media_keys" in self._expansions:
            self._media[post.id] = {
                "media_key": f"3_{post.id}",
                "type": "photo",
                "url": post.photo,
                "alt_text": "A cup",
            }
        return self._named(shown)

    def event(self, event: Event) -> Json:
        """Return a private message."""
        shown: Json = {"id": event.id, "text": _escaped(event.text), "event_type": event.type}
        wanted = {"created_at": iso(int(event.id)), "dm_conversation_id": event.conversation}
        shown |= {name: value for name, value in wanted.items() if name in self._fields and not self._rules.bare}
        if self._rules.bare:
            shown["dm_conversation_id"] = event.conversation
        if "sender_id" in self._expansions:
            shown["sender_id"] = event.sender.id
            self._users[event.sender.id] = event.sender
        return shown

    def includes(self) -> Json:
        """Return what comes with what was shown."""
        if self._rules.bare:
            return {}
        beside: Json = {}
        if self._users:
            beside["users"] = [user_of(user) for user in self._users.values()]
        if self._posts:
            inner = View(self._world, self._rules, self._fields, {"author_id"})
            name = "tweets" if self._rules.old_names else "posts"
            beside[name] = [inner.post(post) for post in self._posts.values()]
        if self._media:
            beside["media"] = [*self._media.values()]
        return {"includes": beside} if beside else {}

    def _expand(self, post: Post, shown: Json) -> None:
        if "author_id" in self._expansions:
            shown["author_id"] = post.author.id
            self._users[post.author.id] = post.author
        above = None if post.replied_to is None else self._world.get(post.replied_to)
        if above is not None and "in_reply_to_user_id" in self._expansions:
            shown["in_reply_to_user_id"] = above.author.id
            self._users[above.author.id] = above.author
        if "referenced_posts" not in self._expansions:
            return
        links = (("replied_to", post.replied_to), ("quoted", post.quotes), ("retweeted", post.shares))
        references = [{"type": kind, "id": one} for kind, one in links if one is not None]
        if references:
            shown["referenced_posts"] = references
        for reference in references:
            other = self._world.get(reference["id"])
            if other is not None and not other.author.protected:
                self._posts[other.id] = other

    def _entities(self, post: Post, text: str) -> Json:
        named = [{"start": 0, "end": 1, "username": user.handle, "id": user.id} for user in self._world.mentioned(post)]
        links = [
            {"start": 0, "end": 1, "url": _short(address), "expanded_url": address} for address in _URL.findall(text)
        ]
        found = {"mentions": named, "urls": links}
        return {name: items for name, items in found.items() if items}

    def _named(self, shown: Json) -> Json:
        if not self._rules.old_names:
            return shown
        return {_OLD.get(name, name): value for name, value in shown.items()}


def user_of(user: User) -> Json:
    """Return a person."""
    return {"id": user.id, "username": user.handle, "name": user.name, "public_metrics": {"followers_count": 12}}


def iso(identifier: int) -> str:
    """Return the instant that an id holds, as X writes it."""
    moment = (identifier >> 22) + 1_288_834_974_657
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _in_front(post: Post) -> str:
    return "".join(f"@{user.handle} " for user in post.called)


def _short(address: str) -> str:
    return f"https://t.co/{zlib.crc32(address.encode()):010x}"


def _shortened(text: str) -> str:
    return _URL.sub(lambda match: _short(match[0]), text)


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)
