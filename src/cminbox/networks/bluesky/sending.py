"""Answering with a post: under the right root, with a key computed beforehand, so that a repeat changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.reply import Receipt
from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, Refused, SendOutcomeUnknown
from cminbox.network_kit.reading import Reader, Shape
from cminbox.networks.bluesky import tid
from cminbox.networks.bluesky.facets import facets_for
from cminbox.networks.bluesky.instants import iso
from cminbox.networks.bluesky.lineage import POSTS_METHOD
from cminbox.networks.bluesky.reading import POSTS, permalink
from cminbox.networks.bluesky.xrpc import Superseded

if TYPE_CHECKING:
    from cminbox.domain.reply import Reply
    from cminbox.networks.bluesky.session import Session
    from cminbox.networks.bluesky.xrpc import Xrpc

PUT, GET = "com.atproto.repo.putRecord", "com.atproto.repo.getRecord"


async def post_view(xrpc: Xrpc, uri: str) -> Reader:
    """Return the server's view of a post. Raises Gone when there is none for us, and Refused for what is no post."""
    if not uri.startswith("at://"):
        raise Refused(say("This is possible for posts only"))
    answer = await xrpc.get(POSTS_METHOD, ("uris", uri))
    for item in answer.items("posts"):
        view = Reader(item, "post")
        if view.identifier("uri") == uri:
            return view
    raise Gone(say("Bluesky no longer shows this post: it was deleted, or a block hides it"))


async def did_of(xrpc: Xrpc, handle: str) -> str:
    """Return the permanent identifier of a handle. Raises Refused or Gone when nobody has it."""
    did = (await xrpc.get("com.atproto.identity.resolveHandle", ("handle", handle))).identifier("did")
    if not did.startswith("did:"):
        raise Shape("did", "an identifier")
    return did


async def send_post(xrpc: Xrpc, session: Session, reply: Reply) -> Receipt:
    """Publish a reply as a post.

    Its key comes from the send key, and it is written only where nothing stands yet. The same reply twice is the same
    record, which the server takes for done; another record under the key is compared with ours. Raises Refused when
    that one is not ours, SendOutcomeUnknown when the answer does not name the post.
    """
    record = await _record(xrpc, reply)
    body = {"repo": session.did, "collection": POSTS, "rkey": _rkey(reply), "record": record, "swapRecord": None}
    try:
        answer = await xrpc.publish(PUT, body)
    except Superseded:
        found = await find_post(xrpc, session, reply)
        if found is None:
            raise Refused(say("Another post stands where this reply was to be written; write it once more")) from None
        return found
    try:
        uri = answer.identifier("uri")
        return Receipt(uri, permalink(uri), reply.decided_at)
    except Shape:
        raise SendOutcomeUnknown(say("Bluesky took the reply, but does not say which post it is")) from None


async def find_post(xrpc: Xrpc, session: Session, reply: Reply) -> Receipt | None:
    """Return the receipt of a reply that stands under its key; None when nothing, or something else, stands there.

    Raises NetworkFailure.
    """
    asked = (("repo", session.did), ("collection", POSTS), ("rkey", _rkey(reply)))
    try:
        answer = await xrpc.get(GET, *asked)
    except Gone:
        return None
    record = answer.object("value")
    parent = record.maybe_object("reply")
    ours = record.text("text", "") == reply.text and parent is not None
    if not ours or parent is None or parent.object("parent").identifier("uri") != reply.to:
        return None
    uri = answer.identifier("uri")
    return Receipt(uri, permalink(uri), record.maybe_instant("createdAt"))


def _rkey(reply: Reply) -> str:
    return tid.of_key(reply.send_key, reply.decided_at)


async def _record(xrpc: Xrpc, reply: Reply) -> dict[str, Any]:
    """Return the record of a reply; it depends on the reply and on what is answered, never on when it is sent."""
    parent = await post_view(xrpc, reply.to)
    here = {"uri": parent.identifier("uri"), "cid": parent.identifier("cid")}
    above = parent.object("record").maybe_object("reply")
    root = here if above is None else _reference(above.object("root"))
    facets = await facets_for(reply.text, lambda handle: did_of(xrpc, handle))
    record: dict[str, Any] = {
        "$type": POSTS,
        "text": reply.text,
        "reply": {"root": root, "parent": here},
        "createdAt": iso(reply.decided_at),
    }
    if facets:
        record["facets"] = facets
    if reply.lang:
        record["langs"] = [reply.lang]
    return record


def _reference(view: Reader) -> dict[str, str]:
    return {"uri": view.identifier("uri"), "cid": view.identifier("cid")}
