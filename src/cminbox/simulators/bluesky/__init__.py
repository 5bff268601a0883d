"""A simulated Bluesky: the account's own server, the AppView and the chat service, with the faults of the real ones."""

from __future__ import annotations

from cminbox.simulators.bluesky.server import Published, SimulatedBluesky
from cminbox.simulators.bluesky.world import Person

__all__ = ["Person", "Published", "SimulatedBluesky"]
