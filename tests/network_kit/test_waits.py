"""Every form in which a network says how long to wait becomes seconds."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.network_kit.waits import LONGEST_SECONDS, seconds_until, wait_from_headers

NOW = 1_790_000_000_000
NOW_SECONDS = NOW // 1000
IN_A_MINUTE = datetime.fromtimestamp(NOW_SECONDS + 60, UTC)
NAMES = ["retry-after", "x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset", "x-ratelimit-reset-after"]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("60", 60.0),
        ("0.75", 0.75),
        (" 60 ", 60.0),
        (str(NOW_SECONDS + 60), 60.0),
        (f"{NOW_SECONDS + 60}.5", 60.5),
        (str(NOW + 60_000), 60.0),
        (format_datetime(IN_A_MINUTE, usegmt=True), 60.0),
        (IN_A_MINUTE.isoformat(), 60.0),
        (IN_A_MINUTE.strftime("%Y-%m-%dT%H:%M:%S.000000Z"), 60.0),
        (IN_A_MINUTE.strftime("%Y-%m-%dT%H:%M:%S"), 60.0),
        (IN_A_MINUTE.astimezone().isoformat(), 60.0),
        ("-5", 0.0),
        (str(NOW_SECONDS - 60), 0.0),
        ("100000000", LONGEST_SECONDS),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_each_form_in_each_header(name: str, value: str, seconds: float) -> None:
    assert wait_from_headers({name: value}, NOW) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "value", ["", "soon", "nan", "inf", "-inf", "1e999", "Fri, 99 Foo 2026", "0x10", "12:30", "None"]
)
def test_what_cannot_be_read_says_nothing(value: str) -> None:
    assert wait_from_headers({"retry-after": value}, NOW) is None


def test_retry_after_wins_and_an_unreadable_one_gives_way() -> None:
    assert wait_from_headers({"retry-after": "5", "ratelimit-reset": "50"}, NOW) == 5.0
    assert wait_from_headers({"retry-after": "soon", "ratelimit-reset": "50"}, NOW) == 50.0


def test_no_header_says_nothing() -> None:
    assert wait_from_headers({}, NOW) is None


def test_headers_of_any_case_are_found() -> None:
    assert wait_from_headers(httpx.Headers({"Retry-After": "7"}), NOW) == 7.0


@given(st.text(), st.integers(0, 4_000_000_000_000))
def test_any_value_gives_a_sensible_wait_or_none(value: str, now: int) -> None:
    wait = wait_from_headers({"retry-after": value}, now)
    assert wait is None or 0.0 <= wait <= LONGEST_SECONDS


@given(st.integers(0, 86_400))
def test_all_forms_of_one_moment_agree(seconds: int) -> None:
    moment = datetime.fromtimestamp(NOW_SECONDS + seconds, UTC)
    forms = [str(seconds), str(NOW_SECONDS + seconds), moment.isoformat(), format_datetime(moment, usegmt=True)]
    assert {seconds_until(form, NOW) for form in forms} == {float(seconds)}
