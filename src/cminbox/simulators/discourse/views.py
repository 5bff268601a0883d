"""What stands on the forum as its API shows it."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cminbox.simulators.discourse.world import FLAGGED, PENDING, QUEUED

if TYPE_CHECKING:
    from cminbox.simulators.discourse.world import Notice, Post, Reviewable, Rules, User, World

Json = dict[str, Any]
_NAME = re.compile(r"@([\w.-]*\w)")
_OPTIONAL = (
    "name",
    "topic_slug",
    "topic_title",
    "topic_html_title",
    "reply_to_user",
    "display_username",
    "raw",
    "version",
    "hidden",
    "user_deleted",
    "updated_at",
    "yours",
)
LIKE, NOTIFY_MODERATORS = 2, 7


def iso(moment: int) -> str:
    """Return a time (UTC milliseconds) as the forum writes it."""
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def cooked(raw: str, world: World) -> str:
    """Return the HTML of what was typed."""
    names = {one.username.casefold() for one in world.users.values()}

    def linked(match: re.Match[str]) -> str:
        name = match.group(1)
        if name.casefold() not in names:
            return match.group()
        return f'<a class="mention" href="/u/{name.casefold()}">@{name}</a>'

    blocks = [_NAME.sub(linked, html.escape(block, quote=False)).replace("\n", "<br>\n") for block in raw.split("\n\n")]
    return "\n".join(f"<p>{block}</p>" for block in blocks)


def post_view(post: Post, world: World, rules: Rules, *, titled: bool = False, raw: bool = True) -> Json:
    """Return a post."""
    answered = world.at(post.topic, post.reply_to)
    view: Json = {
        "id": post.id,
        "name": post.author.name or None,
        "username": post.author.username,
        "avatar_template": "/letter/{size}.png",
        "created_at": iso(post.created_at),
        "cooked": cooked(post.raw, world),
        "post_number": post.number,
        "post_type": 1,
        "updated_at": iso(post.updated_at),
        "reply_count": 0,
        "reply_to_post_number": post.reply_to,
        "reads": 3,
        "score": 0.6,
        "yours": post.author is world.brand,
        "topic_id": post.topic.id,
        "topic_slug": "a-topic",
        "display_username": post.author.name or None,
        "version": post.version,
        "actions_summary": _actions(post),
        "user_id": post.author.id,
        "hidden": post.hidden,
        "deleted_at": iso(post.updated_at) if post.deleted else None,
        "user_deleted": False,
        "can_accept_answer": None,
        "plugin_field": {"new": [1]},
    }
    if answered is not None:
        view["reply_to_user"] = {"id": answered.author.id, "username": answered.author.username}
    if titled and rules.titled:
        view |= {"topic_title": post.topic.title, "topic_html_title": post.topic.title, "category_id": 5}
    if raw:
        view["raw"] = post.raw
    flagged = [one for one in world.reviewables.values() if one.target is post]
    if flagged and rules.staff:
        view |= {"reviewable_id": flagged[-1].id, "reviewable_score_pending_count": 1}
    if rules.bare:
        view = {key: value for key, value in view.items() if key not in _OPTIONAL}
    return view


def _actions(post: Post) -> list[Json]:
    liked: Json = {"id": LIKE, "can_act": True}
    if post.liked:
        liked = {"id": LIKE, "count": 1, "acted": True, "can_undo": True}
    told: Json = {"id": NOTIFY_MODERATORS, "can_act": True}
    if post.reports:
        told = {"id": NOTIFY_MODERATORS, "acted": True}
    return [liked, {"id": 3, "can_act": True}, told]


def notice_view(notice: Notice, world: World, rules: Rules) -> Json:
    """Return a notification."""
    post = notice.post
    view: Json = {
        "id": notice.id,
        "user_id": world.brand.id,
        "notification_type": notice.type,
        "read": notice.read,
        "created_at": iso(notice.created_at),
        "post_number": None if post is None else post.number,
        "topic_id": None if post is None else post.topic.id,
        "slug": None if post is None else "a-topic",
        "high_priority": False,
        "data": {} if post is None else {"original_post_id": post.id, "display_username": post.author.username},
    }
    if rules.bare:
        del view["slug"], view["high_priority"], view["data"]
    return view


def user_view(user: User) -> Json:
    """Return a person in short."""
    return {"id": user.id, "username": user.username, "name": user.name or None, "avatar_template": "/a/{size}.png"}


def reviewable_view(item: Reviewable, world: World) -> Json:
    """Return an item of the review queue; who wrote it stands in the users beside it."""
    view: Json = {
        "id": item.id,
        "type": item.type,
        "status": item.status,
        "topic_id": None if item.topic is None else item.topic.id,
        "category_id": 5,
        "created_at": iso(item.created_at),
        "score": 5.0,
        "version": item.version,
        "created_by_id": -1,
        "target_created_by_id": item.author.id,
        "bundled_action_ids": [f"{item.id}-bundle"],
        "reviewable_score_ids": [item.id * 10],
    }
    if item.type == QUEUED:
        view["payload"] = {"raw": item.raw} | ({"title": "A held topic"} if item.topic is None else {})
    if item.target is not None:
        view |= {"post_id": item.target.id, "cooked": cooked(item.raw, world), "raw": item.raw}
    return view


def beside_reviewables(items: list[Reviewable]) -> Json:
    """Return what a list of the review queue brings beside its items."""
    return {
        "users": [user_view(one) for one in {item.author.id: item.author for item in items}.values()],
        "reviewable_scores": [
            {"id": item.id * 10, "score_type": {"id": item.flag if item.type == FLAGGED else 9}} for item in items
        ],
        "bundled_actions": [{"id": f"{item.id}-bundle", "action_ids": actions_of(item)} for item in items],
        "actions": [{"id": one} for item in items for one in actions_of(item)],
    }


def actions_of(item: Reviewable) -> list[str]:
    """Return what may be done to an item."""
    if item.status != PENDING:
        return []
    if item.type == QUEUED:
        closed = item.topic is not None and item.topic.closed
        return ["approve_post_closed" if closed else "approve_post", "reject_post", "revise_and_reject_post"]
    return ["agree_and_keep", "disagree_and_restore", "delete_and_agree", "ignore"]
