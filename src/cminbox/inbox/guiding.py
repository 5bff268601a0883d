"""The guide: topics that lie in the package as Markdown, and those that are written from the program itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox import assets
from cminbox.domain.saying import say
from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.saying import Saying

SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Topic:
    """Something to read about. `name` is what a person types."""

    name: str
    title: str


def topics(render: Callable[[Saying], str]) -> list[Topic]:
    """Return every topic, by name; `render` gives sayings in the reader's language."""
    found = [Topic(SETTINGS, render(say("Every setting, its meaning and its default")))]
    for file in assets.guide().glob("*.md"):
        with file.open(encoding="utf-8") as lines:
            found.append(Topic(file.stem, next(lines, "").lstrip("# ").strip()))
    return sorted(found, key=lambda topic: topic.name)


def read(name: str, render: Callable[[Saying], str]) -> str | None:
    """Return a topic as Markdown, None when there is no such topic."""
    if name == SETTINGS:
        # Written from the settings' own model, which brings pydantic.
        from cminbox.settings.guide import settings_guide  # noqa: PLC0415 - see above

        return settings_guide(render)
    file = next((file for file in assets.guide().glob("*.md") if file.stem == name), None)
    return None if file is None else file.read_text(encoding="utf-8")
