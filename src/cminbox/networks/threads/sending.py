"""Publishing an answer in two steps: a container is prepared, then published.

A container that is never published harms nobody, and one is published once at most. Its id is kept with the reply
before the second step begins, and so is that this step begins: whoever stops in between goes on with the same
container, and whoever stops after it asks Threads what became of that container.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from cminbox.domain.reply import Progress, Receipt
from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, NetworkFailure, Refused, SendOutcomeUnknown, SignInAgain, TryLater
from cminbox.network_kit.graph.client import named, node
from cminbox.network_kit.graph.sameness import CLOCKS_DIFFER_MS, same
from cminbox.network_kit.limits import check_fits
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.networks.threads.account import BASIC, MANAGE, MANIFEST, PUBLISH, READ
from cminbox.networks.threads.entities import FIELDS, above_of, read_post

if TYPE_CHECKING:
    from cminbox.domain.reply import Reply
    from cminbox.network_kit.graph.client import Graph
    from cminbox.networks.threads.entities import Brand

NOT_READY_SECONDS = 5.0
"""When to ask again for a container that is still in progress."""
FULL_SECONDS = 1800.0
_NOTHING_YET = ""
_MOST_PAGES = 10
_SENT_FIELDS = "id,permalink,timestamp,is_reply,replied_to"


class Stage(StrEnum):
    """What Threads says of a container."""

    PREPARED = "FINISHED"
    IN_PROGRESS = "IN_PROGRESS"
    PUBLISHED = "PUBLISHED"
    EXPIRED = "EXPIRED"
    FAILED = "ERROR"
    UNTOLD = ""
    """Nothing, or what no documentation names."""


async def send(graph: Graph, brand: Brand, reply: Reply) -> Receipt:
    """Publish a reply with one publishing request, going on where an earlier attempt stopped. Raises NetworkFailure."""
    check_fits(reply, MANIFEST)
    try:
        return await _send(graph, brand, reply)
    except Shape as shape:
        raise unreadable(shape) from None


async def _send(graph: Graph, brand: Brand, reply: Reply) -> Receipt:
    progress = reply.steps.progress
    if progress is not None and progress.begun:
        found = await _listed(graph, brand, reply)
        if found is not None:
            return found
    else:
        if progress is None:
            # Whoever stops from here on has surely published nothing.
            await reply.steps.keep(Progress(_NOTHING_YET))
        await _check_allowance(graph, brand)
    container = _NOTHING_YET if progress is None else progress.step
    if container == _NOTHING_YET or await _is_spent(graph, container):
        container = await _prepare(graph, brand, reply)
    if await stage_of(graph, container) is Stage.IN_PROGRESS:
        raise TryLater(say("Threads has not finished preparing the reply"), NOT_READY_SECONDS)
    await reply.steps.keep(Progress(container, begun=True))
    body = await graph.publish(node(brand.identifier, "threads_publish"), {"creation_id": container}, scope=PUBLISH)
    return await _read_back(graph, named(body, "id", graph.title), reply.to)


async def _prepare(graph: Graph, brand: Brand, reply: Reply) -> str:
    """Prepare a container and keep its id. Nothing is published by that, so that a lost answer only costs another."""
    given = {"media_type": "TEXT", "text": reply.text, "reply_to_id": reply.to}
    body = await graph.act(node(brand.identifier, "threads"), given, scope=PUBLISH)
    container = Reader(body, "container").identifier("id")
    await reply.steps.keep(Progress(container))
    return container


async def stage_of(graph: Graph, container: str) -> Stage:
    """Return what Threads says of a container. Raises NetworkFailure, Gone when it knows none."""
    status = (await graph.read(node(container), "id,status", scope=PUBLISH)).raw("status")
    return Stage(status) if isinstance(status, str) and status in set(Stage) else Stage.UNTOLD


async def _is_spent(graph: Graph, container: str) -> bool:
    """Whether a container of an earlier attempt can no longer be published. Raises NetworkFailure.

    One that was published, and is in no list yet, is left to whoever looks for it.
    """
    try:
        stage = await stage_of(graph, container)
    except Gone:
        return True
    if stage is Stage.PUBLISHED:
        raise SendOutcomeUnknown(say("Threads says that this was published, and does not list it yet"))
    return stage in {Stage.EXPIRED, Stage.FAILED}


async def _check_allowance(graph: Graph, brand: Brand) -> None:
    """Raise TryLater when no more answers may be published today; where that is not told, Threads will say so."""
    try:
        used, most = await allowance(graph, brand, "reply_")
    except (Gone, Refused, Shape):
        return
    except SignInAgain as failure:
        if failure.missing_scope is None:
            raise
        return
    if used >= most:
        said = say("Threads lets {most} answers be published within 24 hours; so many were", most=most)
        raise TryLater(said, FULL_SECONDS, rate_limited=True)


async def allowance(graph: Graph, brand: Brand, what: str) -> tuple[int, int]:
    """Return how many answers ("reply_") or posts ("") were published within a day, and how many may be.

    Raises Shape, NetworkFailure.
    """
    edge = node(brand.identifier, "threads_publishing_limit")
    listed = await graph.page(edge, f"{what}quota_usage,{what}config", scope=MANAGE)
    figures = Reader(listed.items[0] if listed.items else None, "threads_publishing_limit")
    return figures.number(f"{what}quota_usage"), figures.object(f"{what}config").number("quota_total")


async def _read_back(graph: Graph, sent: str, to: str) -> Receipt:
    """Return the receipt of an answer. Threads has named it; where it cannot be read yet, that has to do."""
    try:
        found = await graph.read(node(sent), _SENT_FIELDS, scope=BASIC)
        above = above_of(found)
        astray = above != to if above is not None else not found.flag("is_reply", default=True)
        receipt = Receipt(sent, found.text("permalink", "") or None, found.maybe_instant("timestamp"))
    except (NetworkFailure, Shape):
        return Receipt(sent)
    if astray:
        raise SendOutcomeUnknown(say("The reply was published, but not below the post that it answers"))
    return receipt


async def find(graph: Graph, brand: Brand, reply: Reply) -> Receipt | None:
    """Return the receipt of a reply that exists, None when it surely does not (yet). Raises NetworkFailure."""
    progress = reply.steps.progress
    stage = Stage.UNTOLD
    if progress is not None and progress.begun:
        try:
            stage = await stage_of(graph, progress.step)
        except Gone:
            stage = Stage.UNTOLD
    found = await _listed(graph, brand, reply)
    if found is None and stage is Stage.PUBLISHED:
        raise TryLater(say("Threads says that this was published, and does not list it yet"), NOT_READY_SECONDS)
    return found


async def _listed(graph: Graph, brand: Brand, reply: Reply) -> Receipt | None:
    """Look for a reply among our answers, newest first."""
    earliest = reply.decided_at - CLOCKS_DIFFER_MS
    edge = node(brand.identifier, "replies")
    after: dict[str, str] = {}
    for _ in range(_MOST_PAGES):
        listed = await graph.page(edge, FIELDS, scope=READ, limit="50", **after)
        for item in listed.items:
            try:
                post = Reader(item, "post")
                message, above = read_post(post, brand, None), above_of(post)
            except Shape:
                # An answer of ours has been readable before; whatever this is, it is not the one.
                continue
            if message.created_at < earliest:
                return None
            if above == reply.to and same(message.text, reply.text):
                return Receipt(message.remote_id, message.permalink, message.created_at)
        if listed.after is None:
            return None
        after = {"after": listed.after}
    raise Refused(say("There are too many answers to look for this one among them"))
