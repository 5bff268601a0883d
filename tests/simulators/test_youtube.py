"""The simulated YouTube is what the interface's description says, and as strict as the real one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from cminbox.simulators.openapi_check import load
from cminbox.simulators.wire import Fault, Request, SpecViolation
from cminbox.simulators.youtube import Application, SimulatedYoutube
from cminbox.simulators.youtube.world import HELD, SPAM

if TYPE_CHECKING:
    from cminbox.simulators.wire import Response

START = 1_790_000_000_000
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}


class Visitor:
    """Somebody who asks a simulated channel by hand."""

    def __init__(self, **knobs: Any) -> None:  # noqa: ANN401 - those of the server
        self.clock = START
        self.server = SimulatedYoutube(self.now, **knobs)
        self.ana = self.server.world.add_viewer("ana")
        self.token = ""
        self.token = self.sign_in()["access_token"]

    def now(self) -> int:
        self.clock += 10
        return self.clock

    def ask(self, method: str, target: str, body: object = None, form: str = "") -> Response:
        """Ask with the token; the answer is held against the description."""
        parts = urlsplit(target)
        data = form.encode() if form else b"" if body is None else json.dumps(body).encode()
        headers = (FORM if form else JSON if data else {}) | {"authorization": f"Bearer {self.token}"}
        request = Request(method, parts.path, tuple(parse_qsl(parts.query)), headers, data)
        response = self.server.answer(request)
        operation = load("youtube").operation(method, parts.path)
        assert operation is not None
        if response.status == 200:
            assert load("youtube").answer_problems(operation, json.loads(response.body)) == []
        return response

    def sign_in(self) -> dict[str, Any]:
        """Return what Google gives for the refresh token."""
        client = self.server.google.application
        (refresh,) = self.server.google.refresh_tokens
        form = f"client_id={client.client_id}&client_secret={client.client_secret}&grant_type=refresh_token"
        answer: dict[str, Any] = json.loads(self.ask("POST", "/token", form=f"{form}&refresh_token={refresh}").body)
        return answer

    def channel(self, more: str = "") -> Response:
        """Ask for the threads of the whole channel."""
        who = self.server.world.brand.id
        return self.ask(
            "GET",
            f"/youtube/v3/commentThreads?part=snippet,replies&allThreadsRelatedToChannelId={who}{more}",
        )


def reason(response: Response) -> str:
    (error,) = json.loads(response.body)["error"]["errors"]
    return str(error["reason"])


def ids(response: Response) -> list[str]:
    return [item["id"] for item in json.loads(response.body)["items"]]


@pytest.mark.parametrize("bare", [False, True])
def test_every_answer_is_as_documented(bare: bool) -> None:  # noqa: FBT001 - a parameter
    visitor = Visitor(bare=bare)
    top = visitor.server.someone_comments(visitor.ana, "hello <you>")
    visitor.server.someone_comments(visitor.ana, "held", status=HELD)
    for number in range(7):
        visitor.server.someone_comments(visitor.ana, f"reply {number}", top)
    chat = visitor.server.world.go_live()
    for kind in ("textMessageEvent", "superChatEvent", "messageDeletedEvent", "tombstone"):
        visitor.server.someone_chats(chat, visitor.ana, "hi", kind=kind, amount="1 €", about="LCC.1")
    answers = [
        visitor.channel(),
        visitor.channel("&moderationStatus=heldForReview"),
        visitor.ask("GET", f"/youtube/v3/commentThreads?part=snippet&id={top}"),
        visitor.ask("GET", f"/youtube/v3/comments?part=snippet&parentId={top}"),
        visitor.ask("GET", f"/youtube/v3/comments?part=snippet&id={top}"),
        visitor.ask("GET", "/youtube/v3/channels?part=snippet,statistics&mine=true"),
        visitor.ask("GET", "/youtube/v3/liveBroadcasts?part=snippet&broadcastStatus=active&broadcastType=all"),
        visitor.ask("GET", f"/youtube/v3/liveChat/messages?part=id,snippet,authorDetails&liveChatId={chat.id}"),
        visitor.ask(
            "POST", "/youtube/v3/comments?part=snippet", {"snippet": {"parentId": top, "textOriginal": "thanks"}}
        ),
    ]
    assert {answer.status for answer in answers} == {200}


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("GET", "/youtube/v3/captions?part=snippet", None),
        ("GET", "/youtube/v3/comments?parentId=x", None),
        ("GET", "/youtube/v3/comments?part=snippet&parentid=x", None),
        ("GET", "/youtube/v3/comments?part=snippet&parentId=x&maxResults=101", None),
        ("GET", "/youtube/v3/comments?part=snippet&parentId=x&textFormat=markdown", None),
        ("GET", "/youtube/v3/liveChat/messages?part=snippet&liveChatId=x&maxResults=20", None),
        ("POST", "/youtube/v3/comments?part=snippet", {"snippet": {"parent": "x"}}),
        ("POST", "/youtube/v3/comments?part=snippet", {"text": "x"}),
        ("POST", "/youtube/v3/comments/setModerationStatus?id=x&moderationStatus=hidden", None),
        ("POST", "/youtube/v3/comments/setModerationStatus?id=x", None),
        ("POST", "/youtube/v3/comments/setModerationStatus?id=x&moderationStatus=rejected&banAuthor=yes", None),
    ],
)
def test_what_the_description_does_not_name_is_a_violation(method: str, target: str, body: object) -> None:
    with pytest.raises(SpecViolation):
        Visitor().ask(method, target, body)


def test_pages_go_on_where_they_ended_whatever_is_written_meanwhile() -> None:
    visitor = Visitor(largest_page=3)
    written = [visitor.server.someone_comments(visitor.ana, f"comment {number}") for number in range(7)]
    first = visitor.channel("&maxResults=100")
    visitor.server.someone_comments(visitor.ana, "meanwhile")
    token = json.loads(first.body)["nextPageToken"]
    second = visitor.channel(f"&pageToken={token}")
    assert [*ids(first), *ids(second)] == written[::-1][:6]
    visitor.server.expire_page_tokens()
    assert reason(visitor.channel(f"&pageToken={token}")) == "invalidPageToken"


def test_a_thread_shows_five_replies_and_counts_them_all() -> None:
    visitor = Visitor()
    top = visitor.server.someone_comments(visitor.ana, "top")
    for number in range(8):
        visitor.server.someone_comments(visitor.ana, f"reply {number}", top)
    (thread,) = json.loads(visitor.channel().body)["items"]
    assert len(thread["replies"]["comments"]) == 5
    assert thread["snippet"]["totalReplyCount"] == 8


def test_only_the_author_gets_the_words_as_typed() -> None:
    visitor = Visitor()
    top = visitor.server.someone_comments(visitor.ana, "a < b")
    visitor.server.we_comment("b < a", top)
    (thread,) = json.loads(visitor.channel().body)["items"]
    (reply,) = thread["replies"]["comments"]
    assert "textOriginal" not in thread["snippet"]["topLevelComment"]["snippet"]
    assert reply["snippet"]["textOriginal"] == "b < a"
    html = visitor.ask("GET", f"/youtube/v3/comments?part=snippet&id={top}")
    assert json.loads(html.body)["items"][0]["snippet"]["textDisplay"] == "a &lt; b"


@pytest.mark.parametrize(
    ("parent", "text", "why"),
    [
        ("top", "x" * 10_001, "commentTextTooLong"),
        ("top", "", "commentTextRequired"),
        ("reply", "below a reply", "processingFailure"),
        ("held", "below what is held", "parentCommentIsPrivate"),
        ("nothing", "below nothing", "parentCommentNotFound"),
    ],
)
def test_a_reply_is_refused_as_the_real_one_refuses_it(parent: str, text: str, why: str) -> None:
    visitor = Visitor()
    top = visitor.server.someone_comments(visitor.ana, "top")
    places = {
        "top": top,
        "reply": visitor.server.someone_comments(visitor.ana, "reply", top),
        "held": visitor.server.someone_comments(visitor.ana, "held", status=HELD),
        "nothing": "Ug-nothing",
    }
    body = {"snippet": {"parentId": places[parent], "textOriginal": text}}
    assert reason(visitor.ask("POST", "/youtube/v3/comments?part=snippet", body)) == why
    assert visitor.server.published() == []


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("moderationStatus=published&banAuthor=true", "banWithoutReject"),
        ("moderationStatus=likelySpam", "invalidModerationStatus"),
    ],
)
def test_moderation_has_its_rules(query: str, why: str) -> None:
    visitor = Visitor()
    top = visitor.server.someone_comments(visitor.ana, "top")
    target = f"/youtube/v3/comments/setModerationStatus?id={top}&{query}"
    assert reason(visitor.ask("POST", target)) == why
    assert reason(visitor.ask("POST", f"/youtube/v3/comments/markAsSpam?id={top}")) == "operationNotSupported"
    assert reason(visitor.ask("DELETE", f"/youtube/v3/comments?id={top}")) == "forbidden"


def test_queues_hold_what_waits_and_rejected_comments_are_nowhere() -> None:
    visitor = Visitor()
    held = visitor.server.someone_comments(visitor.ana, "held", status=HELD)
    spam = visitor.server.someone_comments(visitor.ana, "spam", status=SPAM)
    assert ids(visitor.channel("&moderationStatus=heldForReview")) == [held]
    assert ids(visitor.channel("&moderationStatus=likelySpam")) == [spam]
    visitor.ask("POST", f"/youtube/v3/comments/setModerationStatus?id={held},{spam}&moderationStatus=rejected")
    for more in ("", "&moderationStatus=heldForReview", "&moderationStatus=likelySpam"):
        assert ids(visitor.channel(more)) == []
    assert visitor.channel("&moderationStatus=rejected").status == 400


def test_units_are_counted_by_the_day_in_california() -> None:
    visitor = Visitor(daily_units=52)
    top = visitor.server.someone_comments(visitor.ana, "top")
    assert visitor.channel().status == 200
    hide = f"/youtube/v3/comments/setModerationStatus?id={top}&moderationStatus=heldForReview"
    assert visitor.ask("POST", hide).status == 204
    assert reason(visitor.ask("POST", hide)) == "quotaExceeded"
    assert visitor.channel().status == 200
    assert reason(visitor.channel()) == "quotaExceeded"
    visitor.clock += 24 * 3600 * 1000
    visitor.token = visitor.sign_in()["access_token"]
    assert visitor.channel().status == 200


def test_tokens_live_for_an_hour_and_permissions_are_asked_for() -> None:
    visitor = Visitor()
    assert visitor.channel().status == 200
    visitor.clock += 3600 * 1000
    assert visitor.channel().status == 401
    reader = Visitor(application=Application(scopes=("https://www.googleapis.com/auth/youtube.readonly",)))
    assert reason(reader.channel()) == "insufficientPermissions"
    assert reader.ask("GET", "/youtube/v3/channels?part=snippet&mine=true").status == 200


def test_errors_come_in_the_language_of_the_server() -> None:
    said = {
        language: json.loads(Visitor(language=language).server.error(Fault.FORBIDDEN).body)["error"]
        for language in ("en", "fr")
    }
    assert said["en"]["message"] != said["fr"]["message"]
    assert said["en"]["errors"][0]["reason"] == said["fr"]["errors"][0]["reason"]
