"""The settings of response times: when the team works, how long an answer may take, and how that is told."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from cminbox.domain.alerts import Form, From  # noqa: TC001 - pydantic reads the annotations
from cminbox.domain.saying import say
from cminbox.settings.tables import DAY, DEFAULT, About, Table, between

TargetLength = Annotated[int, BeforeValidator(between(1, 365 * DAY))]
UrgentLength = Annotated[int, BeforeValidator(between(0, DAY))]
HookLength = Annotated[int, BeforeValidator(between(1, 300))]
_FROM = '"never" | "warn" | "urgent" | "late"'


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
