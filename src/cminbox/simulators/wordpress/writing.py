"""The routes that change something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.simulators.wire import Response
from cminbox.simulators.wordpress.views import comment_of
from cminbox.simulators.wordpress.world import APPROVED, HELD, SPAM, TRASH

if TYPE_CHECKING:
    from cminbox.simulators.wordpress.desk import Desk
    from cminbox.simulators.wordpress.world import Comment, Person, Post

MOST_BYTES = 65_525
_WORDS = {"approve": APPROVED, "approved": APPROVED, "1": APPROVED, "hold": HELD, "0": HELD, SPAM: SPAM, TRASH: TRASH}
_CREATED = 201


def create(desk: Desk) -> Response:
    """POST comments: what the real one asks in its own order."""
    user = desk.user
    if user is None:
        return desk.refusal(401, "rest_comment_login_required", "Sorry, you must be logged in to comment.")
    body = desk.request.json()
    post = desk.world.posts.get(body.get("post") or 0)
    if post is None:
        return desk.refusal(403, "rest_comment_invalid_post_id")
    if not post.is_open:
        return desk.refusal(403, "rest_comment_closed", "Sorry, comments are closed for this item.")
    raw = (body.get("content") or {}).get("raw") or ""
    if not raw.strip():
        return desk.refusal(400, "rest_comment_content_invalid", "Invalid comment content.")
    parent = body.get("parent") or 0
    refused = _refused(desk, user, post, parent, raw)
    if refused is not None:
        return refused
    waits = desk.rules.holds_own or not user.may("moderate_comments")
    made = desk.world.write(user, raw, post, parent=parent, status=HELD if waits else APPROVED)
    shown = comment_of(made, edit=user.may("moderate_comments"), bare=desk.rules.bare)
    return Response.of(shown, _CREATED)


def _refused(desk: Desk, user: Person, post: Post, parent: int, raw: str) -> Response | None:
    if len(raw.encode()) > MOST_BYTES:
        return desk.refusal(400, "comment_content_column_length", "Comment field exceeds maximum length allowed.")
    own = [one for one in desk.world.comments.values() if one.author.id == user.id]
    if not user.may("moderate_comments") and own and desk.world.now() - own[-1].at < desk.rules.flood_ms:
        return desk.refusal(400, "comment_flood", "You are posting comments too quickly. Slow down.")
    # The same words in another place are something else, and so are those in the trash.
    if any((one.post, one.parent, one.raw) == (post, parent, raw) and one.status != TRASH for one in own):
        return desk.refusal(409, "comment_duplicate", "It looks as though you&#8217;ve already said that!")
    return None


def update(desk: Desk) -> Response:
    """POST comments/{id}: its standing, or its words."""
    one = _one(desk)
    if isinstance(one, Response):
        return one
    if not desk.may("moderate_comments"):
        return desk.forbidden("rest_cannot_edit")
    body = desk.request.json()
    status = body.get("status")
    if status is not None:
        if status not in _WORDS:
            return desk.refusal(500, "rest_comment_failed_edit", "Updating comment status failed.")
        one.status = _WORDS[status]
    one.raw = (body.get("content") or {}).get("raw") or one.raw
    return Response.of(comment_of(one, edit=True, bare=desk.rules.bare))


def delete(desk: Desk) -> Response:
    """DELETE comments/{id}: into the trash, or for good."""
    one = _one(desk)
    if isinstance(one, Response):
        return one
    if not desk.may("moderate_comments"):
        return desk.forbidden("rest_cannot_delete")
    shown = comment_of(one, edit=True, bare=desk.rules.bare)
    if desk.request.first("force") == "true":
        desk.world.delete(one.id)
        return Response.of({"deleted": True, "previous": shown})
    if not desk.rules.trash:
        return desk.refusal(501, "rest_trash_not_supported", "The comment does not support trashing.")
    if one.status == TRASH:
        return desk.refusal(410, "rest_already_trashed", "The comment has already been trashed.")
    one.status = TRASH
    return Response.of(shown | {"status": TRASH})


def _one(desk: Desk) -> Comment | Response:
    one = desk.world.comments.get(int(desk.route.rpartition("/")[2]))
    return desk.refusal(404, "rest_comment_invalid_id", "Invalid comment ID.") if one is None else one
