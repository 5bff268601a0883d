"""The settings of a workspace, without validating them again when nothing has changed.

What was validated lies beside the database as JSON, with the state of every source it came from. As long as all
of them are the same, the program starts without pydantic.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cminbox import __version__
from cminbox.domain.alerts import Alerts
from cminbox.domain.problem import UsageProblem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.settings import modes, values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.settings.locations import Locations

_PREFIX = "CMINBOX_"
_OWN_FILES = ("model.py", "tables.py", "time_tables.py", "values.py", "load.py", "response_times.py")


def load_settings(
    locations: Locations, environ: Mapping[str, str], overrides: Mapping[str, str] | None = None
) -> values.Settings:
    """Return the settings: the command line's before the environment's, the workspace's, the user's, the defaults.

    `overrides` are settings from the command line by their dotted name, such as {"ui.mouse": "false"}. Raises
    UsageProblem, in one sentence with the place and the mend.
    """
    given = dict(overrides or {})
    if locations.named_config is not None and not _present(locations.named_config):
        raise UsageProblem(
            say("{path}: there is no such configuration file", path=safe(str(locations.named_config))),
        )
    # Taken before anything is read: a file that changes meanwhile is read again the next time.
    state = _state(locations, environ, given)
    if (known := _recall(locations.settings_cache, state)) is not None:
        return known
    files = [file for file in locations.configs if _present(file)]
    if not files and not given and not state["environ"]:
        return values.DEFAULTS
    # Loaded here because it is what the cache saves.
    from cminbox.settings.sources import read  # noqa: PLC0415 - see above

    settings = read(files, environ, given, locations.public_holidays)
    _remember(locations.settings_cache, state, settings)
    return settings


def sources(locations: Locations, environ: Mapping[str, str]) -> object:
    """Return what the settings depend on, to be compared with what it is later; costs a look at each file."""
    return _state(locations, environ, {})


def _present(file: Path) -> bool:
    """Whether something is there to be read, if only to say why it cannot be."""
    try:
        file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _state(locations: Locations, environ: Mapping[str, str], given: Mapping[str, str]) -> dict[str, Any]:
    """Return all that the settings depend on, as it reads back from JSON."""
    own = [Path(__file__).with_name(name) for name in _OWN_FILES]
    return {
        "version": __version__,
        "files": [[str(file), _stamp(file)] for file in (*own, *locations.configs, locations.public_holidays)],
        "environ": sorted(
            [name, value] for name, value in environ.items() if name.startswith(_PREFIX) and "__" in name and value
        ),
        "overrides": sorted([name, value] for name, value in given.items()),
    }


def _stamp(file: Path) -> list[int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return [found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino]


def _recall(cache: Path, sources: dict[str, Any]) -> values.Settings | None:
    """Return the settings that were kept for exactly these sources, None for any reason to read them anew."""
    try:
        kept = json.loads(cache.read_bytes())
        return _from_json(kept["settings"]) if kept["sources"] == sources else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _remember(cache: Path, sources: dict[str, Any], settings: values.Settings) -> None:
    """Keep the settings for the next start; where that cannot be, the next start validates again."""
    fresh = cache.with_name(f"{cache.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, modes.FILE), "w") as file:
            json.dump({"sources": sources, "settings": asdict(settings)}, file)
        fresh.replace(cache)
    except OSError:
        return


def _from_json(kept: dict[str, Any]) -> values.Settings:
    undo = dict(kept["undo"])
    networks = {name: values.UndoOfNetwork(**own) for name, own in undo.pop("networks").items()}
    return values.Settings(
        ui=values.Ui(**kept["ui"]),
        alerts=Alerts(**kept["alerts"]),
        keys={action: tuple(keys) for action, keys in kept["keys"].items()},
        undo=values.Undo(**undo, networks=networks),
        sync=values.Sync(**kept["sync"]),
        backups=values.Backups(**kept["backups"]),
        spending=values.Spending(**kept["spending"]),
        canned=_canned(kept["canned"]),
        secrets=values.Secrets(**kept["secrets"]),
        sla=_sla(kept["sla"]),
    )


def _canned(kept: dict[str, Any]) -> values.Canned:
    return values.Canned(
        kept["signature"], tuple(kept["languages"]), tuple(kept["forbidden"]), kept["tone"], dict(kept["tones"])
    )


def _sla(kept: dict[str, Any]) -> values.Sla:
    public = kept["public"]
    return values.Sla(
        **kept
        | {
            "public": None if public is None else values.PublicHolidays(**public),
            "policies": tuple(kept["policies"]),
            "on_stage": tuple(kept["on_stage"]),
        }
    )
