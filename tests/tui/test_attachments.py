"""What came attached: listed with every description, a picture only when it is asked for again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stage.scenery import MINUTE, deliver
from stage.showing import inbox, picture, until

from cminbox.domain.message import Attachment, AttachmentKind, Kind, Message, Person
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.tui.picture import MISSING, fitting, main

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest
    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session

IMAGE = AttachmentKind.IMAGE


class Lent:
    """A terminal that is lent to nobody, but remembers to whom it would have been."""

    def __init__(self, code: int = 0) -> None:
        self.code = code
        self.commands: list[Sequence[str]] = []
        self.seen = b""

    async def __call__(self, command: Sequence[str]) -> int:
        self.commands.append(command)
        self.seen = Path(command[3]).read_bytes()  # noqa: ASYNC240 - a file of a few bytes
        return self.code


def attach(workspace: Workspace, *attachments: Attachment) -> None:
    """Let the most pressing conversation of all have these attachments."""
    person = Person("p-eva", "eva", "Eva")
    at = workspace.now() - 300 * MINUTE
    message = Message("eva-1", Kind.DM, person, "look", at, "brand-eva", attachments=attachments)
    deliver(workspace, workspace.accounts.get("brand").id, [message])


def says(pilot: Pilot[ExitResult]) -> str:
    return inbox(pilot).footer.text


async def test_attachments_are_listed_with_their_words_and_hosts_and_nothing_is_fetched(
    shown: Shown, given: Session, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(given.reading), "picture", _never)
    cup = Attachment(IMAGE, "https://cdn.example/1.png", "1.png", "a cracked cup\nnext to its box")
    attach(workspace, cup, Attachment(AttachmentKind.AUDIO, "https://cdn.example/2.ogg"))
    async with shown(given) as pilot:
        await pilot.press("i")
        await pilot.pause()
        text = inbox(pilot).details.text
        assert " 1  image 1.png\n    a cracked cup\n    next to its box\n    cdn.example/1.png" in text
        assert " 2  sound\n    not described" in text
        assert "i again fetches a picture and shows it; its server learns of that" in text
        assert "Attachments" in picture(pilot)


def _never(*_arguments: object) -> bytes:
    raise AssertionError("fetched")


async def test_the_same_key_again_fetches_the_picture_and_another_process_draws_it(
    shown: Shown, given: Session, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    lent = Lent()
    monkeypatch.setattr(type(given.reading), "picture", lambda _reading, _account, url: url.encode())
    monkeypatch.setattr("cminbox.tui.app.InboxApp.lend", lambda _app, command: lent(command))
    attach(workspace, Attachment(IMAGE, "https://cdn.example/1.png", alt="a cup\x1b[2J"))
    async with shown(given) as pilot:
        await pilot.press("i", "i")
        await until(pilot, lambda: bool(lent.commands))
        ((_python, _option, module, file, words, _back),) = lent.commands
        assert (module, lent.seen) == ("cminbox.tui.picture", b"https://cdn.example/1.png")
        assert "\x1b" not in words
        await until(pilot, lambda: not Path(file).exists(), "nothing is left behind")


async def test_of_several_pictures_one_is_chosen(
    shown: Shown, given: Session, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    lent = Lent()
    monkeypatch.setattr(type(given.reading), "picture", lambda _reading, _account, url: url.encode())
    monkeypatch.setattr("cminbox.tui.app.InboxApp.lend", lambda _app, command: lent(command))
    attach(workspace, *(Attachment(IMAGE, f"https://cdn.example/{n}.png", f"{n}.png") for n in (1, 2)))
    async with shown(given) as pilot:
        await pilot.press("i", "i")
        assert "Fetch and show which picture?" in says(pilot)
        await pilot.press("escape", "i", "2")
        await until(pilot, lambda: lent.seen == b"https://cdn.example/2.png")


async def test_why_a_picture_cannot_be_shown_is_told(
    shown: Shown, given: Session, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> bytes:
        raise Problem(say("cdn.example cannot be reached"))

    monkeypatch.setattr(type(given.reading), "picture", refuse)
    attach(workspace, Attachment(IMAGE, "https://cdn.example/1.png"))
    async with shown(given) as pilot:
        await pilot.press("i", "i")
        await until(pilot, lambda: "cannot be reached" in says(pilot))
        monkeypatch.setattr(type(given.reading), "picture", lambda *_: b"")
        monkeypatch.setattr("cminbox.tui.app.InboxApp.lend", lambda _app, command: Lent(MISSING)(command))
        await pilot.press("i")
        await until(pilot, lambda: "cminbox[images]" in says(pilot))


async def test_the_list_goes_with_escape_and_with_the_next_conversation(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    attach(workspace, Attachment(IMAGE, "https://cdn.example/1.png"))
    async with shown(given) as pilot:
        await pilot.press("i", "escape")
        assert "Attachments" not in picture(pilot)
        await pilot.press("i")
        await pilot.pause()
        assert "Attachments" in picture(pilot)
        await pilot.press("j", "i")
        assert "Attachments" not in picture(pilot)
        assert "Nothing came attached" in says(pilot)


def test_a_picture_takes_the_room_that_is_there_and_keeps_its_shape() -> None:
    assert fitting((640, 480), (80, 23)) == 53
    assert fitting((4000, 100), (80, 23)) == 80
    assert fitting((1, 10_000), (80, 23)) == 1
    assert fitting((640, 480), (80, 2)) == 2


def test_without_the_addition_that_draws_it_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "PIL.Image", None)
    assert main(["no-such-file"]) == MISSING
