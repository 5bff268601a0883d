"""The routes that read."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from cminbox.simulators.wire import Response
from cminbox.simulators.wordpress.views import SITE, comment_of, local, review_of, user_of
from cminbox.simulators.wordpress.world import APPROVED, HELD, ROLES, TRASH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.simulators.wordpress.desk import Desk
    from cminbox.simulators.wordpress.world import Comment

_PROTECTED = ("author", "author_exclude", "author_email", "type", "status")
_STATUS = {"approve": (APPROVED,), "hold": (HELD,), "all": (APPROVED, HELD)}


def index(desk: Desk) -> Response:
    """GET /: what the site is and can do."""
    endpoints = {
        "application-passwords": {"endpoints": {"authorization": f"{SITE}/wp-admin/authorize-application.php"}}
    }
    spaces = ["oembed/1.0", "wp/v2", *(["wc/v3"] if desk.rules.shop else [])]
    # PHP writes an empty list where a filled one would be an object.
    return Response.of(
        {"name": "Acme", "namespaces": spaces, "authentication": endpoints if desk.rules.passwords else []}
    )


def me(desk: Desk) -> Response:
    """GET users/me."""
    if desk.user is None:
        return desk.refusal(401, "rest_not_logged_in", "You are not currently logged in.")
    return Response.of(user_of(desk.user, ROLES[desk.user.role]))


def comments(desk: Desk) -> Response:
    """GET comments."""
    edit = desk.request.first("context") == "edit"
    if edit and not desk.may("moderate_comments"):
        return desk.forbidden("rest_forbidden_context")
    if not desk.may("edit_posts") and any(desk.request.first(name) is not None for name in _PROTECTED):
        return desk.forbidden("rest_forbidden_param")
    if _is_no_time(desk):
        return desk.refusal(400, "rest_invalid_param", "Invalid parameter(s): after")
    kind = desk.request.first("type") or "comment"
    found = _found(desk, [one for one in desk.world.comments.values() if one.type == kind])
    return desk.page(found, [comment_of(one, edit=edit, bare=desk.rules.bare) for one in desk.part(found)])


def comment(desk: Desk) -> Response:
    """GET comments/{id}: of any standing for those who moderate, also a review."""
    one = desk.world.comments.get(int(desk.route.rpartition("/")[2]))
    if one is None:
        return desk.refusal(404, "rest_comment_invalid_id", "Invalid comment ID.")
    edit = desk.request.first("context") == "edit"
    if edit and not desk.may("moderate_comments"):
        return desk.forbidden("rest_forbidden_context")
    if one.status != APPROVED and not desk.may("moderate_comments"):
        return desk.forbidden("rest_cannot_read")
    return Response.of(comment_of(one, edit=edit, bare=desk.rules.bare))


def reviews(desk: Desk) -> Response:
    """GET products/reviews."""
    if not desk.may("moderate_comments"):
        return desk.forbidden("woocommerce_rest_cannot_view")
    if _is_no_time(desk):
        return desk.refusal(400, "rest_invalid_param", "Invalid parameter(s): after")
    edit = desk.request.first("context") == "edit"
    found = _found(desk, [one for one in desk.world.comments.values() if one.type == "review"])
    return desk.page(found, [review_of(one, edit=edit, bare=desk.rules.bare) for one in desk.part(found)])


def review(desk: Desk) -> Response:
    """GET products/reviews/{id}."""
    one = desk.world.comments.get(int(desk.route.rpartition("/")[2]))
    if one is None or one.type != "review":
        return desk.refusal(404, "woocommerce_rest_review_invalid_id", "Invalid review ID.")
    if not desk.may("moderate_comments"):
        return desk.forbidden("woocommerce_rest_cannot_view")
    return Response.of(review_of(one, edit=desk.request.first("context") == "edit", bare=desk.rules.bare))


def _is_no_time(desk: Desk) -> bool:
    """Whether a time is the one that WordPress takes for none: the first second of all."""
    after = desk.request.first("after")
    return after is not None and datetime.fromisoformat(after).timestamp() == 0


def _found(desk: Desk, candidates: Sequence[Comment]) -> list[Comment]:
    """Return what a list holds, in the order that is asked for."""
    status = desk.request.first("status") or "approve"
    wanted = _STATUS.get(status, (status,))
    parents, names, authors = desk.figures("parent"), desk.figures("include"), desk.figures("author")
    after = desk.request.first("after")
    later = None if after is None else local(round(datetime.fromisoformat(after).timestamp() * 1000))
    found = [
        one
        for one in candidates
        if (status == "any" or one.status in wanted)
        and (parents is None or one.parent in parents)
        and (names is None or one.id in names)
        and (authors is None or one.author.id in authors)
        # By the wall clock, and not by what is written in the column for UTC.
        and (later is None or local(one.at) > later)
    ]
    by_id = desk.request.first("orderby") == "id"
    backwards = (desk.request.first("order") or "desc") == "desc"
    return sorted(found, key=lambda one: one.id if by_id else (one.at, one.id), reverse=backwards)


def is_gone(one: Comment) -> bool:
    """Whether a comment lies in the trash."""
    return one.status == TRASH
