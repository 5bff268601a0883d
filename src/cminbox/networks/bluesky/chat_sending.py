"""Answering direct messages, finding what was sent, the messages around one, and saying that they were read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.reply import Receipt
from cminbox.domain.saying import say
from cminbox.network_kit.contract import Thread
from cminbox.network_kit.failures import Gone, SendOutcomeUnknown
from cminbox.network_kit.reading import Reader, Shape
from cminbox.networks.bluesky.chat import messages_back
from cminbox.networks.bluesky.chat_reading import CONVO, Directory, parts_of, remote_id, told_by
from cminbox.networks.bluesky.facets import facets_for
from cminbox.networks.bluesky.sending import did_of

if TYPE_CHECKING:
    from cminbox.domain.message import Message
    from cminbox.domain.reply import Reply
    from cminbox.networks.bluesky.xrpc import Xrpc

_CONTEXT = 50


async def send_dm(xrpc: Xrpc, reply: Reply) -> Receipt:
    """Send a direct message into the conversation of the one that it answers.

    Who wrote for the first time stands among the requests: answering accepts him, as it does in Bluesky's own app. The
    chat service takes no key of ours, so that a repeated send is a second message. Raises NetworkFailure.
    """
    convo, _ = parts_of(reply.to)
    state = await xrpc.get(f"{CONVO}.getConvo", ("convoId", convo), chat=True)
    facets = await facets_for(reply.text, lambda handle: did_of(xrpc, handle))
    if state.object("convo").text("status", "") == "request":
        await xrpc.post(f"{CONVO}.acceptConvo", {"convoId": convo}, chat=True)
    message: dict[str, Any] = {"text": reply.text} | ({"facets": facets} if facets else {})
    answer = await xrpc.publish(f"{CONVO}.sendMessage", {"convoId": convo, "message": message}, chat=True)
    try:
        return _receipt(convo, answer)
    except Shape:
        raise SendOutcomeUnknown(say("Bluesky took the message, but does not say which one it is")) from None


async def find_dm(xrpc: Xrpc, did: str, reply: Reply) -> Receipt | None:
    """Return the oldest message of ours with the reply's text that was sent since it was decided.

    Raises NetworkFailure.
    """
    convo, _ = parts_of(reply.to)
    found: Receipt | None = None
    async for page in messages_back(xrpc, convo):
        for item in page:
            view = Reader(item, "message")
            if view.instant("sentAt") < reply.decided_at:
                return found
            if view.text("text", "").strip() == reply.text.strip() and _sender(view) == did:
                found = _receipt(convo, view)
    return found


async def sender_of(xrpc: Xrpc, remote: str) -> str:
    """Return who wrote a direct message. Raises Gone when it no longer exists."""
    convo, message = parts_of(remote)
    async for page in messages_back(xrpc, convo):
        for item in page:
            view = Reader(item, "message")
            if view.raw("id") == message:
                return _sender(view)
    raise Gone(say("Bluesky no longer has this direct message"))


def _sender(view: Reader) -> str:
    return view.object("sender").identifier("did")


def _receipt(convo: str, view: Reader) -> Receipt:
    sent = remote_id(convo, view.identifier("id"))
    return Receipt(sent, f"https://bsky.app/messages/{convo}", view.maybe_instant("sentAt"))


async def dms_around(xrpc: Xrpc, directory: Directory, remote: str) -> Thread:
    """Return the messages before and after one of a conversation. Raises Gone when it was deleted."""
    convo, _ = parts_of(remote)
    messages: list[Message] = []
    older = 0
    async for page in messages_back(xrpc, convo):
        told = await told_by([(convo, item) for item in page], directory)
        messages += told.messages
        places = [index for index, message in enumerate(messages) if message.remote_id == remote]
        older = len(messages) - places[0] - 1 if places else 0
        if older >= _CONTEXT:
            break
    messages.sort(key=lambda message: (message.created_at, message.remote_id))
    for index, message in enumerate(messages):
        if message.remote_id == remote:
            return Thread(tuple(messages[max(0, index - _CONTEXT) : index]), message, tuple(messages[index + 1 :]))
    raise Gone(say("Bluesky no longer has this direct message"))


async def mark_dm_read(xrpc: Xrpc, remote: str) -> None:
    """Tell the chat service that a message and those before it were read. Raises NetworkFailure."""
    convo, message = parts_of(remote)
    await xrpc.post(f"{CONVO}.updateRead", {"convoId": convo, "messageId": message}, chat=True)
