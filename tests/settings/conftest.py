"""A workspace of a test's own, and ways to configure it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from cminbox.settings.keyring_vault import KeyringVault
from cminbox.settings.load import load_settings
from cminbox.settings.locations import Locations
from cminbox.settings.secrets import SecretStore
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


class FakeKeyring:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.failure: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._fail()
        del self.kept[service, username]

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "brand" / "secrets"


@pytest.fixture
def keyring() -> FakeKeyring:
    return FakeKeyring()


@pytest.fixture(params=["files", "keyring"])
def store(request: pytest.FixtureRequest, folder: Path, keyring: FakeKeyring) -> SecretStore:
    return SecretStore(folder, KeyringVault(folder, keyring) if request.param == "keyring" else None)
