"""New canned replies: written by hand, or made from an answer with the message as their first example."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from cminbox.domain.canned import CannedReply, Source
from cminbox.domain.problem import Problem, UsageProblem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.inbox.canned import languages_of, library
from cminbox.inbox.placeholder_values import values
from cminbox.inbox.subjects import subject_of
from cminbox.suggestions.cleaning import words_of
from cminbox.suggestions.filling import unfilled
from cminbox.suggestions.head_values import LONGEST_WORD
from cminbox.suggestions.keeping import keep, stem_for
from cminbox.suggestions.language import language_of
from cminbox.suggestions.reply_head import LONGEST_EXAMPLE, LONGEST_TITLE, primary
from cminbox.suggestions.sample import sample_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cminbox.inbox.reading import ConversationView
    from cminbox.inbox.workspace import Workspace
    from cminbox.settings.locations import Locations

_PUT_BACK = {"link": r"(?!\w)", "handle": r"(?![\w.-]*\w)", "name": r"(?=\s*(?:[,!.:;?]|$))"}
"""What an answer is searched for, so that the next person is not called by this one's name, and what follows it there:
a name that is a word as well, such as Will, is one only where somebody is addressed."""
_SHORTEST = 2
"""A shorter name is found in too many words."""


def from_answer(
    workspace: Workspace,
    view: ConversationView,
    text: str,
    *,
    title: str,
    shortcut: str = "",
    tags: Sequence[str] = (),
    personal: bool = False,
) -> CannedReply:
    """Keep an answer as a canned reply of its own and return it; the customer's words are its first example.

    The person's name, handle and link become placeholders again, braces stay braces. Raises Problem when the text is
    empty or not finished.
    """
    if unfilled(text):
        raise Problem(say("The answer is not finished; fill in the marked places first"))
    return add(
        workspace.locations,
        CannedReply(
            id="",
            lang=language_told(text) or languages_of(view)[0],
            title=title,
            body=with_placeholders(text, values(workspace, view, None, _PUT_BACK)),
            source=Source.PERSONAL if personal else Source.WORKSPACE,
            file=workspace.locations.canned_replies,
            shortcut=shortcut,
            tags=tuple(tags),
            examples=tuple(examples_of([view])),
        ),
    )


def examples_of(views: Iterable[ConversationView]) -> list[str]:
    """Return what customers ask in conversations, without what could tell who they are."""
    subjects = (subject_of(view) for view in views)
    return [sample for one in subjects if one is not None and (sample := sample_of(one.text))]


def answer_of(workspace: Workspace, view: ConversationView) -> str | None:
    """Return our newest answer in a conversation as the body of a canned reply, None where there is none."""
    ours = [one.text for one in view.messages if one.ours and one.deleted_at is None and one.text.strip()]
    return with_placeholders(ours[-1], values(workspace, view, None, _PUT_BACK)) if ours else None


def language_told(text: str) -> str | None:
    """Return the language that the words of a text tell, None when they tell none."""
    return language_of(words_of(text))


def add(locations: Locations, reply: CannedReply) -> CannedReply:
    """Write a new reply into the workspace's folder, or the agent's own for a personal one; return it as kept.

    Without an id it is named after its title. Raises Problem when something is missing or the file is there already.
    """
    kept = _checked(reply)
    personal = kept.source is Source.PERSONAL
    root = locations.personal_canned_replies if personal else locations.canned_replies
    if not kept.id:
        kept = replace(kept, id=stem_for(kept.title, {one.id for one in library(locations).replies}))
    return replace(kept, file=keep(kept, root, root if personal else locations.folder))


def _checked(reply: CannedReply) -> CannedReply:
    """Return a reply whose parts can be read back from its file. Raises Problem."""
    title = _line(reply.title, LONGEST_TITLE)
    body = safe(reply.body, lines=True).strip()
    if not title:
        raise Problem(say("A canned reply needs a title"))
    if not body:
        raise Problem(say("A canned reply needs a text"))
    lang = primary(reply.lang) if reply.lang else None
    if reply.lang and lang is None:
        raise UsageProblem(
            say("“{lang}” is no language code such as en or fr", lang=safe(reply.lang, limit=LONGEST_WORD))
        )
    return replace(
        reply,
        title=title,
        body=body,
        lang=lang,
        shortcut=_line(reply.shortcut, LONGEST_WORD).replace(" ", "-"),
        tags=_lines([tag.lower() for tag in reply.tags], LONGEST_WORD),
        examples=_lines(reply.examples, LONGEST_EXAMPLE),
    )


def _line(text: str, longest: int) -> str:
    return " ".join(safe(text, limit=longest).split())


def _lines(texts: Iterable[str], longest: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for text in texts if (line := _line(text, longest))))


def with_placeholders(text: str, known: Mapping[str, str]) -> str:
    """Return a finished text as a body: braces doubled, and what names this one person as placeholders."""
    body = text.replace("{", "{{").replace("}", "}}")
    for name, follows in _PUT_BACK.items():
        value = known.get(name, "")
        if len(value) >= _SHORTEST:
            body = re.sub(rf"(?<!\w){re.escape(value)}{follows}", f"{{{name}}}", body, flags=re.MULTILINE)
    return body
