"""Which commands there are, found in `cminbox.cli.commands` without loading one."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Protocol, cast

from cminbox.domain.problem import UsageProblem
from cminbox.domain.saying import say
from cminbox.domain.text import safe

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence

    from cminbox.cli.context import Context

_FOLDER = Path(__file__).with_name("commands")
_PACKAGE = "cminbox.cli.commands"
_DEFAULT = "list"
"""The second word of a two-word command when it is left out."""
VALUED = frozenset({"--workspace", "--config", "--lang"})
"""The options of every command that take a value in a word of its own."""


class Command(Protocol):
    """What a module in `cminbox.cli.commands` offers."""

    HELP: str

    def arguments(self, parser: ArgumentParser) -> None:
        """Add the command's own arguments."""

    def run(self, context: Context) -> int:
        """Do it and return the exit code. Raises Problem."""


def names() -> list[str]:
    """Return every command as it is typed, such as `queue` and `accounts add`."""
    found: list[str] = []
    for module in iter_modules([str(_FOLDER)]):
        if module.ispkg:
            found += [f"{module.name} {_typed(one.name)}" for one in iter_modules([str(_FOLDER / module.name)])]
        else:
            found.append(_typed(module.name))
    return sorted(found)


def load(name: str) -> Command:
    """Return the module of a command that is one of `names()`."""
    path = ".".join(word.replace("-", "_") for word in name.split())
    if path.endswith("import"):
        # A module cannot be called by a word of the language.
        path += "_"
    return cast("Command", import_module(f"{_PACKAGE}.{path}"))


def split(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """Return the command that is meant, None for the inbox itself, and all words but its own.

    The options of every command may stand before it. Raises UsageProblem for a command that is none.
    """
    at = _first(words, 0)
    if at is None:
        return None, list(words)
    known = names()
    rest = [*words[:at], *words[at + 1 :]]
    if words[at] in known:
        return words[at], rest
    family = [name for name in known if name.startswith(f"{words[at]} ")]
    if not family:
        raise _unknown(words[at], known)
    second = _first(rest, at)
    if second is None:
        return f"{words[at]} {_DEFAULT}", rest
    name = f"{words[at]} {rest[second]}"
    if name not in family:
        raise _unknown(name, family)
    return name, [*rest[:second], *rest[second + 1 :]]


def _first(words: Sequence[str], start: int) -> int | None:
    """Return where the first word at or after `start` stands that is neither an option nor the value of one."""
    at = start
    while at < len(words) and words[at] != "--":
        if not words[at].startswith("-"):
            return at
        at += 2 if words[at] in VALUED else 1
    return None


def _unknown(name: str, known: Sequence[str]) -> UsageProblem:
    shown = safe(name, limit=60)
    near = get_close_matches(name, known, n=1)
    if near:
        return UsageProblem(
            say("There is no command “{name}”; did you mean “{near}”? See cminbox --help", name=shown, near=near[0])
        )
    return UsageProblem(say("There is no command “{name}”; see cminbox --help", name=shown))


def _typed(module: str) -> str:
    return module.rstrip("_").replace("_", "-")
