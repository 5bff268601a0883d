"""Mastodon, and every server that speaks its API."""

from __future__ import annotations

from cminbox.networks.mastodon.network import Mastodon

NETWORK = Mastodon
