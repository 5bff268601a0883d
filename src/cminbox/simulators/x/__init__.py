"""A small server that speaks X's interface and its two sign-ins, for training and for tests."""

from __future__ import annotations

from cminbox.simulators.x.rules import Rules
from cminbox.simulators.x.server import SimulatedX
from cminbox.simulators.x.sign_in import Application

__all__ = ["Application", "Rules", "SimulatedX"]
