"""YouTube: the comments on a channel's videos and posts, its queues for review, and its live chats."""

from __future__ import annotations

from cminbox.networks.youtube.network import Youtube

NETWORK = Youtube
