"""Texts of other tools as bodies of ours: their variables become placeholders, their markup goes."""

from __future__ import annotations

import re

from cminbox.domain.text import safe

_VARIABLE = re.compile(r"\{\{\s*([^{}\n]{1,120}?)\s*\}\}")
_DOTTED = re.compile(r"\{\{\s*([A-Za-z_]\w*(?:\.\w+)+[^{}\n]{0,80}?)\s*\}\}")
_FALLBACK = re.compile(r"\s*(?:\|\||\|).*", re.DOTALL)
_TAG = re.compile(r"<(?:p|div|br|span|ul|ol|li|b|strong|em|i|a)\b[^<>]*>", re.IGNORECASE)
_THEY = frozenset({"contact", "recipient", "requester", "customer", "visitor", "sender"})
_WE = frozenset({"agent", "user", "current_user", "assignee"})
_NAMES = frozenset({"name", "first_name", "firstname", "full_name"})
_OURS = frozenset({*_NAMES, "signature"})
_LINKS = frozenset({"ticket.url", "ticket.link", "conversation.url", "recipient.link"})
_LONGEST_NAME = 40


def from_foreign(text: str) -> str:
    """Return another tool's text as a body: every variable a placeholder, every other brace doubled."""
    out: list[str] = []
    at = 0
    for found in _VARIABLE.finditer(text):
        out += [_doubled(text[at : found.start()]), _placeholder(found[1])]
        at = found.end()
    return "".join([*out, _doubled(text[at:])])


def from_mixed(text: str) -> str:
    """Return a text that may be ours as a body: only variables such as `{{contact.name}}` change."""
    return _DOTTED.sub(lambda found: _placeholder(found[1]), text)


def without_markup(text: str) -> str:
    """Return what a reader would see of a text that is HTML; one that is not stays as it is."""
    if not _TAG.search(text):
        return text
    # Loaded by the first text with markup: it brings a parser.
    from cminbox.network_kit.text import html_to_text  # noqa: PLC0415 - see above

    return html_to_text(text)


def _placeholder(variable: str) -> str:
    """Return the placeholder for a variable such as `ticket.requester.first_name`; one nobody knows is asked for."""
    name = _FALLBACK.sub("", variable).strip().lower()
    parts = name.split(".")
    owner, last = (parts[-2] if len(parts) > 1 else "", parts[-1])
    if name in _LINKS:
        return "{link}"
    if owner in _THEY and last in _NAMES:
        return "{name}"
    if owner in _THEY and last in {"handle", "twitter", "username"}:
        return "{handle}"
    if owner in _WE and last in _OURS:
        return "{agent}"
    free = " ".join(safe(re.sub(r"[\W_]+", " ", name)).split())[:_LONGEST_NAME].strip()
    return f"{{{free or 'text'}?}}"


def _doubled(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
