"""Facebook Pages, by Meta's Graph API."""

from __future__ import annotations

from cminbox.networks.facebook.network import Facebook

NETWORK = Facebook
