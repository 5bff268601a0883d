"""Finding and reading the catalogue of one language."""

from __future__ import annotations

from gettext import GNUTranslations
from pathlib import Path

FOLDER = Path(__file__).with_name("catalogues")


def load(language: str) -> GNUTranslations | None:
    """Return the catalogue of `language`, None when none is installed; the source text is shown then.

    A wheel holds the compiled file, a checkout only the `.po`: that is compiled in memory, so that a translator sees
    every change at the next start and nothing stale can lie around.
    """
    source, compiled = FOLDER / f"{language}.po", FOLDER / f"{language}.mo"
    if compiled.exists():
        with compiled.open("rb") as file:
            return GNUTranslations(file)
    return compile_in_memory(source, language) if source.exists() else None


def compile_in_memory(source: Path, language: str) -> GNUTranslations:
    """Return the catalogue that the `.po` file `source` compiles to."""
    # Babel is needed for a checkout only; an installed cminbox reads the compiled file without it.
    from io import BytesIO  # noqa: PLC0415 - see above

    from babel.messages.mofile import write_mo  # noqa: PLC0415 - see above
    from babel.messages.pofile import read_po  # noqa: PLC0415 - see above

    with source.open("rb") as file:
        catalogue = read_po(file, locale=language)
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    buffer.seek(0)
    return GNUTranslations(buffer)
