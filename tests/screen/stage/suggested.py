"""A small library of canned replies for the scenery, and what the screen shows of suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stage.showing import inbox, until

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from cminbox.tui.session import ExitResult

LIBRARY = {
    "en/order": (
        "title: Where is my order?\nshortcut: order\ntags: [order, weeks, answers]",
        "Sorry {name}: {status?}, {day?}.",
    ),
    "en/wait": ("title: The order takes a little longer\nshortcut: longer\ntags: [order]", "It takes a little longer."),
    "en/nobody": ("title: No one answered my order\nshortcut: sorry\ntags: [answers]", "We are here now, {name}."),
    "en/spain": (
        "title: Does it ship to Spain?\nshortcut: spain\ntags: [ship, love]\nexpress: true",
        "Yes, to all of Spain.",
    ),
    "fr/samedi": ("title: Ouvert le samedi\nshortcut: samedi\ntags: [heure, ouvrez, samedi]", "De neuf heures à midi."),
}
EXAMPLE = '\nexamples: ["love this, does it ship to Spain?"]'


def write_library(folder: Path) -> None:
    """Write the library into a folder of canned replies."""
    for name, (head, body) in LIBRARY.items():
        file = folder / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\n{head}{EXAMPLE if name == 'en/spain' else ''}\n---\n{body}\n", encoding="utf-8")


def strip(pilot: Pilot[ExitResult]) -> list[str]:
    """Return the lines of the suggestions."""
    suggesting = inbox(pilot).suggesting
    assert suggesting is not None
    return suggesting.strip.text.splitlines()


async def offered(pilot: Pilot[ExitResult], word: str) -> None:
    """Wait until a word stands among the suggestions."""
    await until(pilot, lambda: word in "\n".join(strip(pilot)), f"suggested: {word}")


def composed(pilot: Pilot[ExitResult]) -> str:
    """Return the text that is being written, empty for none."""
    field = inbox(pilot).field
    return "" if field is None else field.text


def footer(pilot: Pilot[ExitResult]) -> str:
    """Return the last line."""
    return inbox(pilot).footer.text
