"""What is said of response times."""

from __future__ import annotations

import io
import json
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.message import Kind
from cminbox.domain.network import Capability, Manifest
from cminbox.settings import public_holidays
from cminbox.settings.public_holidays import Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from subprocess import CompletedProcess

    Run = Callable[..., CompletedProcess[str]]

MANIFEST = Manifest(
    name="mastodon",
    title="Mastodon",
    short="Ma",
    documentation="https://docs.joinmastodon.org/",
    api_version="v1",
    api_ends=None,
    capabilities=frozenset({Capability.MENTIONS, Capability.REPLY}),
    limits={},
)
CONFIG = """
[schedule]
tz = "Europe/Paris"
holidays = ["--12-25"]
public = { country = "FR" }
[schedule.hours]
mon = [["09:00", "12:00"], ["13:00", "18:00"]]
[schedule.shifts]
2026-12-25 = [["09:00", "12:00"]]
2026-12-24 = []
[[sla.policies]]
name = "vip"
match = { tag = "vip" }
targets = { frt = "30m", resolution = "1d" }
schedule = "always"
[[sla.policies]]
name = "everybody"
targets = { frt = "2h" }
[[sla.policies]]
name = "nobody"
targets = { frt = "3h" }
"""


@pytest.fixture
def configured(folder: Path) -> Path:
    folder.mkdir()
    (folder / "config.toml").write_text(CONFIG)
    return folder


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library know two holidays of each year."""

    def look_up(country: str, region: str | None, years: Sequence[int]) -> Listing:
        from datetime import date  # noqa: PLC0415 - for this stand-in only

        days = [(date(year, *day), name) for year in years for day, name in (((5, 1), "Labour"), ((7, 14), "National"))]
        return Listing(country, region, "stand-in", tuple(days))

    monkeypatch.setattr(public_holidays, "look_up", look_up)


def test_without_settings_the_defaults_and_the_missing_hours_are_said(cminbox: Run) -> None:
    said = cminbox("sla")
    assert said.returncode == 0
    assert "1. dm  (kind dm)  first response 1 h, next response 1 h" in said.stdout
    assert "response times run around the clock" in said.stdout


def test_hours_policies_and_what_to_know_are_said(cminbox: Run, configured: Path) -> None:
    del configured
    said = cminbox("sla").stdout
    for part in (
        "Working hours in Europe/Paris:",
        "Mon  09:00-12:00, 13:00-18:00",
        "one-off hours: 2026-12-24 closed; 2026-12-25 09:00-12:00",
        "1. vip  (tag vip)  first response 30 min, resolution 1 d  around the clock",
        "2. everybody  (everything)  first response 2 h",
        "The public holidays of FR are not in force yet",
        "2026-12-25 is a holiday and has one-off hours as well; the holiday wins",
        "The policy everybody fits everything, so those after it never hold",
    ):
        assert part in said


def test_policies_are_printed_for_programs(cminbox: Run, configured: Path) -> None:
    del configured
    first = json.loads(cminbox("sla", "--json").stdout.splitlines()[0])
    assert (first["name"], first["targets"], first["schedule"]) == ("vip", {"frt": 1800, "resolution": 86400}, None)


@pytest.mark.usefixtures("found")
def test_public_holidays_are_listed_before_they_are_taken_over(cminbox: Run, configured: Path) -> None:
    listed = cminbox("sla", "holidays")
    assert listed.stdout.count("stand-in") == 6
    assert "not in force" in listed.stdout
    assert not (configured / "public_holidays.json").exists()
    accepted = cminbox("sla", "holidays", "--accept")
    assert "7 holidays are in force." in accepted.stdout
    rows = [json.loads(line) for line in cminbox("sla", "holidays", "--json").stdout.splitlines()]
    assert rows[0] == {"day": "--12-25", "name": "", "source": "", "in_force": True}
    assert all(row["in_force"] for row in rows)
    assert "not in force" not in cminbox("sla").stdout


@pytest.mark.usefixtures("found")
def test_a_country_can_be_looked_at_without_any_settings(cminbox: Run, folder: Path) -> None:
    said = cminbox("sla", "holidays", "--country", "DE", "--region", "BE")
    assert said.returncode == 0
    assert said.stdout.count("stand-in") == 6
    refused = cminbox("sla", "holidays", "--accept")
    assert refused.returncode == 2
    assert "The settings name no country" in refused.stderr
    assert not (folder / "public_holidays.json").exists()


def test_no_holidays_are_said_to_be_none(cminbox: Run) -> None:
    assert cminbox("sla", "holidays").stdout == "No holidays are set.\n"


def test_a_wrong_schedule_is_one_sentence_with_its_place(cminbox: Run, folder: Path) -> None:
    folder.mkdir()
    (folder / "config.toml").write_text('[schedule]\ntz = "UTC"\n')
    said = cminbox("sla")
    assert said.returncode == 2
    assert said.stderr.endswith("config.toml:1: This schedule never opens: it has no hours on any day\n")


def test_questions_are_answered_whatever_the_settings(
    cminbox: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir()
    (folder / "config.toml").write_text("[schedule]\nnonsense\n")
    line = b'{"id":1,"op":"is_open","schedule":null,"at":"2026-06-10T08:00:00Z"}\n'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(line)))
    said = cminbox("sla", "--jsonl")
    assert (said.returncode, json.loads(said.stdout)) == (0, {"id": 1, "result": True})


OFFICE = """
[schedule]
tz = "UTC"
[schedule.hours]
mon = [["09:00", "12:00"], ["13:00", "17:00"]]
[[sla.policies]]
name = "vip"
match = { tag = "vip" }
targets = { frt = "2h" }
pause = { frt = ["snoozed"] }
[[sla.policies]]
name = "rest"
match = { kind = "dm" }
targets = { frt = "10h", resolution = "2d" }
"""


@pytest.fixture
def asked(folder: Path, imported: Run, line: Callable[..., dict[str, Any]]) -> Callable[..., CompletedProcess[str]]:
    """Return a function that asks one thing of a brand with working hours on Mondays."""
    folder.mkdir()
    (folder / "config.toml").write_text(OFFICE)

    def ask(**changes: object) -> CompletedProcess[str]:
        return imported(line(kind="dm", created_at="2020-11-21T09:15:00Z") | changes)

    return ask


def test_the_hours_that_gave_a_due_time_are_told_one_by_one(cminbox: Run, asked: Run) -> None:
    asked()
    said = cminbox("sla", "explain", "1").stdout
    for part in (
        "Policy rest (kind dm): first response 10 h, resolution 2 d",
        "Working hours in UTC:\n  Mon  09:00-12:00, 13:00-17:00\n",
        "first response, target 10 h: late since Nov 30, 2020, 12:00 PM, ",
        "  Nov 21, 2020, 9:15 AM  it starts, because a message waits\n",
        "  Nov 23, 2020, 9:00 AM to Nov 23, 2020, 12:00 PM  3 h counted\n",
        "  Nov 23, 2020, 1:00 PM to Nov 23, 2020, 5:00 PM  4 h counted\n",
        "more stretches of time, ",
    ):
        assert part in said


def test_pauses_and_other_policies_are_told(cminbox: Run, asked: Run) -> None:
    asked(created_at="2099-01-01T09:15:00Z")
    cminbox("tag", "1", "vip")
    cminbox("snooze", "1", "--for", "2h")
    said = cminbox("sla", "explain", "1").stdout
    assert "  the policy rest gave way to vip; the time used so far was kept" in said
    assert "first response, target 2 h: paused, 2 h left" in said
    assert "first response paused (2 h left)" in cminbox("show", "1").stdout


def test_a_conversation_without_a_policy_is_told_to_have_none(cminbox: Run, asked: Run) -> None:
    asked(kind="review")
    said = cminbox("sla", "explain", "1").stdout
    assert said.startswith("No policy fits this conversation, so nothing is due.\nNo response-time clock has run")


def test_an_explanation_adds_up_for_programs(cminbox: Run, asked: Run) -> None:
    asked()
    found = json.loads(cminbox("sla", "explain", "1", "--json").stdout)
    frt = found["targets"][0]
    assert (frt["target"], frt["target_s"], frt["state"], frt["due"]) == (
        "frt",
        36000,
        "breached",
        "2020-11-30T12:00:00Z",
    )
    assert sum(part["counted_s"] for part in frt["parts"]) == pytest.approx(frt["elapsed_s"])
    assert found["policy"]["name"] == "rest"
    shown = json.loads(cminbox("show", "1", "--json").stdout)
    assert [(one["target"], one["state"], one["stage"]) for one in shown["targets"]] == [
        ("frt", "breached", "breached"),
        ("resolution", "breached", "breached"),
    ]
    (row,) = [json.loads(line) for line in cminbox("queue", "--json").stdout.splitlines()]
    assert (row["due"], row["target"], row["state"], row["stage"]) == (frt["due"], "frt", "breached", "breached")


def test_what_cannot_be_explained_is_said(cminbox: Run) -> None:
    said = cminbox("sla", "explain", "7")
    assert (said.returncode, said.stderr) == (1, "cminbox: There is no conversation 7; see cminbox queue\n")


def test_other_settings_hold_for_open_conversations_at_the_next_command(cminbox: Run, asked: Run, folder: Path) -> None:
    asked()
    (folder / "config.toml").write_text(OFFICE.replace('"10h"', '"4h"'))
    (row,) = [json.loads(line) for line in cminbox("queue", "--json").stdout.splitlines()]
    # It was late already, and stays so from the same instant.
    assert row["due"] == "2020-11-30T12:00:00Z"
    (folder / "config.toml").write_text(OFFICE.replace('"10h"', '"365d"'))
    (row,) = [json.loads(line) for line in cminbox("queue", "--json").stdout.splitlines()]
    assert (row["state"], row["target"]) == ("breached", "resolution")


def test_until_when_a_network_takes_replies_stands_beside_the_target(
    cminbox: Run, opened: Callable[[], Any], imported: Run, line: Callable[..., dict[str, Any]]
) -> None:
    workspace = opened()
    facts = replace(MANIFEST, windows={Kind.MENTION: 86400})
    workspace.accounts.add("brand", facts, {}, handle="brand", agent="bo", now=workspace.now())
    imported(line(), line("m-2", created_at="2020-11-20T10:00:00Z", parent="m-1"))
    assert "mastodon took replies until Nov 21, 2020, 10:00 AM" in cminbox("show", "1").stdout
    assert "mastodon took replies until Nov 21, 2020, 10:00 AM" in cminbox("sla", "explain", "1").stdout
    refused = cminbox("reply", "1", "--text", "hello")
    assert refused.returncode == 1
    assert "The network takes replies for 24 h after the customer's last message; that is over" in refused.stderr


def test_the_doctor_says_that_no_hours_are_set(cminbox: Run) -> None:
    assert "response times run around the clock" in cminbox("doctor").stdout


def test_queue_and_show_tell_working_time(imported: Run, line: Callable[..., Any], cminbox: Run, folder: Path) -> None:
    folder.mkdir()
    # One minute of work in the week: most of a week may go by until it is over.
    (folder / "config.toml").write_text(
        '[schedule]\ntz = "UTC"\n[schedule.hours]\nmon = [["00:00", "00:01"]]\n'
        '[[sla.policies]]\nname = "all"\ntargets = { frt = "1m" }\n'
    )
    imported(line("m1", created_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())))
    assert cminbox("queue").stdout.split()[1] in {f"{seconds}s" for seconds in range(0, 70, 10)}
    assert "s left)" in cminbox("show", "1").stdout
