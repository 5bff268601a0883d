"""Which language a person gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.problem import UsageProblem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import LANGUAGES, SOURCE_LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

AUTOMATIC = "auto"
"""The setting that leaves the choice to the environment."""
VARIABLE = "CMINBOX_LANG"
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def choose(asked: str | None, environ: Mapping[str, str]) -> str:
    """Return one of LANGUAGES: what was asked for, else CMINBOX_LANG, else the locale's, else English.

    `asked` is the command line's `--lang` or the setting; None, empty and "auto" leave the choice to `environ`.
    Asking for a language that is not there is an error; a locale that is not there is everyday and means English.
    Raises UsageProblem.
    """
    for source, wanted in (("--lang", asked), (VARIABLE, environ.get(VARIABLE))):
        if wanted and wanted != AUTOMATIC:
            return _known(wanted, source)
    return _from_locale(environ)


def _known(wanted: str, source: str) -> str:
    found = _base(wanted)
    if found in LANGUAGES:
        return found
    raise UsageProblem(
        say(
            "{source}: there is no language “{language}”; choose one of {choices}",
            source=source,
            language=safe(wanted, limit=40),
            choices=", ".join(LANGUAGES),
        )
    )


def _from_locale(environ: Mapping[str, str]) -> str:
    # As in the C library: the first variable that is set decides, even when it names a language that is not there.
    name = next((value for key in _LOCALE_VARIABLES if (value := environ.get(key))), "")
    found = _base(name)
    return found if found in LANGUAGES else SOURCE_LANGUAGE


def _base(name: str) -> str:
    """Return the language of a locale's name: `fr` of `fr_CA.UTF-8`, `fr-CA` and `FR`."""
    return name.partition(".")[0].partition("@")[0].replace("-", "_").partition("_")[0].strip().lower()
