"""The library of canned replies in use: found by name, filled in for a conversation, kept from an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox import assets
from cminbox.domain.canned import Source
from cminbox.domain.problem import NotFound, Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import LANGUAGES, language, render
from cminbox.inbox.placeholder_values import LABELS, values
from cminbox.inbox.subjects import subject_of
from cminbox.suggestions.cleaning import words_of
from cminbox.suggestions.filling import fill, placeholders, unfilled
from cminbox.suggestions.language import language_of
from cminbox.suggestions.library import Folder, Library, entries, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cminbox.domain.canned import CannedReply
    from cminbox.inbox.reading import ConversationView
    from cminbox.inbox.workspace import Workspace
    from cminbox.settings.locations import Locations
    from cminbox.suggestions.filling import Filled

__all__ = ["by_name", "filled_for", "folders", "found", "languages_of", "learn", "library", "ready", "unfilled"]


def folders(locations: Locations) -> list[Folder]:
    """Return where canned replies lie, the strongest first."""
    return [
        Folder(locations.personal_canned_replies, Source.PERSONAL),
        Folder(locations.canned_replies, Source.WORKSPACE),
        Folder(assets.canned_replies(), Source.STARTER),
    ]


def library(locations: Locations, earlier: Library | None = None) -> Library:
    """Return the library as its files are; what `earlier` has read and did not change is not read again."""
    return read(folders(locations), earlier)


def by_name(replies: Sequence[CannedReply], name: str, languages: Sequence[str]) -> CannedReply:
    """Return the reply of a name: its file's stem, else its shortcut, else its key such as `fr/refund`.

    Of several the one in the first of the languages is meant. Raises NotFound.
    """
    ways = (
        [one for one in replies if one.id == name],
        [one for one in replies if one.shortcut == name],
        [one for one in replies if one.key == name],
    )
    for found in ways:
        if found:
            return min(found, key=lambda one: (_rank(one.lang, languages), one.source is Source.STARTER))
    raise NotFound(say("There is no canned reply called {name}", name=safe(name, limit=60)))


def found(whole: Library, query: str) -> list[CannedReply]:
    """Return the replies that a typed text finds in titles, shortcuts, tags and names, the best first; all for none."""
    if not query.strip():
        return list(whole.replies)
    from cminbox.suggestions.searching import LibrarySearch  # noqa: PLC0415 - only for those who search

    known = {one.key: one for one in whole.replies}
    search = LibrarySearch(entries(whole.replies), [one.id for one in whole.replies])
    return [known[key] for key in search.find(query, limit=len(known))]


def languages_of(view: ConversationView) -> list[str]:
    """Return the languages to answer in, the best first: the customer's, the agent's, all others of the program."""
    theirs = [message for message in view.messages if not message.ours and message.deleted_at is None]
    told = theirs[-1].lang if theirs else None
    heard = language_of(words_of(theirs[-1].text)) if theirs and told is None else None
    wanted = [lang for lang in (told and told.partition("-")[0].lower(), heard) if lang]
    return list(dict.fromkeys([*wanted, language(), *LANGUAGES]))


def filled_for(
    workspace: Workspace, reply: CannedReply, view: ConversationView, given: Mapping[str, str] | None = None
) -> Filled:
    """Return a reply as it would be sent in a conversation, with the places that are still to be typed.

    `given` are words for placeholders, by their names; they win over what the program knows.
    """
    body = reply.text_for(view.row.network)
    known = values(workspace, view, reply.lang, {one.name for one in placeholders(body)})
    return fill(body, known | dict(given or {}), {name: render(label) for name, label in LABELS.items()})


def ready(
    workspace: Workspace, name: str, view: ConversationView, given: Mapping[str, str] | None = None
) -> tuple[CannedReply, str]:
    """Return the canned reply `name` and its text for a conversation, ready to be sent.

    `given` are words for placeholders, by their names; they win over what the program knows. The customer's language
    comes before the agent's, the workspace's replies before those that came with the program. Raises NotFound, and
    Problem naming the first placeholder that nothing fills.
    """
    reply = by_name(library(workspace.locations).replies, name, languages_of(view))
    body = reply.text_for(view.row.network)
    filled = fill(body, values(workspace, view, reply.lang) | dict(given or {}))
    if filled.blanks:
        raise Problem(
            say(
                "The canned reply {name} leaves {placeholder} to be filled in; write it with --text",
                name=safe(name, limit=60),
                placeholder=safe(_as_written(body, filled.blanks[0].name)),
            )
        )
    return reply, filled.text


def learn(workspace: Workspace, view: ConversationView, reply: CannedReply, sent_as: int) -> None:
    """Remember that a conversation was answered with a reply, which goes out as the reply number `sent_as`."""
    subject = subject_of(view)
    if subject is not None:
        workspace.picks.add_soon(
            reply.key,
            " ".join(words_of(subject.text)),
            lang=subject.lang,
            conversation_id=subject.conversation_id,
            sent_as=sent_as,
            now=workspace.now(),
        ).result()


def _as_written(body: str, name: str) -> str:
    return next(body[one.start : one.end] for one in placeholders(body) if one.name == name)


def _rank(lang: str | None, languages: Sequence[str]) -> int:
    if lang is None:
        # Nothing tells its language: it may be meant for all.
        return 1
    return languages.index(lang) * 2 if lang in languages else len(languages) * 2
