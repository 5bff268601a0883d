"""A small server that speaks the interfaces of Google Business Profile, for training and for tests."""

from __future__ import annotations

from cminbox.simulators.google_business.server import SimulatedGoogleBusiness

__all__ = ["SimulatedGoogleBusiness"]
