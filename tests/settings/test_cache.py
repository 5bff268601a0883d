"""An unchanged configuration is not validated again; a changed one always is."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.problem import UsageProblem
from cminbox.settings.load import load_settings
from cminbox.settings.values import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.settings.locations import Locations
    from cminbox.settings.values import Settings

    Configure = Callable[..., Settings]

PROGRAM = """
import os, sys
from pathlib import Path
from cminbox.settings.load import load_settings
from cminbox.settings.locations import Locations
settings = load_settings(Locations("brand", Path(sys.argv[1]), Path(sys.argv[2])), os.environ)
print(settings.sync.history_days, sorted(sys.modules.keys() & {"pydantic", "pydantic_settings", "tomllib", "difflib"}))
"""
FULL = """
[keys]
done = "e"
[undo.networks.mastodon]
dm = "0s"
[sync]
history_days = 3
[canned]
signature = "Ana"
languages = ["en"]
forbidden = ["asap"]
tone = "vous"
tones = { brand = "tu" }
[ui]
mouse = false
"""


def _in_a_process(locations: Locations) -> str:
    arguments = [sys.executable, "-c", PROGRAM, str(locations.folder), str(locations.user_config)]
    return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.strip()


def test_the_second_start_loads_no_validation(locations: Locations) -> None:
    locations.config.write_text("[sync]\nhistory_days = 3\n")
    assert "pydantic_settings" in _in_a_process(locations)
    assert _in_a_process(locations) == "3 []"
    locations.config.write_text("[sync]\nhistory_days = 4\n")
    assert _in_a_process(locations).startswith("4 ['pydantic', 'pydantic_settings'")


def test_a_start_without_configuration_loads_no_validation(locations: Locations) -> None:
    assert _in_a_process(locations) == "30 []"


def test_what_is_kept_is_what_was_read(configure: Configure, locations: Locations) -> None:
    first = configure(FULL)
    assert locations.settings_cache.exists()
    assert load_settings(locations, {}) == first


@pytest.mark.parametrize("source", ["workspace", "user", "environ", "overrides"])
def test_a_change_of_any_source_is_seen(configure: Configure, source: str) -> None:
    assert configure(FULL).ui.language == "auto"
    text = FULL + 'language = "fr"\n'
    changed = {
        "workspace": lambda: configure(text),
        "user": lambda: configure(FULL, '[ui]\nlanguage = "fr"\n'),
        "environ": lambda: configure(FULL, environ={"CMINBOX_UI__LANGUAGE": "fr"}),
        "overrides": lambda: configure(FULL, overrides={"ui.language": "fr"}),
    }
    assert changed[source]().ui.language == "fr"
    assert configure(FULL).ui.language == "auto"


def test_a_change_that_keeps_the_size_is_seen(configure: Configure) -> None:
    assert configure("[sync]\nhistory_days = 3\n").sync.history_days == 3
    assert configure("[sync]\nhistory_days = 4\n").sync.history_days == 4


def test_a_file_that_goes_away_is_seen(configure: Configure, locations: Locations) -> None:
    configure(FULL)
    locations.config.unlink()
    locations.user_config.unlink()
    assert load_settings(locations, {}) == DEFAULTS


def test_a_mistake_is_never_kept(configure: Configure) -> None:
    for _ in range(2):
        with pytest.raises(UsageProblem):
            configure("[ui]\nmouse = 3\n")


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"null", b'{"sources": 1}', b"\xff", b'{"settings": {}}'])
def test_a_damaged_cache_is_read_past(configure: Configure, locations: Locations, damage: bytes) -> None:
    first = configure(FULL)
    locations.settings_cache.write_bytes(damage)
    assert load_settings(locations, {}) == first
    assert load_settings(locations, {}) == first


def test_a_cache_with_settings_of_another_shape_is_read_past(configure: Configure, locations: Locations) -> None:
    first = configure(FULL)
    kept = json.loads(locations.settings_cache.read_text())
    kept["settings"]["ui"]["gone"] = 1
    locations.settings_cache.write_text(json.dumps(kept))
    assert load_settings(locations, {}) == first


def test_where_no_cache_can_be_written_settings_are_read_all_the_same(locations: Locations) -> None:
    locations.config.write_text(FULL)
    locations.settings_cache.mkdir()
    assert load_settings(locations, {}).sync.history_days == 3


def test_the_cache_is_private(configure: Configure, locations: Locations) -> None:
    configure(FULL)
    assert stat.S_IMODE(locations.settings_cache.stat().st_mode) == 0o600
    assert [path.name for path in locations.folder.glob("settings.cache.json.*")] == []
