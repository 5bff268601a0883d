"""What the front matter of a canned reply says: every key, checked one by one."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from cminbox.domain.canned import NOTHING, CannedReply, FaultKind, Macro, Tone
from cminbox.domain.conversation import Priority
from cminbox.domain.message import Kind
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.suggestions.head_values import HeadError, Keys, Remark

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from cminbox.domain.canned import Source
    from cminbox.suggestions.front_matter import Table
    from cminbox.suggestions.reply_body import Bodies

KEYS = (
    "title", "shortcut", "tags", "lang", "tone", "networks", "kinds", "stars", "examples", "express", "expires",
    "attachments", "macro",
)  # fmt: skip
MACRO_KEYS = ("tag", "assign", "snooze", "priority", "done")
LONGEST_TITLE, LONGEST_EXAMPLE = 200, 4_000
MOST_STARS = 5
LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*", re.ASCII)
_NETWORK = re.compile(r"[A-Za-z][A-Za-z0-9_\-]{0,39}", re.ASCII)
_FILE = re.compile(r"[^./\\][^/\\]*")


@dataclass(frozen=True, slots=True)
class Head:
    """The keys as `CannedReply` has them."""

    title: str
    shortcut: str
    tags: tuple[str, ...]
    lang: str | None
    tone: Tone | None
    networks: tuple[str, ...]
    kinds: tuple[Kind, ...]
    stars: tuple[int, ...]
    examples: tuple[str, ...]
    express: bool
    expires: date | None
    attachments: tuple[str, ...]
    macro: Macro
    remarks: tuple[Remark, ...]

    def reply(
        self, identifier: str, bodies: Bodies, file: Path, source: Source, lang: str | None = None
    ) -> CannedReply:
        """Return the canned reply of these keys and texts; `lang` holds where the keys name no language."""
        return CannedReply(
            id=identifier,
            lang=self.lang or lang,
            title=self.title,
            body=bodies.text,
            source=source,
            file=file,
            shortcut=self.shortcut,
            tags=self.tags,
            variants=bodies.variants,
            examples=self.examples,
            tone=self.tone,
            networks=self.networks,
            kinds=self.kinds,
            stars=self.stars,
            express=self.express,
            expires=self.expires,
            attachments=self.attachments,
            macro=self.macro,
        )


def read_head(table: Table, stem: str) -> Head:
    """Return what the front matter says; a reply without a title is called as its file. Raises HeadError."""
    keys = Keys(table)
    title = keys.text("title", LONGEST_TITLE)
    untitled = () if title else (_untitled(table),)
    inner = keys.table("macro")
    return Head(
        title or safe(stem).replace("-", " ").capitalize(),
        shortcut=keys.word("shortcut"),
        tags=tuple(tag.lower() for tag in keys.texts("tags")),
        lang=primary(keys.form("lang", keys.text("lang"), LANGUAGE)),
        tone=keys.choice("tone", Tone),
        networks=tuple(keys.form("networks", one, _NETWORK).lower() for one in keys.texts("networks")),
        kinds=keys.choices("kinds", Kind),
        stars=keys.numbers("stars", 1, MOST_STARS),
        examples=keys.texts("examples", LONGEST_EXAMPLE),
        express=keys.flag("express"),
        expires=keys.day("expires"),
        attachments=tuple(keys.form("attachments", one, _FILE) for one in keys.texts("attachments", LONGEST_TITLE)),
        macro=NOTHING if inner is None else _macro(Keys(inner)),
        remarks=(*untitled, *_unknown(table, KEYS), *(() if inner is None else _unknown(inner, MACRO_KEYS))),
    )


def primary(lang: str) -> str | None:
    """Return the language of a code such as `fr-CA`, None for none."""
    found = LANGUAGE.fullmatch(lang)
    return None if found is None else found[1].lower()


def _macro(keys: Keys) -> Macro:
    macro = Macro(
        tags=tuple(tag.lower() for tag in keys.texts("tag")),
        assign=keys.text("assign") or None,
        snooze_seconds=keys.length("snooze"),
        priority=keys.choice("priority", Priority),
        done=keys.flag("done"),
    )
    if macro.done and macro.snooze_seconds is not None:
        raise HeadError(
            FaultKind.WRONG_VALUE,
            keys.line("done"),
            say("“done” and “snooze” exclude each other"),
            say("keep one of them"),
        )
    return macro


def _untitled(table: Table) -> Remark:
    return Remark(
        FaultKind.MISSING,
        table.lines.get("title", table.line),
        say("it has no title"),
        say("add a line such as “title: Where is my order?”"),
    )


def _unknown(table: Table, known: tuple[str, ...]) -> list[Remark]:
    found: list[Remark] = []
    for key in (key for key in table.values if key not in known):
        near = get_close_matches(key, known, n=1)
        mend = say("did you mean “{near}”?", near=near[0]) if near else say("take it out")
        found.append(Remark(FaultKind.UNKNOWN_KEY, table.lines[key], say("there is no key “{key}”", key=key), mend))
    return found
