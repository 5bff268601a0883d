"""X: mentions, replies below the account's own posts, and private messages of one account."""

from __future__ import annotations

from cminbox.networks.x.network import X

NETWORK = X
