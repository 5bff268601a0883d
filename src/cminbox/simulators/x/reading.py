"""The routes that read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cminbox.simulators.wire import Response
from cminbox.simulators.x.problems import missing
from cminbox.simulators.x.views import user_of
from cminbox.simulators.x.world import between

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cminbox.simulators.x.desk import Desk
    from cminbox.simulators.x.world import Event, Post

_CONVERSATION = re.compile(r"conversation_id:(\d+)")
_SEARCHED_MS = 7 * 24 * 3600 * 1000
_KEPT_MS = 30 * 24 * 3600 * 1000
_MOST_IDS = 100
_MOST_MENTIONS = 800


def me(desk: Desk) -> Response:
    """GET /2/users/me."""
    return Response.of({"data": user_of(desk.brand)})


def mentions(desk: Desk) -> Response:
    """GET /2/users/{id}/mentions: at most eight hundred, in their newest version."""
    if desk.values["id"] != desk.brand.id:
        return desk.refusal(403)
    calls = [post for post in desk.world.posts.values() if _calls(desk, post)]
    newest = sorted(calls, key=lambda post: int(post.latest))[-_MOST_MENTIONS:]
    view = desk.view()
    return desk.page(_since(desk, newest), view.post, view, default=10, first=desk.world.strange)


def own_posts(desk: Desk) -> Response:
    """GET /2/users/{id}/tweets."""
    if desk.values["id"] != desk.brand.id:
        return desk.refusal(403)
    own = [post for post in desk.world.posts.values() if post.author is desk.brand]
    view = desk.view()
    return desk.page(_since(desk, own), view.post, view, default=10)


def search(desk: Desk) -> Response:
    """GET /2/tweets/search/recent: the posts of one conversation, of the last seven days."""
    match = _CONVERSATION.fullmatch(desk.request.first("query") or "")
    oldest = desk.world.now() - _SEARCHED_MS
    since = desk.request.first("since_id")
    too_old = since is not None and (int(since) >> 22) + 1_288_834_974_657 < oldest
    if match is None or too_old:
        return desk.refusal(400, "invalid-request")
    found = [
        post
        for post in desk.world.posts.values()
        if post.conversation == match[1] and post.at >= oldest and not post.author.protected and post.shares is None
    ]
    view = desk.view()
    return desk.page(_since(desk, found), view.post, view, token="next_token", default=10)  # noqa: S106 - a name


def posts(desk: Desk) -> Response:
    """GET /2/tweets: those that are there, and beside them which are not."""
    identifiers = desk.many("ids")
    if not identifiers or len(identifiers) > _MOST_IDS:
        return desk.refusal(400, "invalid-request")
    view = desk.view()
    data: list[dict[str, Any]] = []
    errors: list[dict[str, object]] = []
    for identifier in identifiers:
        post = desk.world.get(identifier)
        if post is None:
            errors.append(missing(identifier, desk.rules.language))
        elif post.author.protected:
            errors.append(missing(identifier, desk.rules.language, "not-authorized-for-resource"))
        else:
            data.append(view.post(post, identifier))
    return Response.of(
        ({"data": data} if data else {}) | view.includes() | ({"errors": errors} if errors else {}),
    )


def events(desk: Desk) -> Response:
    """GET /2/dm_events."""
    return _events(desk, desk.world.events)


def events_of_group(desk: Desk) -> Response:
    """GET /2/dm_conversations/{id}/dm_events."""
    return _events(desk, (one for one in desk.world.events if one.conversation == desk.values["id"]))


def events_with(desk: Desk) -> Response:
    """GET /2/dm_conversations/with/{participant_id}/dm_events."""
    other = desk.world.users.get(desk.values["participant_id"])
    if other is None:
        return desk.refusal(404, "resource-not-found")
    key = between(desk.brand, other)
    return _events(desk, (one for one in desk.world.events if one.conversation == key))


def event(desk: Desk) -> Response:
    """GET /2/dm_events/{event_id}."""
    found = next((one for one in desk.world.events if one.id == desk.values["event_id"]), None)
    if found is None:
        return desk.refusal(404, "resource-not-found")
    view = desk.view("dm_event.fields")
    return Response.of({"data": view.event(found)} | view.includes())


def _events(desk: Desk, found: Iterable[Event]) -> Response:
    oldest = desk.world.now() - _KEPT_MS
    asked = desk.many("event_types")
    known = {"MessageCreate", "ParticipantsJoin", "ParticipantsLeave"}
    kept = [
        (int(one.id), one)
        for one in found
        if one.at >= oldest and (not asked or one.type in asked or one.type not in known)
    ]
    view = desk.view("dm_event.fields")
    return desk.page(kept, view.event, view)


def _calls(desk: Desk, post: Post) -> bool:
    shown = not post.author.protected and post.author.id not in desk.world.muted
    return shown and post.author is not desk.brand and desk.brand in desk.world.mentioned(post)


def _since(desk: Desk, found: list[Post]) -> list[tuple[int, Post]]:
    since = desk.since()
    return [(int(post.latest), post) for post in found if int(post.latest) >= since]
