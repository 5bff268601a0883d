"""A small forum that speaks Discourse's API, for tests and for training."""

from __future__ import annotations

from cminbox.simulators.discourse.server import SimulatedDiscourse
from cminbox.simulators.discourse.world import Rules

__all__ = ["Rules", "SimulatedDiscourse"]
