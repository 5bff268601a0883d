"""Keep the catalogues of translations in step with the source: `update` merges, `check` says what is missing.

    python .ci/catalogues.py update     extract every text from the source and merge it into each catalogue
    python .ci/catalogues.py check      say what is untranslated, unsure, left over or has other placeholders

New texts arrive with an empty translation, texts that are gone are dropped, and nothing is ever guessed: a changed
English text is a new text.
"""

from __future__ import annotations

import re
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "cminbox"
CATALOGUES = SOURCE / "i18n" / "catalogues"
METHODS = [("**.py", "python")]
KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    "say": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "NP_": ((1, "c"), 2),
}
COMMENT_TAG = "Translators:"
# Babel's own header holds the date of the day and would change with every run.
_HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
_PLACEHOLDER = re.compile(r"\{\w*\}")


def extract() -> Catalog:
    """Return every text of the source that a person may read, with the places where it stands."""
    template = Catalog(charset="utf-8")
    found = extract_from_dir(SOURCE, METHODS, keywords=KEYWORDS, comment_tags=[COMMENT_TAG], strip_comment_tags=True)
    for filename, _line, message, comments, context in found:
        # No line numbers: they would change the catalogue with every edit of the source.
        template.add(message, None, [(filename, 0)], auto_comments=comments, context=context)
    return template


def read(path: Path) -> Catalog:
    """Return the catalogue in a `.po` file, named by its language."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def update(path: Path) -> None:
    """Merge the texts of the source into one catalogue and write it sorted, without lines that change by themselves."""
    old, template = read(path), extract()
    merged = Catalog(locale=path.stem, charset="utf-8")
    for message in template:
        if message.id:
            known = old.get(_key(message), message.context)
            translation = known.string if known is not None and _same_shape(known, message) else None
            merged.add(
                message.id,
                translation,
                message.locations,
                auto_comments=message.auto_comments,
                context=message.context,
            )
    body = BytesIO()
    write_po(body, merged, width=110, sort_by_file=True, omit_header=True, include_lineno=False)
    path.write_bytes(_HEADER.format(language=path.stem, plurals=merged.plural_forms).encode() + body.getvalue())


def faults(path: Path) -> Iterator[str]:
    """Yield one sentence for each way in which a catalogue is not complete and faithful."""
    catalogue, template = read(path), extract()
    for message in template:
        if message.id:
            yield from _faults_of(message, catalogue)
    for message in catalogue:
        if message.id and template.get(_key(message), message.context) is None:
            yield f"{_key(message)!r} is no longer in the source"
    for gone in catalogue.obsolete.values():
        yield f"{_key(gone)!r} is kept though it is no longer in the source"


def _faults_of(message: Message, catalogue: Catalog) -> Iterator[str]:
    translated = catalogue.get(_key(message), message.context)
    if translated is None or not _same_shape(translated, message):
        yield f"{_key(message)!r} is missing"
        return
    if translated.fuzzy:
        yield f"{_key(message)!r} is unsure"
    forms = _forms(translated.string)
    if len(forms) != (catalogue.num_plurals if message.pluralizable else 1) or not all(forms):
        yield f"{_key(message)!r} is not translated"
        return
    # The last form of each is for the general number; a form for one thing may leave the number out.
    if _placeholders(_forms(message.id)[-1]) != _placeholders(forms[-1]):
        yield f"{_key(message)!r} has other placeholders"
    if any(_placeholders(form) - _placeholders(_forms(message.id)[-1]) for form in forms):
        yield f"{_key(message)!r} has a placeholder that nobody fills"


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _same_shape(one: Message, other: Message) -> bool:
    return one.id == other.id


def _forms(text: Any) -> tuple[str, ...]:  # noqa: ANN401 - Babel gives a text or a tuple of texts
    return (text or "",) if isinstance(text, str | None) else tuple(form or "" for form in text)


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(_PLACEHOLDER.findall(text))


def main(arguments: list[str]) -> int:
    """Run one command over all catalogues; return the exit code."""
    command = arguments[0] if len(arguments) == 1 else ""
    paths = sorted(CATALOGUES.glob("*.po"))
    if command == "update":
        for path in paths:
            update(path)
        return 0
    if command == "check":
        found = [f"{path.name}: {fault}" for path in paths for fault in faults(path)]
        sys.stdout.writelines(f"{fault}\n" for fault in found)
        return 1 if found else 0
    sys.stderr.write(f"{__doc__}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
