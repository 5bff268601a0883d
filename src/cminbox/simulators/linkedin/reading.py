"""The routes that read."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from cminbox.simulators.restli_check import list_of, record_of
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from cminbox.simulators.linkedin.desk import Desk
    from cminbox.simulators.linkedin.world import Notice

READERS = frozenset({"ADMINISTRATOR", "DIRECT_SPONSORED_CONTENT_POSTER"})
_ADMINISTRATOR = "ADMINISTRATOR"


def acls(desk: Desk) -> Response:
    """GET organizationAcls: the roles of the person who signed in."""
    someone = "urn:li:person:an-admin"
    found = [
        {"role": role, "organization": desk.world.brand.urn, "roleAssignee": someone, "state": "APPROVED"}
        for role in desk.rules.roles
    ]
    other = {"role": _ADMINISTRATOR, "organization": "urn:li:organization:2", "roleAssignee": someone}
    every = [
        {**other, "state": "APPROVED"},
        *found,
        {**other, "organization": desk.world.brand.urn, "state": "REVOKED"},
    ]
    wanted = {name: unquote(desk.query(name)) for name in ("role", "state") if desk.query(name)}
    return desk.page([one for one in every if all(one[name] == value for name, value in wanted.items())], dict)


def organization(desk: Desk) -> Response:
    """GET an organization."""
    member = desk.world.members.get(f"urn:li:organization:{desk.path('id')}")
    return desk.gone() if member is None else Response.of(desk.view.organization(member))


def person(desk: Desk) -> Response:
    """GET a member's profile."""
    member = desk.world.members.get(f"urn:li:person:{record_of(desk.path('key'))['id']}")
    return desk.gone() if member is None else Response.of(desk.view.member(member))


def notifications(desk: Desk) -> Response:
    """GET the notifications of the Page: for administrators of it alone."""
    if _ADMINISTRATOR not in desk.rules.roles or unquote(desk.query("organizationalEntity")) != desk.world.brand.urn:
        return desk.refusal(403, "ACCESS_DENIED", 100)
    actions = set(list_of(desk.query("actions"))) if desk.query("actions") else set()
    times = record_of(desk.query("timeRange")) if desk.query("timeRange") else {}
    start, end = int(times.get("start", 0)), int(times.get("end", desk.world.now() + 1))
    if end <= start:
        return desk.refusal(400, "ILLEGAL_ARGUMENT")

    def asked(notice: Notice) -> bool:
        wanted = not actions or notice.action in actions or bool(notice.shape)
        return wanted and start <= notice.at < end

    return desk.page([notice for notice in desk.world.kept_notices() if asked(notice)], desk.view.notice)


def post(desk: Desk) -> Response:
    """GET a post."""
    found, _comment = desk.place()
    if found is None:
        return desk.gone()
    return Response.of(desk.view.post(found)) if found.readable else desk.refusal(403, "ACCESS_DENIED", 100)


def comments(desk: Desk) -> Response:
    """GET the comments below a post, or the answers to one."""
    found, above = desk.place()
    if found is None:
        return desk.gone()
    below = desk.world.below(found, None if above is None else above.number)
    # Whoever has another role is told nothing.
    return desk.page(below if READERS & set(desk.rules.roles) else [], desk.view.comment)


def comment(desk: Desk) -> Response:
    """GET one comment."""
    found, _above = desk.place()
    wanted = desk.world.comments.get(int(desk.path("id")))
    if found is None or wanted is None or wanted.post is not found:
        return desk.gone()
    return Response.of(desk.view.comment(wanted))


def reaction(desk: Desk) -> Response:
    """GET a reaction."""
    key = record_of(desk.path("key"))
    found = desk.world.reactions.get((key["actor"], key["entity"]))
    if found is None:
        return desk.gone()
    kind, at = found
    name = f"urn:li:reaction:({key['actor']},{key['entity']})"
    return Response.of({"id": name, "reactionType": kind, "root": key["entity"], "created": {"time": at}})
