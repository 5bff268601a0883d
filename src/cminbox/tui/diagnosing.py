"""What a bug report needs of a desk: versions, settings, sizes and states; no name and no word of anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cminbox.tui.desk import Desk


def diagnosed(desk: Desk, *more: str) -> str:
    """Return what a bug report needs to know of a desk, and `more` lines."""
    from cminbox.inbox.doctor import versions  # noqa: PLC0415 - only here

    accounts = sorted(f"{one.network} {one.health.state.value}" for one in desk.accounts.values())
    lines = [f"{name} {value}" for name, value in versions().items()]
    lines += [*more, f"colour {desk.session.colour}", f"unicode {desk.session.unicode}"]
    lines += [f"theme {desk.session.theme}", f"waiting {desk.counts.queue}", f"accounts {', '.join(accounts) or '-'}"]
    return "\n".join(lines)
