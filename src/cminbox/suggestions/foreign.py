"""Canned replies out of files of other tools, and of our own exports: JSON, tables, plain text.

What a file is, is told by what is in it. Known by their keys: exports of Chatwoot (`short_code`, `content`), macros of
Zendesk (`title`, `actions`), canned responses of Freshdesk (`title`, `content_html`), message templates of Front
(`_results`, `name`, `body`), and any list of objects with a title and a text.
"""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.value import dataclass
from cminbox.suggestions.foreign_text import from_foreign, from_mixed, without_markup
from cminbox.suggestions.zendesk_macros import MacroError, from_actions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cminbox.domain.saying import Saying

MOST = 20_000
FORMS = ("json", "csv", "text")
_TITLE = ("title", "name", "label", "subject")
_SHORTCUT = ("shortcut", "short_code", "shortcode", "abbreviation")
_BODY = ("body", "content_html", "content", "text", "message", "reply", "answer", "body_text")
_LANG = ("lang", "language", "locale")
_HOLDERS = ("macros", "_results", "payload", "canned_responses", "canned_replies", "responses", "data", "results")
_OURS = frozenset({"key", "source", "variants"})
_RULER = re.compile(r"\s*(?:-{3,}|\*{3,}|={3,})\s*")
_SIGNS = re.compile(r"'(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])")


@dataclass(frozen=True, slots=True)
class Entry:
    """One reply as a file told it; `data` is in our own keys, `body` with our placeholders."""

    number: int
    data: Mapping[str, Any]
    left_out: tuple[str, ...] = ()
    """What the file says of it that has no meaning here."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that is no reply. Numbers count from 1."""

    number: int
    reason: Saying


def entries_in(data: bytes, form: str | None = None) -> Iterator[Entry | Refused]:
    """Yield every reply in a file, and what in it is none. Raises Problem for a file that is nothing at all."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Problem(say("Line {line} is not UTF-8; save the file as UTF-8", line=line)) from None
    known = form or form_of(text)
    if known == "json":
        yield from _from_json(text)
    elif known == "csv":
        yield from _from_csv(text)
    else:
        yield from _from_text(text)


def form_of(text: str) -> str:
    """Return what a file is by its first characters: json, csv or text."""
    start = text.lstrip()[:1]
    if start in {"{", "["}:
        return "json"
    first = text.lstrip().partition("\n")[0].lower()
    cells = {cell.strip().strip('"') for cell in re.split(r"[,;\t]", first)}
    return "csv" if len(cells) > 1 and cells & {*_TITLE, *_SHORTCUT} and cells & {*_BODY} else "text"


def _from_json(text: str) -> Iterator[Entry | Refused]:
    for number, item in enumerate(_items(text), 1):
        if number > MOST:
            raise Problem(say("More than {most} replies are too many", most=MOST))
        if not isinstance(item, dict):
            yield Refused(number, say("this is no object"))
        elif "actions" in item and isinstance(item["actions"], list):
            yield _macro(number, item)
        else:
            yield _entry(number, item, ours=bool(_OURS & item.keys()))


def _items(text: str) -> list[Any]:
    """Return the objects of a JSON text: one per line, a list, or a list within an object."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        try:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            raise Problem(say("This is not JSON")) from None
    if isinstance(whole, dict):
        held = next((whole[name] for name in _HOLDERS if isinstance(whole.get(name), list)), None)
        return [whole] if held is None else list(held)
    return whole if isinstance(whole, list) else [whole]


def _from_csv(text: str) -> Iterator[Entry | Refused]:
    head = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text.lstrip(), newline=""), delimiter=delimiter)
    try:
        names = [name.strip().lower() for name in next(rows, [])]
        for number, row in enumerate((row for row in rows if any(row)), 1):
            if number > MOST:
                raise Problem(say("More than {most} replies are too many", most=MOST))
            cells = {name: _SIGNS.sub("", value, count=1) for name, value in zip(names, row, strict=False) if value}
            yield _entry(number, {name: _cell(name, value) for name, value in cells.items()}, ours=None)
    except csv.Error as error:
        raise Problem(say("This table cannot be read ({reason})", reason=str(error))) from None


def _cell(name: str, value: str) -> Any:  # noqa: ANN401 - what the cell holds
    """Return a cell's value: lists and objects stand in it as JSON, tags also with commas between them."""
    if value[:1] in {"[", "{"} and name not in _BODY:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    if name in {"tags", "networks", "kinds", "stars"}:
        return [part.strip() for part in re.split(r"[,;|]", value) if part.strip()]
    if name == "examples":
        return [part.strip() for part in value.splitlines() if part.strip()]
    return value.lower() == "true" if name == "express" else value


def _from_text(text: str) -> Iterator[Entry | Refused]:
    """Yield the blocks between lines such as `---`; the first line of each is the title."""
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        if _RULER.fullmatch(line):
            blocks.append([])
        elif line.startswith("# ") and any(part.strip() for part in blocks[-1]):
            blocks.append([line])
        else:
            blocks[-1].append(line)
    for number, block in enumerate((one for one in blocks if any(line.strip() for line in one)), 1):
        first, _, rest = "\n".join(block).strip().partition("\n")
        yield _entry(number, {"title": first.removeprefix("# "), "body": rest.strip() or first}, ours=None)


def _entry(number: int, item: Mapping[str, Any], *, ours: bool | None) -> Entry | Refused:
    """Return an entry; `ours` says that its text has our placeholders, None that it may have either."""
    plain = {name.lower(): value for name, value in item.items()}
    body = _first(plain, _BODY)
    if not body.strip():
        return Refused(number, say("it has no text"))
    if not ours:
        body = without_markup(body)
    body = body if ours else from_mixed(body) if ours is None else from_foreign(body)
    shortcut = _first(plain, _SHORTCUT)
    data = {name: value for name, value in plain.items() if name not in {*_BODY, *_TITLE, *_SHORTCUT, *_LANG}}
    if ours is False or str(data.get("id", "")).isdecimal():
        # The number of another tool's database is no name for a file.
        data.pop("id", None)
    data |= {
        "title": _first(plain, _TITLE) or shortcut,
        "shortcut": shortcut,
        "body": body,
        "lang": _first(plain, _LANG),
    }
    return Entry(number, data)


def _macro(number: int, item: Mapping[str, Any]) -> Entry | Refused:
    try:
        body, macro, left_out = from_actions(item["actions"])
    except MacroError as error:
        return Refused(number, error.saying)
    title = _first(item, _TITLE)
    return Entry(number, {"title": title, "body": from_foreign(without_markup(body)), "macro": macro}, left_out)


def _first(item: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((item[name] for name in names if isinstance(item.get(name), str) and item[name].strip()), "")
