"""Reading, checking and joining the sources of settings: command line, environment, workspace and user, in this order.

Every source is checked by itself, so that an error is reported where it was made, even when a stronger source hides
it. This module loads pydantic; `cminbox.settings.load` decides whether that is needed.
"""

from __future__ import annotations

import tomllib
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from cminbox.domain.alerts import Alerts
from cminbox.domain.problem import UsageProblem
from cminbox.domain.saying import Saying, say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.settings import lengths, model, positions, values
from cminbox.settings.response_times import response_times

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

PREFIX = "CMINBOX_"
DELIMITER = "__"
LARGEST_FILE = 256 * 1024
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Layer:
    """One source: its settings as a table, and how to name the place of one of them.

    `strict` is for files, where a value has a type of its own; a word of the environment may mean a number.
    """

    table: dict[str, Any]
    file: Path | None = None
    text: str = ""
    names: Mapping[tuple[str, ...], str] | None = None

    def place(self, path: tuple[str | int, ...]) -> str:
        """Return where the setting at `path` was made, as one looks it up."""
        if self.names is not None:
            named = self.names.get(tuple(str(part) for part in path))
            return safe(named or next(iter(self.names.values()), ""))
        line = positions.line_of(self.text, path)
        return safe(str(self.file)) + (f":{line}" if line else "")


class _Joined(model.Document, BaseSettings):  # type: ignore[misc]  # both are configured; what the first says holds
    """A whole configuration out of several tables."""


class _Table(PydanticBaseSettingsSource):
    """A source that is a table already."""

    def __init__(self, settings_cls: type[BaseSettings], table: dict[str, Any]) -> None:
        super().__init__(settings_cls)
        self.table = table

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - given by the interface
        """Return one value of the table."""
        return self.table.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the whole table."""
        return self.table


def read(
    files: Sequence[Path],
    environ: Mapping[str, str],
    overrides: Mapping[str, str],
    holidays: Path | None = None,
) -> values.Settings:
    """Return the settings out of all sources. Raises UsageProblem with the place and the mend.

    `files` are the configuration files that exist, the strongest first; `overrides` come from the command line, by
    their dotted name; `holidays` is the file of the public holidays that were taken over.
    """
    layers = [_from_overrides(overrides), from_environ(environ), *(from_file(file) for file in files)]
    for layer in layers:
        _check(layer)
    document = _join(_schedules_whole([layer.table for layer in layers]))
    sla = response_times(document, partial(_place_of, layers), holidays)
    settings = _plain(document, sla)
    _check_pace(settings.sync, layers)
    return settings


def _schedules_whole(tables: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Let no source add weekdays or dates to another one's: each part of the schedule is that of the strongest."""
    known: set[str] = set()
    whole = []
    for table in tables:
        schedule = table.get("schedule", {})
        whole.append(table | {"schedule": {name: part for name, part in schedule.items() if name not in known}})
        known.update(schedule)
    return whole


def _place_of(layers: Sequence[Layer], path: tuple[str | int, ...]) -> str:
    """Return where the strongest source says something of what stands at `path`."""
    for layer in layers:
        inner: Any = layer.table
        for name in path[:2]:
            inner = inner.get(name) if isinstance(inner, dict) else None
        if inner is not None:
            return layer.place(path)
    return ".".join(str(part) for part in path)


def _check_pace(sync: values.Sync, layers: Sequence[Layer]) -> None:
    if sync.fastest > sync.slowest:
        raise UsageProblem(
            say(
                "{place}: “sync.fastest” ({fastest}) is longer than “sync.slowest” ({slowest}); change one of them",
                place=next((layer.place(("sync",)) for layer in layers if "sync" in layer.table), "sync"),
                fastest=lengths.write(sync.fastest),
                slowest=lengths.write(sync.slowest),
            )
        )


def from_file(file: Path) -> Layer:
    """Return a configuration file as a layer. Raises UsageProblem."""
    place = safe(str(file))
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UsageProblem(
            say("{place}: this file cannot be read ({reason})", place=place, reason=error.strerror or "OSError")
        ) from None
    if len(data) > LARGEST_FILE:
        raise UsageProblem(say("{place}: this file is too large to be a configuration", place=place))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageProblem(say("{place}: this is not UTF-8; save the file as UTF-8", place=f"{place}:{line}")) from None
    try:
        return Layer(tomllib.loads(text), file, text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageProblem(_not_toml(place, text, str(error))) from None


def _not_toml(place: str, text: str, reason: str) -> Saying:
    said, _, where = reason.partition(" (at ")
    line = where.removeprefix("line ").partition(",")[0]
    if where.startswith("end of document"):
        line = str(len(text.splitlines()))
    return say(
        "{place}: this is not TOML: {reason}; correct the line or put a # before it",
        place=f"{place}:{line}" if line.isdecimal() else place,
        reason=safe(said, limit=200),
    )


def from_environ(environ: Mapping[str, str]) -> Layer:
    """Return the settings of the environment: `CMINBOX_UI__LANGUAGE` is `ui.language`. Empty means not set.

    Variables without a double underscore are not settings but belong to the command line (`CMINBOX_WORKSPACE` ...).
    """
    chosen = {
        tuple(name.removeprefix(PREFIX).lower().split(DELIMITER)): (name, value)
        for name, value in environ.items()
        if name.startswith(PREFIX) and DELIMITER in name.removeprefix(PREFIX) and value
    }
    return _from_paths({path: value for path, (_, value) in chosen.items()}, {p: n for p, (n, _) in chosen.items()})


def _from_overrides(overrides: Mapping[str, str]) -> Layer:
    chosen = {tuple(name.split(".")): value for name, value in overrides.items()}
    return _from_paths(chosen, {path: ".".join(path) for path in chosen})


def _from_paths(chosen: Mapping[tuple[str, ...], str], names: Mapping[tuple[str, ...], str]) -> Layer:
    table: dict[str, Any] = {}
    for path, value in sorted(chosen.items()):
        inner = table
        for name in path[:-1]:
            below = inner.get(name)
            if not isinstance(below, dict):
                # A setting is used as if it were a table; the table is kept, so that checking it says so.
                below = inner[name] = {}
            inner = below
        inner[path[-1]] = value
    return Layer(table, names=names)


def _check(layer: Layer) -> None:
    try:
        model.Document.model_validate(layer.table, strict=layer.file is not None)
    except ValidationError as error:
        raise UsageProblem(next(_sayings(layer, error))) from None


def _sayings(layer: Layer, error: ValidationError) -> Iterator[Saying]:
    """Yield one sentence per error, those with a typing error in a name first: they explain the others."""
    details = sorted(error.errors(include_url=False), key=lambda detail: detail["type"] != "extra_forbidden")
    for detail in details:
        path = detail["loc"]
        yield _unknown(layer, path) if detail["type"] == "extra_forbidden" else _wrong(layer, path, detail)


def _unknown(layer: Layer, path: tuple[str | int, ...]) -> Saying:
    key, place = _dotted(path), layer.place(path)
    nearest = _nearest(path)
    if nearest:
        return say(
            "{place}: there is no setting “{key}”; did you mean “{nearest}”?", place=place, key=key, nearest=nearest
        )
    known = ", ".join(model.names(path[:-1]) or model.names())
    return say("{place}: there is no setting “{key}”; there are: {known}", place=place, key=key, known=known)


def _nearest(path: tuple[str | int, ...]) -> str | None:
    """Return the setting that was probably meant: spelt alike beside it, else of the same name in another table."""
    from difflib import get_close_matches  # noqa: PLC0415 - needed for an error only

    beside = get_close_matches(str(path[-1]).lower(), model.names(path[:-1]), n=1)
    if beside:
        return ".".join((*(str(part) for part in path[:-1]), *beside))
    everywhere = {name: f"{table}.{name}" for table in model.names() for name in model.names((table,))}
    elsewhere = get_close_matches(str(path[-1]).lower(), everywhere, n=1, cutoff=0.8)
    return everywhere[elsewhere[0]] if elsewhere else None


def _wrong(layer: Layer, path: tuple[str | int, ...], detail: ErrorDetails) -> Saying:
    entry = model.about(path)
    return say(
        "{place}: “{key}” cannot be {value}; allowed: {allowed}",
        place=layer.place(path),
        key=_dotted(path),
        value=safe(_notation(detail["input"]), limit=_SHOWN),
        allowed=entry.allowed if entry is not None else "TOML",
    )


def _dotted(path: tuple[str | int, ...]) -> str:
    return safe(".".join(str(part) for part in path), limit=_SHOWN)


def _notation(value: object) -> str:
    """Return a value about as it stands in a configuration."""
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _join(tables: Sequence[dict[str, Any]]) -> model.Document:
    class Layered(_Joined):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - given by the interface
            env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return tuple(_Table(settings_cls, table) for table in tables)

    return Layered()


def _plain(document: model.Document, sla: values.Sla) -> values.Settings:
    return values.Settings(
        ui=values.Ui(**document.ui.model_dump()),
        alerts=Alerts(**document.alerts.model_dump()),
        keys={action: tuple(keys) for action, keys in document.keys.items()},
        undo=values.Undo(
            public=document.undo.public,
            dm=document.undo.dm,
            networks={name: values.UndoOfNetwork(**own.model_dump()) for name, own in document.undo.networks.items()},
        ),
        sync=values.Sync(**document.sync.model_dump()),
        backups=values.Backups(**document.backups.model_dump()),
        spending=values.Spending(**document.spending.model_dump()),
        canned=values.Canned(
            " ".join(safe(document.canned.signature).split()),
            tuple(document.canned.languages),
            tuple(safe(one) for one in document.canned.forbidden),
            document.canned.tone,
            dict(document.canned.tones),
        ),
        secrets=values.Secrets(**document.secrets.model_dump()),
        sla=sla,
    )
