"""A simulated Threads API with one account on it."""

from __future__ import annotations

from cminbox.simulators.threads.server import SimulatedThreads

__all__ = ["SimulatedThreads"]
