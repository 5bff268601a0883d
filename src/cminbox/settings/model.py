"""Every setting: its name, what it means, what is allowed. The guide's topic on settings is generated from here.

Loaded only when a source of settings has changed; the program itself reads `cminbox.settings.values`.
"""

from __future__ import annotations

from types import UnionType
from typing import Annotated, Any, Literal, TypeGuard, get_args, get_origin

from pydantic import BeforeValidator, Field

from cminbox.domain.saying import say
from cminbox.settings.tables import DAY, DEFAULT, About, Table, between
from cminbox.settings.time_tables import AlertsTable, Schedule, Sla


def _one_or_several(value: Any) -> Any:  # noqa: ANN401 - whatever the file holds
    return [value] if isinstance(value, str) else value


UndoLength = Annotated[int, BeforeValidator(between(0, 60))]
Pace = Annotated[int, BeforeValidator(between(5, DAY))]
Tone = Literal["any", "tu", "vous"]
KeyName = Annotated[str, Field(min_length=1, max_length=40)]
Amount = Annotated[float, Field(ge=0, le=1_000_000)]
_AMOUNT = "0 … 1000000"
_UNDO = '"0s" … "60s"'
_PACE = '"5s" … "1d" ("30s", "5m", "1h30m")'


class Ui(Table):
    """How the screen looks and behaves: the table [ui]."""

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
            say("How much room the queue gets beside the conversation; “compact” gives it more."),
            '"normal" | "compact"',
        ),
    ] = DEFAULT.ui.density
    advance: Annotated[
        Literal["next", "previous", "stay"],
        About(
            say("Where one goes on once a conversation is handled: to the next one, to the one before, nowhere."),
            '"next" | "previous" | "stay"',
        ),
    ] = DEFAULT.ui.advance
    layout: Annotated[
        Literal["auto", "us", "azerty", "russian", "ukrainian", "greek", "hebrew"],
        About(
            say(
                "The keyboard's layout: signs that mean no key of the inbox are taken for the key on which they stand. "
                "“auto” does so for every layout that is known, “us” for none."
            ),
            '"auto" | "us" | "azerty" | "russian" | "ukrainian" | "greek" | "hebrew"',
        ),
    ] = DEFAULT.ui.layout
    signs: Annotated[
        dict[Annotated[str, Field(min_length=1, max_length=1)], KeyName],
        About(
            say("Signs of a layout that cminbox does not know, each with the key on which it stands."),
            '{ "SIGN" = "KEY" }',
        ),
    ] = Field(default_factory=dict)


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


class Canned(Table):
    """How canned replies are filled in, checked and offered: the table [canned]."""

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
    tone: Annotated[
        Tone,
        About(
            say(
                "How French addresses customers: canned replies with the other “tone” come later, are marked, and "
                "never count as sure."
            ),
            '"any" | "tu" | "vous"',
        ),
    ] = DEFAULT.canned.tone
    tones: Annotated[
        dict[str, Tone],
        About(say("Another tone for single accounts, by their names."), 'NAME = "any" | "tu" | "vous"'),
    ] = Field(default_factory=dict)


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
