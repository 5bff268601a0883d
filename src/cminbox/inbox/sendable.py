"""Whether something may be sent at all: asked before it is decided, and said in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.closed import CLOSED
from cminbox.domain.network import Unit
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import _

if TYPE_CHECKING:
    from cminbox.domain.account import Account
    from cminbox.domain.conversation import QueueRow
    from cminbox.domain.message import Kind
    from cminbox.domain.network import Capability, TextLimit
    from cminbox.inbox.workspace import Workspace

_UNITS = {
    Unit.CODE_POINTS: say("characters"),
    Unit.GRAPHEMES: say("characters"),
    Unit.UTF16: say("characters, emoji counted twice"),
    Unit.BYTES: say("bytes of UTF-8"),
    Unit.WEIGHTED: say("weighted characters"),
    Unit.EMOJI_BYTES: say("characters, emoji counted in bytes"),
}
"""What a person calls that in which a network counts."""


def check_can(account: Account, capability: Capability, kind: Kind | None = None, *, ours: bool = False) -> None:
    """Raise Problem with the reason unless an account is connected and its network offers something.

    With a `kind`, for messages of that kind, theirs or `ours`.
    """
    manifest = account.manifest
    if manifest is None and account.network in CLOSED:
        raise Problem(CLOSED[account.network].why)
    if manifest is None or account.connected_at is None:
        raise Problem(
            say("{account} is not connected, so nothing can be sent; see cminbox accounts add", account=account.name),
        )
    why = manifest.why_not(capability, kind, ours=ours)
    if why is None:
        return
    if not why:
        raise Problem(say("Not possible on {network}", network=manifest.title))
    raise Problem(say("Not possible on {network}: {why}", network=manifest.title, why=_(why)))


def check_window(workspace: Workspace, account: Account, row: QueueRow) -> None:
    """Raise Problem when the network takes no reply any more."""
    window = None if account.manifest is None else account.manifest.windows.get(row.kind)
    if window is None:
        return
    from cminbox.outbox.outcomes import window_closed  # noqa: PLC0415 - few networks have such a rule

    closed = window_closed(window, workspace.outbox.last_heard(row.id), workspace.now())
    if closed is not None:
        raise Problem(closed)


def check_finished(text: str) -> None:
    """Raise Problem, naming it, when a text holds a place of a canned reply that is still to be typed."""
    # Loaded with the first text that is sent.
    from cminbox.suggestions.filling import unfilled  # noqa: PLC0415 - see above

    blanks = unfilled(text)
    if blanks:
        raise Problem(
            say(
                "“{name}” is still to be filled in; nothing was sent",
                name=safe(blanks[0].name, limit=60),
            )
        )


def too_much_or_little(network: str, limit: TextLimit, used: int) -> Problem:
    """Return the problem of a text that breaks a limit."""
    values = {"network": network, "used": used, "unit": _UNITS[limit.unit]}
    if used > limit.maximum:
        return Problem(say("{network} takes at most {maximum} {unit}; this is {used}", maximum=limit.maximum, **values))
    return Problem(say("{network} takes at least {minimum} {unit}; this is {used}", minimum=limit.minimum, **values))
