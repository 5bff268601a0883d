"""Direct messages: the history, the log, those who ask to be heard, and app passwords that may not see them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import Gone, NotSupported, Refused, TryLater
from cminbox.networks.bluesky.chat import CHECK_EVERY
from cminbox.simulators.wire import Fault, Request, Response

if TYPE_CHECKING:
    from tests.networks.bluesky.conftest import Stage

CONVO = "chat.bsky.convo"
HOUR_MINUTES = 60


async def test_the_history_comes_first_then_what_is_new(stage: Stage) -> None:
    old = [stage.writes(Kind.DM, f"number {n}") for n in range(23)]
    other = stage.server.someone_writes(Kind.DM, stage.ben, "from somebody else")
    assert await stage.new() == [*old, other]
    fresh = [stage.writes(Kind.DM, "new"), stage.server.someone_writes(Kind.DM, stage.ben, "new too")]
    assert await stage.new() == fresh
    assert await stage.new() == []


async def test_a_message_says_who_wrote_it_and_where(stage: Stage) -> None:
    asked = stage.writes(Kind.DM, "psst")
    ours = stage.server.we_write("yes?", asked)
    theirs, answer = await stage.message(asked), await stage.message(ours)
    assert (theirs.kind, theirs.author.handle, theirs.author.name, theirs.ours) == (
        Kind.DM,
        "ana.example",
        "Ana",
        False,
    )
    assert theirs.conversation == answer.conversation == asked.split("/")[0]
    assert answer.ours
    assert answer.author.handle == "acme.example"


async def test_what_is_older_than_the_window_is_not_read(stage: Stage) -> None:
    start = stage.now()
    stage.writes(Kind.DM, "old", created_at=start - 60_000)
    fresh = stage.writes(Kind.DM, "fresh")
    stage.server.someone_writes(Kind.DM, stage.ben, "old too", created_at=start - 60_000)
    pages = await stage.pages(since=start)
    assert [message.remote_id for page in pages for message in page.messages] == [fresh]


async def test_the_first_message_ever_to_an_account_arrives(stage: Stage) -> None:
    assert await stage.new() == []
    first = stage.writes(Kind.DM, "are you there?")
    assert await stage.new() == [first]
    second = stage.writes(Kind.DM, "hello?")
    assert await stage.new() == [second]


async def test_who_asks_to_be_heard_is_heard_even_if_the_log_is_silent(stage: Stage) -> None:
    stage.server.chat.tells_requests = False
    known = stage.writes(Kind.DM, "a friend")
    stage.server.we_write("hello", known)
    await stage.new()
    request = stage.server.someone_writes(Kind.DM, stage.ben, "a stranger")
    assert await stage.new() == [request]
    assert await stage.new() == []
    again = stage.server.someone_writes(Kind.DM, stage.ben, "still a stranger")
    assert again in await stage.new()
    assert await stage.new() == []


async def test_many_requests_are_read_in_steps(stage: Stage) -> None:
    stage.server.chat.tells_requests = False
    stage.server.we_write("hello", stage.writes(Kind.DM, "a friend"))
    await stage.new()
    people = [stage.server.add_person(f"stranger-{n}.example") for n in range(33)]
    written = [stage.server.someone_writes(Kind.DM, person, "hello") for person in people]
    assert sorted(await stage.new()) == sorted(written)
    before = len(stage.asked(f"{CONVO}.listConvoRequests"))
    assert await stage.new() == []
    assert len(stage.asked(f"{CONVO}.listConvoRequests")) == before + 1, "a page of known requests ends the list"


async def test_a_log_whose_place_is_forgotten_loses_nothing(stage: Stage) -> None:
    first = stage.writes(Kind.DM, "first")
    await stage.new()
    stage.server.chat.forget_log()
    second = stage.writes(Kind.DM, "second")
    assert await stage.new() == [first, second], "the history is read again; the store drops what it knows"
    third = stage.writes(Kind.DM, "third")
    assert await stage.new() == [third]


async def test_a_log_that_tells_nothing_any_more_is_noticed(stage: Stage) -> None:
    first = stage.writes(Kind.DM, "first")
    stage.server.we_write("hello", first)
    await stage.new()
    stage.server.chat.log.clear()
    second = stage.writes(Kind.DM, "second")
    stage.server.chat.log.clear()
    assert await stage.new() == []
    stage.later(CHECK_EVERY / 60_000)
    assert second in await stage.new()
    stage.later(CHECK_EVERY / 60_000)
    assert await stage.new() == []


async def test_a_message_that_is_deleted_is_reported(stage: Stage) -> None:
    lost = stage.writes(Kind.DM, "lost")
    await stage.new()
    stage.server.delete(lost)
    pages = await stage.new_pages()
    assert [remote_id for page in pages for remote_id in page.deleted] == [lost]
    both = stage.writes(Kind.DM, "written and deleted")
    stage.server.delete(both)
    assert await stage.new() == []


async def test_a_bad_message_is_named_and_its_neighbours_arrive(stage: Stage) -> None:
    stage.writes(Kind.DM, "before")
    await stage.new()
    good = stage.writes(Kind.DM, "good")
    bad = stage.writes(Kind.DM, "bad")

    def spoil(request: Request, answer: Response) -> Response:
        if not request.path.endswith("getLog"):
            return answer
        body = json.loads(answer.body)
        for event in body["logs"]:
            if event.get("message", {}).get("text") == "bad":
                event["message"]["sentAt"] = "yesterday"
        body["logs"].append(17)
        return Response.of(body)

    stage.intercept(spoil)
    pages = await stage.new_pages()
    assert [message.remote_id for page in pages for message in page.messages] == [good]
    assert [str(word) for page in pages for word in page.skipped] != []
    assert bad


async def test_an_author_who_left_is_known_by_identifier(stage: Stage) -> None:
    stage.writes(Kind.DM, "hello")

    def without_members(request: Request, answer: Response) -> Response:
        body = json.loads(answer.body) if answer.body else {}
        for convo in [*body.get("convos", ()), *body.get("requests", ()), body.get("convo", {})]:
            convo["members"] = []
        return Response.of(body, answer.status) if request.path.startswith(f"/xrpc/{CONVO}") else answer

    stage.intercept(without_members)
    (page,) = [page for page in await stage.new_pages() if page.messages]
    assert page.messages[0].author.handle == stage.ana.did


async def test_a_request_is_accepted_by_answering_it(stage: Stage) -> None:
    question = await stage.message(stage.writes(Kind.DM, "may I ask?"))
    convo = stage.server.chat.get(question.conversation or "")
    assert convo.status == "request"
    await stage.network.reply(stage.answer(question, "of course: https://shop.example #bikes"))
    assert convo.status == "accepted"
    assert len(stage.asked(f"{CONVO}.acceptConvo")) == 1
    await stage.network.reply(stage.answer(question, "go on", "k-2"))
    assert len(stage.asked(f"{CONVO}.acceptConvo")) == 1
    facets = convo.messages[1].facets
    assert [facet["features"][0]["$type"].split("#")[1] for facet in facets] == ["link", "tag"]


async def test_only_our_words_after_the_decision_count_as_sent(stage: Stage) -> None:
    question = await stage.message(stage.writes(Kind.DM, "hello?"))
    stage.server.we_write("hello!", question.remote_id)
    reply = stage.answer(question, "hello!")
    stage.writes(Kind.DM, "hello!")
    assert await stage.network.find_sent(reply) is None
    receipt = await stage.network.reply(reply)
    stage.server.we_write("hello!", question.remote_id)
    for n in range(25):
        stage.writes(Kind.DM, f"and {n}")
    stage.server.chat.add_unknown(stage.server.chat.get(question.conversation or ""))
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id


async def test_the_messages_around_one_are_shown(stage: Stage) -> None:
    written = [stage.writes(Kind.DM, f"number {n}") for n in range(80)]
    thread = await stage.network.thread(written[70])
    assert [message.remote_id for message in thread.above] == written[20:70]
    assert [message.remote_id for message in thread.below] == written[71:]
    stage.server.delete(written[70])
    with pytest.raises(Gone):
        await stage.network.thread(written[70])


async def test_reading_is_told_to_the_conversation(stage: Stage) -> None:
    first, second = stage.writes(Kind.DM, "one"), stage.writes(Kind.DM, "two")
    await stage.network.mark_read(first)
    convo = stage.server.chat.get(first.split("/")[0])
    assert convo.read_to == first.split("/")[1]
    await stage.network.mark_read(second)
    await stage.network.mark_read(first)
    assert convo.read_to == second.split("/")[1]


async def test_a_message_can_be_reported_and_not_deleted_liked_or_hidden(stage: Stage) -> None:
    remote_id = stage.writes(Kind.DM, "buy my coins")
    await stage.network.report(remote_id, "this is spam")
    (report,) = stage.server.world.reports
    assert report["subject"]["did"] == stage.ana.did
    assert report["reasonType"].endswith("#reasonSpam")
    for act in (stage.network.delete, stage.network.like, stage.network.hide):
        with pytest.raises((Refused, NotSupported)):
            await act(remote_id)


@pytest.mark.parametrize("readable", [True, False])
async def test_an_app_password_without_direct_messages_reads_the_rest(stage: Stage, *, readable: bool) -> None:
    stage.server.sessions.reads_dms = False
    if not readable:
        _hide_scopes(stage)
    mention = stage.writes(Kind.MENTION, "hello")
    stage.writes(Kind.DM, "psst")
    assert await stage.new() == [mention]
    assert await stage.new() == []
    report = await stage.network.check()
    assert report.missing_scopes == ("direct messages",)
    assert any("app password" in str(remark) for remark in report.remarks)
    asked = [one for one in stage.wire.seen if one.path.startswith(f"/xrpc/{CONVO}")]
    assert len(asked) == (0 if readable else 2), "asked once by the fetch and once by the check, not at every fetch"


async def test_a_better_app_password_brings_the_history(stage: Stage) -> None:
    stage.server.sessions.reads_dms = False
    message = stage.writes(Kind.DM, "psst")
    assert await stage.new() == []
    stage.server.sessions.reads_dms = True
    stage.server.sessions.app_password = "better-better-better"
    stage.network = stage.connect("better-better-better")
    assert await stage.new() == [message]


async def test_direct_messages_are_tried_again_after_an_hour(stage: Stage) -> None:
    stage.server.sessions.reads_dms = False
    _hide_scopes(stage)
    await stage.new()
    stage.server.sessions.reads_dms = True
    stage.server.sessions.expire_access()
    message = stage.writes(Kind.DM, "psst")
    assert await stage.new() == []
    stage.later(HOUR_MINUTES)
    assert await stage.new() == [message]


async def test_a_chat_service_that_is_down_is_named_after_the_posts_came(stage: Stage) -> None:
    mention = stage.writes(Kind.MENTION, "hello")

    def down(request: Request, answer: Response) -> Response:
        return stage.server.error(Fault.UNAVAILABLE) if request.path.startswith(f"/xrpc/{CONVO}") else answer

    stage.intercept(down)
    with pytest.raises(TryLater):
        await stage.new()
    assert stage.delivered == [mention]


def _hide_scopes(stage: Stage) -> None:
    """Give out tokens that cannot be read, as a server may."""
    honest = stage.server.sessions._issue

    def opaque(scope: str, seconds: int) -> str:
        made = honest(scope, seconds)
        hidden = made.replace(".", "-")
        stage.server.sessions._issued[hidden] = stage.server.sessions._issued.pop(made)
        return hidden

    setattr(stage.server.sessions, "_issue", opaque)  # noqa: B010 - a plain assignment to a method is no type
