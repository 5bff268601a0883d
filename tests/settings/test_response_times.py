"""Schedules and policies of the configuration become complete policies with every date written out."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.problem import Problem, UsageProblem
from cminbox.settings import public_holidays
from cminbox.settings.load import load_settings
from cminbox.settings.public_holidays import Listing, look_up, take_over, taken_over
from cminbox.settings.values import DEFAULTS, PublicHolidays, Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cminbox.settings.locations import Locations

    Configure = Callable[..., Settings]

POLICY = "[[sla.policies]]\nname = 'x'\n"
OFFICE = '[schedule]\ntz = "Europe/Paris"\n[schedule.hours]\nmon = [["09:00", "12:00"], ["13:00", "18:00"]]\n'


def test_without_a_schedule_the_default_policies_run_around_the_clock() -> None:
    sla = DEFAULTS.sla
    assert sla.schedule is None
    assert {policy["name"]: policy["targets"] for policy in sla.policies} == {
        "dm": {"frt": 3600, "nrt": 3600},
        "mention": {"frt": 7200, "nrt": 7200},
        "comment": {"frt": 14400, "nrt": 14400},
        "review": {"frt": 86400, "nrt": 86400},
    }
    assert all(policy["schedule"] is None for policy in sla.policies)


def test_the_default_policies_keep_the_hours_of_the_workspace(configure: Configure) -> None:
    sla = configure(OFFICE).sla
    assert sla.schedule == {"tz": "Europe/Paris", "hours": {"mon": [["09:00", "12:00"], ["13:00", "18:00"]]}}
    assert [policy["schedule"] for policy in sla.policies] == [sla.schedule] * 4
    assert not sla.own_policies


def test_own_policies_take_the_place_of_the_default_ones(configure: Configure) -> None:
    sla = configure(
        OFFICE
        + """
[[sla.policies]]
name = "vip"
match = { kind = ["dm"], tag = "vip", person = ["@Ana"], rating = [1, 2] }
targets = { frt = "30m", nrt = "1h30m", resolution = "2d" }
schedule = "always"
pause = { frt = ["snoozed"] }

[[sla.policies]]
name = "rest"
targets = { frt = "2h" }
[sla.policies.schedule]
tz = "UTC"
hours = { fri = [["22:00", "06:00"]] }
holidays = [2026-12-25, "--01-01"]
"""
    ).sla
    assert sla.own_policies
    assert sla.policies == (
        {
            "name": "vip",
            "match": {"kind": ["dm"], "tag": ["vip"], "person": ["@Ana"], "rating": [1, 2]},
            "targets": {"frt": 1800, "nrt": 5400, "resolution": 172_800},
            "pause": {"frt": ["snoozed"]},
            "schedule": None,
        },
        {
            "name": "rest",
            "match": {},
            "targets": {"frt": 7200},
            "pause": {"resolution": ["pending", "snoozed"]},
            "schedule": {
                "tz": "UTC",
                "hours": {"fri": [["22:00", "06:00"]]},
                "holidays": ["2026-12-25", "--01-01"],
            },
        },
    )


def test_what_was_read_once_is_remembered_exactly(configure: Configure, locations: Locations) -> None:
    text = OFFICE + '[sla]\nwarn = 60\nurgent_left = "2m"\non_stage = ["/bin/tell", "me"]\n'
    read = configure(text)
    assert locations.settings_cache.exists()
    assert load_settings(locations, {}) == read
    assert (read.sla.warn, read.sla.urgent_left, read.sla.on_stage) == (60, 120, ("/bin/tell", "me"))


def test_no_source_adds_a_weekday_to_the_hours_of_another(configure: Configure) -> None:
    user = '[schedule]\ntz = "UTC"\nholidays = ["--05-01"]\n[schedule.hours]\nsun = [["00:00", "24:00"]]\n'
    schedule = configure(OFFICE, user).sla.schedule
    assert schedule is not None
    assert (schedule["tz"], list(schedule["hours"]), schedule["holidays"]) == ("Europe/Paris", ["mon"], ["--05-01"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[schedule]\ntz = "Europe/Pari"\n[schedule.hours]\nmon = [["09:00", "12:00"]]\n', "“tz” is no time zone"),
        ('[schedule]\ntz = "UTC"\n', "This schedule never opens: it has no hours on any day"),
        ('[schedule]\nholidays = ["--12-25"]\n', "This schedule never opens"),
        ('[schedule.hours]\nmon = [["09:00", "12:00"]]\n', "“tz” is missing"),
        ('[schedule]\ntz = "UTC"\n[schedule.hours]\nmon = [["09:00", "25:00"]]\n', "“hours.mon” has no time of day"),
        ('[schedule]\ntz = "UTC"\n[schedule.hours]\nmonday = []\n', "“hours” has no day monday"),
        (OFFICE + "[schedule.shifts]\n2026-02-30 = []\n", "“shifts” has no date"),
        ('[schedule]\nzone = "UTC"\n', "there is no setting “schedule.zone”"),
        ('[schedule]\npublic = { country = "France" }\n', '“schedule.public.country” cannot be "France"'),
        ("[[sla.policies]]\ntargets = { frt = '1h' }\n", "“sla.policies.0.name” cannot be"),
        (POLICY + "targets = { frt = 60 }\n", "“sla.policies.0.targets.frt” cannot be 60"),
        (POLICY + "targets = { first = '1h' }\n", "there is no setting “sla.policies.0.targets.first”"),
        (POLICY + "targets = {}\n", "a policy needs at least one of the targets"),
        (POLICY + "match = { kinds = ['dm'] }\ntargets = { frt = '1h' }\n", "“match” knows no kinds"),
        (POLICY + "match = { kind = 'letter' }\ntargets = { frt = '1h' }\n", "“match.kind” cannot be"),
        (POLICY + "match = { rating = 9 }\ntargets = { frt = '1h' }\n", "“match.rating” is no number"),
        (POLICY + "match = { tag = [] }\ntargets = { frt = '1h' }\n", "“match.tag” is empty"),
        (POLICY + "schedule = 'night'\ntargets = { frt = '1h' }\n", "“schedule” is “workspace”"),
        (POLICY + "schedule = { zone = 'UTC' }\ntargets = { frt = '1h' }\n", "“schedule” knows no zone"),
        (POLICY + "pause = { frt = ['asleep'] }\ntargets = { frt = '1h' }\n", "asleep is no status"),
        (POLICY + "pause = { soon = ['done'] }\ntargets = { frt = '1h' }\n", "soon is no target"),
        ("[sla]\nwarn = 100\n", "“sla.warn” cannot be 100; allowed: 1 … 99"),
        ("[sla]\non_stage = 'rm -rf /'\n", "“sla.on_stage” cannot be"),
        ("[sla]\nurgent_left = '2d'\n", "“sla.urgent_left” cannot be"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(configure: Configure, text: str, says: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        configure(text)
    assert re.search(r"config\.toml(:\d+)?: ", str(caught.value.saying)), caught.value
    assert says in str(caught.value.saying)


def test_the_second_policy_is_told_by_its_own_line(configure: Configure) -> None:
    good = "[[sla.policies]]\nname = 'x'\ntargets = { frt = '1h' }\n"
    with pytest.raises(UsageProblem, match=r"config\.toml:4: asleep is no status"):
        configure(good + "[[sla.policies]]\nname = 'y'\npause = { frt = ['asleep'] }\ntargets = { frt = '1h' }\n")
    with pytest.raises(UsageProblem, match=r"config\.toml:6: “sla\.policies\.1\.targets\.frt” cannot be \"soon\""):
        configure(good + "[[sla.policies]]\nname = 'y'\ntargets = { frt = 'soon' }\n")


def test_public_holidays_take_effect_only_when_they_were_taken_over(configure: Configure, locations: Locations) -> None:
    text = OFFICE.replace("[schedule.hours]", 'holidays = ["--12-24"]\npublic = { country = "FR" }\n[schedule.hours]')
    before = configure(text).sla
    assert before.public == PublicHolidays("FR", None, listed=False)
    assert before.schedule is not None
    assert before.schedule["holidays"] == ["--12-24"]
    days = ((date(2026, 5, 1), "Fête du Travail"), (date(2026, 7, 14), "Fête nationale"))
    take_over(locations.public_holidays, Listing("FR", None, "holidays 1", days))
    after = load_settings(locations, {}).sla
    assert after.public == PublicHolidays("FR", None, listed=True)
    assert after.schedule is not None
    assert after.schedule["holidays"] == ["--12-24", "2026-05-01", "2026-07-14"]
    assert all(policy["schedule"] == after.schedule for policy in after.policies)


def test_a_list_of_another_region_is_not_in_force(configure: Configure, locations: Locations) -> None:
    take_over(locations.public_holidays, Listing("DE", "BE", "holidays 1", ((date(2026, 3, 8), "Frauentag"),)))
    text = OFFICE.replace("[schedule.hours]", 'public = { country = "DE", region = "BY" }\n[schedule.hours]')
    sla = configure(text).sla
    assert sla.public == PublicHolidays("DE", "BY", listed=False)
    assert sla.schedule is not None
    assert "holidays" not in sla.schedule


@pytest.mark.parametrize(
    "text", ["", "[]", '{"dates": 7}', '{"country": "FR", "region": null, "source": "x", "dates": {"x": 1}}']
)
def test_a_damaged_list_is_one_sentence(configure: Configure, locations: Locations, text: str) -> None:
    locations.public_holidays.write_text(text)
    with pytest.raises(UsageProblem, match=r"public_holidays\.json: this list cannot be read"):
        configure('[schedule]\ntz = "UTC"\npublic = { country = "FR" }\n[schedule.hours]\nmon = [["09:00", "10:00"]]\n')


def test_public_holidays_are_looked_up_by_country_and_region(tmp_path: Path) -> None:
    listing = look_up("DE", "BE", [2026])
    assert date(2026, 3, 8) in dict(listing.days)
    assert date(2026, 3, 8) not in dict(look_up("DE", None, [2026]).days)
    assert listing.source.startswith("holidays ")
    file = tmp_path / "list.json"
    take_over(file, listing)
    assert taken_over(file) == listing
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text())["dates"]["2026-03-08"]


@pytest.mark.parametrize(
    ("country", "region", "says"),
    [
        ("XX", None, "There are no public holidays for the country XX"),
        ("DE", "QQ", "DE has no region QQ; there are BB, "),
    ],
)
def test_what_has_no_public_holidays_is_said(country: str, region: str | None, says: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        look_up(country, region, [2026])
    assert str(caught.value.saying).startswith(says)


def test_without_the_library_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "holidays", None)
    with pytest.raises(Problem, match=re.escape("pip install 'cminbox[holidays]'")):
        look_up("FR", None, [2026])


def test_a_list_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="cannot be written"):
        public_holidays.take_over(tmp_path / "none" / "list.json", Listing("FR", None, "x", ()))
