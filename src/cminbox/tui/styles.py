"""Style sheets, each read when the first part that it styles is made."""

from __future__ import annotations

from cminbox import assets


def style(name: str) -> str:
    """Return the text of a style sheet. Raises FileNotFoundError."""
    return (assets.styles() / f"{name}.tcss").read_text(encoding="utf-8")
