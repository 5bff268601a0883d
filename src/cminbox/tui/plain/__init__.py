"""The inbox line by line: for screen readers, braille, terminals that cannot move their cursor, and slow lines.

It has the same desk, verbs, ids and letters as the screen. Nothing is redrawn and nothing is said unasked: a person
types a line, reads the answer, and is asked for the next.
"""

from __future__ import annotations

from cminbox.tui.plain.inbox import run

__all__ = ["run"]
