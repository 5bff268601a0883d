"""Reads the command line and starts one front end. Nothing heavy is imported before it is known what is wanted."""

from __future__ import annotations

import errno
import os
import sys
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from cminbox import __version__
from cminbox.cli.choices import read_choices
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import render

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from cminbox.inbox.workplace import Workplace

OK = 0
INTERRUPTED = 130
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})


def main(words: Sequence[str] | None = None) -> int:
    """Do what the words of the command line say (those of this process by default); return the exit code."""
    if words is None:
        _prepare_streams()
    try:
        code = _start(sys.argv[1:] if words is None else words, answer_faults=words is None)
        sys.stdout.flush()
    except Problem as problem:
        return _complain(problem)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _let_go_of_output()
        return OK
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        _let_go_of_output()
        return _complain(Problem(say("The output cannot be written: {reason}", reason=error.strerror)))
    return code


def _start(words: Sequence[str], *, answer_faults: bool) -> int:
    choices = read_choices(words)
    if choices.version:
        print(f"cminbox {__version__}")  # noqa: T201 - the command line speaks
        return OK
    from cminbox import bootstrap  # noqa: PLC0415 - the version needs no part of the program
    from cminbox.cli.catalogue import split  # noqa: PLC0415 - as above

    where = bootstrap.place(choices, os.environ)
    if answer_faults:
        sys.excepthook = partial(_fault, where)
    bootstrap.speak(choices, where)
    command, rest = split(words)
    if choices.help:
        from cminbox.cli.parser import help_text  # noqa: PLC0415 - as above

        print(help_text(command, words))  # noqa: T201 - as above
        return OK
    return bootstrap.run(command, rest, where, choices)


def _prepare_streams() -> None:
    """Make the standard streams usable whatever they are: closed ones go nowhere, unknown letters become `?`."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - as long as the process
        elif isinstance(stream, TextIOWrapper) and mode == "w":
            stream.reconfigure(errors="replace")


def _fault(where: Workplace, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    """Answer what nobody caught with a report instead of a traceback."""
    from cminbox import bootstrap  # noqa: PLC0415 - as above

    bootstrap.report_fault(where, error)


def _complain(problem: Problem) -> int:
    # Once more made safe as a whole: a sentence may quote what was typed.
    print(f"cminbox: {safe(render(problem.saying))}", file=sys.stderr)  # noqa: T201 - as above
    return problem.exit_code


def _let_go_of_output() -> None:
    """Send what is left in the buffers nowhere: the reader of our output has seen enough."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


if __name__ == "__main__":
    sys.exit(main())
