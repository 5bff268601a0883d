"""Foreign text reaches the terminal through one module; nothing else of the screen can draw a string."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import cminbox.tui

FOLDER = Path(cminbox.tui.__file__).parent
MODULES = sorted(FOLDER.rglob("*.py"))
DRAWS = {"rich.segment", "rich.text", "rich.markup", "textual.content", "textual.markup", "textual.strip"}
MAY_DRAW = {"ink.py"}
TAKES_MARKUP = {"notify", "panic", "update_content", "set_tooltip"}
TITLES = {"border_title", "border_subtitle", "tooltip", "sub_title", "title", "placeholder"}
ALLOWED_WIDGETS = {"TextArea", "Selection"}


def imports(tree: ast.AST) -> list[tuple[str, str]]:
    """Return what is imported when the module runs, not what only its types need."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not _for_types(tree, node):
            found += [(node.module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import) and not _for_types(tree, node):
            found += [(alias.name, "") for alias in node.names]
    return found


def _for_types(tree: ast.AST, wanted: ast.AST) -> bool:
    guards = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    ]
    return any(wanted in ast.walk(guard) for guard in guards)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_only_one_module_makes_what_is_drawn(path: Path) -> None:
    drawing = [module for module, _name in imports(parsed(path)) if module in DRAWS]
    assert not drawing or path.name in MAY_DRAW


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_no_widget_that_reads_markup_is_used(path: Path) -> None:
    used = {name for module, name in imports(parsed(path)) if module.startswith("textual.widgets")}
    assert used <= ALLOWED_WIDGETS


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_no_text_is_given_to_what_reads_markup(path: Path) -> None:
    tree = parsed(path)
    functions = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    calls = {function.attr for function in functions if isinstance(function, ast.Attribute)}
    targets = [
        target.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute)
    ]
    assert not TAKES_MARKUP & calls
    assert not TITLES & set(targets)


def test_the_rule_sees_what_it_forbids() -> None:
    tree = ast.parse("from textual.widgets import Static\nfrom rich.text import Text\n")
    assert imports(tree) == [("textual.widgets", "Static"), ("rich.text", "Text")]
    guarded = ast.parse("if TYPE_CHECKING:\n    from rich.text import Text\n")
    assert imports(guarded) == []
