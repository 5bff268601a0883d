"""Every screen as text, at three sizes and in both languages, without colour and in ASCII, beside what was approved.

`pytest tests/tui/test_pictures.py --snapshot-update` writes the pictures anew; look at what `git diff` says of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyte
import pytest
from rich.color import ColorSystem
from stage.opening import session
from stage.shelf import Shelved
from stage.showing import picture, show, until
from textual._compositor import LayoutUpdate
from textual.geometry import Region

from cminbox.domain.saying import say
from cminbox.i18n import use
from cminbox.tui.mirror import Mirror

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence

    from textual.pilot import Pilot
    from textual.strip import Strip

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session

FOLDER = Path(__file__).parent / "__snapshots__" / "pictures"
SIZES = [(80, 24), (120, 40), (200, 50)]
SCENES: dict[str, tuple[str, ...]] = {
    "queue": (),
    "a conversation that was done": ("j", "e"),
    "thread": ("j", "j", "l"),
    "person": ("j", "j", "p"),
    "attachments": ("G", "k", "k", "i"),
    "staged suggestion": ("enter",),
    "reply": ("j", "j", "r", *"Hello Sam"),
    "internal note": ("n", *"call them"),
    "prompt": ("t", *"vip"),
    "marks": ("x", "x", "v", "j"),
    "filter": ("/", *"parcel", "enter"),
    "nothing found": ("/", *"zzzz", "enter"),
    "palette": (":", *"tomor"),
    "help": ("?",),
    "chord": ("z",),
    "late": ("g", "l"),
    "question": ("d", "b"),
    "outbox": ("g", "o"),
    "accounts": ("g", "a"),
    "persons": ("g", "p"),
    "canned replies": ("g", "t"),
}


@pytest.fixture
def present(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Session:
    # What a look ahead or a pause would add in its own time.
    monkeypatch.setattr("cminbox.tui.outlook.FIRST_SECONDS", 3600.0)
    monkeypatch.setattr("cminbox.tui.strips.WHICH_SECONDS", 0.01)
    given = session(workspace)
    given.suggestions = Shelved()  # type: ignore[assignment]  # as far as these scenes ask
    reply = given.acting.reply(1, "On its way", now=True)
    workspace.outbox.refused(reply.id, say("{count} messages could not be read", count=3), now=given.now())
    return given


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_every_screen_looks_as_approved(
    present: Session, request: pytest.FixtureRequest, size: tuple[int, int], language: str
) -> None:
    use(language)
    found = [f"=== {name}\n{text}" async for name, text in scenes(present, size, plain)]
    compare(f"{language}-{size[0]}x{size[1]}", found, request)


@pytest.mark.slow
async def test_without_colour_every_screen_looks_as_approved(present: Session, request: pytest.FixtureRequest) -> None:
    present.colour = False
    found = [f"=== {name}\n{text}" async for name, text in scenes(present, (80, 24), attributes)]
    compare("no-colour-80x24", found, request)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_in_ascii_every_screen_looks_as_approved(
    present: Session, request: pytest.FixtureRequest, language: str
) -> None:
    use(language)
    present.unicode = False
    found = [f"=== {name}\n{text}" async for name, text in scenes(present, (80, 24), in_ascii)]
    assert all(text.isascii() for text in found)
    compare(f"ascii-{language}-80x24", found, request)


async def scenes(
    given: Session, size: tuple[int, int], taken: Callable[[Pilot[ExitResult]], str]
) -> AsyncIterator[tuple[str, str]]:
    """Yield a picture of each scene, one after the other on one screen."""
    async with show(given, size) as pilot:
        await until(pilot, lambda: Shelved.OPTIONS[0].text[:20] in picture(pilot) or size[1] < SIZES[0][1])
        for name, keys in SCENES.items():
            await pilot.press(*keys)
            await settled(pilot)
            yield name, taken(pilot)
            await pilot.press("escape", "escape", "escape")
            while len(pilot.app.screen_stack) > 1:
                pilot.app.pop_screen()
            await pilot.press("g", "i", "g", "g")
            await settled(pilot)


async def settled(pilot: Pilot[ExitResult]) -> None:
    """Wait until the picture stays as it is."""
    before = ""
    for _ in range(20):
        await pilot.pause(0.15)
        now = picture(pilot)
        if now == before:
            return
        before = now


def plain(pilot: Pilot[ExitResult]) -> str:
    """Return what is on the screen as text."""
    return "\n".join(line.rstrip() for line in picture(pilot).rstrip().split("\n")) + "\n"


def drawn(pilot: Pilot[ExitResult], mirror: Mirror) -> pyte.Screen:
    """Return a terminal on which a mirror has drawn everything."""
    width, height = pilot.app.size
    strips: list[Iterable[Strip]] = [[strip] for strip in pilot.app.screen._compositor.render_strips()]
    terminal = pyte.Screen(width, height)
    pyte.Stream(terminal).feed(mirror.draw(LayoutUpdate(strips, Region(0, 0, width, height)), width, height) or "")
    return terminal


def in_ascii(pilot: Pilot[ExitResult]) -> str:
    """Return what a terminal without UTF-8 shows."""
    lines = drawn(pilot, Mirror(ColorSystem.STANDARD, unicode=False)).display
    return "\n".join(line.rstrip() for line in lines) + "\n"


def attributes(pilot: Pilot[ExitResult]) -> str:
    """Return what a terminal without colours shows, and below each line which cells are bold, underlined, reversed."""
    terminal = drawn(pilot, Mirror(None))
    lines = []
    for y, line in enumerate(terminal.display):
        lines.append(line.rstrip())
        cells = [terminal.buffer[y][x] for x in range(terminal.columns)]
        assert all(cell.fg == cell.bg == "default" for cell in cells)
        marks = "".join(
            "B"
            if cell.bold and cell.reverse
            else "R"
            if cell.reverse
            else "u"
            if cell.underscore
            else "b"
            if cell.bold
            else " "
            for cell in cells
        )
        if marks.strip():
            lines.append(marks.rstrip())
    return "\n".join(lines) + "\n"


def compare(name: str, found: Sequence[str], request: pytest.FixtureRequest) -> None:
    """Compare with what was approved, or approve it where that was asked for."""
    file = FOLDER / f"{name}.txt"
    text = "\n".join(found)
    if request.config.option.update_snapshots:
        FOLDER.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
