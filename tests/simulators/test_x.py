"""The simulated X is what the interface's description says, and as strict as the real one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from cminbox.networks.x.oauth1 import Keys, authorization
from cminbox.networks.x.tokens import basic
from cminbox.simulators.openapi_check import load
from cminbox.simulators.wire import Fault, Request, SpecViolation
from cminbox.simulators.x import Application, Rules, SimulatedX

if TYPE_CHECKING:
    from cminbox.simulators.wire import Response

START = 1_790_000_000_000
KEYS = Keys("simulated-app-key", "simulated-app-secret", "simulated-token", "simulated-token-secret")


class Visitor:
    """Somebody who asks a simulated X by hand, signed with OAuth 1.0a."""

    def __init__(self, **knobs: Any) -> None:  # noqa: ANN401 - those of the server
        self.clock = START
        self.server = SimulatedX(self.now, **knobs)
        self.ana = self.server.world.user("ana")

    def now(self) -> int:
        self.clock += 10
        return self.clock

    def ask(self, method: str, target: str, body: object = None, keys: Keys = KEYS) -> Response:
        parts = urlsplit(target)
        query = tuple(parse_qsl(parts.query))
        data = b"" if body is None else json.dumps(body).encode()
        header = authorization(keys, method, f"https://api.x.com{parts.path}", query, self.clock)
        headers = {"authorization": header} | ({"content-type": "application/json"} if data else {})
        return self.server.answer(Request(method, parts.path, query, headers, data))

    def read(self, target: str) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.ask("GET", target).body)
        return body

    def exchange(self, **form: str) -> tuple[int, dict[str, Any]]:
        headers = {
            "authorization": basic(KEYS.consumer, KEYS.consumer_secret),
            "content-type": "application/x-www-form-urlencoded",
        }
        response = self.server.answer(Request("POST", "/2/oauth2/token", (), headers, urlencode(form).encode()))
        return response.status, json.loads(response.body)


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("GET", "/2/users/4000000/followers", None),
        ("GET", "/1.1/statuses/mentions_timeline.json", None),
        ("GET", "/2/users/4000000/mentions?max_results=4", None),
        ("GET", "/2/users/4000000/mentions?tweet.fields=id", None),
        ("GET", "/2/users/4000000/mentions?post.fields=author_id", None),
        ("GET", "/2/users/4000000/mentions?since_id=abc", None),
        ("GET", "/2/users/4000000/mentions?start_time=yesterday", None),
        ("GET", "/2/tweets", None),
        ("GET", "/2/dm_events?pagination_token=short", None),
        ("POST", "/2/tweets", {"text": "x", "in_reply_to_status_id": "1"}),
        ("POST", "/2/tweets", {"text": "x", "reply": {"in_reply_to_tweet_id": "abc"}}),
        ("PUT", "/2/tweets/1/hidden", {"hide": True}),
        ("PUT", "/2/tweets/1/hidden", {}),
        ("POST", "/2/users/4000000/muting", {"user_id": "1"}),
        ("POST", "/2/users/4000000/dm/block", {"target_user_id": "1"}),
    ],
)
def test_what_the_description_does_not_allow_fails(visitor: Visitor, method: str, target: str, body: object) -> None:
    with pytest.raises(SpecViolation):
        visitor.ask(method, target, body)


@pytest.mark.parametrize(
    "keys",
    [
        Keys("another", KEYS.consumer_secret, KEYS.token, KEYS.token_secret),
        Keys(KEYS.consumer, "another", KEYS.token, KEYS.token_secret),
        Keys(KEYS.consumer, KEYS.consumer_secret, "another", KEYS.token_secret),
        Keys(KEYS.consumer, KEYS.consumer_secret, KEYS.token, "another"),
    ],
)
def test_a_wrong_signature_is_refused(visitor: Visitor, keys: Keys) -> None:
    assert visitor.ask("GET", "/2/users/me", keys=keys).status == 401
    assert visitor.ask("GET", "/2/users/me").status == 200


def test_a_signature_counts_once_and_for_a_while(visitor: Visitor) -> None:
    header = authorization(KEYS, "GET", "https://api.x.com/2/users/me", (), visitor.clock)
    request = Request("GET", "/2/users/me", (), {"authorization": header}, b"")
    assert [visitor.server.answer(request).status for _ in range(2)] == [200, 401]
    late = authorization(KEYS, "GET", "https://api.x.com/2/users/me", (), visitor.clock - 3_600_000)
    assert visitor.server.answer(Request("GET", "/2/users/me", (), {"authorization": late}, b"")).status == 401


def test_a_refresh_token_works_once_and_shown_again_ends_the_sign_in(visitor: Visitor) -> None:
    status, first = visitor.exchange(grant_type="refresh_token", refresh_token="simulated-refresh")
    assert (status, first["expires_in"]) == (200, 7200)
    status, second = visitor.exchange(grant_type="refresh_token", refresh_token="simulated-refresh")
    assert (status, second["error"]) == (400, "invalid_request")
    status, _ = visitor.exchange(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert status == 400


def test_a_list_without_items_leaves_them_out(visitor: Visitor) -> None:
    assert visitor.read("/2/users/4000000/mentions") == {"meta": {"result_count": 0}}


def test_an_edit_makes_a_new_id_and_keeps_the_history(visitor: Visitor) -> None:
    first = visitor.server.someone_mentions(visitor.ana, "frist")
    version = visitor.server.world.edit(first, "@acme first")
    (shown,) = visitor.read("/2/users/4000000/mentions")["data"]
    assert (shown["id"], shown["edit_history_post_ids"]) == (version, [first, version])
    (old,) = visitor.read(f"/2/tweets?ids={first}")["data"]
    assert (old["id"], old["text"]) == (first, "@acme frist")


def test_posts_that_are_not_there_are_told_beside_those_that_are(visitor: Visitor) -> None:
    first, second = (visitor.server.someone_mentions(visitor.ana, text) for text in "ab")
    visitor.server.world.delete(second)
    body = visitor.read(f"/2/tweets?ids={first},{second}")
    assert [item["id"] for item in body["data"]] == [first]
    (error,) = body["errors"]
    assert (error["resource_id"], error["type"].rpartition("/")[2]) == (second, "resource-not-found")


def test_only_who_called_the_brand_is_answered(visitor: Visitor) -> None:
    stranger = visitor.server.world.post(visitor.ana, "acme").id
    called = visitor.server.someone_mentions(visitor.ana, "hello")
    for target, status in ((stranger, 403), (called, 201)):
        body = {"text": "thanks", "reply": {"in_reply_to_tweet_id": target}}
        assert visitor.ask("POST", "/2/tweets", body).status == status
    enterprise = Visitor(rules=Rules(enterprise=True))
    other = enterprise.server.world.post(enterprise.ana, "acme").id
    assert enterprise.ask("POST", "/2/tweets", {"text": "x", "reply": {"in_reply_to_tweet_id": other}}).status == 201


@pytest.mark.parametrize(("text", "status"), [("a" * 280, 201), ("a" * 281, 403), ("日" * 141, 403), (" ", 400)])
def test_a_post_is_as_long_as_x_counts(visitor: Visitor, text: str, status: int) -> None:
    called = visitor.server.someone_mentions(visitor.ana, "hello")
    body = {"text": text, "reply": {"in_reply_to_tweet_id": called}}
    assert visitor.ask("POST", "/2/tweets", body).status == status


def test_the_same_words_to_the_same_post_are_refused(visitor: Visitor) -> None:
    called = visitor.server.someone_mentions(visitor.ana, "hello")
    body = {"text": "thanks", "reply": {"in_reply_to_tweet_id": called}}
    assert [visitor.ask("POST", "/2/tweets", body).status for _ in range(2)] == [201, 403]


def test_a_list_is_answered_so_often_in_a_quarter_of_an_hour() -> None:
    visitor = Visitor(rules=Rules(limits={"/2/dm_events": 2}))
    answers = [visitor.ask("GET", "/2/dm_events") for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert [answer.headers["x-rate-limit-remaining"] for answer in answers] == ["1", "0", "0"]
    visitor.clock += 900_000
    assert visitor.ask("GET", "/2/dm_events").status == 200


def test_without_credit_nothing_is_answered() -> None:
    visitor = Visitor(rules=Rules(credit=15_000))
    assert visitor.ask("GET", "/2/users/me").status == 200
    visitor.server.spent = 15_000
    answer = visitor.ask("GET", "/2/users/me")
    assert (answer.status, json.loads(answer.body)["type"].rpartition("/")[2]) == (402, "credits-depleted")


def test_permissions_that_were_not_granted_are_refused() -> None:
    visitor = Visitor(application=Application(level="read-write"))
    answer = visitor.ask("GET", "/2/dm_events")
    assert (answer.status, json.loads(answer.body)["type"].rpartition("/")[2]) == (403, "oauth1-permissions")
    visitor = Visitor(application=Application(scopes=("users.read",)))
    _, token = visitor.exchange(grant_type="refresh_token", refresh_token="simulated-refresh")
    headers = {"authorization": f"Bearer {token['access_token']}"}
    assert visitor.server.answer(Request("GET", "/2/users/me", (), headers, b"")).status == 403


def test_places_expire_when_told(visitor: Visitor) -> None:
    for number in range(8):
        visitor.server.someone_mentions(visitor.ana, f"number {number}")
    token = visitor.read("/2/users/4000000/mentions?max_results=5")["meta"]["next_token"]
    target = f"/2/users/4000000/mentions?max_results=5&pagination_token={token}"
    assert len(visitor.read(target)["data"]) == 3
    visitor.server.expire_places()
    assert visitor.ask("GET", target).status == 400


@pytest.mark.parametrize("language", ["en", "fr"])
def test_errors_have_the_same_types_in_every_language(language: str) -> None:
    server = SimulatedX(lambda: START, rules=Rules(language=language))
    body = json.loads(server.error(Fault.FORBIDDEN).body)
    assert (body["status"], body["type"], body["detail"] == "Forbidden") == (403, "about:blank", language == "en")


def test_the_description_holds_facts_only() -> None:
    description = load("x").description
    assert description["version"] == "2.167"
    text = json.dumps([description["operations"], description["entities"]])
    assert not any(f'"{word}"' in text for word in ("summary", "example", "examples", "externalDocs"))
