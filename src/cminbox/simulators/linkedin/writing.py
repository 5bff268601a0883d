"""The routes that write."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from cminbox.simulators.restli_check import record_of
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from cminbox.simulators.linkedin.desk import Desk
    from cminbox.simulators.linkedin.views import Json
    from cminbox.simulators.linkedin.world import Comment, Post

MOST_CHARACTERS = 1_250
_MINUTE_MS = 60_000
_NO_CONTENT = Response(204)


def create_comment(desk: Desk) -> Response:
    """POST a comment, or an answer to one, as the Page."""
    body = desk.request.json()
    post, above = desk.place()
    named = body.get("parentComment")
    parent = desk.world.find_comment(named) if named else above
    if post is None or (named and parent is None):
        return desk.gone()
    refused = _unfit(desk, body, post, parent, above)
    if refused is not None:
        return desk.refusal(*refused)
    made = desk.world.comment(desk.world.brand, body["message"]["text"], post, parent)
    return Response.of(desk.view.comment(made), 201, {"x-restli-id": str(made.number)})


def _unfit(
    desk: Desk, body: Json, post: Post, parent: Comment | None, above: Comment | None
) -> tuple[int, str, int] | None:
    """Return why a comment is refused: status, code and number."""
    text = body["message"]["text"]
    elsewhere = body["object"] not in {post.share, post.activity} or (above is not None and parent is not above)
    # There are two levels: what is answered stands at the top.
    low = parent is not None and (parent.parent is not None or parent.post is not post)
    length = len(text.encode("utf-16-le", "surrogatepass")) // 2
    reasons = (
        (body["actor"] != desk.world.brand.urn, (403, "ACCESS_DENIED", 100)),
        (elsewhere, (400, "ILLEGAL_ARGUMENT", 0)),
        (low, (400, "INVALID_PARENT_COMMENT", 0)),
        (not text.strip() or length > MOST_CHARACTERS, (400, "FIELD_LENGTH_TOO_LONG", 0)),
        (not post.open, (403, "COMMENTS_CLOSED", 0)),
        (_throttled(desk), (429, "COMMENT_CREATE_THROTTLED", 101)),
    )
    return next((reason for holds, reason in reasons if holds), None)


def _throttled(desk: Desk) -> bool:
    most = desk.rules.comments_a_minute
    since = desk.world.now() - _MINUTE_MS
    ours = [one for one in desk.world.comments.values() if one.author is desk.world.brand and one.at > since]
    return most is not None and len(ours) >= most


def delete_comment(desk: Desk) -> Response:
    """DELETE a comment: one's own, or whichever stands below one's own post."""
    post, _above = desk.place()
    comment = desk.world.comments.get(int(desk.path("id")))
    if post is None or comment is None or comment.post is not post:
        return desk.gone()
    ours = desk.world.brand in {comment.author, post.author}
    if not ours or unquote(desk.query("actor")) != desk.world.brand.urn:
        return desk.refusal(403, "ACCESS_DENIED", 100)
    desk.world.delete(comment)
    return _NO_CONTENT


def create_reaction(desk: Desk) -> Response:
    """POST a reaction to a post or a comment."""
    body = desk.request.json()
    actor, root = unquote(desk.query("actor")), body["root"]
    if actor != desk.world.brand.urn:
        return desk.refusal(403, "ACCESS_DENIED", 100)
    if _named(desk, root) is None and desk.world.find_post(root) is None:
        return desk.gone()
    if (actor, root) in desk.world.reactions:
        return desk.refusal(409, "CONFLICT")
    desk.world.reactions[actor, root] = (body["reactionType"], desk.world.now())
    shown = {"id": f"urn:li:reaction:({actor},{root})", "root": root, "reactionType": body["reactionType"]}
    return Response.of(shown, 201)


def _named(desk: Desk, urn: str) -> Comment | None:
    return desk.world.find_comment(urn) if urn.startswith("urn:li:comment:") else None


def delete_reaction(desk: Desk) -> Response:
    """DELETE a reaction."""
    key = record_of(desk.path("key"))
    found = desk.world.reactions.pop((key["actor"], key["entity"]), None)
    return desk.gone() if found is None else _NO_CONTENT
