"""What was asked of a network beside replying, told in a sentence: by whom, what, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.network import Capability
from cminbox.domain.saying import Saying, say
from cminbox.domain.text import safe
from cminbox.store.acts import Request, RequestState

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Request", "RequestState", "told"]

_WHAT: Mapping[Capability, Saying] = {
    Capability.HIDE: say("hide a message"),
    Capability.UNHIDE: say("show a hidden message again"),
    Capability.APPROVE: say("publish a message that waits"),
    Capability.DELETE: say("delete a message"),
    Capability.LIKE: say("like a message"),
    Capability.UNLIKE: say("take a like back"),
    Capability.BOOST: say("share a message with our followers"),
    Capability.UNBOOST: say("share a message no longer"),
    Capability.BLOCK: say("block the author"),
    Capability.MUTE: say("mute the author"),
    Capability.UNMUTE: say("mute the author no longer"),
    Capability.REPORT: say("report a message to its moderators"),
    Capability.MARK_READ: say("mark messages as read"),
    Capability.THREAD: say("show what stands around a message"),
}


def told(request: Request) -> Saying:
    """Return the sentence."""
    what = _WHAT.get(request.capability, say("{word}", word=request.capability.value))
    values = {"agent": safe(request.agent, limit=60), "what": what}
    match request.state:
        case RequestState.QUEUED:
            return say("{agent} asked the network to {what}: not done yet", **values)
        case RequestState.DONE:
            return say("{agent} asked the network to {what}: done", **values)
        case RequestState.WITHDRAWN:
            return say("{agent} asked the network to {what}: taken back", **values)
        case RequestState.REFUSED:
            why = say("no reason was given") if request.reason is None else request.reason
            return say("{agent} asked the network to {what}: refused. {why}", why=why, **values)
