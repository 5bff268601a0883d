"""Hacker News: stories and comments that name the words one watches for."""

from __future__ import annotations

from cminbox.networks.hackernews.network import HackerNews

NETWORK = HackerNews
