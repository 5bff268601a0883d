"""What the placeholders of canned replies stand for in one conversation."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.suggestions.filling import KNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import tzinfo

    from cminbox.domain.message import Person
    from cminbox.inbox.reading import ConversationView
    from cminbox.inbox.workspace import Workspace

LABELS = {
    "name": say("first name"),
    "handle": say("handle of the person"),
    "account": say("our account"),
    "agent": say("your name"),
    "link": say("link to the message"),
    "hours": say("opening hours"),
    "due": say("time of the answer"),
}
"""What the agent is asked for where the program does not know a value."""
PERSONAL = frozenset({"name", "handle", "account", "link", "due"})
"""Those that are another one in each conversation: nobody can type them once for all."""
_LONGEST = 60
_NO_LETTERS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_ADDRESS = re.compile(r"@|://|\.\w{2,}|^www\b")
_TITLES = frozenset({"dr", "mr", "mrs", "ms", "mx", "mme", "mlle", "m", "me", "pr", "prof"})
_ARTICLES = frozenset({"the", "a", "an", "le", "la", "les", "l", "un", "une", "el", "los", "das", "der", "die"})


def values(
    workspace: Workspace, view: ConversationView, lang: str | None, wanted: Collection[str] = KNOWN
) -> dict[str, str]:
    """Return the values of the wanted placeholders for a conversation, empty where there is none.

    `lang` is the language of the reply: hours and times are said in it.
    """
    ways: dict[str, Callable[[], str]] = {
        "name": lambda: first_name(view.row.person),
        "handle": lambda: f"@{_line(view.row.person.handle)}",
        "account": lambda: _account(view),
        "agent": lambda: workspace.settings.canned.signature or _line(workspace.agent.name),
        "link": lambda: _link(view),
        "hours": lambda: _hours(workspace, lang),
        "due": lambda: _due(workspace, view, lang),
    }
    return {name: ways[name]() for name in wanted if name in ways}


def first_name(person: Person) -> str:
    """Return how a person is addressed: the first name where the network tells a name, else the handle."""
    name = _line(person.name)
    if not name or _ADDRESS.search(name):
        return _line(person.handle)
    words = [_NO_LETTERS.sub("", word) for word in name.split()]
    words = [word for word in words if word]
    if len(words) > 1 and words[0].lower() in _TITLES:
        # «Dr Martin» is no first name, and a greeting by the family name alone would be rude.
        return " ".join(words)
    if words and words[0].lower() in _ARTICLES:
        return " ".join(words)
    return words[0] if words else _line(person.handle)


def _line(text: str) -> str:
    return " ".join(safe(text, limit=_LONGEST).split())


def _account(view: ConversationView) -> str:
    return f"@{_line(view.account.handle)}" if view.account.handle else _line(view.account.name)


def _link(view: ConversationView) -> str:
    """Return where the customer's newest message stands."""
    links = [one.permalink for one in view.messages if not one.ours and one.permalink and one.deleted_at is None]
    return safe(links[-1]) if links else ""


def _hours(workspace: Workspace, lang: str | None) -> str:
    if workspace.settings.sla.schedule is None:
        # Around the clock is what response times fall back to, not what a shop door says.
        return ""
    from cminbox.inbox.spoken_times import hours_in_words  # noqa: PLC0415 - only where hours are set
    from cminbox.sla.forms import schedule  # noqa: PLC0415 - as above

    found = schedule(workspace.settings.sla.schedule)
    return "" if found is None else hours_in_words(found, lang)


def _due(workspace: Workspace, view: ConversationView, lang: str | None) -> str:
    if view.row.due is None or view.row.due <= workspace.now():
        # A time that has passed is nothing to promise.
        return ""
    from cminbox.inbox.spoken_times import moment_in_words  # noqa: PLC0415 - only where something is due

    return moment_in_words(view.row.due, workspace.now(), _zone(workspace), lang)


def _zone(workspace: Workspace) -> tzinfo:
    """Return the zone of the working hours, else this machine's."""
    plain = workspace.settings.sla.schedule
    if plain is not None:
        from cminbox.sla.forms import schedule  # noqa: PLC0415 - only where hours are set

        found = schedule(plain)
        if found is not None:
            return found.tz
    return datetime.now(UTC).astimezone().tzinfo or UTC
