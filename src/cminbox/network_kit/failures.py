"""All that can go wrong with a network, named by what the caller has to do next.

NetworkFailure
|-- TryLater             nothing happened; ask again, not before `after` seconds
|-- SignInAgain          the credentials are dead; a person has to renew them
|-- Refused              the network understood and said no; asking again changes nothing
|-- Gone                 what was meant no longer exists
|-- SendOutcomeUnknown   a publishing request left and no readable answer came: it may exist
|-- CursorExpired        the place to resume at is no longer known; fetch from the start of the history window
|-- Unreadable           the answer was not what the network's documentation promises
`-- NotSupported         this network cannot do it; nothing was sent
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying


class NetworkFailure(Exception):  # noqa: N818 - named by what to do next, not by being an error
    """The only exception that leaves a network: one sentence for a person, without secrets."""

    def __init__(self, saying: Saying) -> None:
        super().__init__(str(saying))
        self.saying = saying


class TryLater(NetworkFailure):
    """Nothing happened; ask again. `after` is in seconds, None where the network did not say."""

    def __init__(self, saying: Saying, after: float | None = None, *, rate_limited: bool = False) -> None:
        super().__init__(saying)
        self.after = after
        self.rate_limited = rate_limited


class SignInAgain(NetworkFailure):
    """The credentials are dead; a person has to renew them. `missing_scope` names a permission never granted."""

    def __init__(self, saying: Saying, *, missing_scope: str | None = None) -> None:
        super().__init__(saying)
        self.missing_scope = missing_scope


class Refused(NetworkFailure):
    """The network understood and said no; the saying gives the reason in its own words, cleaned."""


class Gone(NetworkFailure):
    """What was meant no longer exists on the network."""


class SendOutcomeUnknown(NetworkFailure):
    """A publishing request left and its outcome is not known. Never to be repeated blindly."""


class CursorExpired(NetworkFailure):
    """The cursor is no longer accepted; fetch again with None."""


class Unreadable(NetworkFailure):
    """The answer was not what the network's documentation promises."""


class NotSupported(NetworkFailure):
    """This network cannot do it; nothing was sent."""
