"""Feeds: articles and posts that name the words one watches for, out of RSS, Atom and JSON Feed."""

from __future__ import annotations

from cminbox.networks.feeds.network import Feeds

NETWORK = Feeds
