"""What this terminal does, told at the terminal itself: `-m cminbox.tui.probing`, run while it is lent."""

from __future__ import annotations

import os
import re
import select
import sys
import termios
import tty
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from cminbox.i18n import SOURCE_LANGUAGE, _, use
from cminbox.tui.ink import cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_ANSWER_SECONDS = 0.5
_WHERE = re.compile(rb"\x1b\[(\d+);(\d+)R")
CLUSTERS = (
    ("e\N{COMBINING ACUTE ACCENT}", "accent"),
    ("日本", "CJK"),
    ("\N{GRINNING FACE}", "emoji"),
    ("\N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}", "VS16"),
    ("\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}", "skin tone"),
    ("\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}", "ZWJ"),
    ("1\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}", "keycap"),
    ("\N{REGIONAL INDICATOR SYMBOL LETTER F}\N{REGIONAL INDICATOR SYMBOL LETTER R}", "flag"),
)
"""What terminals disagree about most, each with a word for it; the inbox shows all but the first three simplified."""


def told(environ: Mapping[str, str], encoding: str, measure: Callable[[str], int | None]) -> Iterator[str]:
    """Yield what is to be said, line by line. `measure` writes a text and returns how many columns it took, or None."""
    size = get_terminal_size()
    yield _("Size: {columns} columns, {rows} rows").format(columns=size.columns, rows=size.lines)
    for name in ("TERM", "COLORTERM", "LANG", "LC_ALL", "NO_COLOR", "SSH_CONNECTION", "TMUX", "STY"):
        # An address says nothing of a terminal; that there is one does.
        shown = _("set") if name in {"SSH_CONNECTION", "TMUX", "STY"} else environ.get(name, "")
        if name in environ:
            yield f"{name}: {shown}"
    yield _("Encoding: {name}").format(name=encoding)
    yield from advice(environ)
    yield _("Columns that this terminal takes, and cminbox reckons with:")
    for text, name in CLUSTERS:
        found, wanted = measure(text), cells(text)
        if found is None:
            yield _("  The terminal does not tell where its cursor is.")
            return
        word = _("as reckoned") if found == wanted else _("differs")
        yield f"  {name}: {found} / {wanted} {word}"
    yield _("What differs is shown simplified in the list; the text that is sent stays as it is.")


def advice(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield what may be done about this terminal."""
    if environ.get("TERM", "").startswith("screen") and "TMUX" in environ:
        yield _("In tmux, set -g default-terminal tmux-256color shows 256 colours.")
    if "TMUX" in environ:
        yield _("In tmux, set -g set-clipboard on lets copied text reach your clipboard.")
    if "COLORTERM" not in environ and "256color" not in environ.get("TERM", ""):
        yield _("16 colours are shown; TERM=xterm-256color shows more where the terminal can.")


def measured(text: str) -> int | None:
    """Write a text at the start of a line, and return how many columns the cursor has moved; the line is emptied."""
    answer = _asked(f"\r{text}\x1b[6n")
    sys.stdout.write("\r\x1b[K")
    sys.stdout.flush()
    return None if answer is None else answer - 1


def _asked(question: str) -> int | None:
    """Ask the terminal for the column of its cursor, None when it does not answer."""
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        sys.stdout.write(question)
        sys.stdout.flush()
        answer = b""
        while select.select([descriptor], [], [], _ANSWER_SECONDS)[0]:
            answer += os.read(descriptor, 32)
            found = _WHERE.search(answer)
            if found is not None:
                return int(found[2])
        return None
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def main() -> int:
    """Say what this terminal does."""
    use(sys.argv[1] if len(sys.argv) > 1 else SOURCE_LANGUAGE)
    for line in told(os.environ, sys.stdout.encoding or "", measured):
        sys.stdout.write(f"{line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
