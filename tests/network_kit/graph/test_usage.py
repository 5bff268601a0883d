"""Reading how much of an allowance is used."""

from __future__ import annotations

import json

import pytest

from cminbox.network_kit.graph.usage import Usage, read_usage
from cminbox.network_kit.waits import LONGEST_SECONDS

BUSINESS = "x-business-use-case-usage"


def business(**figures: object) -> dict[str, str]:
    return {BUSINESS: json.dumps({"10153848260347724": [{"type": "pages", **figures}]})}


def test_no_header_is_no_usage() -> None:
    assert read_usage({}) == Usage(0.0, None)


@pytest.mark.parametrize("name", ["x-app-usage", "x-page-usage"])
def test_the_fullest_figure_counts(name: str) -> None:
    assert read_usage({name: '{"call_count":28,"total_time":91,"total_cputime":25}'}).percent == 91


def test_minutes_become_seconds() -> None:
    usage = read_usage(business(call_count=97, total_cputime=1, total_time=1, estimated_time_to_regain_access=19))
    assert usage == Usage(97, 19 * 60)


def test_a_wait_of_nothing_is_no_wait_and_a_long_one_is_bounded() -> None:
    assert read_usage(business(call_count=3, estimated_time_to_regain_access=0)).regain_seconds is None
    assert read_usage(business(estimated_time_to_regain_access=10**9)).regain_seconds == LONGEST_SECONDS


def test_the_longest_wait_of_all_businesses_counts() -> None:
    rows = {"1": [{"estimated_time_to_regain_access": 2}, {"estimated_time_to_regain_access": 5}], "2": "odd"}
    assert read_usage({BUSINESS: json.dumps(rows)}).regain_seconds == 300


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "7", "{", "[[[", '{"1": null}', '{"1": [7]}', "[" * 100_000],
)
@pytest.mark.parametrize("figure", ['"x"', "true", "NaN", "-5", "null", "[]"])
def test_an_unreadable_header_says_nothing(text: str, figure: str) -> None:
    for name in ("x-app-usage", "x-page-usage", BUSINESS):
        assert read_usage({name: text, "x-other": figure}) == Usage(0.0, None)
    assert read_usage({"x-app-usage": f'{{"call_count": {figure}}}'}) == Usage(0.0, None)
