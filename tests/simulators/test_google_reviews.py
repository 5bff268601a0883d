"""The simulated Google Play and Google Business Profile are what their descriptions say, and as strict."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from cminbox.network_kit.google.service_account import assertion, read_key
from cminbox.simulators.google_business import SimulatedGoogleBusiness
from cminbox.simulators.google_play import SimulatedGooglePlay, new_service_account
from cminbox.simulators.google_play.keys import SCOPE
from cminbox.simulators.openapi_check import load
from cminbox.simulators.wire import Fault, Request, SpecViolation

if TYPE_CHECKING:
    from pathlib import Path

    from cminbox.simulators.wire import Response

START = 1_790_000_000_000
DAY_MS = 24 * 3600 * 1000
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
APP = "/androidpublisher/v3/applications/com.acme.parcels/reviews"
PLACE = "/v4/accounts/1001/locations/2001/reviews"
BATCH = "/v4/accounts/1001/locations:batchGetReviews"


class Visitor:
    """Somebody who asks by hand; answers are held against the description."""

    def __init__(self) -> None:
        self.clock = START
        self.server: Any = None
        self.name = ""
        self.token = ""

    def now(self) -> int:
        self.clock += 10
        return self.clock

    def ask(self, method: str, target: str, body: object = None, form: str = "") -> Response:
        parts = urlsplit(target)
        data = form.encode() if form else b"" if body is None else json.dumps(body).encode()
        headers = (FORM if form else JSON if data else {}) | {"authorization": f"Bearer {self.token}"}
        request = Request(method, parts.path, tuple(parse_qsl(parts.query)), headers, data)
        response: Response = self.server.answer(request)
        operation = load(self.name).operation(method, parts.path)
        assert operation is not None
        if response.status == 200:
            assert load(self.name).answer_problems(operation, json.loads(response.body)) == []
        return response


class Player(Visitor):
    """Somebody with a service account."""

    def __init__(self, file: Path, **knobs: Any) -> None:  # noqa: ANN401 - those of the server
        super().__init__()
        self.name = "google_play"
        self.server = SimulatedGooglePlay(self.now, new_service_account(file), **knobs)
        said = assertion(read_key(str(file)), SCOPE, self.clock)
        form = f"grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion={said}"
        self.token = json.loads(self.ask("POST", "/token", form=form).body)["access_token"]


class Owner(Visitor):
    """Somebody who manages the business."""

    def __init__(self, **knobs: Any) -> None:  # noqa: ANN401 - those of the server
        super().__init__()
        self.name = "google_business"
        self.server = SimulatedGoogleBusiness(self.now, **knobs)
        client = self.server.google.application
        form = f"client_id={client.client_id}&client_secret={client.client_secret}&grant_type=refresh_token"
        answer = self.ask("POST", "/token", form=f"{form}&refresh_token=1//simulated-refresh")
        self.token = json.loads(answer.body)["access_token"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "key.json"


def reason(response: Response) -> str:
    (detail,) = json.loads(response.body)["error"]["details"]
    return str(detail["reason"])


@pytest.mark.parametrize("bare", [False, True])
def test_google_plays_answers_are_as_documented(file: Path, *, bare: bool) -> None:
    visitor = Player(file, bare=bare, largest_page=1)
    first = visitor.server.someone_reviews("ana", "bad", stars=1)
    visitor.server.someone_reviews("ben", "good")
    page = json.loads(visitor.ask("GET", APP).body)
    assert [one["reviewId"] for one in page["reviews"]] != [first]
    token = page["tokenPagination"]["nextPageToken"]
    assert [one["reviewId"] for one in json.loads(visitor.ask("GET", f"{APP}?token={token}").body)["reviews"]] == [
        first
    ]
    reply = visitor.ask("POST", f"{APP}/{first}:reply", {"replyText": "<b>sorry</b>"})
    assert json.loads(reply.body)["result"]["replyText"] == "sorry"
    comments = json.loads(visitor.ask("GET", f"{APP}/{first}").body)["comments"]
    assert comments[1]["developerComment"]["text"] == "sorry"


def test_google_play_shows_a_week_and_words_alone(file: Path) -> None:
    visitor = Player(file)
    old = visitor.server.someone_reviews("ana", "old", at=START - 8 * DAY_MS)
    visitor.server.someone_reviews("ana", "")
    assert json.loads(visitor.ask("GET", APP).body) == {"pageInfo": {"resultPerPage": 10, "totalResults": 0}}
    assert visitor.ask("GET", f"{APP}/{old}").status == 200
    visitor.server.reviews.edit(old, "changed")
    assert len(json.loads(visitor.ask("GET", APP).body)["reviews"]) == 1


def test_google_play_refuses_what_the_real_one_refuses(file: Path) -> None:
    visitor = Player(file, gets_an_hour=2)
    identifier = visitor.server.someone_reviews("ana", "bad")
    assert reason(visitor.ask("POST", f"{APP}/{identifier}:reply", {"replyText": "x" * 351})) == "replyTooLong"
    assert reason(visitor.ask("POST", f"{APP}/unknown:reply", {"replyText": "x"})) == "reviewNotFound"
    assert reason(visitor.ask("GET", f"{APP}?token=nonsense")) == "invalidPageToken"
    assert reason(visitor.ask("GET", APP.replace("acme", "other"))) == "applicationNotFound"
    assert visitor.ask("GET", APP).status == 200
    assert reason(visitor.ask("GET", APP)) == "quotaExceeded"
    visitor.server.permitted = False
    assert reason(visitor.ask("GET", APP)) == "forbidden"
    visitor.clock += 3600 * 1000
    assert visitor.ask("GET", APP).status == 401


@pytest.mark.parametrize("spoil", ["other key", "other scope", "too long", "too late", "no jwt"])
def test_only_the_right_key_opens(file: Path, tmp_path: Path, spoil: str) -> None:
    visitor = Player(file)
    new_service_account(tmp_path / "other.json")
    key = read_key(str(tmp_path / "other.json") if spoil == "other key" else str(file))
    said = assertion(key, "scope" if spoil == "other scope" else SCOPE, visitor.clock)
    if spoil == "too late":
        visitor.clock += DAY_MS
    if spoil == "too long":
        said += "x"
    said = "no.jwt" if spoil == "no jwt" else said
    form = f"grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion={said}"
    assert visitor.ask("POST", "/token", form=form).status == 400


@pytest.mark.parametrize("bare", [False, True])
def test_google_businesss_answers_are_as_documented(*, bare: bool) -> None:
    visitor = Owner(bare=bare, largest_page=1)
    visitor.server.add_place("Acme Nantes", "3001")
    first = visitor.server.someone_reviews("ana", "bad", stars=1).partition("/")[2]
    visitor.server.reviews.all[first].pictures = 1
    visitor.server.someone_reviews("", "good", "3001")
    assert len(json.loads(visitor.ask("GET", "/v1/accounts").body)["accounts"]) == 1
    places = visitor.ask("GET", "/v1/accounts/1001/locations?readMask=name,title,metadata")
    assert [one["name"] for one in json.loads(places.body)["locations"]] == ["locations/2001", "locations/3001"]
    names = [f"accounts/1001/locations/{place}" for place in ("2001", "3001")]
    both = json.loads(visitor.ask("POST", BATCH, {"locationNames": names, "orderBy": "updateTime desc"}).body)
    assert [one["name"] for one in both["locationReviews"]] == names[1:]
    assert both["nextPageToken"]
    reply = visitor.ask("PUT", f"{PLACE}/{first}/reply", {"comment": "sorry"})
    assert json.loads(reply.body)["comment"] == "sorry"
    (review,) = json.loads(visitor.ask("GET", f"{PLACE}?orderBy=updateTime%20desc").body)["reviews"]
    assert (review["starRating"], review["reviewReply"]["comment"]) == ("ONE", "sorry")
    assert visitor.ask("DELETE", f"{PLACE}/{first}/reply").status == 200
    assert "reviewReply" not in json.loads(visitor.ask("GET", f"{PLACE}/{first}").body)


def test_google_business_refuses_what_the_real_one_refuses() -> None:
    visitor = Owner()
    visitor.server.add_place("Closed", "3001", verified=False)
    name = visitor.server.someone_reviews("ana", "bad").partition("/")[2]
    assert reason(visitor.ask("PUT", f"{PLACE}/{name}/reply", {"comment": "é" * 2049})) == "invalidReply"
    assert visitor.ask("PUT", f"{PLACE}/unknown/reply", {"comment": "x"}).status == 404
    assert reason(visitor.ask("GET", PLACE.replace("2001", "3001"))) == "locationNotVerified"
    assert visitor.ask("POST", BATCH, {"locationNames": ["accounts/1001/locations/3001"]}).status == 400
    assert visitor.ask("POST", BATCH, {"locationNames": ["x"] * 51}).status == 400
    assert visitor.ask("DELETE", f"{PLACE}/{name}/reply").status == 404
    visitor.server.let_in = False
    assert visitor.ask("GET", "/v1/accounts").status == 429


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("GET", "/v4/accounts/1001/locations/2001/questions", None),
        ("GET", f"{PLACE}?pageSize=51", None),
        ("GET", f"{PLACE}?orderBy=updateTime", None),
        ("GET", "/v1/accounts/1001/locations", None),
        ("GET", "/v1/accounts?pageSize=50", None),
        ("PUT", f"{PLACE}/x/reply", {"text": "x"}),
        ("PUT", f"{PLACE}/x/reply", None),
        ("POST", BATCH, {"places": []}),
    ],
)
def test_what_google_businesss_description_does_not_name_is_a_violation(method: str, target: str, body: object) -> None:
    with pytest.raises(SpecViolation):
        Owner().ask(method, target, body)


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("GET", f"{APP}?pageSize=10", None),
        ("GET", f"{APP}?maxResults=-1", None),
        ("DELETE", f"{APP}/x", None),
        ("POST", f"{APP}/x:reply", {"text": "x"}),
        ("POST", f"{APP}/x:reply", None),
    ],
)
def test_what_google_plays_description_does_not_name_is_a_violation(
    file: Path, method: str, target: str, body: object
) -> None:
    with pytest.raises(SpecViolation):
        Player(file).ask(method, target, body)


def test_errors_come_in_the_language_of_the_server() -> None:
    said = {
        language: json.loads(Owner(language=language).server.error(Fault.FORBIDDEN).body)["error"]
        for language in ("en", "fr")
    }
    assert said["en"]["message"] != said["fr"]["message"]
    assert said["en"]["details"] == said["fr"]["details"]
