"""The figures on a page, as JSON and for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from subprocess import CompletedProcess

    Run = Callable[..., CompletedProcess[str]]


@pytest.fixture
def week(imported: Run, line: Callable[..., dict[str, Any]]) -> None:
    """Three conversations: one answered in time, one late, one that nobody has answered."""
    imported(
        line("a", kind="dm", created_at="2020-11-20T09:00:00Z"),
        line("a-1", kind="dm", parent="a", ours=True, created_at="2020-11-20T09:20:00Z"),
        line("b", kind="dm", created_at="2020-11-20T10:00:00Z"),
        line("b-1", kind="dm", parent="b", ours=True, created_at="2020-11-20T13:00:00Z"),
        line("c", kind="review", network="shop", account="store", created_at="2020-11-21T10:00:00Z"),
    )


SINCE = ("--since", "2020-11-01")


@pytest.mark.usefixtures("week")
def test_the_page_says_what_was_in_time_and_how_long_it_took(cminbox: Run) -> None:
    said = cminbox("report", *SINCE).stdout
    assert "first response  1        2     0          0        33.3 %    20 min, 3 h" in said
    assert "By network" in said
    assert "Fri    ·  ·  ·  ·  ·  ·  ·  ·  ·  1  1  ·" in said
    assert "0 more conversations will be late by " in said


@pytest.mark.usefixtures("week")
def test_json_and_spreadsheet_hold_the_same_figures(cminbox: Run) -> None:
    found = json.loads(cminbox("report", *SINCE, "--json").stdout)
    rows = list(csv.DictReader(io.StringIO(cminbox("report", *SINCE, "--csv").stdout)))
    assert found["targets"]["frt"] == {
        "waits": 3,
        "met": 1,
        "breached": 2,
        "cancelled": 0,
        "running": 0,
        "attainment": pytest.approx(1 / 3),
        "median_business_s": 1200,
        "p90_business_s": 10800,
        "median_wall_s": 1200,
        "p90_wall_s": 10800,
    }
    groups = {"all": {"": found["targets"]}, **found["by"]}
    for row in rows:
        if row["dimension"] == "hour":
            day, hour = row["value"].split()
            assert int(row["waits"]) == found["heat"][day][int(hour)]
            assert int(row["breached"]) == found["late"][day][int(hour)]
            continue
        figures = groups[row["dimension"]][row["value"]][row["target"]]
        for name, value in figures.items():
            assert row[name] == "" if value is None else float(row[name]) == pytest.approx(value)
    assert {row["dimension"] for row in rows} == {"all", "network", "account", "kind", "agent", "policy", "hour"}


@pytest.mark.usefixtures("week")
@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ((), ["1", "2", "3"]),
        (("--verdict", "met"), ["1"]),
        (("--verdict", "breached"), ["2", "3"]),
        (("--network", "shop"), ["3"]),
        (("--account", "store"), ["3"]),
        (("--kind", "dm", "--verdict", "breached"), ["2"]),
        (("--agent", "elsewhere"), ["1", "2"]),
        (("--agent", ""), ["3"]),
        (("--policy", "review"), ["3"]),
        (("--target", "resolution"), []),
        (("--weekday", "fri", "--hour", "10"), ["2"]),
        (("--until", "2020-11-21"), ["1", "2"]),
    ],
)
def test_a_figure_opens_to_its_conversations(cminbox: Run, words: tuple[str, ...], ids: list[str]) -> None:
    assert cminbox("report", *SINCE, "--ids", *words).stdout.split() == ids


def test_a_time_in_which_nobody_waited_is_said(cminbox: Run) -> None:
    said = cminbox("report")
    assert said.returncode == 0
    assert said.stdout.startswith("Nobody began to wait in that time.\n")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--since", "yesterday"), "yesterday is no time past; write 7d, 12h, 2026-11-01 or 2026-11-01T08:00"),
        (("--hour", "24"), "“24” is no hour from 0 to 23"),
        (("--weekday", "monday"), "--weekday: 'monday' is none of "),
        (("--ids", "--csv"), "cannot be combined"),
    ],
)
def test_wrong_words_are_one_sentence(cminbox: Run, words: tuple[str, ...], says: str) -> None:
    said = cminbox("report", *words)
    assert said.returncode == 2
    assert says in said.stderr
    assert said.stderr.count("\n") == 1
