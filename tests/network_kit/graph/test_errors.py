"""What the error codes of the Graph API mean, whatever language their texts are in."""

from __future__ import annotations

import pytest

from cminbox.network_kit.failures import Gone, NetworkFailure, Refused, SendOutcomeUnknown, SignInAgain, TryLater
from cminbox.network_kit.graph.errors import Asked, error_in, meaning

NOW = 1_790_000_000_000
READING = Asked("Facebook")
PUBLISHING = Asked("Facebook", "pages_manage_engagement", publishes=True)
REGAIN = {"x-business-use-case-usage": '{"1": [{"estimated_time_to_regain_access": 4}]}'}


def failure(
    code: int, subcode: int = 0, *, status: int = 400, asked: Asked = READING, text: str = "Non", **more: object
) -> NetworkFailure:
    body = {"error": {"message": text, "code": code, "error_subcode": subcode, **more}}
    error = error_in(body)
    assert error is not None
    return meaning(error, status, REGAIN, asked, NOW)


@pytest.mark.parametrize(
    ("code", "subcode", "kind"),
    [
        (190, 0, SignInAgain),
        (190, 463, SignInAgain),
        (190, 492, SignInAgain),
        (102, 0, SignInAgain),
        (1705, 0, SignInAgain),
        (4, 0, TryLater),
        (17, 2446079, TryLater),
        (32, 0, TryLater),
        (613, 0, TryLater),
        (80001, 0, TryLater),
        (80002, 0, TryLater),
        (80006, 0, TryLater),
        (1, 0, TryLater),
        (2, 0, TryLater),
        (10, 0, Refused),
        (10, 2018278, Refused),
        (10, 1893063, Refused),
        (200, 0, Refused),
        (299, 0, Refused),
        (100, 0, Refused),
        (100, 33, Gone),
        (803, 0, Gone),
        (368, 0, Refused),
        (506, 0, Refused),
        (551, 1545041, Refused),
        (2635, 0, Refused),
        (10900, 0, Refused),
        (424242, 0, Refused),
    ],
)
@pytest.mark.parametrize("text", ["Unsupported get request", "Requête non prise en charge", "エラー"])
def test_a_code_has_one_meaning_in_every_language(
    code: int, subcode: int, kind: type[NetworkFailure], text: str
) -> None:
    assert type(failure(code, subcode, text=text)) is kind


@pytest.mark.parametrize("subcode", [458, 459, 460, 463, 464, 467, 492])
def test_a_dead_token_says_why_it_died(subcode: int) -> None:
    assert str(failure(190, subcode)) != str(failure(190))


def test_a_rate_limit_gives_the_minutes_of_the_header_as_seconds() -> None:
    limited = failure(80001)
    assert isinstance(limited, TryLater)
    assert limited.rate_limited
    assert limited.after == 240


def test_a_permission_that_is_missing_is_named() -> None:
    lacking = failure(200, asked=Asked("Facebook", "pages_messaging"))
    assert isinstance(lacking, SignInAgain)
    assert lacking.missing_scope == "pages_messaging"


def test_a_closed_window_is_no_missing_permission() -> None:
    assert isinstance(failure(10, 2018278, asked=Asked("Facebook", "pages_messaging", publishes=True)), Refused)


@pytest.mark.parametrize(("code", "transient"), [(1, False), (2, False), (424242, True)])
def test_trouble_of_theirs_while_publishing_leaves_the_outcome_open(code: int, *, transient: bool) -> None:
    assert isinstance(failure(code, asked=PUBLISHING, is_transient=transient), SendOutcomeUnknown)
    assert isinstance(failure(code, is_transient=transient), TryLater)


def test_a_server_error_with_a_strange_code_while_publishing_is_open_too() -> None:
    assert isinstance(failure(424242, status=500, asked=PUBLISHING), SendOutcomeUnknown)


def test_a_lost_place_in_a_list_is_tried_later() -> None:
    assert isinstance(failure(100, asked=Asked("Facebook", paged=True)), TryLater)


def test_the_words_of_the_server_are_quoted_safely() -> None:
    assert "\x1b" not in str(failure(424242, text="\x1b[2J" + "x" * 900))
    assert len(str(failure(424242, text="x" * 900))) < 300


@pytest.mark.parametrize("body", [None, 7, [], {}, {"error": None}, {"error": "no"}, {"data": []}])
def test_what_is_no_error_is_none(body: object) -> None:
    assert error_in(body) is None


def test_an_error_with_odd_parts_is_read_all_the_same() -> None:
    error = error_in({"error": {"code": "190", "error_subcode": [], "message": 7, "is_transient": "yes"}})
    assert error is not None
    assert (error.code, error.subcode, error.transient, error.words) == (0, 0, False, "")
