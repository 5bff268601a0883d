"""The routes that change something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.simulators.mastodon.desk import KEY_LIFE_MS, missing, one, refusal
from cminbox.simulators.mastodon.entities import iso
from cminbox.simulators.mastodon.markup import length
from cminbox.simulators.mastodon.reading import marker, policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.simulators.mastodon.desk import Desk
    from cminbox.simulators.wire import Response

_SHARED_FREELY = ("public", "unlisted")


def publish(desk: Desk) -> Response:
    """POST /api/v1/statuses: a known key gives the status that it made before."""
    fields = desk.fields()
    key = desk.request.headers.get("idempotency-key")
    if key is not None and (known := desk.keys.get(key)) is not None and desk.world.now() - known[1] < KEY_LIFE_MS:
        if desk.rules.repeated_keys_fail:
            return refusal(500, "Internal Server Error")
        earlier = desk.world.posts.get(known[0])
        return missing() if earlier is None else one(desk.entities.status(earlier))
    text, spoiler = str(fields.get("status") or ""), str(fields.get("spoiler_text") or "")
    if not text.strip():
        return refusal(422, "Validation failed: Text can't be blank")
    if length(text, spoiler) > desk.rules.max_characters:
        return refusal(422, f"Validation failed: Text character limit of {desk.rules.max_characters} exceeded")
    parent = None
    if fields.get("in_reply_to_id"):
        parent = desk.visible(fields["in_reply_to_id"])
        if parent is None:
            return missing()
    post = desk.world.publish(
        desk.world.brand,
        text,
        visibility=fields.get("visibility") or "public",
        under=None if parent is None else parent.id,
        spoiler=spoiler,
        language=fields.get("language"),
    )
    if key is not None:
        desk.keys[key] = (post.id, desk.world.now())
    return one(desk.entities.status(post))


def delete(desk: Desk) -> Response:
    """DELETE /api/v1/statuses/{id}: own ones only; another's is "not found"."""
    post = desk.post()
    if post is None or post.author is not desk.world.brand:
        return missing()
    entity = desk.entities.status(post) | {"text": post.text}
    desk.world.delete(post.id)
    return one(entity)


def favourite(desk: Desk) -> Response:
    """POST /api/v1/statuses/{id}/favourite."""
    return _favourited(desk, on=True)


def unfavourite(desk: Desk) -> Response:
    """POST /api/v1/statuses/{id}/unfavourite."""
    return _favourited(desk, on=False)


def reblog(desk: Desk) -> Response:
    """POST /api/v1/statuses/{id}/reblog: a status of its own that holds the other one; twice is once."""
    post = desk.post()
    if post is None:
        return missing()
    if post.visibility not in _SHARED_FREELY:
        return refusal(403, "This action is not allowed")
    desk.world.share(post, on=True)
    status = desk.entities.status(post)
    brand = desk.entities.account(desk.world.brand)
    shared = {"id": desk.entities.to_id(post.boost or 0), "account": brand, "reblog": status}
    return one(status | shared)


def unreblog(desk: Desk) -> Response:
    """POST /api/v1/statuses/{id}/unreblog: what was not shared is fine."""
    post = desk.post()
    if post is None:
        return missing()
    desk.world.share(post, on=False)
    return one(desk.entities.status(post))


def block(desk: Desk) -> Response:
    """POST /api/v1/accounts/{id}/block."""
    return _related(desk, "blocked", on=True)


def unblock(desk: Desk) -> Response:
    """POST /api/v1/accounts/{id}/unblock."""
    return _related(desk, "blocked", on=False)


def mute(desk: Desk) -> Response:
    """POST /api/v1/accounts/{id}/mute."""
    return _related(desk, "muted", on=True)


def unmute(desk: Desk) -> Response:
    """POST /api/v1/accounts/{id}/unmute."""
    return _related(desk, "muted", on=False)


def report(desk: Desk) -> Response:
    """POST /api/v1/reports."""
    fields = desk.fields()
    number = desk.entities.from_id(fields["account_id"])
    person = None if number is None else desk.world.people.get(number)
    if person is None:
        return missing()
    posts = [post for post in map(desk.visible, fields.get("status_ids", ())) if post is not None]
    for post in posts:
        post.reported = True
    return one(
        {
            "id": "48914",
            "action_taken": False,
            "action_taken_at": None,
            "category": fields.get("category", "other"),
            "comment": fields.get("comment", ""),
            "forwarded": bool(fields.get("forward", False)),
            "created_at": iso(desk.world.now()),
            "status_ids": [desk.entities.to_id(post.id) for post in posts],
            "rule_ids": None,
            "target_account": desk.entities.account(person),
        },
    )


def read_conversation(desk: Desk) -> Response:
    """POST /api/v1/conversations/{id}/read."""
    number = desk.entities.from_id(desk.operation.path_values["id"])
    for exchange in desk.world.exchanges:
        if exchange.id == number:
            exchange.unread = False
            return one(desk.entities.conversation(exchange))
    return missing()


def move_marker(desk: Desk) -> Response:
    """POST /api/v1/markers."""
    wanted = desk.fields().get("notifications", {}).get("last_read_id")
    number = desk.entities.from_id(wanted)
    if number is None:
        return one({})
    desk.world.marker = number
    desk.world.marker_version += 1
    return one({"notifications": marker(desk)})


def accept_request(desk: Desk) -> Response:
    """POST /api/v1/notifications/requests/{id}/accept."""
    person = desk.person()
    if person is None:
        return missing()
    for notice in desk.world.notices:
        if notice.person is person:
            notice.filtered = False
    return one({})


def dismiss_request(desk: Desk) -> Response:
    """POST /api/v1/notifications/requests/{id}/dismiss."""
    person = desk.person()
    if person is None:
        return missing()
    desk.world.notices = [notice for notice in desk.world.notices if not (notice.filtered and notice.person is person)]
    return one({})


def change_policy(desk: Desk) -> Response:
    """PATCH /api/v2/notifications/policy."""
    desk.world.policy |= {name: str(value) for name, value in desk.fields().items()}
    return policy(desk)


def register_application(desk: Desk) -> Response:
    """POST /api/v1/apps."""
    return desk.sign_in.register(desk.fields())


def exchange_code(desk: Desk) -> Response:
    """POST /oauth/token."""
    return desk.sign_in.exchange(desk.fields())


WRITING: dict[str, Callable[[Desk], Response]] = {
    "DELETE /api/v1/statuses/{id}": delete,
    "PATCH /api/v2/notifications/policy": change_policy,
    "POST /api/v1/accounts/{id}/block": block,
    "POST /api/v1/accounts/{id}/mute": mute,
    "POST /api/v1/accounts/{id}/unblock": unblock,
    "POST /api/v1/accounts/{id}/unmute": unmute,
    "POST /api/v1/apps": register_application,
    "POST /api/v1/conversations/{id}/read": read_conversation,
    "POST /api/v1/markers": move_marker,
    "POST /api/v1/notifications/requests/{id}/accept": accept_request,
    "POST /api/v1/notifications/requests/{id}/dismiss": dismiss_request,
    "POST /api/v1/reports": report,
    "POST /api/v1/statuses": publish,
    "POST /api/v1/statuses/{id}/favourite": favourite,
    "POST /api/v1/statuses/{id}/reblog": reblog,
    "POST /api/v1/statuses/{id}/unfavourite": unfavourite,
    "POST /api/v1/statuses/{id}/unreblog": unreblog,
    "POST /oauth/token": exchange_code,
}


def _favourited(desk: Desk, *, on: bool) -> Response:
    post = desk.post()
    if post is None:
        return missing()
    post.favourited = on
    return one(desk.entities.status(post))


def _related(desk: Desk, name: str, *, on: bool) -> Response:
    person = desk.person()
    if person is None:
        return missing()
    setattr(person, name, on)
    return one(desk.entities.relationship(person))
