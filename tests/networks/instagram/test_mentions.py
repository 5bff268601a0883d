"""Mentions elsewhere: notices in a folder become messages, each once, whatever the folder and the server do."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import Gone, Refused, TryLater
from cminbox.networks.instagram.notices import KEPT_MS, LARGEST
from cminbox.simulators.instagram.world import ACCOUNT_ID
from cminbox.simulators.wire import Fault, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.networks.instagram.conftest import Stage

    from cminbox.simulators.wire import Request

WITHIN = '{"entry": [{"id": "%s", "changes": [7]}]}'


async def test_a_caption_and_a_comment_elsewhere_that_name_us_arrive(stage: Stage) -> None:
    post = stage.server.world.publish(stage.ben, "a post of no concern")
    comment = stage.server.mention_in_comment(stage.ana, "ask @acme", post)
    answer = stage.server.mention_in_comment(stage.ben, "@acme?", stage.server.world.comments[comment[8:]])
    caption = stage.server.world.publish(stage.ana, "with @acme", "mentioned")
    stage.tell(notice(caption.id))
    found = {message.remote_id: message for message in await stage.messages()}
    assert {message.kind for message in found.values()} == {Kind.MENTION}
    assert (found[comment].parent, found[comment].post) == (f"post/{post.id}", f"post/{post.id}")
    assert found[answer].parent == comment
    assert (found[comment].conversation, found[answer].conversation) == (None, None)
    assert (found[f"post/{caption.id}"].text, found[comment].author.handle) == ("with @acme", "ana.lima")


async def test_those_who_name_us_under_a_strangers_post_share_no_conversation(stage: Stage) -> None:
    post = stage.server.world.publish(stage.ben, "a post that everybody sees")
    apart = [stage.server.mention_in_comment(stage.ana, f"{n} ask @acme", post) for n in range(3)]
    found = {message.remote_id: message for message in await stage.messages()}
    # With no key of its own, and its post for a parent, each begins a conversation.
    assert [(found[one].conversation, found[one].parent == found[one].post) for one in apart] == [(None, True)] * 3
    asked = [request for request in stage.wire.seen if "mentioned_media" in (request.first("fields") or "")]
    assert len(asked) == 1, "the post is asked about once"


@pytest.mark.parametrize("together", [True, False])
async def test_what_is_written_under_a_post_that_names_us_is_one_exchange_with_it(
    stage: Stage, *, together: bool
) -> None:
    caption = stage.server.world.publish(stage.ben, "with @acme", "mentioned")
    cursor = None
    if not together:
        stage.tell(notice(caption.id))
        cursor = await stage.cursor()
    comment = stage.server.mention_in_comment(stage.ana, "ask @acme", caption)
    answer = stage.server.mention_in_comment(stage.ben, "@acme?", stage.server.world.comments[comment[8:]])
    if together:
        # The notice of the post itself may be the last to come.
        stage.tell(notice(caption.id))
    found = await stage.messages(cursor)
    assert {message.remote_id for message in found} >= {comment, answer}
    assert {message.conversation for message in found} == {f"post/{caption.id}"}


async def test_the_same_notice_twice_is_one_mention(stage: Stage) -> None:
    caption = stage.server.world.publish(stage.ana, "with @acme", "mentioned")
    for _ in range(3):
        stage.tell(notice(caption.id))
    cursor = (pages := await stage.pages())[-1].cursor
    assert [message.remote_id for page in pages for message in page.messages] == [f"post/{caption.id}"]
    stage.tell(notice(caption.id))
    assert await stage.messages(cursor) == []


async def test_an_old_post_whose_caption_names_us_today_is_news(stage: Stage) -> None:
    stage.writes(Kind.COMMENT, "hello")
    cursor = await stage.cursor()
    old = stage.server.world.publish(stage.ana, "with @acme", "mentioned", stage.clock - 90 * 24 * 3600 * 1000)
    stage.tell(notice(old.id))
    assert [message.remote_id for message in await stage.messages(cursor)] == [f"post/{old.id}"]


async def test_a_comment_under_our_own_post_does_not_arrive_twice(stage: Stage) -> None:
    comment = stage.writes(Kind.COMMENT, "@acme!")
    stage.tell(notice(stage.server.brand_post().id, comment))
    assert [message.remote_id for message in await stage.messages()] == [comment]


async def test_a_mention_that_is_gone_or_private_is_passed_over(stage: Stage) -> None:
    stage.tell(notice("123", "456"))
    stage.tell(notice("789"))
    (page,) = await stage.pages()
    assert (page.messages, page.skipped) == ((), ())


async def test_the_author_may_be_kept_back(stage: Stage) -> None:
    post = stage.server.world.publish(stage.ben, "a post")
    comment = stage.server.mention_in_comment(stage.ana, "ask @acme", post)

    def strict(request: Request, response: Response) -> Response:
        fields = request.first("fields") or ""
        if "mentioned_comment" in fields and "username" in fields:
            return Response.of({"error": {"code": 100, "message": "Tried accessing nonexisting field (username)"}}, 400)
        return response

    stage.intercept(strict)
    found = await stage.message(comment)
    assert (found.text, found.author.handle) == ("ask @acme", "instagram-user")
    assert (await stage.network.thread(comment)).message.text == "ask @acme"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"entry": 5}',
        '{"entry": [5]}',
        "{" * 100_000,
        '{"entry": [{"id": "%s", "changes": [7]}]}',
    ],
)
async def test_a_file_that_is_no_notice_is_told_once_and_stops_nothing(stage: Stage, content: str) -> None:
    caption = stage.server.world.publish(stage.ana, "with @acme", "mentioned")
    stage.tell(notice(caption.id))
    (stage.folder / "in" / "0.json").write_text(content.replace("%s", ACCOUNT_ID), encoding="utf-8")
    (page,) = await stage.pages()
    assert [message.remote_id for message in page.messages] == [f"post/{caption.id}"]
    assert [str(said) for said in page.skipped] == ["0.json is no notice of a mention"]
    assert await stage.pages(page.cursor) == []


async def test_ids_that_would_ask_for_something_else_are_refused(stage: Stage) -> None:
    stage.tell(notice("1){id},biography.x(1"))
    stage.tell(notice("1", "2){id}"))
    (page,) = await stage.pages()
    assert len(page.skipped) == 2


async def test_links_pipes_and_huge_files_are_not_read(stage: Stage) -> None:
    incoming = stage.folder / "in"
    incoming.mkdir()
    (incoming / "link.json").symlink_to("/etc/passwd")
    os.mkfifo(incoming / "pipe.json")
    (incoming / "huge.json").write_bytes(b" " * (LARGEST + 1))
    (incoming / "half.json.part").write_text("{", encoding="utf-8")
    (page,) = await stage.pages()
    assert len(page.skipped) == 3
    assert [path.name for path in incoming.iterdir()] == ["half.json.part"]


async def test_notices_for_another_account_and_of_other_events_are_passed_over(stage: Stage) -> None:
    caption = stage.server.world.publish(stage.ana, "with @acme", "mentioned")
    for_another = notice(caption.id)
    for_another["entry"][0]["id"] = "5"
    another_event = notice(caption.id)
    another_event["entry"][0]["changes"][0]["field"] = "live_comments"
    for body in (for_another, another_event, {"object": "instagram", "entry": [{"id": ACCOUNT_ID, "messaging": []}]}):
        stage.tell(body)
    assert await stage.messages() == []


async def test_a_pause_in_the_middle_keeps_what_was_looked_up(stage: Stage) -> None:
    captions = [stage.server.world.publish(stage.ana, f"{n} with @acme", "mentioned") for n in range(4)]
    for caption in captions:
        stage.tell(notice(caption.id))
    asked = 0

    def limited(request: Request, response: Response) -> Response:
        nonlocal asked
        if "mentioned_media" not in (request.first("fields") or ""):
            return response
        asked += 1
        return stage.server.error(Fault.RATE_LIMIT) if asked == 3 else response

    stage.intercept(limited)
    (page,) = await stage.pages()
    assert [message.text[0] for message in page.messages] == ["0", "1"]
    assert [message.text[0] for message in await stage.messages(page.cursor)] == ["2", "3"]


async def test_a_pause_at_the_first_mention_is_a_pause(stage: Stage) -> None:
    stage.tell(notice(stage.server.world.publish(stage.ana, "with @acme", "mentioned").id))
    stage.intercept(
        lambda request, response: (
            stage.server.error(Fault.RATE_LIMIT) if "mentioned_media" in (request.first("fields") or "") else response
        ),
    )
    with pytest.raises(TryLater):
        await stage.pages()


async def test_a_crash_after_claiming_loses_nothing_and_old_files_go(stage: Stage) -> None:
    cursor = await stage.cursor()
    caption = stage.server.world.publish(stage.ana, "with @acme", "mentioned")
    stage.tell(notice(caption.id))
    assert len(await stage.messages(cursor)) == 1
    assert list((stage.folder / "in").iterdir()) == []
    (again,) = [page for page in await stage.pages(cursor) if page.messages]
    assert again.messages[0].remote_id == f"post/{caption.id}"
    stage.pass_time(seconds=KEPT_MS / 1000 + 60)
    await stage.pages(again.cursor)
    assert list((stage.folder / "taken").iterdir()) == []


async def test_a_folder_that_cannot_be_used_is_said(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    first = stage.writes(Kind.COMMENT, "first")
    (stage.folder / "file").write_text("", encoding="utf-8")
    stage.network = stage.connect(mentions_folder=str(stage.folder / "file"))
    (page,) = await stage.pages()
    assert [message.remote_id for message in page.messages] == [first]
    assert "folder of mentions" in str(page.skipped[0])


async def test_a_mention_is_answered_where_it_stands_and_found_there(stage: Stage) -> None:
    post = stage.server.world.publish(stage.ben, "a post of no concern")
    comment = stage.server.mention_in_comment(stage.ana, "ask @acme", post)
    caption = stage.server.world.publish(stage.ana, "with @acme", "mentioned")
    for target in (comment, f"post/{caption.id}"):
        reply = stage.answer(target, "we are here", Kind.MENTION)
        assert await stage.network.find_sent(reply) is None
        receipt = await stage.network.reply(reply)
        found = await stage.network.find_sent(reply)
        assert found is not None
        assert found.remote_id == receipt.remote_id
        thread = await stage.network.thread(target)
        assert [(one.remote_id, one.ours) for one in thread.below] == [(receipt.remote_id, True)]
    assert len(stage.asked("/mentions")) == 2


async def test_a_reply_among_answers_that_nobody_shows_is_never_said_to_be_absent(stage: Stage) -> None:
    post = stage.server.world.publish(stage.ben, "a post")
    first = stage.server.world.comment(stage.ben, "not naming anybody", post)
    answer = stage.server.mention_in_comment(stage.ana, "ask @acme", first)
    with pytest.raises(Refused, match="among which"):
        await stage.network.find_sent(stage.answer(answer, "we are here", Kind.MENTION))


async def test_a_mere_tag_cannot_be_answered_and_nothing_is_sent(stage: Stage) -> None:
    tag = stage.server.tag(stage.ana, "look")
    with pytest.raises(Refused, match="tags the account"):
        await stage.network.reply(stage.answer(tag, "thanks", Kind.MENTION))
    assert stage.published() == 0
    assert (await stage.network.thread(tag)).message.text == "look"
    thing = stage.server.thing(tag)
    assert thing is not None
    stage.server.world.remove(thing)
    with pytest.raises(Gone):
        await stage.network.reply(stage.answer(tag, "thanks", Kind.MENTION))


def notice(media: str, comment: str | None = None) -> dict[str, Any]:
    """Return what Meta posts to a web server."""
    value = {"media_id": media, **({} if comment is None else {"comment_id": comment})}
    entry = {"id": ACCOUNT_ID, "time": 1_790_000_000, "changes": [{"field": "mentions", "value": value}]}
    return {"object": "instagram", "entry": [entry]}
