"""The routes that only read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.simulators.discourse.views import (
    beside_reviewables,
    iso,
    notice_view,
    post_view,
    reviewable_view,
    user_view,
)
from cminbox.simulators.discourse.world import PENDING
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.simulators.discourse.desk import Desk
    from cminbox.simulators.discourse.world import Post

_REVIEWABLES = 10
_FIRST_POSTS = 20
LEVELS = {"mute": "muted", "ignore": "ignored"}


def current(desk: Desk) -> Response:
    """GET /session/current.json."""
    brand = desk.world.brand
    me = user_view(brand) | {
        "admin": desk.rules.admin,
        "moderator": desk.rules.staff,
        "trust_level": 2,
        "unread_notifications": 0,
        "can_review": desk.rules.staff,
    }
    if desk.rules.bare:
        me = {key: me[key] for key in ("id", "username", "moderator")}
    return Response.of({"current_user": me})


def notifications(desk: Desk) -> Response:
    """GET /notifications.json: newest first."""
    limit, offset = int(desk.request.first("limit") or 60), int(desk.request.first("offset") or 0)
    newest = sorted(desk.world.notices, key=lambda one: (-one.created_at, -one.id))
    views = [notice_view(one, desk.world, desk.rules) for one in newest[offset : offset + limit]]
    body = {"notifications": views, "total_rows_notifications": len(newest), "seen_notification_id": 0}
    return Response.of(body | {"load_more_notifications": f"/notifications?offset={offset + limit}"})


def latest(desk: Desk) -> Response:
    """GET /posts.json."""
    posts = [one for one in desk.world.posts.values() if not one.topic.private]
    return Response.of({"latest_posts": _listed(desk, posts)})


def private(desk: Desk) -> Response:
    """GET /private-posts.json: an administrator is shown those of everybody."""
    posts = [
        one
        for one in desk.world.posts.values()
        if one.topic.private and (desk.rules.admin or desk.world.sees(one.topic))
    ]
    return Response.of({"private_posts": _listed(desk, posts)})


def _listed(desk: Desk, posts: list[Post]) -> list[object]:
    before, page = desk.request.first("before"), desk.rules.page
    there = [one for one in posts if not one.deleted]
    if desk.rules.windows:
        # Before 2026 a page was all that stood within so many numbers.
        last = int(before) if before else max((one.id for one in posts), default=0)
        there = [one for one in there if last - page < one.id <= last]
    elif before:
        there = [one for one in there if one.id < int(before)]
    newest = sorted(there, key=lambda one: -one.id)[:page]
    views: list[object] = [post_view(one, desk.world, desk.rules, titled=True) for one in newest]
    return views if desk.world.strange is None else [*views, desk.world.strange]


def post(desk: Desk) -> Response:
    """GET /posts/{id}.json."""
    found = desk.post()
    return desk.refused("not_found") if found is None else Response.of(post_view(found, desk.world, desk.rules))


def topic(desk: Desk) -> Response:
    """GET /t/{id}.json: the first posts, and the numbers of all."""
    wanted = desk.operation.path_values["id"]
    found = desk.world.topics.get(int(wanted)) if wanted.isdigit() else None
    if found is None or not (desk.world.sees(found) or desk.rules.admin):
        return desk.refused("not_found")
    there = [one for one in found.posts if not one.deleted]
    members = [user_view(desk.world.users[one]) for one in sorted(found.members)]
    return Response.of(
        {
            "id": found.id,
            "title": found.title,
            "archetype": "private_message" if found.private else "regular",
            "closed": found.closed,
            "post_stream": {
                "posts": [post_view(one, desk.world, desk.rules, raw=False) for one in there[:_FIRST_POSTS]],
                "stream": [one.id for one in there],
            },
            "details": {
                "notification_level": 3 if found.watched else 1,
                **({"allowed_users": members, "allowed_groups": []} if found.private else {}),
            },
        },
    )


def topic_posts(desk: Desk) -> Response:
    """GET /t/{id}/posts.json with the numbers of those that are wanted."""
    wanted = {int(one) for one in desk.request.all("post_ids[]")}
    raw = desk.request.first("include_raw") == "true"
    found = [
        one
        for one in desk.world.posts.values()
        if one.id in wanted and not one.deleted and str(one.topic.id) == desk.operation.path_values["id"]
    ]
    views = [post_view(one, desk.world, desk.rules, raw=raw) for one in found if desk.world.sees(one.topic)]
    return Response.of({"post_stream": {"posts": views}, "id": int(desk.operation.path_values["id"])})


def settings(desk: Desk) -> Response:
    """GET /site/settings.json."""
    rules = desk.rules
    if rules.bare:
        return Response.of({})
    return Response.of(
        {
            "title": "Simulated forum",
            "min_post_length": rules.min_post,
            "min_personal_message_post_length": rules.min_private,
            "max_post_length": rules.max_post,
        },
    )


def about(desk: Desk) -> Response:
    """GET /about.json."""
    version = {} if desk.rules.bare else {"version": desk.rules.version}
    return Response.of({"about": {"title": "Simulated forum", **version}})


def cards(desk: Desk) -> Response:
    """GET /user-cards.json."""
    wanted = (desk.request.first("user_ids") or "").split(",")
    return Response.of({"users": [user_view(one) for one in desk.world.users.values() if str(one.id) in wanted]})


def profile(desk: Desk) -> Response:
    """GET /u/{username}.json: a suspension is shown to everybody."""
    name = desk.operation.path_values["username"].casefold()
    for one in desk.world.users.values():
        if one.username.casefold() == name:
            until = {"suspended_till": "2299-01-01T00:00:00.000Z"} if desk.rules.suspended else {}
            own = _preferences(desk) if one is desk.world.brand and not desk.rules.bare else {}
            return Response.of({"user_badges": [], "user": user_view(one) | until | own})
    return desk.refused("not_found")


def _preferences(desk: Desk) -> dict[str, object]:
    """Return what a profile shows to its owner alone."""
    others = desk.world.users.values()
    return {
        f"{name}_usernames": [one.username for one in others if one.level == level] for level, name in LEVELS.items()
    }


def pending(desk: Desk) -> Response:
    """GET /posts/{username}/pending.json: one's own posts that wait."""
    waiting = [
        {"id": one.id, "raw_text": one.raw, "created_at": iso(one.created_at), "topic_id": one.topic and one.topic.id}
        for one in desk.world.reviewables.values()
        if one.author.username == desk.operation.path_values["username"] and one.status == PENDING
    ]
    return Response.of({"pending_posts": waiting})


def queue(desk: Desk) -> Response:
    """GET /review.json: for those who moderate."""
    if not desk.rules.staff:
        return desk.refused("invalid_access")
    offset = int(desk.request.first("offset") or 0)
    waiting = [one for one in desk.world.reviewables.values() if one.status == PENDING]
    page = waiting[offset : offset + _REVIEWABLES]
    views = [reviewable_view(one, desk.world) for one in page]
    meta = {"total_rows_reviewables": len(waiting), "reviewable_count": len(waiting)}
    return Response.of({"reviewables": views, "meta": meta, **beside_reviewables(page)})


def one_in_queue(desk: Desk) -> Response:
    """GET /review/{id}.json."""
    found = desk.world.reviewables.get(int(desk.operation.path_values["id"]))
    if found is None or not desk.rules.staff:
        return desk.refused("not_found")
    return Response.of({"reviewable": reviewable_view(found, desk.world), **beside_reviewables([found])})


READING: dict[str, Callable[[Desk], Response]] = {
    "GET /session/current.json": current,
    "GET /notifications.json": notifications,
    "GET /posts.json": latest,
    "GET /private-posts.json": private,
    "GET /posts/{id}.json": post,
    "GET /t/{id}.json": topic,
    "GET /t/{id}/posts.json": topic_posts,
    "GET /site/settings.json": settings,
    "GET /about.json": about,
    "GET /user-cards.json": cards,
    "GET /u/{username}.json": profile,
    "GET /posts/{username}/pending.json": pending,
    "GET /review.json": queue,
    "GET /review/{id}.json": one_in_queue,
}
