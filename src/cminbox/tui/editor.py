"""The person's own editor for a text that is being written: a private file, and what comes back from it."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import render
from cminbox.tui.ink import Ink

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from cminbox.tui.screens.base import KeyScreen
    from cminbox.tui.widgets.field import Field

_USUAL = ("sensible-editor", "nano", "vim", "vi")
_BYTES = 1_000_000
_PRIVATE = 0o600


def command_of(environ: Mapping[str, str]) -> list[str]:
    """Return the command of the person's editor: $VISUAL, $EDITOR, or a usual one. Raises Problem."""
    for name in ("VISUAL", "EDITOR"):
        words = _words(environ.get(name, ""))
        if words:
            if shutil.which(words[0]) is None:
                raise Problem(say("${name} names {program}, which is not there", name=name, program=safe(words[0])))
            return words
    found = next((program for program in _USUAL if shutil.which(program)), None)
    if found is None:
        raise Problem(say("There is no editor; name one in $VISUAL"))
    return [found]


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


class Sheet:
    """A text in a file that nobody else can read, for as long as the `with` block lasts.

    It has a folder of its own, so that what editors put beside it is as private and goes with it.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._folder = Path()
        self.file = Path()

    def __enter__(self) -> Self:
        """Write the text. Raises Problem."""
        try:
            self._folder = Path(tempfile.mkdtemp(prefix="cminbox-"))
            self.file = self._folder / "reply.txt"
            descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PRIVATE)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(f"{self._text}\n" if self._text else "")
        except OSError as error:
            raise _unusable(error) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def read(self) -> str:
        """Return what stands in the file now, without the line end that editors put last. Raises Problem."""
        try:
            with self.file.open("rb") as file:
                data = file.read(_BYTES + 1)
            text = data.decode()
        except OSError as error:
            raise _unusable(error) from None
        except UnicodeDecodeError:
            raise Problem(say("What the editor left is no text in UTF-8; nothing was taken from it")) from None
        if len(data) > _BYTES:
            raise Problem(say("What the editor left is too long; nothing was taken from it"))
        return text.replace("\r\n", "\n").removesuffix("\n")


class Outside:
    """Lends the terminal to the person's editor. Without a text from it, the one in the field stays as it was."""

    def __init__(self, screen: KeyScreen) -> None:
        self._screen = screen
        self._open: tuple[Field, Sheet] | None = None

    def begin(self, field: Field, keep: Callable[[], None]) -> bool:
        """Open the editor with the text of a field; `keep` puts that on disk before and after, and raises Problem."""
        self._screen.run_worker(self._edit(field, keep), group="editor", exclusive=True)
        return True

    def text_of(self, field: Field) -> tuple[str, int]:
        """Return what stands in a field and its caret, or what an open editor has saved of it so far."""
        if self._open is None or self._open[0] is not field:
            return field.text, field.caret
        return self._open[1].read(), 0

    async def _edit(self, field: Field, keep: Callable[[], None]) -> None:
        try:
            keep()
            command = command_of(os.environ)
            with Sheet(field.text) as sheet:
                self._open = (field, sheet)
                code = await self._screen.program.lend([*command, str(sheet.file)])
                text = sheet.read()
            self._open = None
            self._take(field, text, keep, code)
        except Problem as problem:
            self._screen.tell(render(problem.saying), Ink.LATE)
        finally:
            self._open = None

    def _take(self, field: Field, text: str, keep: Callable[[], None], code: int) -> None:
        if code:
            raise Problem(say("The editor ended with an error; the text is as it was"))
        if text != field.text:
            field.become(text)
            keep()


def _unusable(error: OSError) -> Problem:
    return Problem(say("The text cannot be handed to an editor: {reason}", reason=error.strerror or ""))
