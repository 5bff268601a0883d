"""Google Business Profile: the reviews of a business's places on Google's maps, and the owner's answers."""

from __future__ import annotations

from cminbox.networks.google_business.network import GoogleBusiness

NETWORK = GoogleBusiness
