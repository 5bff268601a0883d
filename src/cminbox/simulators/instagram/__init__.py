"""A simulated Graph API with one professional Instagram account on it, for either login."""

from __future__ import annotations

from cminbox.simulators.instagram.server import SimulatedInstagram

__all__ = ["SimulatedInstagram"]
