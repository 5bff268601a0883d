"""From words to arguments: options that every command has, help in the reader's language, errors as one sentence."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from typing import TYPE_CHECKING, Any, NoReturn

from cminbox.cli import catalogue
from cminbox.cli.usage import usage_problem
from cminbox.domain.problem import UsageProblem
from cminbox.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_COLUMN = 20


class _Formatter(RawDescriptionHelpFormatter):
    """Help in the language in use."""

    def add_usage(self, usage: str | None, actions: Iterable, groups: Iterable, prefix: str | None = None) -> None:  # type: ignore[type-arg]  # argparse's own types are private
        super().add_usage(usage, actions, groups, _("usage: ") if prefix is None else prefix)


class Parser(ArgumentParser):
    """A parser whose errors are Problems and whose words are translated."""

    def __init__(self, prog: str, description: str | None = None, usage: str | None = None) -> None:
        super().__init__(
            prog=prog,
            usage=usage,
            description=description,
            formatter_class=_Formatter,
            add_help=False,
            allow_abbrev=False,
        )
        self._positionals.title = _("arguments")
        self._optionals.title = _("options")

    def error(self, message: str) -> NoReturn:
        """Raise UsageProblem with the sentence for argparse's message."""
        raise usage_problem(message, self.prog)


_WITH_TERMS = frozenset({"queue", "search"})
"""Commands that take a filter, in which `-word` means: without that word."""
_SHORT = frozenset({"-h"})


def read_options(words: Sequence[str]) -> dict[str, Any]:
    """Return the options of every command by their names, none where they cannot be read: that is said later."""
    until = list(words).index("--") if "--" in words else len(words)
    parser = Parser("cminbox")
    _add_common(parser)
    try:
        found, _rest = parser.parse_known_args([_as_term(word) for word in words[:until]])
    except UsageProblem:
        return {}
    return vars(found)


def parse(command: str | None, words: Sequence[str]) -> Namespace:
    """Return the arguments of a command, None for the inbox itself. Raises UsageProblem, or SystemExit after help."""
    parser = parser_of(command)
    return parser.parse_args([_as_term(word) for word in words] if command in _WITH_TERMS else list(words))


def _as_term(word: str) -> str:
    """Return a word such that a term with a minus before it is not taken for an option; blanks mean nothing in one."""
    return f" {word}" if len(word) > 1 and word.startswith("-") and word[1] != "-" and word not in _SHORT else word


def parser_of(command: str | None) -> Parser:
    """Return the whole parser of a command, None for the inbox itself."""
    if command is None:
        parser = Parser("cminbox", _("Open the inbox."), _("cminbox [options] [COMMAND ...]"))
    else:
        module = catalogue.load(command)
        parser = Parser(f"cminbox {command}", _(module.HELP) + ".")
        module.arguments(parser)
    _add_common(parser)
    return parser


def help_text(command: str | None, words: Sequence[str]) -> str:
    """Return what `--help` says about a command, about its family where only that was typed, or about everything."""
    if command is None:
        return overview()
    family, _space, second = command.partition(" ")
    if second and second not in words:
        return overview(f"{family} ")
    return parser_of(command).format_help().rstrip()


def overview(family: str = "") -> str:
    """Return every command in one line each, or those that begin with `family`, and the options they share."""
    lines = [_("usage: ") + _("cminbox [options] [COMMAND ...]"), ""]
    lines += [_("Without a command the inbox opens, or is printed where there is no terminal."), ""]
    lines += [_("commands") + ":"]
    for name in (name for name in catalogue.names() if name.startswith(family)):
        said = _(catalogue.load(name).HELP)
        if len(name) < _COLUMN:
            lines.append(f"  {name:<{_COLUMN}}{said}")
        else:
            lines += [f"  {name}", f"  {'':<{_COLUMN}}{said}"]
    options = Parser("cminbox")
    _add_common(options)
    shown = options.format_help().partition("\n\n")[2].rstrip()
    return "\n".join([*lines, "", shown, "", _("See also: cminbox COMMAND --help, cminbox guide")])


def _add_common(parser: ArgumentParser) -> None:
    """Add what is accepted before and after every command."""
    common = parser.add_argument_group(_("options of every command"))
    common.add_argument("-h", "--help", action="store_true", default=False, help=_("say what this does and end"))
    common.add_argument("--version", action="store_true", default=False, help=_("say the version and end"))
    common.add_argument(
        "--workspace",
        metavar=_("NAME_OR_DIR"),
        help=_("the brand's data: a name, or a directory when it contains a slash"),
    )
    common.add_argument("--config", metavar=_("FILE"), help=_("a configuration file to read besides the usual ones"))
    common.add_argument("--lang", metavar=_("LANGUAGE"), help=_("the language of everything said: en or fr"))
    common.add_argument("--no-color", action="store_true", default=False, help=_("write no colour"))
    common.add_argument(
        "--plain", action="store_true", default=False, help=_("work line by line where a screen would open")
    )
