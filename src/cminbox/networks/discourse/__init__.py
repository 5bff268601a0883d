"""Discourse: the brand's own forum, or one where it is at home."""

from __future__ import annotations

from cminbox.networks.discourse.network import Discourse

NETWORK = Discourse
