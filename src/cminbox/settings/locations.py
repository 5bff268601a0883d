"""Every path of the program."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem, UsageProblem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.settings import modes

if TYPE_CHECKING:
    from collections.abc import Mapping

APP = "cminbox"
DEFAULT_WORKSPACE = "default"
WORKSPACE_VARIABLE = "CMINBOX_WORKSPACE"
CONFIG_VARIABLE = "CMINBOX_CONFIG"
_NAME_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Locations:
    """Where one workspace lies and where the user's own configuration is.

    `workspace` is its name as shown; `folder` holds everything of it; `user_config` applies to every workspace;
    `named_config` is a configuration file that was asked for by name and has to exist.
    """

    workspace: str
    folder: Path
    user_config: Path
    named_config: Path | None = None

    @property
    def database(self) -> Path:
        """The workspace's one database."""
        return self.folder / "inbox.sqlite3"

    @property
    def config(self) -> Path:
        """The workspace's own settings."""
        return self.folder / "config.toml"

    @property
    def configs(self) -> tuple[Path, ...]:
        """The configuration files, the strongest first."""
        named = () if self.named_config is None else (self.named_config,)
        return (*named, self.config, self.user_config)

    @property
    def settings_cache(self) -> Path:
        """The validated settings, kept so that they are validated again only when a source has changed."""
        return self.folder / "settings.cache.json"

    @property
    def suggestions_cache(self) -> Path:
        """What the canned replies teach the suggestions, kept until a reply changes."""
        return self.folder / "suggestions.cache"

    @property
    def words_cache(self) -> Path:
        """The words that many people use in this inbox, kept until there is much news."""
        return self.folder / "words.cache.json"

    @property
    def public_holidays(self) -> Path:
        """The public holidays that were listed and taken over, with their names."""
        return self.folder / "public_holidays.json"

    @property
    def secrets(self) -> Path:
        """The folder of secret files, one set per account."""
        return self.folder / "secrets"

    @property
    def canned_replies(self) -> Path:
        """The workspace's own canned replies."""
        return self.folder / "canned_replies"

    @property
    def personal_canned_replies(self) -> Path:
        """The canned replies of whoever runs the program, for every workspace."""
        return self.user_config.parent / "canned_replies"

    @property
    def spool(self) -> Path:
        """The relay's folder of messages in and replies out."""
        return self.folder / "spool"

    @property
    def logs(self) -> Path:
        """The folder of log files and crash reports."""
        return self.folder / "logs"

    def create(self) -> None:
        """Create the workspace's folder and the private folders in it. Raises Problem."""
        for folder in (self.folder, self.secrets, self.logs):
            try:
                modes.make_folder(folder)
            except OSError as error:
                raise Problem(
                    say(
                        "{path}: this folder cannot be created ({reason}); choose another with --workspace ./FOLDER",
                        path=safe(str(folder)),
                        reason=safe(error.strerror or type(error).__name__),
                    )
                ) from None


def locate(workspace: str | None, config: str | None, environ: Mapping[str, str]) -> Locations:
    """Return the paths for a workspace's name or directory and a configuration file.

    None leaves the choice to `CMINBOX_WORKSPACE` and `CMINBOX_CONFIG`, then to the default. A workspace is a directory
    when it contains a slash, else a name in the user's data folder. Nothing is created. Raises UsageProblem.
    """
    asked = workspace if workspace is not None else environ.get(WORKSPACE_VARIABLE) or DEFAULT_WORKSPACE
    named = config if config is not None else environ.get(CONFIG_VARIABLE)
    named_config = _absolute(named) if named else None
    user_config = _user_folder("config") / "config.toml"
    if "/" in asked:
        folder = _absolute(asked)
        return Locations(folder.name or "/", folder, user_config, named_config)
    return Locations(_checked(asked), _user_folder("data") / asked, user_config, named_config)


def workspaces() -> list[str]:
    """Return the names of the workspaces in the user's data folder, sorted."""
    folder = _user_folder("data")
    if not folder.is_dir():
        return []
    return sorted(entry.name for entry in folder.iterdir() if (entry / "inbox.sqlite3").is_file())


def _checked(name: str) -> str:
    fine = bool(name) and len(name) <= _NAME_LIMIT and name.isprintable() and not name.startswith((".", "-"))
    if fine:
        return name
    raise UsageProblem(
        say(
            "“{name}” cannot name a workspace; use a word such as “brand”, or a directory with a slash such as ./brand",
            name=safe(name, limit=_NAME_LIMIT),
        )
    )


def _absolute(path: str) -> Path:
    if "\0" in path:
        raise _unusable(path, "NUL")
    try:
        return Path(os.path.abspath(Path(path).expanduser()))  # noqa: PTH100 - Path.resolve would follow links
    except (OSError, RuntimeError) as error:
        # A home that does not exist, a current folder that is gone.
        raise _unusable(path, str(error)) from None


def _unusable(path: str, reason: str) -> UsageProblem:
    return UsageProblem(say("{path}: this path cannot be used ({reason})", path=safe(path), reason=safe(reason)))


def _user_folder(kind: str) -> Path:
    """Return cminbox's folder for "data" or "config" as the desktop standards place it on this system."""
    # Loaded at the first use: `--version` and `--help` need no path.
    from platformdirs import user_config_path, user_data_path  # noqa: PLC0415 - see above

    return user_data_path(APP) if kind == "data" else user_config_path(APP)
