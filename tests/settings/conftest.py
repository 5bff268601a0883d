"""A workspace of a test's own, and ways to configure it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from cminbox.settings.load import load_settings
from cminbox.settings.locations import Locations
from cminbox.settings.values import Settings

if TYPE_CHECKING:
    from pathlib import Path

Configure = Callable[..., Settings]


@pytest.fixture
def locations(tmp_path: Path) -> Locations:
    places = Locations("brand", tmp_path / "brand", tmp_path / "user" / "config.toml")
    places.create()
    places.user_config.parent.mkdir()
    return places


@pytest.fixture
def configure(locations: Locations) -> Configure:
    """Return a function that writes the files, then loads the settings."""

    def write_and_load(
        workspace: str | bytes = "",
        user: str = "",
        environ: dict[str, str] | None = None,
        overrides: dict[str, str] | None = None,
    ) -> Settings:
        locations.config.write_bytes(workspace if isinstance(workspace, bytes) else workspace.encode())
        locations.user_config.write_text(user)
        return load_settings(locations, environ or {}, overrides)

    return write_and_load
