"""What an account's credentials are good for, and what can be seen with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.message import Person
from cminbox.domain.saying import Saying, say
from cminbox.network_kit.contract import AccountReport
from cminbox.network_kit.failures import Gone, Refused, SignInAgain
from cminbox.networks.bluesky.chat_reading import CONVO
from cminbox.networks.bluesky.instants import iso
from cminbox.networks.bluesky.notices import slice_at
from cminbox.networks.bluesky.reading import person
from cminbox.networks.bluesky.xrpc import DM_SCOPE

if TYPE_CHECKING:
    from cminbox.networks.bluesky.session import Session
    from cminbox.networks.bluesky.xrpc import Xrpc


async def report_of(xrpc: Xrpc, session: Session) -> AccountReport:
    """Return who we are and what can be seen. An app password does not expire. Raises NetworkFailure and Shape."""
    page = await slice_at(xrpc, None)
    posts = [notice.post for notice in page.notices if notice.post is not None]
    missing, heard = await _direct_messages(xrpc, session)
    return AccountReport(
        me=await _me(xrpc, session),
        missing_scopes=missing,
        remarks=(_seen(len(posts), max((post.created_at for post in posts), default=None)), *heard),
        facts={"did": session.did, "service": session.service},
    )


async def _me(xrpc: Xrpc, session: Session) -> Person:
    """Return our profile; an account so new that nobody has seen it yet has a handle all the same."""
    try:
        return person(await xrpc.get("app.bsky.actor.getProfile", ("actor", session.did)))
    except (Gone, Refused):
        return Person(session.did, session.handle)


def _seen(amount: int, newest: int | None) -> Saying:
    if newest is None:
        return say("No mention, reply or quote is among the newest notifications")
    return say(
        "{amount} mentions, replies and quotes are among the newest notifications; the newest is from {day}",
        amount=amount,
        day=iso(newest)[:10],
    )


async def _direct_messages(xrpc: Xrpc, session: Session) -> tuple[tuple[str, ...], tuple[Saying, ...]]:
    """Return the scope that direct messages lack, if any, and a word about it."""
    if session.reads_dms:
        try:
            await xrpc.get(f"{CONVO}.listConvos", ("limit", "1"), chat=True)
        except SignInAgain as failure:
            if failure.missing_scope is None:
                raise
        else:
            return (), ()
    word = say(
        "Direct messages cannot be read: the app password was made without them. All else works; to read them too, "
        "make a new app password with 'Allow access to your direct messages'",
    )
    return (DM_SCOPE,), (word,)
