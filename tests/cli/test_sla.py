"""What is said of response times."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from cminbox.settings import public_holidays
from cminbox.settings.public_holidays import Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from subprocess import CompletedProcess

    Run = Callable[..., CompletedProcess[str]]

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


def test_the_doctor_says_that_no_hours_are_set(cminbox: Run) -> None:
    assert "response times run around the clock" in cminbox("doctor").stdout
