"""Hiding, liking, blocking, muting, reporting, deleting, and saying that something was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, Refused, TryLater
from cminbox.networks.bluesky import tid
from cminbox.networks.bluesky.chat_reading import is_dm, parts_of
from cminbox.networks.bluesky.chat_sending import sender_of
from cminbox.networks.bluesky.instants import iso, maybe_instant
from cminbox.networks.bluesky.notices import METHOD as NOTIFICATIONS
from cminbox.networks.bluesky.reading import address, is_post_of
from cminbox.networks.bluesky.sending import GET, PUT, post_view
from cminbox.networks.bluesky.xrpc import Superseded

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.network_kit.reading import Reader
    from cminbox.networks.bluesky.session import Session
    from cminbox.networks.bluesky.xrpc import Xrpc

LIKE, REPOST = "app.bsky.feed.like", "app.bsky.feed.repost"
BLOCK, GATE = "app.bsky.graph.block", "app.bsky.feed.threadgate"
_DELETE = "com.atproto.repo.deleteRecord"
_HIDDEN_MOST = 300
_REASONS = ("spam", "rude", "misleading", "sexual", "violation")
_REASON_MOST = 2_000


class Moderator:
    """What an account can do about posts and people. Each act may be repeated. Raises NetworkFailure and Shape."""

    def __init__(self, xrpc: Xrpc, session: Session, now: Callable[[], int]) -> None:
        self._xrpc = xrpc
        self._session = session
        self._now = now

    async def like(self, uri: str) -> None:
        """Like a post, unless it is liked already, by whichever app."""
        await self._point_at(uri, LIKE)

    async def unlike(self, uri: str) -> None:
        """Take a like back."""
        await self._point_no_more(uri, LIKE)

    async def boost(self, uri: str) -> None:
        """Repost a post, unless it is reposted already, by whichever app."""
        await self._point_at(uri, REPOST)

    async def unboost(self, uri: str) -> None:
        """Take a repost back."""
        await self._point_no_more(uri, REPOST)

    async def block(self, did: str) -> None:
        """Write a block of a person into our repository, unless there is one. Raises NetworkFailure."""
        profile = await self._xrpc.get("app.bsky.actor.getProfile", ("actor", did))
        viewer = profile.maybe_object("viewer")
        if viewer is None or not viewer.has("blocking"):
            await self._write_once(BLOCK, tid.of_subject(did), {"subject": did})

    async def mute(self, did: str) -> None:
        """Mute a person; nobody learns of it."""
        await self._xrpc.post("app.bsky.graph.muteActor", {"actor": did})

    async def unmute(self, did: str) -> None:
        """Hear of a person again."""
        await self._xrpc.post("app.bsky.graph.unmuteActor", {"actor": did})

    async def hide(self, uri: str) -> None:
        """Hide a reply under the brand's own post for everybody who looks at it there."""
        await self._gate(uri, hidden=True)

    async def unhide(self, uri: str) -> None:
        """Show a hidden reply again."""
        await self._gate(uri, hidden=False)

    async def delete(self, uri: str) -> None:
        """Delete a post of our own. Raises Refused for a direct message and for another's post, NetworkFailure."""
        if is_dm(uri):
            raise Refused(say("Bluesky deletes a direct message only for oneself; the other side keeps it"))
        if not is_post_of(uri, self._session.did):
            raise Refused(say("On Bluesky only one's own posts can be deleted; hide, mute or block instead"))
        await self._remove("app.bsky.feed.post", address(uri, "post").rkey)

    async def report(self, remote: str, reason: str) -> None:
        """Report a post, or a direct message, to Bluesky's moderators."""
        words = reason.lower()
        kind = next((known for known in _REASONS if known in words), "other").title()
        await self._xrpc.post(
            "com.atproto.moderation.createReport",
            {
                "reasonType": f"com.atproto.moderation.defs#reason{kind}",
                "reason": reason[:_REASON_MOST],
                "subject": await self._subject(remote),
            },
        )

    async def mark_read(self, uri: str) -> None:
        """Move Bluesky's mark of what was seen up to a post, never back.

        There is one mark for all notifications: what is older than the post counts as seen with it.
        """
        view = await post_view(self._xrpc, uri)
        written = maybe_instant(view.object("record").text("createdAt", ""))
        indexed = view.instant("indexedAt")
        target = indexed if written is None else min(written, indexed)
        # With a cursor the server tells its mark as it is; without one it makes one up where there is none.
        listing = await self._xrpc.get(NOTIFICATIONS, ("limit", "1"), ("cursor", iso(self._now())))
        seen = listing.maybe_instant("seenAt")
        if seen is None or seen <= target:
            await self._xrpc.post("app.bsky.notification.updateSeen", {"seenAt": iso(target + 1)})

    async def _point_at(self, uri: str, collection: str) -> None:
        """Write a like or a repost, of which there is one per post."""
        view = await post_view(self._xrpc, uri)
        if _pointed(view, collection) is None:
            subject = {"uri": uri, "cid": view.identifier("cid")}
            await self._write_once(collection, tid.of_subject(uri), {"subject": subject})

    async def _point_no_more(self, uri: str, collection: str) -> None:
        record = _pointed(await post_view(self._xrpc, uri), collection)
        keys = {tid.of_subject(uri)} | ({address(record, "viewer").rkey} if record else set())
        for rkey in sorted(keys):
            await self._remove(collection, rkey)

    async def _gate(self, uri: str, *, hidden: bool) -> None:
        """Put a reply on the list of the hidden ones of its root post, or take it off."""
        reply = (await post_view(self._xrpc, uri)).object("record").maybe_object("reply")
        root = reply.object("root").identifier("uri") if reply else ""
        if not is_post_of(root, self._session.did):
            raise Refused(say("On Bluesky only replies under the account's own posts can be hidden"))
        rkey = address(root, "root").rkey
        record, cid = await self._present_gate(rkey)
        listed = [one for one in record.get("hiddenReplies") or [] if isinstance(one, str)]
        if (uri in listed) == hidden:
            return
        if hidden and len(listed) >= _HIDDEN_MOST:
            raise Refused(say("Bluesky hides at most {most} replies under one post", most=_HIDDEN_MOST))
        changed = [*listed, uri] if hidden else [one for one in listed if one != uri]
        new = {"$type": GATE, "post": root, "createdAt": iso(self._now())} | record | {"hiddenReplies": changed}
        await self._put(GATE, rkey, new, cid)

    async def _present_gate(self, rkey: str) -> tuple[dict[str, Any], str | None]:
        asked = (("repo", self._session.did), ("collection", GATE), ("rkey", rkey))
        try:
            answer = await self._xrpc.get(GET, *asked)
        except Gone:
            return {}, None
        value = answer.raw("value")
        return (value if isinstance(value, dict) else {}), answer.identifier("cid")

    async def _subject(self, remote: str) -> dict[str, str]:
        if not is_dm(remote):
            view = await post_view(self._xrpc, remote)
            return {"$type": "com.atproto.repo.strongRef", "uri": remote, "cid": view.identifier("cid")}
        convo, message = parts_of(remote)
        reference = {"$type": "chat.bsky.convo.defs#messageRef", "convoId": convo, "messageId": message}
        return reference | {"did": await sender_of(self._xrpc, remote)}

    async def _write_once(self, collection: str, rkey: str, fields: dict[str, Any]) -> None:
        """Write a record of which there is one per subject; where it stands already, all is well."""
        record = {"$type": collection, "createdAt": iso(self._now())} | fields
        body = {"repo": self._session.did, "collection": collection, "rkey": rkey, "record": record, "swapRecord": None}
        try:
            await self._xrpc.post(PUT, body)
        except Superseded:
            return

    async def _put(self, collection: str, rkey: str, record: dict[str, Any], cid: str | None) -> None:
        body = {"repo": self._session.did, "collection": collection, "rkey": rkey, "record": record, "swapRecord": cid}
        try:
            await self._xrpc.post(PUT, body)
        except Superseded as failure:
            # Somebody else changed it between our reading and our writing.
            raise TryLater(failure.saying, 1.0) from None

    async def _remove(self, collection: str, rkey: str) -> None:
        await self._xrpc.post(_DELETE, {"repo": self._session.did, "collection": collection, "rkey": rkey})


def _pointed(view: Reader, collection: str) -> str | None:
    """Return the address of our own like or repost of a post, None where there is none."""
    viewer = view.maybe_object("viewer")
    return viewer.maybe_identifier(collection.rpartition(".")[2]) if viewer else None
