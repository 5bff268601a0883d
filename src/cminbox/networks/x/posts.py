"""Posts as X shows them, and the messages that they become.

A post that was edited has a new id; the first one of its history stays its name here. X's description and what its
servers answer name some fields differently ("posts" and "tweets"): both are read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Attachment, AttachmentKind, Kind, Message, Person
from cminbox.network_kit.reading import Reader, Shape
from cminbox.network_kit.text import plain
from cminbox.networks.x.ids import instant_of, is_id, number_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

FIELDS = (
    ("post.fields", "attachments,conversation_id,created_at,entities,id,lang,note_post,text,withheld"),
    ("expansions", "attachments.media_keys,author_id,in_reply_to_user_id,referenced_posts"),
    ("user.fields", "id,name,public_metrics,username"),
    ("media.fields", "alt_text,media_key,preview_image_url,type,url"),
)
"""What is asked of every post."""
_MEDIA = {"photo": AttachmentKind.IMAGE, "animated_gif": AttachmentKind.VIDEO, "video": AttachmentKind.VIDEO}
_OF_MEDIA = re.compile(r"/(?:photo|video)/\d+$")
_NAMES_OF_POSTS = ("posts", "tweets")
_MOST_COUNTRIES = 20
_NO_LANGUAGE = frozenset({"und", "zxx", "art"})


@dataclass(frozen=True, slots=True)
class Beside:
    """What came with posts: people, media and other posts, by their ids."""

    people: Mapping[str, Person]
    media: Mapping[str, Attachment]
    posts: Mapping[str, Reader]


@dataclass(frozen=True, slots=True)
class Post:
    """One post. Of its history `id` is the first, `version` the one shown, `latest` the last known.

    Times are UTC milliseconds.

    `mentioned` are ids of people and lower-case handles; `quotes` the authors of posts that it quotes.
    """

    id: str
    version: str
    latest: str
    author: Person
    text: str
    at: int
    edited_at: int | None
    conversation: str | None
    replied_to: str | None
    replied_person: str | None
    quotes: frozenset[str]
    mentioned: frozenset[str]
    media: tuple[Attachment, ...]
    lang: str | None
    shared: bool

    @property
    def permalink(self) -> str:
        """Where it stands."""
        return f"https://x.com/{self.author.handle if self.author.name else 'i'}/status/{self.version}"

    def calls(self, person: str, handle: str) -> bool:
        """Whether its author has mentioned a person, quoted or answered one."""
        named = {person, handle.casefold()} & self.mentioned
        return bool(named) or person in self.quotes or self.replied_person == person


def beside(body: Reader) -> Beside:
    """Return what came with an answer; what of it cannot be read is left out."""
    includes = body.raw("includes")
    reader = Reader(includes, "includes") if isinstance(includes, dict) else Reader({}, "includes")
    people, media, posts = {}, {}, {}
    for item in _list(reader, "users"):
        person = read_person(item)
        if person is not None:
            people[person.remote_id] = person
    for item in _list(reader, "media"):
        key, attachment = _medium(item)
        if attachment is not None:
            media[key] = attachment
    for name in _NAMES_OF_POSTS:
        for item in _list(reader, name):
            if isinstance(item, dict) and isinstance(item.get("id"), str):
                posts[item["id"]] = Reader(item, "post")
    return Beside(people, media, posts)


def read_person(item: Any) -> Person | None:  # noqa: ANN401 - foreign JSON
    """Return a person, None for what is none."""
    try:
        user = Reader(item, "user")
        identifier = user.identifier("id")
        handle = plain(user.text("username", "")).lstrip("@") or identifier
        figures = user.raw("public_metrics")
        followers = figures.get("followers_count") if isinstance(figures, dict) else None
        fans = followers if isinstance(followers, int) and not isinstance(followers, bool) else None
        return Person(identifier, handle, plain(user.text("name", "")), fans if fans is None or fans >= 0 else None)
    except Shape:
        return None


def read_post(item: Any, around: Beside) -> Post:  # noqa: ANN401 - foreign JSON
    """Return a post. Raises Shape."""
    post = Reader(item, "post")
    version = post.identifier("id")
    number_of(version, "post.id")
    history = _history(post) or [version]
    first = history[0]
    created = instant_of(first) or post.maybe_instant("created_at")
    if created is None:
        raise Shape("post.created_at", "a time")
    links = _references(post)
    replied_to = next((one for kind, one in links if kind == "replied_to"), None)
    media = media_of(post, around)
    return Post(
        id=first,
        version=version,
        latest=max(history, key=int),
        author=_author(post, around, version),
        text=_text(post, bool(media)),
        at=created,
        edited_at=None if first == version else instant_of(version),
        conversation=_id(post, "conversation_id"),
        replied_to=None if replied_to is None else _first_of(replied_to, around),
        replied_person=_id(post, "in_reply_to_user_id"),
        quotes=_quoted(links, around),
        mentioned=_mentioned(post),
        media=media,
        lang=_lang(post),
        shared=any(kind == "retweeted" for kind, _ in links),
    )


def message_of(post: Post, me: str, own_roots: Collection[str]) -> Message:
    """Return the message that a post is. `own_roots` are posts of ours below which people write."""
    direct = post.replied_person == me and post.replied_to is not None
    root = post.conversation
    below_own = direct or (root is not None and root in own_roots and root != post.id)
    first_level = direct and root == post.replied_to
    return Message(
        remote_id=post.id,
        kind=Kind.COMMENT if below_own else Kind.MENTION,
        author=post.author,
        text=post.text,
        created_at=post.at,
        parent=post.replied_to,
        post=root if first_level or (root is not None and root in own_roots) else None,
        ours=post.author.remote_id == me,
        permalink=post.permalink,
        attachments=post.media,
        lang=post.lang,
        edited_at=post.edited_at,
    )


def root_of_ours(post: Post, me: str) -> str | None:
    """Return the post of ours that a post answers at the top of its conversation, None where that is not known."""
    at_top = post.replied_to is not None and post.replied_to == post.conversation
    return post.conversation if at_top and post.replied_person == me else None


def _history(post: Reader) -> list[str]:
    """Return the ids of all versions of a post, oldest first, empty where X does not tell."""
    for name in ("edit_history_post_ids", "edit_history_tweet_ids"):
        listed = post.raw(name)
        if isinstance(listed, list) and listed and all(isinstance(one, str) and is_id(one) for one in listed):
            return [str(one) for one in listed]
    return []


def _first_of(identifier: str, around: Beside) -> str:
    known = around.posts.get(identifier)
    return identifier if known is None else (_history(known) or [identifier])[0]


def _references(post: Reader) -> list[tuple[str, str]]:
    """Return what a post refers to: how, and the id of the other post. Kinds that are not known do no harm."""
    found: list[tuple[str, str]] = []
    for name in ("referenced_posts", "referenced_tweets"):
        listed = post.raw(name)
        found += [
            (str(item.get("type")), item["id"])
            for item in (listed if isinstance(listed, list) else [])
            if isinstance(item, dict) and isinstance(item.get("id"), str) and is_id(item["id"])
        ]
    return found


def _quoted(links: list[tuple[str, str]], around: Beside) -> frozenset[str]:
    quoted = (around.posts.get(one) for kind, one in links if kind == "quoted")
    authors = (str(post.raw("author_id")) for post in quoted if post is not None and post.has("author_id"))
    return frozenset(authors)


def _mentioned(post: Reader) -> frozenset[str]:
    found: set[str] = set()
    for entities in _entities(post):
        for item in _list(entities, "mentions"):
            if isinstance(item, dict):
                found.update(str(item[key]).casefold() for key in ("id", "username") if item.get(key))
    return frozenset(found)


def _entities(post: Reader) -> list[Reader]:
    """Return what X found in a post's text, and in the whole text of a long post."""
    holders = [post.raw("entities")]
    holders += [long.get("entities") for long in _long(post)]
    return [Reader(one, "entities") for one in holders if isinstance(one, dict)]


def _long(post: Reader) -> list[dict[str, Any]]:
    return [long for name in ("note_post", "note_tweet") if isinstance(long := post.raw(name), dict)]


def _text(post: Reader, with_media: bool) -> str:  # noqa: FBT001 - whether addresses of media are told apart
    whole = [long["text"] for long in _long(post) if isinstance(long.get("text"), str)]
    text = Reader({"text": whole[0]}, "note_post").text("text") if whole else post.text("text", "")
    text = spelled_out(text, _entities(post), drop_media=with_media)
    return text or _withheld(post)


def spelled_out(text: str, entities: list[Reader], *, drop_media: bool) -> str:
    """Return a text as it was typed: its short addresses written out, its escaped characters back."""
    for holder in entities:
        for item in _list(holder, "urls"):
            short, full = (item.get("url"), item.get("expanded_url")) if isinstance(item, dict) else (None, None)
            if not isinstance(short, str) or not short.startswith("http") or not isinstance(full, str):
                continue
            gone = drop_media and (item.get("media_key") is not None or _OF_MEDIA.search(full) is not None)
            text = text.replace(short, "" if gone else full[:2000])
    return plain(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def _withheld(post: Reader) -> str:
    """Return a word in place of a text that X keeps back, empty where it keeps none."""
    held = post.raw("withheld")
    if not isinstance(held, dict):
        return ""
    codes = held.get("country_codes")
    places = [str(code) for code in codes[:_MOST_COUNTRIES]] if isinstance(codes, list) else []
    return plain(f"[withheld {' '.join(places)}]".replace(" ]", "]"))


def _author(post: Reader, around: Beside, version: str) -> Person:
    identifier = _id(post, "author_id")
    known = None if identifier is None else around.people.get(identifier)
    if known is not None:
        return known
    name = post.raw("username")
    handle = plain(name).lstrip("@") if isinstance(name, str) else ""
    identifier = identifier or (f"@{handle.casefold()}" if handle else f"author-of-{version}")
    return Person(identifier, handle or identifier)


def media_of(post: Reader, around: Beside) -> tuple[Attachment, ...]:
    """Return what is attached to a post or a private message."""
    held = post.raw("attachments")
    keys = held.get("media_keys") if isinstance(held, dict) else None
    named = [key for key in keys if isinstance(key, str)] if isinstance(keys, list) else []
    return tuple(around.media[key] for key in named if key in around.media)


def _medium(item: Any) -> tuple[str, Attachment | None]:  # noqa: ANN401 - foreign JSON
    try:
        medium = Reader(item, "media")
        key = medium.identifier("media_key")
        url = medium.text("url", "") or medium.text("preview_image_url", "")
        kind = _MEDIA.get(medium.text("type", ""), AttachmentKind.FILE)
        return key, Attachment(kind, url, alt=plain(medium.text("alt_text", ""))) if url else None
    except Shape:
        return "", None


def _id(post: Reader, key: str) -> str | None:
    value = post.raw(key)
    return value if isinstance(value, str) and is_id(value) else None


def _lang(post: Reader) -> str | None:
    value = post.raw("lang")
    # Codes that begin with "q", and those below, say that X knows no language.
    known = isinstance(value, str) and value.isascii() and value.isalpha() and value not in _NO_LANGUAGE
    known = known and not str(value).startswith("q")
    return value if known else None


def _list(reader: Reader, key: str) -> list[Any]:
    value = reader.raw(key)
    return value if isinstance(value, list) else []
