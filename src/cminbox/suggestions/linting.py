"""Looking through a library for what is to be mended, reply by reply and reply against reply."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from cminbox.domain.canned import Source
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.network_kit.limits import count
from cminbox.suggestions.alike import groups
from cminbox.suggestions.cleaning import fold
from cminbox.suggestions.filling import KNOWN, placeholders
from cminbox.suggestions.findings import Finding, Rule, of_fault, of_reply

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from cminbox.domain.canned import CannedReply
    from cminbox.domain.message import Kind
    from cminbox.domain.network import TextLimit
    from cminbox.suggestions.library import Library

UNUSED_DAYS = 90
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Facts:
    """What a library is measured by.

    `languages` are those that every shared reply should be in; empty means all that the library has. `limits` are those
    of each network that is answered on, by kind; `networks` every name that is one. `picked` is when each reply was
    picked last (UTC milliseconds), by its key; None where that is not known. `now` is UTC milliseconds.
    """

    today: date
    now: int
    languages: Sequence[str] = ()
    forbidden: Sequence[str] = ()
    limits: Mapping[str, Mapping[Kind, Sequence[TextLimit]]] = field(default_factory=dict)
    networks: frozenset[str] = frozenset()
    picked: Mapping[str, int] | None = None


def lint(library: Library, facts: Facts, *, starters: bool = False) -> list[Finding]:
    """Return everything that is to be mended, by file. What came with the program is left out unless asked for."""
    found = [of_fault(fault) for fault in library.faults]
    for reply in library.replies:
        found += _alone(reply, facts)
    found += _twins(library.replies, facts.languages)
    found += _shortcuts(library.replies)
    found += _duplicates(library.replies)
    own = {reply.file for reply in library.replies if reply.source is not Source.STARTER}
    shipped = [folder.path for folder in library.folders if folder.source is Source.STARTER]
    kept = [
        one for one in found if starters or one.file in own or not any(one.file.is_relative_to(at) for at in shipped)
    ]
    return sorted(kept, key=lambda one: (str(one.file), one.line or 0))


def _alone(reply: CannedReply, facts: Facts) -> Iterator[Finding]:
    yield from _dead(reply)
    yield from _too_long(reply, facts)
    yield from _forbidden(reply, facts.forbidden)
    yield from _unknown_networks(reply, facts.networks)
    if not reply.examples:
        yield of_reply(
            Rule.NO_EXAMPLES,
            reply,
            say("it has no examples, so it is hard to find for a message"),
            say("add two or three real messages that it answers under “examples:”"),
        )
    if reply.expired(facts.today):
        yield of_reply(
            Rule.EXPIRED,
            reply,
            say("its last day has passed"),
            say("take the file away, or set a later day"),
            at="expires:",
        )
    if reply.attachments:
        names = ", ".join(safe(name) for name in reply.attachments)
        yield of_reply(
            Rule.FILES_BY_HAND,
            reply,
            say("cminbox sends no files; to be added by hand: {names}", names=names),
            say("a link in the text reaches everybody"),
            at="attachments:",
        )
    for name in reply.attachments:
        if not (reply.file.parent / name).is_file():
            yield of_reply(
                Rule.NO_ATTACHMENT,
                reply,
                say("there is no file {name} beside it", name=safe(name)),
                say("put it there, or take it out of “attachments”"),
                at=name,
            )
    if _unused(reply, facts):
        yield of_reply(
            Rule.NEVER_PICKED,
            reply,
            say("nobody has picked it for {days} days", days=UNUSED_DAYS),
            say("give it better examples, or take it away"),
        )


def _texts(reply: CannedReply) -> list[str]:
    return [reply.body, *(variant.body for variant in reply.variants)]


def _dead(reply: CannedReply) -> Iterator[Finding]:
    names = {one.name: text[one.start : one.end] for text in _texts(reply) for one in placeholders(text) if one.dead}
    for name, written in names.items():
        yield of_reply(
            Rule.DEAD_PLACEHOLDER,
            reply,
            say("nothing fills {placeholder}", placeholder=safe(written)),
            say(
                "write {free} to be asked for it, or one of: {known}",
                free=f"{{{safe(name)}?}}",
                known=", ".join(f"{{{one}}}" for one in KNOWN),
            ),
            at=written,
        )


def _too_long(reply: CannedReply, facts: Facts) -> Iterator[Finding]:
    """Measure each text on every network that it is for, placeholders as they are written."""
    for network in reply.networks or facts.limits:
        text = reply.text_for(network).replace("{{", "{").replace("}}", "}")
        limits = facts.limits.get(network, {})
        kinds = [kind for kind in limits if not reply.kinds or kind in reply.kinds]
        broken = {
            (limit, used) for kind in kinds for limit in limits[kind] if (used := count(text, limit)) > limit.maximum
        }
        if broken:
            limit, used = min(broken, key=lambda one: one[0].maximum)
            yield of_reply(
                Rule.TOO_LONG,
                reply,
                say(
                    "it is too long for {network}: {used} of {maximum} {unit}",
                    network=network,
                    used=used,
                    maximum=limit.maximum,
                    unit=limit.unit.value,
                ),
                say("shorten it, or add shorter words for it below a line “--- {network} ---”", network=network),
            )


def _forbidden(reply: CannedReply, words: Sequence[str]) -> Iterator[Finding]:
    text = fold("\n".join([reply.title, *_texts(reply)]))
    for word in words:
        if re.search(rf"(?<!\w){re.escape(fold(word))}(?!\w)", text):
            yield of_reply(
                Rule.FORBIDDEN_WORD,
                reply,
                say("it says “{word}”, which is forbidden", word=safe(word)),
                say("say it in other words; the list is “forbidden” under [canned] of the settings"),
                at=word,
            )


def _unknown_networks(reply: CannedReply, known: frozenset[str]) -> Iterator[Finding]:
    """Name networks that are probably misspelt; others may come with a later version, or with imported messages."""
    named = [*reply.networks, *(name for variant in reply.variants for name in variant.networks)]
    for name in dict.fromkeys(one for one in named if one not in known):
        near = get_close_matches(name, known, n=1, cutoff=0.75)
        if near:
            yield of_reply(
                Rule.UNKNOWN_NETWORK,
                reply,
                say("there is no network called {name}", name=safe(name)),
                say("did you mean “{near}”?", near=near[0]),
                at=name,
            )


def _unused(reply: CannedReply, facts: Facts) -> bool:
    if facts.picked is None or reply.source is Source.STARTER:
        return False
    since = facts.now - UNUSED_DAYS * _DAY_MS
    try:
        written = reply.file.stat().st_mtime_ns // 1_000_000
    except OSError:
        return False
    return max(facts.picked.get(reply.key, 0), written) < since


def _twins(replies: Sequence[CannedReply], languages: Sequence[str]) -> Iterator[Finding]:
    wanted = list(languages) or sorted({reply.lang for reply in replies if reply.lang})
    spoken: dict[str, list[CannedReply]] = defaultdict(list)
    for reply in replies:
        spoken[reply.id].append(reply)
    for twins in spoken.values():
        there = {reply.lang for reply in twins}
        shared = [reply for reply in twins if reply.source is not Source.PERSONAL]
        for lang in wanted:
            if lang not in there and None not in there and shared:
                yield of_reply(
                    Rule.NO_TWIN,
                    shared[0],
                    say("it has no twin in the language “{lang}”", lang=lang),
                    say("write {file}", file=f"{lang}/{safe(shared[0].file.name)}"),
                )


def _shortcuts(replies: Sequence[CannedReply]) -> Iterator[Finding]:
    used: dict[tuple[str | None, str], list[CannedReply]] = defaultdict(list)
    for reply in replies:
        if reply.shortcut:
            used[reply.lang, reply.shortcut].append(reply)
    for same in used.values():
        for reply in same:
            other = next((one for one in same if one is not reply), None)
            if other is not None:
                yield of_reply(
                    Rule.SAME_SHORTCUT,
                    reply,
                    say("{other} has the same shortcut, “{shortcut}”", other=other.key, shortcut=reply.shortcut),
                    say("give one of them another"),
                    at="shortcut:",
                )


def _duplicates(replies: Sequence[CannedReply]) -> Iterator[Finding]:
    by_lang: dict[str | None, dict[str, CannedReply]] = defaultdict(dict)
    for reply in replies:
        by_lang[reply.lang][reply.key] = reply
    for known in by_lang.values():
        for group in groups({key: reply.body for key, reply in known.items()}):
            for key in group:
                reply = known[key]
                same = [known[one] for one in group if one != key and _compete(reply, known[one])]
                if same:
                    yield of_reply(
                        Rule.NEAR_DUPLICATE,
                        reply,
                        say("{other} says nearly the same", other=same[0].key),
                        say("keep one of them: two replies to one question take its messages from each other"),
                    )


def _compete(one: CannedReply, other: CannedReply) -> bool:
    """Whether two replies may be suggested for the same message to the same agent."""
    tones = one.tone is None or other.tone is None or one.tone is other.tone
    networks = not one.networks or not other.networks or bool({*one.networks} & {*other.networks})
    kinds = not one.kinds or not other.kinds or bool({*one.kinds} & {*other.kinds})
    return tones and networks and kinds
