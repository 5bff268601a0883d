"""Instagram, by Meta's Graph API: with Instagram's own login, or with Facebook's through the Page."""

from __future__ import annotations

from cminbox.networks.instagram.network import Instagram

NETWORK = Instagram
