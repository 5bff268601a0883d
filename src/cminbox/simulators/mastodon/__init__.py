"""A small server that speaks Mastodon's API, for the demo, for training and for tests."""

from __future__ import annotations

from cminbox.simulators.mastodon.entities import Flavour
from cminbox.simulators.mastodon.server import SimulatedMastodon

__all__ = ["Flavour", "SimulatedMastodon"]
