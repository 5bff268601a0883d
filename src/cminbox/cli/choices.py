"""The options of every command, where they stand in the plainest form: read without the parser, which costs a start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

_FLAGS = {
    "-h": "help",
    "--help": "help",
    "--version": "version",
    "--no-color": "no_color",
    "--plain": "plain",
}
_VALUED = {"--workspace": "workspace", "--config": "config", "--lang": "lang"}


@dataclass(frozen=True, slots=True)
class Choices:
    """The options of every command, read before anything else is known."""

    workspace: str | None = None
    config: str | None = None
    lang: str | None = None
    no_color: bool = False
    plain: bool = False
    version: bool = False
    help: bool = False


def read_plainly(words: Sequence[str]) -> Choices | None:
    """Return the options where there is nothing else and each is written in full, None for the parser to read."""
    flags: set[str] = set()
    values: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        if word in _FLAGS:
            flags.add(_FLAGS[word])
        elif word in _VALUED:
            value = next(rest, "-")
            if value.startswith("-"):
                return None
            values[_VALUED[word]] = value
        else:
            return None
    return Choices(
        values.get("workspace"),
        values.get("config"),
        values.get("lang"),
        no_color="no_color" in flags,
        plain="plain" in flags,
        version="version" in flags,
        help="help" in flags,
    )


def read_choices(words: Sequence[str]) -> Choices:
    """Return the options of every command as far as they can be read; what is wrong with them is said later."""
    found = read_plainly(words)
    if found is not None:
        return found
    from cminbox.cli.parser import read_options  # noqa: PLC0415 - where a command or a fault is to be read

    return Choices(**read_options(words))
