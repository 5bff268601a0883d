"""A simulated Graph API with one Facebook Page on it."""

from __future__ import annotations

from cminbox.simulators.facebook.server import SimulatedFacebook

__all__ = ["SimulatedFacebook"]
