"""The settings as the program uses them, with their defaults. Plain values: reading them loads nothing else.

What each one means, and what is allowed, is written in `cminbox.settings.model`. Durations are seconds.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, Literal

from cminbox.domain.alerts import Alerts
from cminbox.domain.value import dataclass
from cminbox.sla.defaults import definitions

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Ui:
    """How the screen looks and behaves, as `cminbox.settings.model` has checked it."""

    language: Literal["auto", "en", "fr"] = "auto"
    mouse: bool = True
    mouse_over_ssh: bool = False
    theme: Literal["auto", "ansi", "dark", "light", "high-contrast", "cvd"] = "auto"
    density: Literal["normal", "compact"] = "normal"
    advance: Literal["next", "previous", "stay"] = "next"
    layout: Literal["auto", "us", "azerty", "russian", "ukrainian", "greek", "hebrew"] = "auto"
    signs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UndoOfNetwork:
    """How long replies on one network can be taken back; None leaves it to the general setting."""

    public: int | None = None
    dm: int | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """How long a reply can be taken back before it is sent."""

    public: int = 8
    dm: int = 5
    networks: Mapping[str, UndoOfNetwork] = field(default_factory=dict)

    def seconds(self, network: str, *, dm: bool) -> int:
        """Return the undo window of a reply on `network`, a direct message or a public one."""
        own = self.networks.get(network, UndoOfNetwork())
        window = own.dm if dm else own.public
        if window is not None:
            return window
        return self.dm if dm else self.public


@dataclass(frozen=True, slots=True)
class Sync:
    """How the networks are read."""

    fastest: int = 30
    slowest: int = 900
    history_days: int = 30


@dataclass(frozen=True, slots=True)
class Backups:
    """How many of the backups that are made by themselves are kept; none of either makes none."""

    daily: int = 7
    weekly: int = 4


@dataclass(frozen=True, slots=True)
class Spending:
    """What may be spent in a day (UTC) on networks that charge for sending, in their own currency; None is no limit."""

    per_day: float | None = None
    accounts: Mapping[str, float] = field(default_factory=dict)

    def limit(self, account: str) -> float | None:
        """Return the day's limit of an account, None where there is none."""
        return self.accounts.get(account, self.per_day)


Tone = Literal["any", "tu", "vous"]


@dataclass(frozen=True, slots=True)
class Canned:
    """Canned replies. Without a signature the agent's name stands for it; no languages are all that the library has.

    `tone` is how customers are addressed where a language has two ways, `tones` other ways of single accounts.
    """

    signature: str = ""
    languages: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    tone: Tone = "any"
    tones: Mapping[str, Tone] = field(default_factory=dict)

    def tone_of(self, account: str) -> Tone:
        """Return how an account addresses customers."""
        return self.tones.get(account, self.tone)


@dataclass(frozen=True, slots=True)
class Secrets:
    """Where passwords and tokens are kept."""

    store: Literal["files", "keyring"] = "files"


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """The public holidays that the schedule asks for; `listed` says whether their dates were taken over."""

    country: str
    region: str | None = None
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Sla:
    """Response times.

    `policies` are complete, in their order and in the plain form of `cminbox.sla.forms`, with the dates of public
    holidays written out. `schedule` is the workspace's in the same form, None for around the clock. `warn` and
    `urgent` are per cent of a target. `on_stage` is the command that is told of stages, as a list of words.
    """

    schedule: Mapping[str, Any] | None = None
    public: PublicHolidays | None = None
    policies: tuple[Mapping[str, Any], ...] = tuple(definitions(None))
    own_policies: bool = False
    warn: int = 75
    urgent: int = 90
    urgent_left: int = 300
    on_stage: tuple[str, ...] = ()
    on_stage_limit: int = 10


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a user can settle. `keys` gives the keys that replace an action's own, by the action's name."""

    ui: Ui = field(default_factory=Ui)
    alerts: Alerts = field(default_factory=Alerts)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    undo: Undo = field(default_factory=Undo)
    sync: Sync = field(default_factory=Sync)
    backups: Backups = field(default_factory=Backups)
    spending: Spending = field(default_factory=Spending)
    canned: Canned = field(default_factory=Canned)
    secrets: Secrets = field(default_factory=Secrets)
    sla: Sla = field(default_factory=Sla)


DEFAULTS = Settings()
