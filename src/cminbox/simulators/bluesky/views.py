"""Records as the AppView shows them to the brand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.simulators.bluesky.keys import iso
from cminbox.simulators.bluesky.world import POST

if TYPE_CHECKING:
    from cminbox.simulators.bluesky.world import Person, Record, Row, World

_PROFILE_CREATED = "2024-02-06T10:00:00.000Z"


def basic(world: World, person: Person) -> dict[str, Any]:
    """Return the short view of a person."""
    viewer: dict[str, Any] = {"muted": person.did in world.muted, "blockedBy": False}
    block = world.blocked(person.did)
    if block is not None:
        viewer["blocking"] = block.uri
    view = {"did": person.did, "handle": person.handle, "viewer": viewer, "labels": []}
    return view | ({"displayName": person.name} if person.name else {}) | {"createdAt": _PROFILE_CREATED}


def detailed(world: World, person: Person) -> dict[str, Any]:
    """Return a person's profile."""
    posts = len(world.owned(POST, person.did))
    counts = {"followersCount": person.followers, "followsCount": 0, "postsCount": posts}
    return basic(world, person) | counts | {"indexedAt": _PROFILE_CREATED}


def post_view(world: World, record: Record) -> dict[str, Any]:
    """Return a post as a thread or a list shows it."""
    viewer: dict[str, Any] = {"threadMuted": False, "embeddingDisabled": False}
    like = world.liked(record.uri)
    if like is not None:
        viewer["like"] = like.uri
    repost = world.reposted(record.uri)
    if repost is not None:
        viewer["repost"] = repost.uri
    return {
        "uri": record.uri,
        "cid": record.cid,
        "author": basic(world, world.people[record.did]),
        "record": record.value,
        "replyCount": len(world.replies(record.uri)),
        "repostCount": 1 if repost else 0,
        "likeCount": 1 if like else 0,
        "quoteCount": 0,
        "indexedAt": iso(record.sorted_at),
        "viewer": viewer,
        "labels": [],
    }


def notification(world: World, row: Row) -> dict[str, Any]:
    """Return a notification; its `indexedAt` is where it is sorted, as on the real AppView."""
    record = world.records[row.uri]
    view = {
        "uri": record.uri,
        "cid": record.cid,
        "author": basic(world, world.people[record.did]) | {"indexedAt": _PROFILE_CREATED},
        "reason": row.reason,
        "record": record.value,
        "isRead": world.seen_at is None or world.seen_at > row.sorted_at,
        "indexedAt": iso(row.sorted_at),
        "labels": [],
    }
    return view | ({"reasonSubject": row.subject} if row.subject else {})


def thread(world: World, uri: str, depth: int, height: int) -> dict[str, Any]:
    """Return the thread around a post: its parents up to `height`, its replies down to `depth`."""
    top = node(world, uri, depth)
    here, record = top, world.records.get(uri)
    for _ in range(height):
        parent = record.above("parent") if record else None
        if parent is None or "post" not in here:
            break
        here["parent"] = node(world, parent, -1)
        here, record = here["parent"], world.records.get(parent)
    return top


def node(world: World, uri: str, depth: int) -> dict[str, Any]:
    """Return one post of a thread with what hangs below it; what is gone or blocked says so."""
    record = world.records.get(uri)
    if record is None:
        return {"$type": "app.bsky.feed.defs#notFoundPost", "uri": uri, "notFound": True}
    block = world.blocked(record.did)
    if block is not None:
        author = {"did": record.did, "viewer": {"blocking": block.uri, "blockedBy": False}}
        return {"$type": "app.bsky.feed.defs#blockedPost", "uri": uri, "blocked": True, "author": author}
    found: dict[str, Any] = {"$type": "app.bsky.feed.defs#threadViewPost", "post": post_view(world, record)}
    if depth > 0:
        below = sorted(world.replies(uri), key=lambda one: one.sorted_at, reverse=True)
        found["replies"] = [node(world, one.uri, depth - 1) for one in below]
    return found
