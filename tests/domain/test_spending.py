"""What a reply costs, and when a day's limit is reached."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.domain.spending import MILLION, day_of, exceeds, price_of

PRICES = {"reply": 0.015, "reply with link": 0.2}


@pytest.mark.parametrize(
    ("prices", "text", "price"),
    [
        ({}, "thank you", 0),
        (PRICES, "thank you", 15_000),
        (PRICES, "see https://shop.example/a", 200_000),
        (PRICES, "see HTTP://shop.example", 200_000),
        (PRICES, "see www.shop.example", 200_000),
        ({"reply": 0.01}, "see https://shop.example", 10_000),
    ],
)
def test_a_price_is_that_of_the_text(prices: dict[str, float], text: str, price: int) -> None:
    assert price_of(prices, text) == price


def test_a_private_reply_has_its_own_price_where_the_network_gives_one() -> None:
    prices = PRICES | {"private reply": 0.03}
    assert price_of(prices, "see https://shop.example", private=True) == 30_000
    assert price_of(PRICES, "see https://shop.example", private=True) == 200_000


def test_what_is_a_link_may_be_the_networks_own_opinion() -> None:
    assert price_of(PRICES, "see shop.example", link=True) == 200_000
    assert price_of(PRICES, "see www.shop", link=False) == 15_000


@pytest.mark.parametrize(
    ("spent", "price", "limit", "beyond"),
    [
        (0, 15_000, None, False),
        (985_000, 15_000, 1.0, False),
        (985_001, 15_000, 1.0, True),
        (5_000_000, 0, 1.0, False),
        (0, 1, 0.0, True),
    ],
)
def test_a_limit_may_be_reached_and_not_passed(spent: int, price: int, limit: float | None, beyond: object) -> None:
    assert exceeds(spent, price, limit) is beyond


@given(st.integers(1, 10_000), st.floats(0, 100))
def test_however_many_are_sent_the_limit_holds(price: int, limit: float) -> None:
    spent = 0
    for _ in range(300):
        if exceeds(spent, price, limit):
            break
        spent += price
    assert spent <= round(limit * MILLION)


def test_a_day_is_that_of_utc() -> None:
    assert day_of(1_790_000_000_000) == "2026-09-21"
