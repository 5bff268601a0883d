"""A small LinkedIn for Pages: its interface, its sign-in, and people who write there."""

from __future__ import annotations

from cminbox.simulators.linkedin.oauth import Application
from cminbox.simulators.linkedin.server import SimulatedLinkedin

__all__ = ["Application", "SimulatedLinkedin"]
