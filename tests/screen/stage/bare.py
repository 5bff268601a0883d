"""The smallest Textual program that shows a line: what the screen's start is compared with."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """Shows one line."""

    def compose(self) -> ComposeResult:
        """Yield the line."""
        yield Static("user0000001")


if __name__ == "__main__":
    Bare().run()
