"""A small server that speaks the search of Hacker News, for training and for tests."""

from __future__ import annotations

from cminbox.simulators.hackernews.server import SimulatedHackerNews

__all__ = ["SimulatedHackerNews"]
