"""Several canned replies in one text: each as paragraphs of its own, no sentence torn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.showing import inbox, until
from stage.suggested import composed, offered

from cminbox.tui.canned_text import parted

if TYPE_CHECKING:
    from stage.showing import Shown

    from cminbox.tui.session import Session


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("|", "NEW"),
        ("Hello|", "Hello\n\nNEW"),
        ("|Hello", "NEW\n\nHello"),
        ("Hel|lo. Bye.", "Hello. Bye.\n\nNEW"),
        ("Hello. | Bye.", "Hello.  Bye.\n\nNEW"),
        ("One|\n\nTwo", "One\n\nNEW\n\nTwo"),
        ("One\n|Two", "One\n\nNEW\n\nTwo"),
        ("One\n|", "One\n\nNEW"),
        ("One\n\n|", "One\n\nNEW"),
        ("One\n\n|Two", "One\n\nNEW\n\nTwo"),
        ("One\n|\nTwo", "One\n\nNEW\n\nTwo"),
        ("One\n\n|\n\nTwo", "One\n\nNEW\n\nTwo"),
        ("O|ne\nstill one\n\nTwo", "One\nstill one\n\nNEW\n\nTwo"),
        ("One\n  |", "One\n\nNEW  "),
        ("\n\n|", "\n\nNEW"),
        ("|\n\n", "NEW\n\n"),
    ],
)
def test_a_reply_goes_between_paragraphs(before: str, after: str) -> None:
    caret = before.index("|")
    text = before.replace("|", "")
    at, above, below = parted(text, caret)
    assert text[:at] + above + "NEW" + below + text[at:] == after


async def test_a_suggestion_never_lands_within_a_sentence(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("j", "r", *"I saw it. ", *"Thank you.", *["left"] * 14, "escape")
        await until(pilot, lambda: inbox(pilot).field is None)
        await offered(pilot, "Yes, to all of Spain.")
        await pilot.press("1")
        await until(pilot, lambda: composed(pilot) == "I saw it. Thank you.\n\nYes, to all of Spain.")
        await pilot.press("!")
        assert composed(pilot).endswith("Spain.!")


async def test_a_reply_at_the_start_of_a_line_keeps_away_from_what_stands_there(
    shown: Shown, suggested: Session
) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("j", "r", *"Bye.", "home", "/", *"spain")
        await pilot.pause(0.1)
        await pilot.press("enter")
        await until(pilot, lambda: composed(pilot) == "Yes, to all of Spain.\n\nBye.")
