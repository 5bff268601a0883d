"""Threads, by Meta's Threads API."""

from __future__ import annotations

from cminbox.networks.threads.network import Threads

NETWORK = Threads
