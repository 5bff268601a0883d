"""Every screen as text: three sizes, two languages, in colour, without colour and in ASCII, beside what was approved.

`pytest tests/tui/test_pictures.py --snapshot-update` writes the pictures anew; look at what `git diff` says of them.
One screen shows all scenes of a language, each at every size; a picture counts as soon as it looks as approved.
"""

from __future__ import annotations

import asyncio
from difflib import unified_diff
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

import pytest
from stage.looks import LOOKS
from stage.opening import session
from stage.shelf import Shelved
from stage.showing import picture, show, until

from cminbox.domain.saying import say
from cminbox.i18n import LANGUAGES, use
from cminbox.inbox.saved_views import SavedViews
from cminbox.tui.actions import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stage.opening import Clock
    from textual.pilot import Pilot

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
    "why it is suggested": ("W",),
    "canned replies to choose from": ("c",),
    "reply": ("j", "j", "r", *"Hello Sam"),
    "internal note": ("n", *"call them"),
    "prompt": ("t", *"vip"),
    "marks": ("x", "x", "v", "j"),
    "filter": ("/", *"parcel", "enter"),
    "nothing found": ("/", *"zzzz", "enter"),
    "name of a view": ("/", *"parcel", "enter", "+"),
    "palette": (":", *"tomor"),
    "views": (":", *"go to view", "enter"),
    "what can be undone": ("U",),
    "drafts": ("g", "w"),
    "colours": ("T", "t"),
    "help": ("?",),
    "chord": ("z",),
    "late": ("g", "l"),
    "put off": ("g", "s"),
    "question": ("d", "b"),
    "a problem": ("y", "9"),
    "outbox": ("g", "o"),
    "accounts": ("g", "a"),
    "an account that is paused": ("g", "a", "j", "p"),
    "persons": ("g", "p"),
    "figures": ("g", "h"),
    "canned replies": ("g", "t"),
}
IN_NO_SCENE = frozenset({Place.COMPOSER, Place.PROMPT, Place.HELP, Place.WELCOME, Place.QUEUE, Place.THREAD})
"""Places that are no screens of their own, or are shown below."""


@pytest.fixture
def present(workspace: Workspace, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Session:
    # What a look ahead or a pause would add in its own time.
    monkeypatch.setattr("cminbox.tui.outlook.FIRST_SECONDS", 3600.0)
    monkeypatch.setattr("cminbox.tui.strips.WHICH_SECONDS", 0.01)
    monkeypatch.setattr("cminbox.tui.widgets.person_panel._PAUSE_SECONDS", 0.001)
    # A pilot has no hand: its keys come as fast as those of a paste.
    monkeypatch.setattr("cminbox.tui.widgets.field.BURST_SECONDS", 0.0001)
    monkeypatch.setattr("cminbox.tui.widgets.field.SETTLE_SECONDS", 0.0)
    monkeypatch.setattr("cminbox.tui.screens.inbox._FAST_SECONDS", 0.0)
    for module in ("app", "pilot"):
        monkeypatch.setattr(f"textual.{module}.wait_for_idle", _idle)
    given = session(workspace)
    given.suggestions = Shelved()  # type: ignore[assignment]  # as far as these scenes ask
    given.saved_views = SavedViews(workspace.locations.folder)
    given.saved_views.save("Parcels", "parcel is:open")
    reply = given.acting.reply(1, "On its way", now=True)
    workspace.outbox.refused(reply.id, say("{count} messages could not be read", count=3), now=given.now())
    clock.forward(60_000)
    given.acting.snooze([3], given.now() + 3_600_000)
    return given


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_screen_looks_as_approved(present: Session, request: pytest.FixtureRequest, language: str) -> None:
    use(language)
    album = Album(f"{language}-{{look}}-{{size}}", update=request.config.option.update_snapshots)
    async with show(present, SIZES[0]) as pilot:
        await until(pilot, lambda: Shelved.OPTIONS[0].text[:20] in picture(pilot))
        for name, keys in SCENES.items():
            await pilot.press(*keys)
            await album.take(pilot, name)
            await _home(pilot)
    album.judge()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_first_screen_and_the_empty_queue_look_as_approved(
    empty: Workspace,
    workspace: Workspace,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:
    use(language)
    # A new network is no new picture.
    monkeypatch.setattr("cminbox.inbox.tending.Tending.networks", lambda _self: ["bluesky", "mastodon", "relay"])
    album = Album(f"{language}-nothing-{{look}}-{{size}}", update=request.config.option.update_snapshots)
    async with show(session(empty), SIZES[0]) as pilot:
        await album.take(pilot, "welcome")
    done = session(workspace)
    done.acting.done(done.reading.ids(None))
    async with show(done, SIZES[0]) as pilot:
        await until(pilot, lambda: "12" in picture(pilot))
        await album.take(pilot, "inbox zero")
    album.judge()


def test_no_screen_is_left_out() -> None:
    chords = {"outbox": "g o", "accounts": "g a", "people": "g p", "figures": "g h", "canned": "g t"}
    shown = {name for name, chord in chords.items() if tuple(chord.split()) in SCENES.values()}
    assert shown == {place.name.lower() for place in Place if place not in IN_NO_SCENE}


async def _idle(_least: float = 0.0, most: float = 1.0) -> None:
    """Wait until the process rests. Textual's own wait looks every fiftieth of a second, twice for each key."""
    for _ in range(round(most / _BREATH)):
        before = process_time()
        await asyncio.sleep(_BREATH)
        if process_time() - before < _BREATH / 5:
            return


async def _home(pilot: Pilot[ExitResult]) -> None:
    """Go back to where every scene begins, at the first size."""
    await pilot.resize_terminal(*SIZES[0])
    await pilot.press("escape", "escape", "escape")
    while len(pilot.app.screen_stack) > 1:
        pilot.app.pop_screen()
    await pilot.press("g", "i", "g", "g")
    await pilot.pause()


class Album:
    """Pictures of one language, beside those that were approved. `names` are the files', by look and size."""

    def __init__(self, names: str, *, update: bool) -> None:
        self._names = names
        self._update = update
        self._found: dict[Path, dict[str, str]] = {}
        self._approved: dict[Path, Mapping[str, str]] = {}

    async def take(self, pilot: Pilot[ExitResult], scene: str) -> None:
        """Take a scene at every size, in every look."""
        for size in SIZES:
            await pilot.resize_terminal(*size)
            files = {
                look: FOLDER / f"{self._names.format(look=look, size=f'{size[0]}x{size[1]}')}.txt" for look in LOOKS
            }
            wanted = {look: self._wanted(file).get(scene) for look, file in files.items()}
            found = await self._settled(pilot, wanted)
            for look, file in files.items():
                self._found.setdefault(file, {})[scene] = found[look]

    def _wanted(self, file: Path) -> Mapping[str, str]:
        if file not in self._approved:
            text = file.read_text(encoding="utf-8") if file.exists() else ""
            parts = (part.partition("\n") for part in text.split("=== ")[1:])
            self._approved[file] = {name: rest for name, _end, rest in parts}
        return self._approved[file]

    async def _settled(self, pilot: Pilot[ExitResult], wanted: Mapping[str, str | None]) -> dict[str, str]:
        """Return the pictures once they look as approved, or once they have long stayed as they are."""
        before, calm = "", 0
        while calm < _CALM:
            await pilot.pause(0.01 if calm == 0 and not self._update else _STEP)
            now = picture(pilot)
            calm = calm + 1 if now == before else 0
            if now != before and not self._update:
                found = {look: take(pilot) for look, take in LOOKS.items()}
                if found == wanted:
                    return found
            before = now
        return {look: take(pilot) for look, take in LOOKS.items()}

    def judge(self) -> None:
        """Compare everything with what was approved, or approve it where that was asked for."""
        different = [
            f"{file.name}, {scene}:\n{_difference(self._wanted(file).get(scene, ''), text)}"
            for file, found in self._found.items()
            for scene, text in found.items()
            if self._wanted(file).get(scene) != text
        ]
        if self._update:
            FOLDER.mkdir(parents=True, exist_ok=True)
            for file, found in self._found.items():
                pictures = (f"=== {scene}\n{text}" for scene, text in found.items())
                file.write_text("".join(pictures), encoding="utf-8")
            return
        assert not different, f"{len(different)} look different\n{different[0]}"
        assert all(self._wanted(file).keys() == found.keys() for file, found in self._found.items())
        texts = [text for file, found in self._found.items() if "ascii" in file.name for text in found.values()]
        assert all(text.isascii() for text in texts)


def _difference(wanted: str, found: str) -> str:
    return "\n".join(unified_diff(wanted.splitlines(), found.splitlines(), "approved", "found", n=1, lineterm=""))


_BREATH = 0.002
_STEP, _CALM = 0.05, 8
"""A picture that is not as approved has to stay as it is for so many looks, so many seconds apart."""
