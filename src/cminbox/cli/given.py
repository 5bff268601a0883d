"""What a person gives a command: texts and secrets from arguments, files, standard input or the keyboard."""

from __future__ import annotations

import sys
from getpass import getpass
from pathlib import Path
from select import select
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem, UsageProblem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import _

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _MutuallyExclusiveGroup
    from collections.abc import Sequence

STANDARD_INPUT = "-"
PASTED_SECONDS = 0.25
"""Within this time the next line of what was pasted is there, over a slow line as well."""


def add_text_arguments(parser: ArgumentParser, *, required: bool = True) -> _MutuallyExclusiveGroup:
    """Add `--text` and `--text-file`, of which one may be needed; the group they are in is returned for more."""
    where = parser.add_mutually_exclusive_group(required=required)
    where.add_argument("--text", metavar=_("TEXT"), help=_("the text"))
    where.add_argument("--text-file", metavar=_("FILE"), help=_("a file that holds the text; - is standard input"))
    return where


def add_secret_argument(parser: ArgumentParser) -> None:
    """Add `--secret`, which may be given several times."""
    parser.add_argument(
        "--secret",
        action="append",
        default=[],
        metavar="KEY=FILE",
        help=_("a password or token, read from a file; - is standard input"),
    )


def text_of(arguments: Namespace) -> str | None:
    """Return the text of `--text` or `--text-file`, None when neither was given. Raises Problem."""
    if arguments.text_file is not None:
        return read_file(arguments.text_file).rstrip("\n")
    text: str | None = arguments.text
    return text


def pairs(words: Sequence[str], option: str) -> dict[str, str]:
    """Return `KEY=VALUE` words as a mapping. Raises UsageProblem."""
    found: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            # What was typed is not repeated: it may be a secret in the wrong place.
            raise UsageProblem(say("{option} needs the form KEY=VALUE", option=option))
        if key in found:
            raise UsageProblem(say("{option} {key} was given twice", option=option, key=safe(key, limit=60)))
        found[key] = value
    return found


def read_secrets(words: Sequence[str]) -> dict[str, str]:
    """Return the secrets of `KEY=FILE` words, read from their files. Raises Problem."""
    files = pairs(words, "--secret")
    if list(files.values()).count(STANDARD_INPUT) > 1:
        raise UsageProblem(say("Only one secret can come from standard input"))
    found: dict[str, str] = {}
    for key, file in files.items():
        found[key] = read_file(file).strip("\r\n")
        if not found[key]:
            raise Problem(say("{file}: there is no secret in it", file=safe(file)))
    return found


def read_file(name: str) -> str:
    """Return the text of a file, or of standard input. Raises Problem."""
    try:
        return read_bytes(name).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Problem(say("{file}: this is not UTF-8 text", file=safe(name))) from None


def read_bytes(name: str, megabytes: int = 1) -> bytes:
    """Return what is in a file, or on standard input, when it is no more than so much. Raises Problem."""
    most = megabytes << 20
    try:
        if name == STANDARD_INPUT:
            data = sys.stdin.buffer.read(most + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(most + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise Problem(say("{file}: this file cannot be read ({reason})", file=safe(name), reason=reason)) from None
    if len(data) > most:
        raise Problem(say("{file}: more than {megabytes} MB is too much", file=safe(name), megabytes=megabytes))
    return data


def ask(question: str) -> str:
    """Ask a person at the terminal; an end of input is an empty answer."""
    try:
        return input(f"{question} ").strip()
    except EOFError:
        return ""


def ask_pasted(question: str) -> str:
    """Ask for what may be pasted as several lines: those that follow at once belong to it."""
    lines = [ask(question)]
    while lines[0] and sys.stdin.isatty() and select([sys.stdin], [], [], PASTED_SECONDS)[0]:
        try:
            lines.append(input().strip())
        except EOFError:
            break
    return "\n".join(line for line in lines if line)


def ask_secret(question: str) -> str:
    """Ask for a secret, which the terminal does not show; an end of input is an empty answer."""
    try:
        return getpass(f"{question} ").strip()
    except EOFError:
        return ""
