"""Connecting accounts and looking after them."""
