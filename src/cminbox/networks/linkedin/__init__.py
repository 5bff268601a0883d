"""LinkedIn: comments below the posts of a Page, and posts that mention it."""

from __future__ import annotations

from cminbox.networks.linkedin.network import Linkedin

NETWORK = Linkedin
