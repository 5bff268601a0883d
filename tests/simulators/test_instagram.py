"""The played Instagram does what the real one does, its traps included."""

from __future__ import annotations

import pytest

from cminbox.domain.message import Kind
from cminbox.simulators.instagram import SimulatedInstagram
from cminbox.simulators.instagram.world import ACCOUNT_ID, PAGE_ID, SCOPED_ID, Comment
from cminbox.simulators.wire import Fault, Request, SpecViolation
from graph_asking import Clock, error, sender, shown

TOKEN = "simulated-instagram-token"
send = sender(TOKEN)
DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> SimulatedInstagram:
    return SimulatedInstagram(clock)


@pytest.fixture
def through_page(clock: Clock) -> SimulatedInstagram:
    return SimulatedInstagram(clock, login="facebook")


def test_under_the_first_id_everything_is_empty(server: SimulatedInstagram) -> None:
    server.brand_post()
    me = shown(send(server, "GET", "me", fields="id,user_id,username"))
    assert (me["id"], me["user_id"]) == (SCOPED_ID, int(ACCOUNT_ID))
    assert shown(send(server, "GET", f"{SCOPED_ID}/media", fields="id"))["data"] == []
    assert len(shown(send(server, "GET", f"{ACCOUNT_ID}/media", fields="id"))["data"]) == 1


def test_private_messages_lie_at_the_page_behind_the_other_login(
    server: SimulatedInstagram, through_page: SimulatedInstagram
) -> None:
    for one, desk, other in ((server, ACCOUNT_ID, None), (through_page, PAGE_ID, ACCOUNT_ID)):
        one.someone_writes(Kind.DM, one.add_person("ana"), "hello")
        assert len(shown(send(one, "GET", f"{desk}/conversations", fields="id", platform="instagram"))["data"]) == 1
        assert shown(send(one, "GET", f"{desk}/conversations", fields="id"))["data"] == []
        if other is not None:
            with pytest.raises(SpecViolation, match="no such edge"):
                send(one, "GET", f"{other}/conversations", fields="id", platform="instagram")


def test_the_count_of_a_post_includes_answers_and_its_list_does_not(server: SimulatedInstagram) -> None:
    first = server.someone_writes(Kind.COMMENT, server.add_person("ana"), "first")
    server.we_write("second", first)
    (post,) = shown(send(server, "GET", f"{ACCOUNT_ID}/media", fields="id,comments_count"))["data"]
    assert post["comments_count"] == 2
    (comment,) = shown(send(server, "GET", f"{post['id']}/comments", fields="id,replies{id,parent_id}"))["data"]
    assert [answer["parent_id"] for answer in comment["replies"]["data"]] == [first]


def test_at_most_fifty_comments_come_at_once(server: SimulatedInstagram) -> None:
    for number in range(60):
        server.someone_writes(Kind.COMMENT, server.add_person("ana"), f"number {number}")
    body = shown(send(server, "GET", f"{server.brand_post().id}/comments", fields="id", limit="100"))
    assert (len(body["data"]), "next" in body["paging"]) == (50, True)
    with pytest.raises(SpecViolation, match="since"):
        send(server, "GET", f"{server.brand_post().id}/comments", fields="id", since="1")


def test_a_mention_is_read_through_the_account_alone(server: SimulatedInstagram) -> None:
    ana = server.add_person("ana")
    post = server.world.publish(ana, "a post")
    comment = server.mention_in_comment(ana, "@acme", post).removeprefix("mention/")
    assert error(send(server, "GET", comment, fields="id")) == (100, 33)
    found = shown(send(server, "GET", ACCOUNT_ID, fields=f"mentioned_comment.comment_id({comment}){{id,media{{id}}}}"))
    assert found["mentioned_comment"] == {"id": comment, "media": {"id": post.id}}
    for fields in ("mentioned_comment{id}", f"mentioned_comment.media_id({comment}){{id}}"):
        with pytest.raises(SpecViolation, match=r"mentioned_comment|comment_id|media_id"):
            send(server, "GET", ACCOUNT_ID, fields=fields)


def test_only_what_names_us_can_be_answered_elsewhere(server: SimulatedInstagram) -> None:
    ana = server.add_person("ana")
    named, tagged = server.world.publish(ana, "@acme", "mentioned"), server.world.publish(ana, "look", "tagged")
    body = {"media_id": named.id, "message": "hello"}
    made = shown(send(server, "POST", f"{ACCOUNT_ID}/mentions", body))["id"]
    assert server.world.comments[made].author is server.world.us
    assert error(send(server, "POST", f"{ACCOUNT_ID}/mentions", body | {"media_id": tagged.id})) == (100, 33)
    assert error(send(server, "DELETE", made)) == (100, 33)


def test_a_window_closes_after_a_day_and_for_humans_after_seven(server: SimulatedInstagram, clock: Clock) -> None:
    ana = server.add_person("ana")
    server.someone_writes(Kind.DM, ana, "hello")
    plain = {"recipient": {"id": ana.id}, "messaging_type": "RESPONSE", "message": {"text": "hi"}}
    human = {**plain, "messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    assert send(server, "POST", f"{ACCOUNT_ID}/messages", plain).status == 200
    clock.time += DAY_MS
    assert error(send(server, "POST", f"{ACCOUNT_ID}/messages", plain)) == (10, 2018278)
    assert send(server, "POST", f"{ACCOUNT_ID}/messages", human).status == 200
    clock.time += 6 * DAY_MS
    assert error(send(server, "POST", f"{ACCOUNT_ID}/messages", human)) == (10, 2018278)


def test_what_the_posts_owner_writes_is_shown_whatever_is_asked(server: SimulatedInstagram) -> None:
    first = server.someone_writes(Kind.COMMENT, server.add_person("ana"), "first")
    ours = server.we_write("ours", first)
    for identifier, hidden in ((first, True), (ours, False)):
        assert send(server, "POST", identifier, {"hide": True}).status == 200
        comment = server.thing(identifier)
        assert isinstance(comment, Comment)
        assert comment.hidden is hidden


def test_a_dead_token_a_strange_one_and_a_missing_scope_have_their_codes(server: SimulatedInstagram) -> None:
    server.scopes = ("instagram_business_basic",)
    assert error(send(server, "GET", f"{ACCOUNT_ID}/tags", fields="id")) == (200, 0)
    server.dead = 460
    assert error(send(server, "GET", "me", fields="id")) == (190, 460)
    strange = Request("GET", "/v25.0/me", (), {"authorization": "Bearer x"}, b"")
    assert error(server.answer(strange)) == (190, 467)


def test_a_renewed_token_takes_the_place_of_the_old_one(server: SimulatedInstagram) -> None:
    body = shown(send(server, "GET", "refresh_access_token", grant_type="ig_refresh_token"))
    assert body["access_token"] == server.token != TOKEN
    with pytest.raises(SpecViolation, match="grant_type"):
        send(server, "GET", "refresh_access_token")


def test_a_limit_tells_the_minutes_in_its_headers(server: SimulatedInstagram) -> None:
    response = server.error(Fault.RATE_LIMIT)
    assert error(response) == (80002, 0)
    assert "estimated_time_to_regain_access" in response.headers["x-business-use-case-usage"]


def test_what_is_documented_and_not_played_says_so(server: SimulatedInstagram) -> None:
    with pytest.raises(SpecViolation, match="not simulated"):
        send(server, "GET", f"{ACCOUNT_ID}/stories", fields="id")
