"""A small server that speaks the REST interface of a WordPress site with a WooCommerce shop."""

from __future__ import annotations

from cminbox.simulators.wordpress.desk import Rules
from cminbox.simulators.wordpress.server import SimulatedWordpress

__all__ = ["Rules", "SimulatedWordpress"]
