"""A mail server without a wire: a mailbox with folders, a client's view of it, and a post that takes answers.

It stands where the client library meets the network; what goes over the wire is tried on real servers
(`cminbox guide real-servers`).
"""

from __future__ import annotations

from cminbox.simulators.email.client import SimulatedClient
from cminbox.simulators.email.mailbox import Mail, Mailbox
from cminbox.simulators.email.post import SimulatedPost

__all__ = ["Mail", "Mailbox", "SimulatedClient", "SimulatedPost"]
