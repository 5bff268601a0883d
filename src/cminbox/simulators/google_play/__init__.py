"""A small server that speaks Google Play's interface for reviews, for training and for tests."""

from __future__ import annotations

from cminbox.simulators.google_play.keys import new_service_account
from cminbox.simulators.google_play.server import SimulatedGooglePlay

__all__ = ["SimulatedGooglePlay", "new_service_account"]
