"""The simulated LinkedIn is what is documented of the real one, and as strict about how a request is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import pytest

from cminbox.simulators.linkedin import Application, SimulatedLinkedin
from cminbox.simulators.linkedin.server import Rules
from cminbox.simulators.openapi_check import load
from cminbox.simulators.wire import Fault, Request, SpecViolation

if TYPE_CHECKING:
    from cminbox.simulators.wire import Response

START = 1_790_000_000_000
ME = "urn%3Ali%3Aorganization%3A5515715"
NOTES = f"/rest/organizationalEntityNotifications?q=criteria&organizationalEntity={ME}"
HEADERS = {
    "authorization": "Bearer AQ-simulated-access",
    "linkedin-version": "202607",
    "x-restli-protocol-version": "2.0.0",
}


class Visitor:
    """Somebody who asks a simulated Page by hand."""

    def __init__(self, rules: Rules | None = None, application: Application | None = None) -> None:
        self.clock = START
        self.server = SimulatedLinkedin(self.now, rules=rules, application=application)
        self.ana = self.server.world.member("ana", "lima")

    def now(self) -> int:
        self.clock += 10
        return self.clock

    def ask(self, method: str, target: str, body: object = None, **headers: str | None) -> Response:
        """Ask with the token; the answer is held against the table of facts."""
        parts = urlsplit(target)
        sent = (
            HEADERS
            | {"content-type": "application/json"}
            | {key.replace("_", "-"): one for key, one in headers.items()}
        )
        data = b"" if body is None else json.dumps(body).encode()
        kept = {name: value for name, value in sent.items() if value is not None}
        request = Request(method, unquote(parts.path), tuple(parse_qsl(parts.query)), kept, data, target)
        response = self.server.answer(request)
        operation = load("linkedin").operation(method, unquote(parts.path))
        assert operation is not None
        if response.status in {200, 201}:
            assert load("linkedin").answer_problems(operation, json.loads(response.body)) == []
        return response

    def comments(self, urn: str) -> str:
        return f"/rest/socialActions/{quote(urn, safe='')}/comments"


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


@pytest.mark.parametrize(
    "target",
    [
        "/rest/organizationalEntityNotifications?q=criteria&organizationalEntity=urn:li:organization:5515715",
        f"{NOTES}&actions=COMMENT,SHARE_MENTION",
        f"{NOTES}&actions=List%28COMMENT%29",
        f"{NOTES}&actions=List(COMMENT_MENTION)",
        f"{NOTES}&timeRange=(start:1,finish:2)",
        f"{NOTES}&timeRange=%28start%3A1%2Cend%3A2%29",
        f"{NOTES}&count=101",
        f"{NOTES}&fresh=true",
        f"/rest/organizationalEntityNotifications?organizationalEntity={ME}",
        "/rest/organizations/urn%3Ali%3Aorganization%3A5515715",
        "/rest/people/abc",
        "/rest/people/(id:urn:li:person:abc)",
        "/rest/posts/urn%3Ali%3Aactivity%3A1",
        "/rest/socialActions/urn:li:share:1/comments",
        "/rest/socialActions/urn%3Ali%3Aperson%3Aabc/comments",
        "/rest/socialActions/urn%3Ali%3Acomment%3A(urn%3Ali%3Aactivity%3A1,2)/comments",
        "/rest/socialActions/urn%3Ali%3Ashare%3A1/comments/urn%3Ali%3Ashare%3A1",
        "/rest/reactions/(actor:urn%3Ali%3Aorganization%3A1,object:urn%3Ali%3Ashare%3A2)",
        "/rest/conversations",
        "/v2/organizationAcls?q=roleAssignee",
    ],
)
def test_what_is_not_documented_or_not_encoded_is_no_request(visitor: Visitor, target: str) -> None:
    with pytest.raises(SpecViolation):
        visitor.ask("GET", target)


@pytest.mark.parametrize(
    "headers",
    [
        {"linkedin_version": None},
        {"linkedin_version": "2026"},
        {"linkedin_version": "20260701"},
        {"x_restli_protocol_version": None},
        {"x_restli_protocol_version": "1.0.0"},
        {"x_made_up": "1"},
    ],
)
def test_the_headers_are_insisted_on(visitor: Visitor, headers: dict[str, str | None]) -> None:
    with pytest.raises(SpecViolation):
        visitor.ask("GET", "/rest/organizationAcls?q=roleAssignee", **headers)


def test_a_comment_with_an_image_or_without_its_object_is_no_request(visitor: Visitor) -> None:
    post = visitor.server.world.posts[0]
    body = {"actor": "urn:li:organization:5515715", "object": post.activity, "message": {"text": "hi"}}
    for odd in (body | {"content": []}, {key: one for key, one in body.items() if key != "object"}):
        with pytest.raises(SpecViolation):
            visitor.ask("POST", visitor.comments(post.share), odd)
    assert visitor.ask("POST", visitor.comments(post.share), body).status == 201


def test_answers_are_as_documented_and_lists_say_whether_there_is_more() -> None:
    visitor = Visitor(Rules(largest_page=2))
    top = visitor.server.someone_comments(visitor.ana, "one")
    for number in range(4):
        visitor.server.someone_comments(visitor.ana, f"answer {number}", top.urn)
    visitor.server.someone_mentions(visitor.ana, "Acme!")
    first = json.loads(visitor.ask("GET", f"{NOTES}&actions=List(COMMENT,SHARE_MENTION)").body)
    assert [link["rel"] for link in first["paging"]["links"]] == ["next"]
    assert first["elements"][0]["action"] == "SHARE_MENTION"
    assert first["elements"][1]["generatedActivity"].startswith("urn:li:comment:(activity:")
    last = json.loads(visitor.ask("GET", f"{NOTES}&start=4&count=2").body)
    assert (len(last["elements"]), last["paging"]["links"]) == (2, [])
    below = json.loads(visitor.ask("GET", f"{visitor.comments(top.urn)}?start=2&count=2").body)
    assert {one["parentComment"] for one in below["elements"]} == {top.urn}
    assert visitor.ask("GET", "/rest/organizations/5515715").status == 200
    assert visitor.ask("GET", "/rest/people/(id:Ana-3_x)").status == 200


def test_notifications_are_kept_for_sixty_days_and_only_those_asked_for_come() -> None:
    visitor = Visitor(application=Application(access_days=90))
    visitor.server.someone_comments(visitor.ana, "old")
    visitor.clock += 61 * 24 * 3600 * 1000
    early = visitor.clock
    made = visitor.server.someone_comments(visitor.ana, "new")
    shown = json.loads(
        visitor.ask("GET", f"{NOTES}&actions=List(COMMENT)&timeRange=(start:{early},end:{made.at})").body
    )
    assert shown["elements"] == [], "the end of a range is outside of it"
    shown = json.loads(visitor.ask("GET", f"{NOTES}&timeRange=(start:0,end:{made.at + 1})").body)
    assert len(shown["elements"]) == 1


def test_who_may_do_what_depends_on_role_permission_and_version() -> None:
    poster = Visitor(Rules(roles=("RECRUITING_POSTER",)))
    top = poster.server.someone_comments(poster.ana, "one")
    assert poster.ask("GET", NOTES).status == 403
    assert json.loads(poster.ask("GET", poster.comments(top.post.share)).body)["elements"] == []
    reader = Visitor(application=Application(scopes=("r_organization_social_feed",)))
    assert reader.ask("GET", NOTES).status == 403
    assert reader.ask("GET", reader.comments(reader.server.world.posts[0].share)).status == 200
    assert reader.ask("GET", "/rest/organizations/5515715", linkedin_version="202511").status == 426
    assert reader.ask("GET", "/rest/organizations/5515715", authorization="Bearer old").status == 401


def test_the_real_service_refuses_what_it_would_refuse(visitor: Visitor) -> None:
    post = visitor.server.world.posts[0]
    top = visitor.server.someone_comments(visitor.ana, "one")
    low = visitor.server.someone_comments(visitor.ana, "two", top.urn)
    body = {"actor": "urn:li:organization:5515715", "object": post.activity, "message": {"text": "hi"}}

    def status(urn: str, **more: object) -> int:
        return visitor.ask("POST", visitor.comments(urn), body | more).status

    assert status(low.urn, parentComment=low.urn) == 400
    assert status(post.share, object="urn:li:share:1") == 400
    assert status(post.share, actor="urn:li:person:Ana-3_x") == 403
    assert status(post.share, message={"text": "\U0001f44d" * 626}) == 400
    assert status(post.share, message={"text": "\U0001f44d" * 625}) == 201
    assert status("urn:li:share:1") == 404
    visitor.server.world.delete(top)
    assert status(top.urn, parentComment=top.urn) == 404
    assert visitor.ask("DELETE", f"{visitor.comments(post.share)}/{top.number}?actor={ME}").status == 404


def test_calls_are_counted_by_the_day_and_comments_by_the_minute() -> None:
    visitor = Visitor(Rules(daily_calls=3, comments_a_minute=1))
    post = visitor.server.world.posts[0]
    body = {"actor": "urn:li:organization:5515715", "object": post.activity, "message": {"text": "hi"}}
    assert [visitor.ask("POST", visitor.comments(post.share), body).status for _ in range(2)] == [201, 429]
    assert [visitor.ask("GET", "/rest/organizations/5515715").status for _ in range(2)] == [200, 429]
    assert visitor.server.calls_today() == 3
    visitor.clock += 24 * 3600 * 1000
    assert visitor.ask("GET", "/rest/organizations/5515715").status == 200


def test_errors_have_codes_and_words_in_the_language_of_the_server() -> None:
    visitor = Visitor(Rules(language="fr"))
    for fault, status in ((Fault.UNAUTHORIZED, 401), (Fault.FORBIDDEN, 403), (Fault.RATE_LIMIT, 429)):
        answer = visitor.server.error(fault)
        said = json.loads(answer.body)
        assert (answer.status, said["status"]) == (status, status)
        assert said["code"].isupper()
        assert "refus" in said["message"]
