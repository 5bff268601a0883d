"""What is wrong with a schedule, a policy or a question about them, as a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying


class ClockError(ValueError):
    """Something about response times cannot be worked out; `saying` tells a person what, and what is allowed."""

    def __init__(self, saying: Saying) -> None:
        super().__init__(str(saying))
        self.saying = saying


class FormError(ClockError):
    """A value has not the form that a schedule, a policy, an event or a question has."""


class NeverOpenError(ClockError):
    """The schedule has no more business time in the asked direction."""
