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
"""What leaves the choice to whoever comes next, at last to the locale."""
VARIABLE = "CMINBOX_LANG"
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def choose(asked: str | None, environ: Mapping[str, str], setting: str = AUTOMATIC) -> str:
    """Return one of LANGUAGES: of `--lang`, CMINBOX_LANG, the setting and the locale the first that says something.

    `asked` is the command line's; `setting` is `ui.language`, already validated. "auto" says nothing, and English is
    left when nobody says anything. Asking for a language that is not there is an error; a locale that is not there
    is everyday and means English. Raises UsageProblem.
    """
    for source, wanted in (("--lang", asked), (VARIABLE, environ.get(VARIABLE)), ("ui.language", setting)):
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
