"""Finding and reading the catalogue of one language."""

from __future__ import annotations

from gettext import GNUTranslations
from pathlib import Path

FOLDER = Path(__file__).with_name("catalogues")


def load(language: str) -> GNUTranslations | None:
    """Return the catalogue of `language`, None when none is installed; the source text is shown then.

    A checkout may hold a `.po` that was never compiled or was edited since; it is compiled in memory, so that a
    translator sees the change at the next start.
    """
    source, compiled = FOLDER / f"{language}.po", FOLDER / f"{language}.mo"
    if source.exists() and (not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns):
        return compile_in_memory(source, language)
    if not compiled.exists():
        return None
    with compiled.open("rb") as file:
        return GNUTranslations(file)


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
