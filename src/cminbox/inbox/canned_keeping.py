"""New canned replies: written by hand, or made from an answer with the message as their first example."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from cminbox.domain.canned import CannedReply, Source
from cminbox.domain.problem import Problem
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
from cminbox.suggestions.reply_head import LONGEST_TITLE
from cminbox.suggestions.sample import sample_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    subject = subject_of(view)
    example = "" if subject is None else sample_of(subject.text)
    lang = language_of(words_of(text)) or languages_of(view)[0]
    body = with_placeholders(text, values(workspace, view, lang))
    return add(
        workspace.locations,
        CannedReply(
            id="",
            lang=lang,
            title=title,
            body=body,
            source=Source.PERSONAL if personal else Source.WORKSPACE,
            file=workspace.locations.canned_replies,
            shortcut=shortcut,
            tags=tuple(tags),
            examples=(example,) if example else (),
        ),
    )


def add(locations: Locations, reply: CannedReply) -> CannedReply:
    """Write a new reply into the workspace's folder, or the agent's own for a personal one; return it as kept.

    Without an id it is named after its title. Raises Problem.
    """
    title = " ".join(safe(reply.title, limit=LONGEST_TITLE).split())
    if not title:
        raise Problem(say("A canned reply needs a title"))
    body = safe(reply.body, lines=True).strip()
    if not body:
        raise Problem(say("A canned reply needs a text"))
    root = locations.canned_replies
    if reply.source is Source.PERSONAL:
        root = locations.personal_canned_replies
    stem = reply.id or stem_for(title, {one.id for one in library(locations).replies})
    shortcut = "-".join(safe(reply.shortcut, limit=LONGEST_WORD).split())
    tags = tuple(" ".join(safe(tag, limit=LONGEST_WORD).lower().split()) for tag in reply.tags)
    kept = replace(reply, id=stem, title=title, body=body, shortcut=shortcut, tags=tags)
    return replace(kept, file=keep(kept, root, locations.folder if reply.source is Source.WORKSPACE else root))


def with_placeholders(text: str, known: Mapping[str, str]) -> str:
    """Return a finished text as a body: braces doubled, and what names this one person as placeholders."""
    body = text.replace("{", "{{").replace("}", "}}")
    for name, follows in _PUT_BACK.items():
        value = known.get(name, "")
        if len(value) >= _SHORTEST:
            body = re.sub(rf"(?<!\w){re.escape(value)}{follows}", f"{{{name}}}", body, flags=re.MULTILINE)
    return body
