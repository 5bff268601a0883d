"""Canned replies and findings about them as JSON and as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.cli.words import word
from cminbox.domain.text import row, safe
from cminbox.i18n import N_, _, render

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cminbox.domain.canned import CannedReply, Macro, Source
    from cminbox.inbox.canned_care import Finding

_SOURCES = {
    # Translators: whose canned reply it is
    "personal": N_("your own"),
    "workspace": N_("shared"),
    "starter": N_("came with cminbox"),
}


def source(of: Source) -> str:
    """Return whose reply it is, in words."""
    return _(_SOURCES[of.value])


def canned(reply: CannedReply) -> dict[str, Any]:
    """Return a reply as one JSON object; every key is always there, what is absent is null or empty."""
    return {
        "key": reply.key,
        "id": reply.id,
        "lang": reply.lang,
        "title": reply.title,
        "shortcut": reply.shortcut or None,
        "tags": list(reply.tags),
        "body": reply.body,
        "variants": [{"networks": list(one.networks), "body": one.body} for one in reply.variants],
        "examples": list(reply.examples),
        "tone": None if reply.tone is None else reply.tone.value,
        "networks": list(reply.networks),
        "kinds": [kind.value for kind in reply.kinds],
        "stars": list(reply.stars),
        "express": reply.express,
        "expires": None if reply.expires is None else reply.expires.isoformat(),
        "attachments": list(reply.attachments),
        "macro": macro(reply.macro) if reply.macro else None,
        "source": reply.source.value,
        "file": str(reply.file),
    }


def macro(of: Macro) -> dict[str, Any]:
    """Return what a reply does beside answering."""
    return {
        "tags": list(of.tags),
        "assign": of.assign,
        "snooze_s": of.snooze_seconds,
        "priority": None if of.priority is None else of.priority.value,
        "done": of.done,
    }


def macro_words(of: Macro) -> Iterator[str]:
    """Yield what a reply does beside answering, one part at a time, in words."""
    from cminbox.i18n.durations import time_left  # noqa: PLC0415 - for the few that put conversations off

    for tag in of.tags:
        yield f"#{row(tag)}"
    if of.assign is not None:
        yield _("gives it to {agent}").format(agent=row(of.assign))
    if of.priority is not None:
        yield _("sets the priority: {priority}").format(priority=word(of.priority))
    if of.snooze_seconds is not None:
        yield _("puts it off for {time}").format(time=time_left(of.snooze_seconds))
    if of.done:
        yield _("closes it")


def by_hand(files: Sequence[str]) -> str:
    """Return that somebody else has to send the files of a reply."""
    return _("cminbox sends no files; to be added by hand: {names}").format(names=", ".join(row(one) for one in files))


def finding(one: Finding) -> dict[str, Any]:
    """Return something to mend as one JSON object."""
    return {
        "rule": one.rule.value,
        "reply": one.key,
        "file": str(one.file),
        "line": one.line,
        "text": render(one.sentence),
        "mend": render(one.mend),
    }


def finding_line(one: Finding) -> str:
    """Return something to mend as a line that editors can jump to."""
    place = safe(str(one.file)) + (f":{one.line}" if one.line else "")
    said = _("{what}; {mend}").format(what=render(one.sentence), mend=render(one.mend))
    return f"{place}: {said} [{one.rule.value}]"
