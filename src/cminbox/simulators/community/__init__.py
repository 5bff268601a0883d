"""A seeded, living community in French and English around an invented brand: who writes what, where and when.

It knows no network's API and no clock: the same seed gives the same people, texts and intervals, and the town plays
them on the simulated networks.
"""

from __future__ import annotations

from cminbox.simulators.community.events import BLUESKY, MASTODON, NETWORKS, RELAY, Event, Tone, Writer
from cminbox.simulators.community.life import Community

__all__ = ["BLUESKY", "MASTODON", "NETWORKS", "RELAY", "Community", "Event", "Tone", "Writer"]
