"""A canned reply by the name of its file, filled in for one conversation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cminbox import assets
from cminbox.domain.problem import NotFound, Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import LANGUAGES, language

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cminbox.inbox.reading import ConversationView
    from cminbox.inbox.workspace import Workspace

_FENCE = "---"
_PLACEHOLDER = re.compile(r"\{[^{}\n]*\}")


def filled(workspace: Workspace, name: str, view: ConversationView) -> str:
    """Return the text of the canned reply `name` (its file's stem, else its shortcut) for a conversation.

    The workspace's own library comes before the starter library, and the customer's language before the agent's.
    Raises NotFound, and Problem naming the first placeholder that nothing fills.
    """
    head, body = _parts(_find(workspace, name, _languages(view)))
    del head
    person = view.row.person
    known = {"{name}": person.name or person.handle, "{handle}": f"@{person.handle}"}
    for placeholder in _PLACEHOLDER.findall(body):
        if not known.get(placeholder):
            raise Problem(
                say(
                    "The canned reply {name} leaves {placeholder} to be filled in; write it with --text",
                    name=safe(name),
                    placeholder=safe(placeholder),
                )
            )
    return _PLACEHOLDER.sub(lambda found: known[found.group()], body)


def _languages(view: ConversationView) -> list[str]:
    theirs = [message.lang for message in view.messages if message.lang and not message.ours]
    wanted = [theirs[-1].partition("-")[0].lower()] if theirs else []
    return list(dict.fromkeys([*wanted, language(), *LANGUAGES]))


def _find(workspace: Workspace, name: str, languages: list[str]) -> str:
    for matches in (_by_stem, _by_shortcut):
        for library in (workspace.locations.canned_replies, assets.canned_replies()):
            for folder in (*(library / one for one in languages), library):
                for file in _files(folder):
                    text = file.read_text(encoding="utf-8", errors="replace")
                    if matches(file, text, name):
                        return text
    raise NotFound(say("There is no canned reply called {name}", name=safe(name)))


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("*.md")) if folder.is_dir() else ()


def _by_stem(file: Path, _text: str, name: str) -> bool:
    return file.stem == name


def _by_shortcut(_file: Path, text: str, name: str) -> bool:
    head = _parts(text)[0].splitlines()
    return any(line.partition(":")[::2] == ("shortcut", f" {name}") for line in head)


def _parts(text: str) -> tuple[str, str]:
    """Return the front matter and the body of a canned reply."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != _FENCE or _FENCE not in lines[1:]:
        return "", text.strip()
    end = lines.index(_FENCE, 1)
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]).strip()
