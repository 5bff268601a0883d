"""The guide's topic on settings, written from the settings themselves so that it cannot be out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.saying import Saying, say
from cminbox.settings import lengths, model
from cminbox.settings.values import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LENGTHS = frozenset(
    {"undo.public", "undo.dm", "sync.fastest", "sync.slowest", "sla.urgent_left", "sla.on_stage_limit"}
)
_NETWORK = ("undo", "networks", "NAME")


def settings_guide(render: Callable[[Saying], str]) -> str:
    """Return the topic as Markdown in the language that `render` writes."""
    return "\n".join(_lines(render))


def _lines(render: Callable[[Saying], str]) -> Iterator[str]:
    yield "# " + render(say("Settings"))
    yield ""
    for paragraph in _INTRODUCTION:
        yield render(paragraph)
        yield ""
    yield from ("```toml", "[undo]", 'public = "10s"', "", "[keys]", 'done = ["e", "d"]', "```", "")
    for table in model.names():
        about = model.about((table,))
        yield f"## [{table}]"
        yield ""
        if about is not None:
            yield render(about.meaning)
            yield ""
        yield from _entries((table,), render)
        if table == _NETWORK[0]:
            yield f"### [{'.'.join(_NETWORK)}]"
            yield ""
            yield from _entries(_NETWORK, render)


def _entries(table: tuple[str, ...], render: Callable[[Saying], str]) -> Iterator[str]:
    names = model.names(table)
    if not names and (about := model.about(table)) is not None:
        yield f"`{about.allowed}`"
        yield ""
    for name in names:
        path = (*table, name)
        about = model.about(path)
        if about is None or path == _NETWORK[:-1]:
            continue
        yield f"- `{name}`: {render(about.meaning)}"
        if about.allowed.startswith(("[", "{")):
            # No variable of the environment can hold a table or a list.
            yield "  " + render(say("Written as: {form}.", form=f"`{about.allowed}`"))
            continue
        yield "  " + render(
            say("Allowed: {allowed}. Default: {default}. Variable: {variable}.", **_facts(path, about.allowed))
        )
    if names:
        yield ""


def _facts(path: tuple[str, ...], allowed: str) -> dict[str, str]:
    return {
        "allowed": f"`{allowed}`",
        "default": f"`{_default(path)}`",
        "variable": f"`CMINBOX_{'__'.join(path).upper()}`",
    }


def _default(path: tuple[str, ...]) -> str:
    if path[: len(_NETWORK)] == _NETWORK:
        return f"{path[0]}.{path[-1]}"
    if path[0] == "schedule":
        return "-"
    value: object = DEFAULTS
    for name in path:
        value = getattr(value, name)
    if ".".join(path) in _LENGTHS and isinstance(value, int):
        return f'"{lengths.write(value)}"'
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


_INTRODUCTION = (
    say(
        "A configuration file is TOML. The workspace has one, config.toml in its folder, and you have one for all "
        "workspaces, cminbox/config.toml in your configuration folder (~/.config on Linux); --config FILE names "
        "another."
    ),
    say(
        "The strongest wins, setting by setting: the command line, then a variable of the environment, then --config, "
        "then the workspace's file, then yours. A setting that does not exist or cannot have its value is an error, "
        "never ignored."
    ),
    say(
        "A length of time is written as “8s”, “30m”, “1h30m” or “2d”. The variable of a setting is CMINBOX_, its table "
        "and its name, joined by two underscores."
    ),
)
