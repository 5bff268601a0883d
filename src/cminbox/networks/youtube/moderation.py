"""What can be done to comments and to those who write them, apart from answering."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.network import Capability
from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, Refused
from cminbox.networks.youtube import walking
from cminbox.networks.youtube.comments import HELD, PUBLISHED, REJECTED, SPAM
from cminbox.networks.youtube.live import chat_of
from cminbox.networks.youtube.sending import find_comment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.network_kit.contract import Credentials
    from cminbox.networks.youtube.api import Api

MOST_AT_ONCE = 50
STATUS = {Capability.HIDE: HELD, Capability.UNHIDE: PUBLISHED, Capability.APPROVE: PUBLISHED}
"""What becomes of comments by each act. What is held is seen by nobody, and can be published again."""
_SEARCHED_PAGES = 5
_BANNED_KEPT = 500


async def set_status(api: Api, identifiers: Sequence[str], status: str, *, ban: bool = False) -> None:
    """Set what becomes of comments, at most fifty: they cost as much as one. Raises NetworkFailure."""
    if any(chat_of(one) is not None for one in identifiers):
        raise Refused(say("A message of a live chat can only be deleted, not hidden"))
    params = [("id", ",".join(identifiers)), ("moderationStatus", status)]
    if ban:
        params.append(("banAuthor", "true"))
    await api.act("POST", "/comments/setModerationStatus", tuple(params))


async def delete(api: Api, remote_id: str) -> None:
    """Delete a comment of ours, or a message of a live chat; another's comment is rejected. Gone is fine.

    YouTube lets nobody delete another's comment: rejecting takes it away for good, with all that stands below it.
    Raises NetworkFailure.
    """
    place = chat_of(remote_id)
    try:
        if place is not None:
            await api.act("DELETE", "/liveChat/messages", (("id", place[1]),))
            return
        me = (await api.me()).id
        comment = await find_comment(api, remote_id)
        if comment.author.remote_id == me:
            await api.act("DELETE", "/comments", (("id", remote_id),))
        else:
            await set_status(api, [remote_id], REJECTED)
    except Gone:
        return


async def block(api: Api, person_id: str, seen: dict[str, str], credentials: Credentials) -> None:
    """Ban a person from the channel. YouTube bans by a comment of that person, which is rejected as well.

    Raises Refused when there is no comment of the person among the newest.
    """
    handle = seen.get(person_id) or await _comment_of(api, person_id, seen)
    if handle is None:
        if person_id in await _banned(credentials):
            return
        raise Refused(
            say("YouTube blocks by a comment of the person, and none is among the newest; do it in YouTube Studio")
        )
    place = chat_of(handle)
    if place is None:
        try:
            await set_status(api, [handle], REJECTED, ban=True)
        except Gone:
            del seen[person_id]
            await block(api, person_id, seen, credentials)
            return
    else:
        banned = {"liveChatId": place[0], "type": "permanent", "bannedUserDetails": {"channelId": person_id}}
        await api.act("POST", "/liveChat/bans", (("part", "snippet"),), {"snippet": banned})
    await _remember(credentials, person_id)


async def _comment_of(api: Api, person_id: str, seen: dict[str, str]) -> str | None:
    """Return a comment of a person, from the newest of the channel and from what waits for review."""
    for status in (PUBLISHED, HELD, SPAM):
        gathered = await walking.queue(api, status, _SEARCHED_PAGES)
        for conversation in gathered.threads.values():
            for comment in (conversation.top, *conversation.replies):
                seen.setdefault(comment.author.remote_id, comment.id)
        if person_id in seen:
            return seen[person_id]
    return None


async def _banned(credentials: Credentials) -> list[str]:
    async with credentials.locked() as slot:
        return slot.read().get("banned", "").split()


async def _remember(credentials: Credentials, person_id: str) -> None:
    """Note who was banned: of somebody banned nothing is left by which YouTube could be asked again."""
    async with credentials.locked() as slot:
        values = slot.read()
        banned = [one for one in values.get("banned", "").split() if one != person_id]
        slot.write({**values, "banned": " ".join([*banned, person_id][-_BANNED_KEPT:])})
