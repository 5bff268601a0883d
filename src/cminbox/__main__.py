"""Reads the command line and starts one front end. Nothing heavy is imported before it is known what is wanted."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from cminbox import __version__
from cminbox.cli.parser import overview, parser_of, read_choices
from cminbox.domain.problem import Problem
from cminbox.i18n import render

if TYPE_CHECKING:
    from collections.abc import Sequence

OK = 0
INTERRUPTED = 130


def main(words: Sequence[str] | None = None) -> int:
    """Do what the words of the command line say (those of this process by default); return the exit code."""
    given = list(sys.argv[1:] if words is None else words)
    try:
        code = _start(given)
        sys.stdout.flush()
    except Problem as problem:
        return _complain(problem)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _let_go_of_output()
        return OK
    return code


def _start(words: Sequence[str]) -> int:
    choices = read_choices(words)
    if choices.version:
        print(f"cminbox {__version__}")  # noqa: T201 - the command line speaks
        return OK
    from cminbox import bootstrap  # noqa: PLC0415 - the version needs no part of the program
    from cminbox.cli.catalogue import split  # noqa: PLC0415 - as above

    where = bootstrap.place(choices, os.environ)
    bootstrap.speak(choices, where)
    command, rest = split(words)
    if choices.help:
        print(overview() if command is None else parser_of(command).format_help().rstrip())  # noqa: T201 - as above
        return OK
    return bootstrap.run(command, rest, where, choices)


def _complain(problem: Problem) -> int:
    print(f"cminbox: {render(problem.saying)}", file=sys.stderr)  # noqa: T201 - as above
    return problem.exit_code


def _let_go_of_output() -> None:
    """Send what is left in the buffers nowhere: the reader of our output has seen enough."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


if __name__ == "__main__":
    sys.exit(main())
