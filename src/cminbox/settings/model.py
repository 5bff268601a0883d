"""Every setting: its name, what it means, what is allowed. The guide's topic on settings is generated from here.

Loaded only when a source of settings has changed; the program itself reads `cminbox.settings.values`.
"""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeGuard, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from cminbox.domain.alerts import Form, From
from cminbox.domain.saying import Saying, say
from cminbox.domain.value import dataclass
from cminbox.settings import lengths, values

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT = values.DEFAULTS
DAY = 86_400


@dataclass(frozen=True, slots=True)
class About:
    """What a setting means, for a person, and what is allowed, in the configuration's own notation."""

    meaning: Saying
    allowed: str = ""


def _between(low: int, high: int) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:  # noqa: ANN401 - whatever the file holds
        if isinstance(value, str):
            value = lengths.parse(value)
        elif not isinstance(value, int) or isinstance(value, bool) or value != 0:
            # A bare number would be a guess at its unit; nothing is nothing in every unit.
            raise ValueError("not a length of time")
        if not low <= value <= high:
            raise ValueError("out of bounds")
        return value

    return read


def _one_or_several(value: Any) -> Any:  # noqa: ANN401 - whatever the file holds
    return [value] if isinstance(value, str) else value


UndoLength = Annotated[int, BeforeValidator(_between(0, 60))]
Pace = Annotated[int, BeforeValidator(_between(5, DAY))]
KeyName = Annotated[str, Field(min_length=1, max_length=40)]
TargetLength = Annotated[int, BeforeValidator(_between(1, 365 * DAY))]
UrgentLength = Annotated[int, BeforeValidator(_between(0, DAY))]
HookLength = Annotated[int, BeforeValidator(_between(1, 300))]
Amount = Annotated[float, Field(ge=0, le=1_000_000)]
_AMOUNT = "0 … 1000000"
_UNDO = '"0s" … "60s"'
_FROM = '"never" | "warn" | "urgent" | "late"'
_PACE = '"5s" … "1d" ("30s", "5m", "1h30m")'


class Table(BaseModel):
    """A table of the configuration: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Ui(Table):
    """The screen."""

    language: Annotated[
        Literal["auto", "en", "fr"],
        About(
            say("The language of everything that cminbox says; “auto” follows the locale of the terminal."),
            '"auto" | "en" | "fr"',
        ),
    ] = DEFAULT.ui.language
    mouse: Annotated[
        bool,
        About(
            say("Whether the mouse works in the inbox; without it the terminal selects text as everywhere else."),
            "true | false",
        ),
    ] = DEFAULT.ui.mouse
    mouse_over_ssh: Annotated[
        bool,
        About(
            say("Whether the mouse works over SSH as well, where each of its movements travels to the server."),
            "true | false",
        ),
    ] = DEFAULT.ui.mouse_over_ssh
    theme: Annotated[
        Literal["auto", "ansi", "dark", "light", "high-contrast", "cvd"],
        About(
            say(
                "The colours: the terminal's own, for a dark or a light background, of strong contrast, or for "
                "colour-blind eyes (“cvd”). “auto” keeps the terminal's own unless it tells its background."
            ),
            '"auto" | "ansi" | "dark" | "light" | "high-contrast" | "cvd"',
        ),
    ] = DEFAULT.ui.theme
    density: Annotated[
        Literal["normal", "compact"],
        About(
            say("How many rows the queue gets beside the conversation; “compact” gives it more."),
            '"normal" | "compact"',
        ),
    ] = DEFAULT.ui.density


class AlertsTable(Table):
    """How the screen tells that answers become late."""

    title: Annotated[
        bool,
        About(say("Whether the title of the window holds how much is late and how much waits."), "true | false"),
    ] = DEFAULT.alerts.title
    line: Annotated[From, About(say("From which stage on the last line of the screen tells it."), _FROM)] = (
        DEFAULT.alerts.line
    )
    bell: Annotated[From, About(say("From which stage on the terminal's bell rings."), _FROM)] = DEFAULT.alerts.bell
    desktop: Annotated[
        From,
        About(
            say("From which stage on the terminal is asked for a notification on the desktop; it says how many alone."),
            _FROM,
        ),
    ] = DEFAULT.alerts.desktop
    desktop_form: Annotated[
        Form,
        About(
            say("Which of two sequences asks for it; “auto” takes the one that the terminal is known for."),
            '"auto" | "osc9" | "osc777"',
        ),
    ] = DEFAULT.alerts.desktop_form


class UndoOfNetwork(Table):
    """The undo windows of one network."""

    public: Annotated[UndoLength | None, About(say("As undo.public, for one network."), _UNDO)] = None
    dm: Annotated[UndoLength | None, About(say("As undo.dm, for one network."), _UNDO)] = None


class Undo(Table):
    """The time to take a reply back."""

    public: Annotated[
        UndoLength,
        About(say("How long a public reply can be taken back before it is sent; 0s sends at once."), _UNDO),
    ] = DEFAULT.undo.public
    dm: Annotated[
        UndoLength,
        About(say("How long a direct message can be taken back before it is sent; 0s sends at once."), _UNDO),
    ] = DEFAULT.undo.dm
    networks: Annotated[
        dict[str, UndoOfNetwork],
        About(say("Other undo windows for one network, by its name."), "[undo.networks.NAME]"),
    ] = Field(default_factory=dict)


class Sync(Table):
    """The pace of reading."""

    fastest: Annotated[
        Pace,
        About(say("The shortest time between two looks at a busy account."), _PACE),
    ] = DEFAULT.sync.fastest
    slowest: Annotated[
        Pace,
        About(say("The longest time between two looks at a quiet account."), _PACE),
    ] = DEFAULT.sync.slowest
    history_days: Annotated[
        int,
        Field(ge=0, le=3650),
        About(say("How many days of history are read when an account is connected."), "0 … 3650"),
    ] = DEFAULT.sync.history_days


class Backups(Table):
    """The backups that are made by themselves."""

    daily: Annotated[
        int,
        Field(ge=0, le=31),
        About(say("How many daily backups are kept; the syncing process makes one a day."), "0 … 31"),
    ] = DEFAULT.backups.daily
    weekly: Annotated[
        int,
        Field(ge=0, le=52),
        About(say("How many weekly ones are kept besides; with 0 of both none is made."), "0 … 52"),
    ] = DEFAULT.backups.weekly


class Spending(Table):
    """What sending may cost."""

    per_day: Annotated[
        Amount | None,
        About(say("What one account may spend in a day (UTC), in its network's currency; unset is no limit."), _AMOUNT),
    ] = DEFAULT.spending.per_day
    accounts: Annotated[
        dict[str, Amount],
        About(say("Other limits for single accounts, by their names."), f"NAME = {_AMOUNT}"),
    ] = Field(default_factory=dict)


class Secrets(Table):
    """Passwords and tokens."""

    store: Annotated[
        Literal["files", "keyring"],
        About(
            say(
                "Where passwords and tokens are kept: in private files, or in the keyring of the operating system, "
                "which may have to be unlocked on a desktop."
            ),
            '"files" | "keyring"',
        ),
    ] = DEFAULT.secrets.store


class PublicHolidays(Table):
    """Public holidays of a country."""

    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    region: Annotated[str | None, Field(min_length=1, max_length=40)] = None


class Schedule(Table):
    """When the team works; what is inside the tables is read by `cminbox.sla.forms`."""

    tz: Annotated[
        str | None, About(say("The time zone in which the hours are kept."), '"Europe/Paris" | "America/New_York" …')
    ] = None
    hours: Annotated[
        dict[str, Any],
        About(
            say("The working hours of each weekday; a window that closes before it opens runs over midnight."),
            '[schedule.hours] mon = [["09:00", "12:00"], ["13:00", "24:00"]]',
        ),
    ] = Field(default_factory=dict)
    shifts: Annotated[
        dict[str, Any],
        About(
            say("Hours of single dates that replace those of the week; an empty list closes the date."),
            '[schedule.shifts] 2026-12-24 = [["09:00", "12:00"]]',
        ),
    ] = Field(default_factory=dict)
    breaks: Annotated[
        dict[str, Any],
        About(
            say("Times of single dates that are taken out of the hours."),
            '[schedule.breaks] 2026-11-20 = [["15:00", "16:00"]]',
        ),
    ] = Field(default_factory=dict)
    holidays: Annotated[
        list[Any],
        About(
            say("Dates that are closed as a whole, once or every year; they win over everything else."),
            '["2026-12-28", "--12-25"]',
        ),
    ] = Field(default_factory=list)
    public: Annotated[
        PublicHolidays | None,
        About(
            say(
                "Public holidays to close as well, once cminbox sla holidays has listed them and they were taken over."
            ),
            '{ country = "DE", region = "BE" }',
        ),
    ] = None


class Targets(Table):
    """How long each clock may run."""

    frt: TargetLength | None = None
    nrt: TargetLength | None = None
    resolution: TargetLength | None = None


class Policy(Table):
    """One policy of response times; conditions, pauses and an own schedule are read by `cminbox.sla`."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    match: dict[str, Any] = Field(default_factory=dict)
    targets: Targets
    pause: dict[str, list[str]] | None = None
    schedule: str | dict[str, Any] = "workspace"


class Sla(Table):
    """Response times."""

    policies: Annotated[
        list[Policy],
        About(
            say("The policies, in their order: the first whose conditions all fit a conversation holds for it."),
            "[[sla.policies]] name = …, match = …, targets = …, schedule = …, pause = …",
        ),
    ] = Field(default_factory=list)
    warn: Annotated[
        int, Field(ge=1, le=99), About(say("The share of a target, in per cent, from which it warns."), "1 … 99")
    ] = DEFAULT.sla.warn
    urgent: Annotated[
        int,
        Field(ge=1, le=99),
        About(say("The share of a target, in per cent, from which it is urgent."), "1 … 99"),
    ] = DEFAULT.sla.urgent
    urgent_left: Annotated[
        UrgentLength,
        About(say("So much time left makes it urgent, however little was used."), '"0s" … "1d"'),
    ] = DEFAULT.sla.urgent_left
    on_stage: Annotated[
        list[Annotated[str, Field(max_length=4096)]],
        About(
            say("A command, as a list of words, that is run whenever a conversation reaches a stage."),
            '["/usr/local/bin/tell", "--quietly"]',
        ),
    ] = Field(default_factory=list)
    on_stage_limit: Annotated[
        HookLength,
        About(say("How long that command may take before it is ended."), '"1s" … "5m"'),
    ] = DEFAULT.sla.on_stage_limit


class Canned(Table):
    """Canned replies."""

    signature: Annotated[
        str,
        Field(max_length=80),
        About(say("What {placeholder} stands for; without it, your name.", placeholder="{agent}"), '"Ana, ACME team"'),
    ] = DEFAULT.canned.signature
    languages: Annotated[
        list[Annotated[str, Field(pattern="^[a-z]{2,3}$")]],
        About(
            say("The languages that every reply should have a twin in; empty means all that the library has."),
            '["en", "fr"]',
        ),
    ] = Field(default_factory=list)
    forbidden: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=80)]],
        Field(max_length=1000),
        About(say("Words and phrases that no canned reply may hold, whatever their case."), '["guarantee", "asap"]'),
    ] = Field(default_factory=list)


class Document(Table):
    """A whole configuration file."""

    ui: Annotated[Ui, About(say("The screen."), "[ui]")] = Field(default_factory=Ui)
    alerts: Annotated[AlertsTable, About(say("How the screen tells that answers become late."), "[alerts]")] = Field(
        default_factory=AlertsTable
    )
    keys: Annotated[
        dict[str, Annotated[list[KeyName], BeforeValidator(_one_or_several)]],
        About(
            say("Your own keys, by the name of the action: they replace the keys that the action has."),
            'ACTION = "KEY" | ["KEY", …]',
        ),
    ] = Field(default_factory=dict)
    undo: Annotated[Undo, About(say("The time to take a reply back."), "[undo]")] = Field(default_factory=Undo)
    schedule: Annotated[
        Schedule, About(say("When the team works. Without it, response times run around the clock."), "[schedule]")
    ] = Field(default_factory=Schedule)
    sla: Annotated[Sla, About(say("Response times."), "[sla]")] = Field(default_factory=Sla)
    sync: Annotated[Sync, About(say("How the networks are read."), "[sync]")] = Field(default_factory=Sync)
    backups: Annotated[
        Backups, About(say("The backups that are made by themselves: cminbox guide data."), "[backups]")
    ] = Field(default_factory=Backups)
    spending: Annotated[
        Spending, About(say("What may be spent on networks that charge for sending."), "[spending]")
    ] = Field(default_factory=Spending)
    canned: Annotated[Canned, About(say("Canned replies: cminbox guide canned-replies."), "[canned]")] = Field(
        default_factory=Canned
    )
    secrets: Annotated[Secrets, About(say("Passwords and tokens."), "[secrets]")] = Field(default_factory=Secrets)


def names(path: tuple[str | int, ...] = ()) -> list[str]:
    """Return the names that are allowed in the table at `path`, empty where any name is or nothing is below."""
    kind = _kind_at(path)
    return list(kind.model_fields) if _is_table(kind) else []


def about(path: tuple[str | int, ...]) -> About | None:
    """Return what is written of the setting or table at `path`, or of the nearest above it that has a text."""
    for end in range(len(path), 0, -1):
        table = _kind_at(path[: end - 1])
        entry = table.model_fields.get(str(path[end - 1])) if _is_table(table) else None
        if entry is not None:
            return next((item for item in entry.metadata if isinstance(item, About)), None)
    return None


def _kind_at(path: tuple[str | int, ...]) -> Any:  # noqa: ANN401 - any annotation
    """Return the annotation of what stands at `path`, None when nothing can."""
    kind: Any = Document
    for name in path:
        if _is_table(kind):
            entry = kind.model_fields.get(str(name))
            kind = None if entry is None else _needed(entry.annotation)
        elif get_origin(kind) in {dict, list}:
            kind = get_args(kind)[-1]
        else:
            kind = None
    return kind


def _needed(kind: Any) -> Any:  # noqa: ANN401 - any annotation
    """Return a table that may be left out as the table."""
    return next((one for one in get_args(kind) if _is_table(one)), kind) if get_origin(kind) is UnionType else kind


def _is_table(kind: Any) -> TypeGuard[type[Table]]:  # noqa: ANN401 - any annotation
    return isinstance(kind, type) and issubclass(kind, Table)
