"""The routes that change something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cminbox.simulators.discourse.views import LIKE, NOTIFY_MODERATORS, actions_of, post_view
from cminbox.simulators.discourse.world import APPROVED, REJECTED
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.simulators.discourse.desk import Desk
    from cminbox.simulators.discourse.world import Reviewable, Topic

_UNIQUE_FOR_MS = 5 * 60 * 1000
_SHORTEST_MESSAGE = 5
_SQUEEZED = ((r"<!--(.*?)-->", ""), (r":\w+(:\w+)?:", "X"), (r"\.{2,}", "…"), (r",{2,}", ","))


def publish(desk: Desk) -> Response:
    """POST /posts.json: an answer in a topic."""
    fields = desk.fields()
    topic = desk.world.topics.get(fields.get("topic_id") or 0)
    if topic is None or not desk.world.sees(topic):
        return desk.refused("not_found" if topic is None else "invalid_access")
    if (refused := _why_not(desk, topic, str(fields["raw"]))) is not None:
        return refused
    raw = str(fields["raw"]).strip()
    if desk.rules.approves_first:
        held = desk.world.hold(desk.world.brand, raw, topic)
        pending = {"id": held.id, "raw": raw, "topic_id": topic.id}
        return Response.of({"success": True, "action": "enqueued", "pending_post": pending, "pending_count": 1})
    made = desk.world.write(topic, desk.world.brand, raw, reply_to=fields.get("reply_to_post_number"))
    return Response.of(post_view(made, desk.world, desk.rules))


def _why_not(desk: Desk, topic: Topic, raw: str) -> Response | None:
    rules, brand, now = desk.rules, desk.world.brand, desk.world.now()
    counted = raw
    for pattern, instead in _SQUEEZED:
        counted = re.sub(pattern, instead, counted)
    least = rules.min_private if topic.private else rules.min_post
    if len(raw) > rules.max_post:
        return desk.invalid("long", rules.max_post, len(raw))
    if len(counted.strip()) < max(least, 1):
        return desk.invalid("short", least)
    own = [one for one in desk.world.posts.values() if one.author is brand]
    if not rules.staff and any(one.raw == raw.strip() and now - one.created_at < _UNIQUE_FOR_MS for one in own):
        return desk.invalid("similar")
    return _why_not_here(desk, topic, now)


def _why_not_here(desk: Desk, topic: Topic, now: int) -> Response | None:
    """Return why nothing more can be written in a topic now."""
    rules, brand = desk.rules, desk.world.brand
    if topic.closed and not rules.staff:
        return desk.invalid("closed")
    lately = [one for one in topic.posts if one.author is brand]
    if topic.slow_seconds and lately and now - lately[-1].created_at < topic.slow_seconds * 1000:
        return desk.invalid("slow")
    last = topic.posts[-rules.consecutive :] if rules.consecutive else []
    if last and len(last) == rules.consecutive and all(one.author is brand for one in last):
        return desk.invalid("consecutive", rules.consecutive)
    return None


def change(desk: Desk) -> Response:
    """PUT /posts/{id}.json."""
    found = desk.post()
    if found is None:
        return desk.refused("not_found")
    if found.author is not desk.world.brand and not desk.rules.staff:
        return desk.refused("invalid_access")
    desk.world.edit(found, str(desk.fields()["post"]["raw"]))
    return Response.of({"post": post_view(found, desk.world, desk.rules)})


def delete(desk: Desk) -> Response:
    """DELETE /posts/{id}.json: one's own, and those of others for who moderates."""
    found = desk.post()
    if found is None:
        return desk.refused("not_found")
    if found.deleted or (found.author is not desk.world.brand and not desk.rules.staff):
        return desk.refused("invalid_access")
    desk.world.delete(found)
    return Response(200, b"", {"content-type": "text/plain"})


def act(desk: Desk) -> Response:
    """POST /post_actions.json: a like, or a word to the moderators; neither twice."""
    fields = desk.fields()
    found = desk.world.posts.get(fields["id"])
    if found is None or found.deleted or not desk.world.sees(found.topic):
        return desk.refused("not_found")
    kind = fields["post_action_type_id"]
    if kind == LIKE:
        if found.liked or found.author is desk.world.brand:
            return desk.refused("invalid_access")
        found.liked = True
    elif kind == NOTIFY_MODERATORS:
        if found.reports:
            return desk.refused("invalid_access")
        if len(str(fields.get("message", ""))) < _SHORTEST_MESSAGE:
            return desk.invalid("short", _SHORTEST_MESSAGE)
        found.reports.append(str(fields["message"]))
    else:
        return desk.refused("invalid_access")
    return Response.of(post_view(found, desk.world, desk.rules))


def take_back(desk: Desk) -> Response:
    """DELETE /post_actions/{id}.json."""
    found = desk.post()
    if found is None or not found.liked:
        return desk.refused("not_found")
    found.liked = False
    return Response.of(post_view(found, desk.world, desk.rules))


def mark_read(desk: Desk) -> Response:
    """PUT /notifications/mark-read.json: one, or all without its number."""
    wanted = desk.fields().get("id")
    for notice in desk.world.notices:
        if wanted is None or notice.id == wanted:
            notice.read = True
    return Response.of({"success": "OK"})


def set_level(desk: Desk) -> Response:
    """PUT /u/{username}/notification_level.json."""
    name = desk.operation.path_values["username"]
    for one in desk.world.users.values():
        if one.username == name:
            one.level = desk.fields()["notification_level"]
            return Response.of({"success": "OK"})
    return desk.refused("not_found")


def perform(desk: Desk) -> Response:
    """PUT /review/{id}/perform/{action}.json: refused when somebody was quicker."""
    item = desk.world.reviewables.get(int(desk.operation.path_values["id"]))
    if item is None or not desk.rules.staff:
        return desk.refused("not_found")
    if int(desk.request.first("version") or -1) != item.version:
        return Response.of({"errors": ["Somebody else has changed it."]}, 409)
    action = desk.operation.path_values["action"]
    if action not in actions_of(item):
        return desk.refused("invalid_access")
    _perform(desk, item, action)
    item.version += 1
    return Response.of({"reviewable_perform_result": {"success": True, "transition_to": item.status, "version": 1}})


def _perform(desk: Desk, item: Reviewable, action: str) -> None:
    world = desk.world
    item.status = APPROVED if action.startswith(("approve", "disagree", "agree_and_keep")) else REJECTED
    if action.startswith("approve"):
        world.write(item.topic or world.topic("A held topic", watched=True), item.author, item.raw)
    elif item.target is not None and action == "disagree_and_restore":
        item.target.hidden = False
    elif item.target is not None and action == "delete_and_agree":
        world.delete(item.target)


WRITING: dict[str, Callable[[Desk], Response]] = {
    "POST /posts.json": publish,
    "PUT /posts/{id}.json": change,
    "DELETE /posts/{id}.json": delete,
    "POST /post_actions.json": act,
    "DELETE /post_actions/{id}.json": take_back,
    "PUT /notifications/mark-read.json": mark_read,
    "PUT /u/{username}/notification_level.json": set_level,
    "PUT /review/{id}/perform/{action}.json": perform,
}
