"""What a service account says of itself, taken apart by hand, and errors in all the forms that Google gives them."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cminbox.network_kit.answers import Answer
from cminbox.network_kit.google.errors import details_of, pause, reasons_of
from cminbox.network_kit.google.service_account import assertion, read_key
from cminbox.simulators.google_play import new_service_account

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_790_000_000_123
SCOPE = "https://www.googleapis.com/auth/androidpublisher"


def unpacked(part: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def test_an_assertion_is_a_jwt_for_an_hour(tmp_path: Path) -> None:
    new_service_account(tmp_path / "key.json")
    said = assertion(read_key(str(tmp_path / "key.json")), SCOPE, NOW)
    header, claims, signature = said.split(".")
    assert unpacked(header) == {"alg": "RS256", "typ": "JWT", "kid": "0123456789abcdef"}
    assert unpacked(claims) == {
        "iss": "inbox@brand-project.iam.gserviceaccount.com",
        "scope": SCOPE,
        "aud": "https://oauth2.googleapis.com/token",
        "iat": 1_790_000_000,
        "exp": 1_790_003_600,
    }
    assert len(base64.urlsafe_b64decode(signature + "==")) == 256
    assert "=" not in said


def test_a_key_is_never_shown(tmp_path: Path) -> None:
    new_service_account(tmp_path / "key.json")
    assert "BEGIN" not in repr(read_key(str(tmp_path / "key.json")))


def answer(body: object, status: int = 403) -> Answer:
    return Answer(status, httpx.Headers(), body)


@pytest.mark.parametrize(
    ("body", "reasons"),
    [
        ({"error": "invalid_grant"}, {"invalid_grant"}),
        ({"error": {"errors": [{"reason": "quotaExceeded"}, {"reason": 5}, None]}}, {"quotaExceeded"}),
        ({"error": {"details": [{"reason": "SERVICE_DISABLED"}], "errors": None}}, {"SERVICE_DISABLED"}),
        ({"error": {"details": "none"}}, set()),
        ({"error": None}, set()),
        ([], set()),
        (None, set()),
    ],
)
def test_reasons_are_found_in_every_form(body: object, reasons: set[str]) -> None:
    assert reasons_of(answer(body)) == reasons


def test_what_an_error_tells_besides_its_reason_is_found() -> None:
    details = [{"metadata": {"quota_limit_value": "0"}}, {"metadata": []}, {}, None]
    assert details_of(answer({"error": {"details": details}})) == [{"quota_limit_value": "0"}]
    assert details_of(answer({"error": {"details": {}}})) == []
    assert details_of(answer(["x"])) == []


@pytest.mark.parametrize(
    ("status", "reason"), [(429, "anything"), (403, "rateLimitExceeded"), (403, "RATE_LIMIT_EXCEEDED")]
)
def test_haste_is_a_pause_of_a_minute_unless_another_is_named(status: int, reason: str) -> None:
    body = {"error": {"errors": [{"reason": reason}]}}
    failure = pause(answer(body, status), "host", NOW)
    assert failure is not None
    assert (failure.after, failure.rate_limited) == (60.0, True)
    named = pause(Answer(status, httpx.Headers({"retry-after": "7"}), body), "host", NOW)
    assert named is not None
    assert named.after == 7
    assert pause(answer({"error": {"errors": [{"reason": "forbidden"}]}}), "host", NOW) is None
