"""Google Play: the reviews of one app, with their stars, and the developer's answers."""

from __future__ import annotations

from cminbox.networks.google_play.network import GooglePlay

NETWORK = GooglePlay
