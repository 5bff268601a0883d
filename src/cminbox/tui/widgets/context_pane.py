"""The pane at the right of the widest screens; what stands in it is made when it is first seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.domain.conversation import Presence, QueueRow
    from cminbox.inbox.reading import Reading
    from cminbox.tui.widgets.person_panel import PersonPanel


class ContextPane(Widget, can_focus=False):
    """Shows the person of the conversation at hand, where the screen is wide enough for it."""

    BLANK = True

    def __init__(self, reading: Reading) -> None:
        super().__init__(id="context")
        self._reading = reading
        self._latest: tuple[QueueRow | None, Sequence[Presence], int] = (None, (), 0)
        self.person: PersonPanel | None = None

    def follow(self, row: QueueRow | None, others: Sequence[Presence], now: int) -> None:
        """Show the person of a conversation, and who else is there."""
        self._latest = (row, others, now)
        if self.person is not None:
            self.person.follow(row, others, now)

    def on_resize(self) -> None:
        """Fill the pane once it is seen, after the first frame."""
        if self.person is None and self.size.width:
            self.call_after_refresh(self._fill)

    async def _fill(self) -> None:
        from cminbox.tui.widgets.person_panel import PersonPanel  # noqa: PLC0415 - not before the first paint

        if self.person is None:
            self.person = PersonPanel(self._reading)
            await self.mount(self.person)
            self.person.follow(*self._latest)
