"""The context of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.domain.saying import say
from cminbox.network_kit.contract import Thread
from cminbox.network_kit.failures import Gone, Refused, SignInAgain
from cminbox.network_kit.graph.client import node
from cminbox.network_kit.reading import Shape, unreadable
from cminbox.networks.facebook.account import READ, READ_PEOPLE
from cminbox.networks.facebook.entities import (
    COMMENT_FIELDS,
    POST_FIELDS,
    REVIEW_FIELDS,
    read_comment,
    read_post,
    read_review,
)
from cminbox.networks.facebook.exchanges import partner, recent_messages
from cminbox.networks.facebook.ids import MESSAGE, POST, REVIEW, address, number, prefix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cminbox.domain.message import Message
    from cminbox.network_kit.graph.client import Graph

_ABOVE = f"parent{{{COMMENT_FIELDS}}}"
_FIELDS = COMMENT_FIELDS.replace("parent{id}", _ABOVE)
_MOST_PAGES = 5
_MOST_REVIEWS = 3


async def read_thread(graph: Graph, page: str, remote_id: str) -> Thread:
    """Return what stands above and below a message. Raises NetworkFailure, Gone when it no longer exists."""
    try:
        if remote_id.startswith(MESSAGE):
            return await _exchange(graph, page, remote_id)
        if remote_id.startswith(POST):
            return await _below_post(graph, page, remote_id)
        if remote_id.startswith(REVIEW):
            return await _below_review(graph, page, remote_id)
        return await _around_comment(graph, page, remote_id)
    except Shape as shape:
        raise unreadable(shape) from None


async def _around_comment(graph: Graph, page: str, remote_id: str) -> Thread:
    comment = await graph.read(node(remote_id), _FIELDS, scope=READ_PEOPLE)
    number_above = prefix(remote_id)
    post = await _post(graph, page, number_above)
    kind = Kind.COMMENT if post is None or post.ours else Kind.MENTION
    root = f"{POST}{page}_{number_above}" if kind is Kind.COMMENT and number_above else None
    above_all = None if kind is Kind.COMMENT or post is None else post.remote_id

    def read(item: Any) -> Message:  # noqa: ANN401 - foreign JSON
        return read_comment(item, kind, page, post=number_above, above=above_all, root=root)

    message = read(comment)
    tops = [post] if post is not None else []
    parent = comment.maybe_object("parent")
    if parent is None:
        return Thread(tuple(tops), message, _readable(await _comments(graph, remote_id), read))
    top = read(parent)
    # Answers of the second level all stand side by side below the first.
    beside = _readable(await _comments(graph, top.remote_id), read)
    place = next((place for place, one in enumerate(beside) if one.remote_id == remote_id), len(beside))
    return Thread((*tops, top, *beside[:place]), message, beside[place + 1 :])


async def _below_post(graph: Graph, page: str, remote_id: str) -> Thread:
    identifier = address(remote_id)
    post = await graph.read(node(identifier), POST_FIELDS, scope=READ_PEOPLE)
    message = read_post(post, page)
    return Thread((), message, await _stream(graph, page, identifier, Kind.MENTION, remote_id))


async def _below_review(graph: Graph, page: str, remote_id: str) -> Thread:
    """Return a recommendation: it can be found in the list of all alone."""
    after: dict[str, str] = {}
    for _ in range(_MOST_REVIEWS):
        fields = f"{REVIEW_FIELDS},open_graph_story{{id}}"
        listed = await graph.page(node(page, "ratings"), fields, scope=READ_PEOPLE, limit="100", **after)
        for message in _readable(listed.items, read_review):
            if message.remote_id == remote_id:
                try:
                    below = await _stream(graph, page, address(remote_id), Kind.REVIEW, remote_id)
                except Refused:
                    below = ()
                return Thread((), message, below)
        if listed.after is None:
            break
        after = {"after": listed.after}
    raise Gone(say("Facebook no longer lists this recommendation"))


async def _exchange(graph: Graph, page: str, remote_id: str) -> Thread:
    person = await partner(graph, page, address(remote_id))
    messages = await recent_messages(graph, page, person)
    places = [place for place, message in enumerate(messages) if message.remote_id == remote_id]
    if not places:
        raise Refused(say("Facebook gives the newest twenty messages of an exchange alone, and this is an older one"))
    place = places[0]
    return Thread(tuple(messages[:place]), messages[place], tuple(messages[place + 1 :]))


async def _post(graph: Graph, page: str, post_number: str) -> Message | None:
    """Return the post under which a comment stands, None where it cannot be read."""
    if not post_number:
        return None
    try:
        post = await graph.read(node(f"{page}_{post_number}"), POST_FIELDS, scope=READ)
        return read_post(post, page)
    except (Gone, Refused, Shape):
        return None
    except SignInAgain as failure:
        if failure.missing_scope is None:
            raise
        return None


async def _stream(graph: Graph, page: str, owner: str, kind: Kind, above: str) -> tuple[Message, ...]:
    items = await _comments(graph, owner)
    return _readable(items, lambda item: read_comment(item, kind, page, post=number(owner), above=above, root=None))


async def _comments(graph: Graph, owner: str) -> list[Any]:
    found: list[Any] = []
    after: dict[str, str] = {}
    for _ in range(_MOST_PAGES):
        listed = await graph.page(
            node(owner, "comments"),
            COMMENT_FIELDS,
            scope=READ_PEOPLE,
            filter="stream",
            order="reverse_chronological",
            limit="100",
            **after,
        )
        found += listed.items
        if listed.after is None:
            break
        after = {"after": listed.after}
    return found


def _readable(items: Iterable[Any], read: Any) -> tuple[Message, ...]:  # noqa: ANN401 - a function of foreign JSON
    messages: list[Message] = []
    for item in items:
        try:
            messages.append(read(item))
        except Shape:
            # One odd item does not hide the rest of its thread.
            continue
    # They come newest first, and their times are whole seconds.
    messages.reverse()
    return tuple(sorted(messages, key=lambda message: message.created_at))
