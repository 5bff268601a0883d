"""The server that takes answers: it delivers, and, as some do, puts a copy into Sent itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.failures import SendOutcomeUnknown, TryLater

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.simulators.email.mailbox import Mailbox

FILES_AND_LOSES = ("timeout after the write", "cut after the write")
_SURELY_NOT = frozenset({"429", "503", "connect error"})


@dataclass
class SimulatedPost:
    """Takes answers. `delivered` is what reached customers; faults are taken in turn, one for each mail."""

    mailbox: Mailbox
    told: Callable[[str, str], None]
    delivered: list[bytes] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def take(self, recipient: str, content: bytes) -> None:
        """Take a mail. Raises NetworkFailure."""
        fault = self.faults.pop(0) if self.faults else ""
        if fault in _SURELY_NOT:
            raise TryLater(say("{host} does not answer", host="smtp.example"), 7.0, rate_limited=fault == "429")
        self.told("DATA", recipient)
        self.delivered.append(content)
        if fault:
            if fault not in FILES_AND_LOSES:
                raise AssertionError(f"{fault} is no fault of a mail server")
            # A server that says nothing may have done all its work.
            self.mailbox.put("Sent", content, flags=(b"\\Seen",))
            raise SendOutcomeUnknown(
                say("{host} was given the answer and did not say whether it took it", host="smtp.example")
            )
