"""Hacker News in detail: stories and comments, threads, generous searches, long histories, odd answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from cminbox.domain.message import AttachmentKind
from cminbox.network_kit.client import new_client
from cminbox.network_kit.failures import CursorExpired, Gone, TryLater, Unreadable
from cminbox.network_kit.testing.bench import START, KeptInMemory
from cminbox.networks.hackernews import NETWORK
from cminbox.networks.hackernews.account import HackerNewsAccount
from cminbox.simulators.hackernews import SimulatedHackerNews
from cminbox.simulators.wire import Fault, Request, Response, Wire, WireTransport

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Network, Page

DAY_MS = 24 * 3600 * 1000


class Stage:
    """Hacker News with an adapter that watches for two words."""

    def __init__(self, words: str = "Acmé, acme.example", **knobs: Any) -> None:  # noqa: ANN401 - of the server
        self.clock = START
        self.server = SimulatedHackerNews(self.now, **knobs)
        self.wire = Wire(self.server)
        account = HackerNewsAccount(words=words, username="acme")
        self.network: Network = NETWORK(account, new_client(WireTransport(self.wire)), KeptInMemory(), self.now)

    def now(self) -> int:
        self.clock += 7
        return self.clock

    async def pages(self, cursor: str | None = None, days: int = 30) -> list[Page]:
        return [page async for page in self.network.fetch(cursor, self.clock - days * DAY_MS)]

    async def messages(self, cursor: str | None = None, days: int = 30) -> list[Message]:
        return [message for page in await self.pages(cursor, days) for message in page.messages]


async def test_a_story_comes_with_its_words_its_link_and_where_to_answer() -> None:
    stage = Stage()
    story = stage.server.someone_submits("ana", "Show HN: parcels", url="https://acme.example/x", text="It is <new>")
    (message,) = await stage.messages()
    assert (message.remote_id, message.text) == (str(story), "Show HN: parcels\n\nIt is <new>")
    assert message.permalink == f"https://news.ycombinator.com/item?id={story}"
    (link,) = message.attachments
    assert (link.kind, link.url) == (AttachmentKind.LINK, "https://acme.example/x")


async def test_a_comment_stands_in_the_discussion_of_its_story_and_names_it() -> None:
    stage = Stage()
    story = stage.server.someone_submits("eve", "Parcels")
    first = stage.server.someone_comments("ana", "ask acme", story)
    second = stage.server.someone_comments("bo", "ACME's better", first)
    one, two = await stage.messages()
    assert (one.conversation, two.conversation, two.parent) == (str(story), str(story), str(first))
    assert [(link.name, link.url[-8:]) for link in two.attachments] == [("Parcels", str(story))]
    assert two.remote_id == str(second)


async def test_only_whole_words_arrive_and_no_author_of_that_name() -> None:
    stage = Stage()
    story = stage.server.someone_submits("acme_fan", "Parcels")
    for text in ("acmes", "acme2", "none"):
        stage.server.someone_comments("acme_fan", text, story)
    assert await stage.messages() == []
    assert len(stage.wire.seen) == 2


async def test_what_names_two_words_comes_once() -> None:
    stage = Stage()
    stage.server.someone_submits("ana", "Acme", url="https://acme.example")
    assert len(await stage.messages()) == 1


async def test_what_the_brand_writes_is_its_own() -> None:
    stage = Stage()
    story = stage.server.someone_submits("ana", "Acme")
    stage.server.someone_comments("ACME", "we, Acme, are here", story)
    assert [message.ours for message in await stage.messages()] == [False, True]


async def test_a_history_beyond_a_thousand_hits_is_read_whole() -> None:
    stage = Stage("acme")
    for number in range(2_300):
        stage.server.someone_submits("ana", f"acme {number}", at=START - number * 1000)
    messages = await stage.messages()
    assert len({message.remote_id for message in messages}) == len(messages) == 2_300
    assert len(stage.wire.seen) < 40


async def test_a_crowd_within_one_second_is_read_whole() -> None:
    stage = Stage("acme", largest_page=20)
    for number in range(130):
        stage.server.someone_submits("ana", f"acme {number}", at=START)
    assert len(await stage.messages()) == 130


async def test_what_is_deleted_while_the_pages_are_read_takes_no_neighbour_along() -> None:
    stage = Stage("acme", largest_page=10)
    entries = [stage.server.someone_submits("ana", f"acme {number}", at=START - number * 1000) for number in range(30)]
    honest = stage.server.answer

    def answer(request: Request) -> Response:
        response = honest(request)
        for identifier in entries[:3]:
            stage.server.entries.pop(identifier, None)
        return response

    setattr(stage.server, "answer", answer)  # noqa: B010 - a plain assignment to a method is no type
    assert len(await stage.messages()) == 30


async def test_an_edit_within_two_hours_is_noticed_and_a_late_one_of_an_older_item_costs_nothing() -> None:
    stage = Stage("acme")
    old = stage.server.someone_submits("ana", "acme, frist", at=START - DAY_MS)
    new = stage.server.someone_submits("ana", "acme, too")
    cursor = (await stage.pages())[-1].cursor
    stage.server.entries[old].title = "acme, first"
    stage.server.entries[new].title = "acme, as well"
    assert [message.text for message in await stage.messages(cursor)] == ["acme, as well"]


async def test_what_is_found_late_still_arrives() -> None:
    stage = Stage("acme")
    stage.server.someone_submits("ana", "acme", at=START)
    cursor = (await stage.pages())[-1].cursor
    stage.server.someone_submits("bo", "acme, indexed late", at=START - 30 * 60 * 1000)
    assert [message.text for message in await stage.messages(cursor)] == ["acme, indexed late"]


async def test_a_thread_takes_two_requests_and_shows_the_way_from_the_story() -> None:
    stage = Stage()
    story = stage.server.someone_submits("eve", "Parcels")
    first = stage.server.someone_comments("bo", "which one?", story)
    stage.server.someone_comments("cy", "another branch", story)
    mine = stage.server.someone_comments("ana", "acme", first)
    below = stage.server.someone_comments("acme", "thank you", mine)
    thread = await stage.network.thread(str(mine))
    assert [message.remote_id for message in thread.above] == [str(story), str(first)]
    assert [(message.remote_id, message.ours) for message in thread.below] == [(str(below), True)]
    assert len(stage.wire.seen) == 2


async def test_a_thread_whose_story_is_gone_still_shows_what_is_there() -> None:
    stage = Stage()
    story = stage.server.someone_submits("eve", "Parcels")
    mine = stage.server.someone_comments("ana", "acme", story)
    stage.server.delete(story)
    assert (await stage.network.thread(str(mine))).above == ()


@pytest.mark.parametrize("remote_id", ["1", "../users/ana", "", "\u0661"])
async def test_an_item_that_is_not_there_is_gone(remote_id: str) -> None:
    with pytest.raises(Gone):
        await Stage().network.thread(remote_id)


def altering(stage: Stage, change: Callable[[Any], object]) -> None:
    """Have every answer changed on its way."""
    honest = stage.server.answer

    def answer(request: Request) -> Response:
        body = honest(request)
        return Response.of(change(json.loads(body.body)))

    setattr(stage.server, "answer", answer)  # noqa: B010 - as above


@pytest.mark.parametrize("missing", ["author", "created_at_i", "objectID"])
async def test_a_hit_that_lacks_what_it_needs_is_passed_over_and_told(missing: str) -> None:
    stage = Stage("acme")
    for text in ("acme one", "acme two"):
        stage.server.someone_submits("ana", text)

    def change(body: Any) -> object:  # noqa: ANN401 - JSON
        body["hits"][0][missing] = None
        return body

    altering(stage, change)
    (page,) = await stage.pages()
    assert [message.text for message in page.messages] == ["acme one"]
    assert len(page.skipped) == 1


async def test_a_comment_that_lost_its_author_leaves_what_stands_below_it() -> None:
    stage = Stage()
    story = stage.server.someone_submits("eve", "Acme")
    gone = stage.server.someone_comments("bo", "deleted", story)
    kept = stage.server.someone_comments("cy", "kept", gone)

    def change(body: Any) -> object:  # noqa: ANN401 - JSON
        body["children"][0] |= {"author": None, "text": None}
        return body

    altering(stage, change)
    assert [message.remote_id for message in (await stage.network.thread(str(story))).below] == [str(kept)]


async def test_an_answer_without_hits_is_named() -> None:
    stage = Stage()
    altering(stage, lambda _body: {"message": "paused"})
    with pytest.raises(Unreadable):
        await stage.pages()


async def test_the_limit_of_an_hour_says_when_to_come_back() -> None:
    stage = Stage("acme", an_hour=2)
    cursor = (await stage.pages())[-1].cursor
    await stage.pages(cursor)
    with pytest.raises(TryLater) as caught:
        await stage.pages(cursor)
    assert (caught.value.after, caught.value.rate_limited) == (60, True)


async def test_the_check_tells_of_each_word_what_can_be_seen() -> None:
    stage = Stage("acme, parcels")
    stage.server.someone_submits("ana", "acme", at=START)
    told = [str(remark) for remark in (await stage.network.check()).remarks]
    assert "“acme” on Hacker News: about 1 stories" in told[0]
    assert "2026-09-21" in told[0]
    assert told[1] == "Nothing on Hacker News names “parcels” lately"


@pytest.mark.parametrize("cursor", ["", "7", "{}", '{"at": 1, "seen": {"a": [1]}}'])
async def test_a_cursor_that_is_none_of_ours_is_named(cursor: str) -> None:
    with pytest.raises(CursorExpired):
        await Stage().pages(cursor)


@pytest.mark.parametrize("fields", [{"words": " , "}, {"words": "x" * 101}, {"words": "x", "username": "two words"}])
def test_settings_that_cannot_be_are_refused(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        HackerNewsAccount(**fields)


async def test_an_error_in_another_language_is_known_by_its_number() -> None:
    stage = Stage("acme")
    stage.wire.fail_next(Fault.RATE_LIMIT)
    with pytest.raises(TryLater, match="asks for a pause"):
        await stage.pages()
