"""Every sentence of the program in the reader's language.

English is the source text: it is written in the code and needs no catalogue, so that a developer reads what the user
reads and English costs nothing at start. Each other language is one catalogue, `catalogues/<language>.po`, compiled
to `.mo` when the package is built.

    from cminbox.i18n import _, ngettext, render

    _("Nothing is waiting")                                         one sentence
    ngettext("{count} message", "{count} messages", n)              by number; fill with .format(count=n)
    pgettext("status", "open")                                      a word that means several things
    N_("Mark as done")                                              kept as data, translated with `_` when shown
    NP_("status", "open")                                           the same for a word that means several things
    render(problem.saying)                                          a `Saying` from anywhere below

The current language is one for the whole process; it is English until `use` is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gettext import GNUTranslations

    from cminbox.domain.saying import Saying

SOURCE_LANGUAGE: Final = "en"
LANGUAGES: Final = ("en", "fr")
"""Every language that the program speaks, the source first."""

_CONTEXT_ENDS: Final = "\x04"
"""What stands between a context and its text in the keys of a compiled catalogue."""

_current: tuple[str, GNUTranslations | None] = (SOURCE_LANGUAGE, None)


def use(language: str) -> None:
    """Make `language`, one of LANGUAGES, the language of everything shown from now on.

    Raises ValueError for any other: what a person typed is checked by `cminbox.i18n.choice` first.
    """
    global _current  # noqa: PLW0603 - the language belongs to the process, as the locale does
    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language}")
    if language == SOURCE_LANGUAGE:
        _current = (language, None)
        return
    # Loaded here so that English needs neither gettext nor a file.
    from cminbox.i18n.catalogue import load  # noqa: PLC0415 - see above

    _current = (language, load(language))


def language() -> str:
    """Return the language in use."""
    return _current[0]


def _(message: str) -> str:
    """Return `message`, an English text written here or kept with `N_` or `NP_`, in the language in use."""
    catalogue = _current[1]
    found = message if catalogue is None or not message else catalogue.gettext(message)
    return found.rpartition(_CONTEXT_ENDS)[2]


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of the text that `count` asks for in the language in use."""
    catalogue = _current[1]
    if catalogue is None:
        return singular if count == 1 else plural
    return catalogue.ngettext(singular, plural, count)


def pgettext(context: str, message: str) -> str:
    """Return `message` translated for `context`: for one English word that is two words elsewhere."""
    catalogue = _current[1]
    return message if catalogue is None else catalogue.pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802 - the name that every gettext tool knows
    """Return `message` as it is; marks a text that is kept as data and translated when it is shown."""
    return message


def NP_(context: str, message: str) -> str:  # noqa: N802 - as N_
    """Return a text to be kept as data that `_` translates for `context` when it is shown."""
    return f"{context}{_CONTEXT_ENDS}{message}"


def render(saying: Saying) -> str:
    """Return a saying in the language in use, with its values put in."""
    return saying.fill(_(saying.pattern), render)
