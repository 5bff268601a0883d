"""A small server of feeds, for training and for tests."""

from __future__ import annotations

from cminbox.simulators.feeds.server import SimulatedFeeds

__all__ = ["SimulatedFeeds"]
