"""What every test may rely on: the developer's own machine is kept out."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as hypothesis_settings

from cminbox.i18n import SOURCE_LANGUAGE, use
from cminbox.store import database
from cminbox.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A busy machine is no failure.
hypothesis_settings.register_profile("cminbox", deadline=None, print_blob=True)
hypothesis_settings.load_profile("cminbox")

_FOREIGN_PREFIXES = ("CMINBOX_", "XDG_", "TEXTUAL", "LC_")
_OWN_PREFIX = "TEXTUAL_SNAPSHOT_"  # the snapshot plugin's own notes, not the developer's
_FOREIGN_VARIABLES = frozenset(
    {"ALL_PROXY", "COLUMNS", "FORCE_COLOR", "HTTP_PROXY", "HTTPS_PROXY", "LANGUAGE", "LINES", "NO_COLOR", "NO_PROXY"}
)


@pytest.fixture(autouse=True)
def own_machine(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test an empty home, the C locale, UTC, no proxy, no keyring and no setting in the environment."""
    for name in os.environ:
        if name.startswith(_OWN_PREFIX):
            continue
        if name.startswith(_FOREIGN_PREFIXES) or name.upper() in _FOREIGN_VARIABLES:
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    time.tzset()


@pytest.fixture(autouse=True)
def source_language() -> Iterator[None]:
    """Start and leave each test in English, whatever it switches to."""
    use(SOURCE_LANGUAGE)
    yield
    use(SOURCE_LANGUAGE)


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the file of a database in which nothing is yet."""
    path = tmp_path_factory.mktemp("new") / "inbox.sqlite3"
    Database(path).close()
    return path.read_bytes()


@pytest.fixture(autouse=True)
def made_before(new_database: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin each new database of this process with the file of one: all its schemas take longer than most tests.

    Whoever looks at how a database is made has a fixture of the same name that does nothing.
    """
    create_empty = database._create_empty

    def create(path: Path, file_mode: int) -> None:
        new = not path.exists()
        create_empty(path, file_mode)
        if new:
            path.write_bytes(new_database)

    monkeypatch.setattr(database, "_create_empty", create)
