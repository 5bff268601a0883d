"""How a screen tells that answers become late: what a person has settled, as plain values."""

from __future__ import annotations

from typing import Literal

from cminbox.domain.value import dataclass

From = Literal["never", "warn", "urgent", "late"]
"""The stage from which something is told."""
Form = Literal["auto", "osc9", "osc777"]
"""The sequence with which a terminal is asked to show a notification on the desktop."""


@dataclass(frozen=True, slots=True)
class Alerts:
    """Which stages the status line tells, which ring the terminal's bell, which are shown on the desktop.

    `title` says whether the window's title holds how much is late and how much waits.
    """

    title: bool = True
    line: From = "warn"
    bell: From = "never"
    desktop: From = "never"
    desktop_form: Form = "auto"
