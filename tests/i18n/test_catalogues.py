"""Every text is translated, and nothing else is in a catalogue."""

from __future__ import annotations

import ast
import importlib.util
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import pytest

import cminbox
from cminbox.i18n import LANGUAGES, SOURCE_LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Catalog

ROOT = Path(__file__).parents[2]
CATALOGUES = ROOT / "src" / "cminbox" / "i18n" / "catalogues"


class Tool(Protocol):
    """What is used of the developers' command."""

    SOURCE: Path

    def extract(self) -> Catalog: ...
    def update(self, path: Path) -> None: ...
    def faults(self, path: Path) -> Iterator[str]: ...


@pytest.fixture
def tool() -> Iterator[Tool]:
    spec = importlib.util.spec_from_file_location("catalogues_tool", ROOT / ".ci" / "catalogues.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield cast("Tool", module)
    del sys.modules[spec.name]


@pytest.fixture
def source(tmp_path: Path, tool: Tool, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the tool read the source of a test instead of the program's."""
    folder = tmp_path / "source"
    folder.mkdir()
    monkeypatch.setattr(tool, "SOURCE", folder)
    return folder


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != SOURCE_LANGUAGE])
def test_every_text_is_translated_surely_and_with_the_same_placeholders(tool: Tool, language: str) -> None:
    assert list(tool.faults(CATALOGUES / f"{language}.po")) == []


def test_there_is_a_catalogue_for_each_language_but_the_source() -> None:
    assert {path.stem for path in CATALOGUES.glob("*.po")} == set(LANGUAGES) - {SOURCE_LANGUAGE}


def test_texts_are_found_in_every_form_in_which_they_are_written(tool: Tool, source: Path) -> None:
    (source / "a.py").write_text(
        '_("one")\nN_("two")\nsay("three {x}", x="not this")\nngettext("{n} cat", "{n} cats", n)\n'
        'pgettext("status", "open")\nNP_("state", "shut")\n_(\n    "long "\n    "text"\n)\nprint("not this")\n'
    )
    found = {(message.context, message.id) for message in tool.extract() if message.id}
    assert found == {
        (None, "one"),
        (None, "two"),
        (None, "three {x}"),
        (None, ("{n} cat", "{n} cats")),
        ("status", "open"),
        ("state", "shut"),
        (None, "long text"),
    }


PO = 'msgid ""\nmsgstr "Language: fr\\nPlural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'


@pytest.mark.parametrize(
    ("code", "entry", "fault"),
    [
        ('_("a")', "", "missing"),
        ('_("a")', 'msgid "a"\nmsgstr ""\n', "not translated"),
        ('_("a")', '#, fuzzy\nmsgid "a"\nmsgstr "b"\n', "unsure"),
        ("", 'msgid "a"\nmsgstr "b"\n', "no longer in the source"),
        ('_("a")', 'msgid "a"\nmsgstr "b"\n\n#~ msgid "old"\n#~ msgstr "vieux"\n', "no longer in the source"),
        ('_("a {x}")', 'msgid "a {x}"\nmsgstr "b {y}"\n', "placeholder"),
        ('_("a {x}")', 'msgid "a {x}"\nmsgstr "b"\n', "placeholders"),
        (
            'ngettext("{n} a", "{n} as", n)',
            'msgid "{n} a"\nmsgid_plural "{n} as"\nmsgstr[0] "{n} b"\nmsgstr[1] ""\n',
            "not translated",
        ),
        ('ngettext("{n} a", "{n} as", n)', 'msgid "{n} a"\nmsgstr "{n} b"\n', "missing"),
        ('pgettext("c", "a")', 'msgid "a"\nmsgstr "b"\n', "missing"),
    ],
)
def test_each_way_to_be_incomplete_is_noticed(tool: Tool, source: Path, code: str, entry: str, fault: str) -> None:
    (source / "a.py").write_text(code)
    catalogue = source / "fr.po"
    catalogue.write_text(PO + entry)
    assert any(fault in found for found in tool.faults(catalogue))


def test_a_form_for_one_thing_may_leave_the_number_out(tool: Tool, source: Path) -> None:
    (source / "a.py").write_text('ngettext("one message", "{n} messages", n)')
    catalogue = source / "fr.po"
    catalogue.write_text(
        PO + 'msgid "one message"\nmsgid_plural "{n} messages"\nmsgstr[0] "un message"\nmsgstr[1] "{n} messages"\n'
    )
    assert list(tool.faults(catalogue)) == []


def test_an_update_adds_what_is_new_drops_what_is_gone_and_keeps_translations(tool: Tool, source: Path) -> None:
    (source / "a.py").write_text('_("kept")\n_("new")\n')
    catalogue = source / "fr.po"
    catalogue.write_text(PO + 'msgid "kept"\nmsgstr "gardé"\n\nmsgid "gone"\nmsgstr "parti"\n')
    tool.update(catalogue)
    text = catalogue.read_text()
    assert 'msgid "kept"\nmsgstr "gardé"' in text
    assert 'msgid "new"\nmsgstr ""' in text
    assert "gone" not in text


def test_an_update_without_a_change_in_the_source_changes_nothing(tool: Tool, tmp_path: Path) -> None:
    catalogue = tmp_path / "fr.po"
    shutil.copy(CATALOGUES / "fr.po", catalogue)
    tool.update(catalogue)
    first = catalogue.read_bytes()
    tool.update(catalogue)
    assert catalogue.read_bytes() == first


def test_no_text_hides_inside_an_f_string_where_the_extraction_does_not_look() -> None:
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in sorted(Path(cminbox.__file__).parent.rglob("*.py"))
        for string in ast.walk(ast.parse(path.read_text()))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"_", "N_", "ngettext", "pgettext", "say"}
        and isinstance(call.args[0], ast.Constant)
    ]
    assert hidden == []
