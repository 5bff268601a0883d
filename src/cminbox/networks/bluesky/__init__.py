"""Bluesky, and every other server of the AT Protocol that speaks to Bluesky."""

from __future__ import annotations

from cminbox.networks.bluesky.network import Bluesky

NETWORK = Bluesky

__all__ = ["NETWORK", "Bluesky"]
