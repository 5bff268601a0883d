"""Parts of a screen. Each draws lines of its own and repaints only those that differ."""
