"""A small server that speaks YouTube's interface, and Google's sign-in, for the demo, for training and for tests."""

from __future__ import annotations

from cminbox.simulators.google_sign_in import Application
from cminbox.simulators.youtube.server import SimulatedYoutube

__all__ = ["Application", "SimulatedYoutube"]
