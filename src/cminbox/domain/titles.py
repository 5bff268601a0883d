"""How networks are called before one of them is loaded, and the order in which they are offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TITLES: Mapping[str, str] = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "threads": "Threads",
    "x": "X",
    "youtube": "YouTube",
    "linkedin": "LinkedIn",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "google_business": "Google Business Profile",
    "google_play": "Google Play",
    "email": "E-mail",
    "wordpress": "WordPress",
    "discourse": "Discourse",
    "hackernews": "Hacker News",
    "feeds": "Feeds",
    "relay": "Relay",
}
"""The titles that the networks' manifests say, by name; those first that most community managers look for."""


def called(name: str) -> str:
    """Return a network's title; of one that somebody has added its name in words."""
    return TITLES.get(name) or name.replace("_", " ").title()


def in_order(names: Iterable[str]) -> list[str]:
    """Return networks in the order in which they are offered, those that somebody has added last."""
    ranks = {name: rank for rank, name in enumerate(TITLES)}
    return sorted(names, key=lambda name: (ranks.get(name, len(ranks)), name))
