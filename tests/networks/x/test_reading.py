"""Reading mentions, replies and private messages: edits, deletions, late arrivals, limits, places that are lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import CursorExpired, SignInAgain, TryLater
from cminbox.networks.x.ids import first_at, instant_of
from cminbox.simulators.wire import Fault, Response
from cminbox.simulators.x import Application, Rules
from cminbox.simulators.x.world import between

if TYPE_CHECKING:
    from tests.networks.x.conftest import Stage

    from cminbox.simulators.wire import Request

MINUTE_MS = 60_000
MENTIONS = "/2/users/4000000/mentions"
DMS = "/2/dm_events"


async def test_a_reply_below_our_post_is_a_comment_and_a_name_elsewhere_a_mention(stage: Stage) -> None:
    first = stage.server.someone_replies(stage.ana, "how much?")
    deep = stage.server.someone_replies(stage.ben, "same here", first)
    other = stage.world.post(stage.ben, "my own story")
    named = stage.server.someone_mentions(stage.ana, "look", other.id)
    found = {message.remote_id: message for message in await stage.messages()}
    assert [found[one].kind for one in (first, deep, named)] == [Kind.COMMENT, Kind.COMMENT, Kind.MENTION]
    root = stage.server.root.id
    assert (found[first].parent, found[first].post) == (root, root)
    assert (found[deep].parent, found[deep].post) == (first, root)
    assert (found[named].parent, found[named].post) == (other.id, None)
    assert found[first].permalink == f"https://x.com/ana/status/{first}"
    assert found[first].author.followers == 12


async def test_what_is_below_our_post_is_known_again_after_a_restart(stage: Stage) -> None:
    first = stage.server.someone_replies(stage.ana, "how much?")
    cursor = await stage.read()
    stage.network = stage.connect()
    stage.server.someone_replies(stage.ben, "same here", first)
    (message,) = await stage.messages(cursor)
    assert message.kind is Kind.COMMENT


async def test_an_edit_within_half_an_hour_arrives_under_the_first_id(stage: Stage) -> None:
    remote_id = stage.server.someone_mentions(stage.ana, "frist")
    cursor = await stage.read()
    stage.later(25 * MINUTE_MS)
    version = stage.world.edit(remote_id, "@acme first")
    (edited,) = await stage.messages(cursor)
    assert (edited.remote_id, edited.text) == (remote_id, "@acme first")
    assert edited.created_at == instant_of(remote_id)
    assert edited.edited_at == instant_of(version)
    assert edited.permalink is not None
    assert edited.permalink.endswith(version)
    assert (await stage.news(await stage.read()))[:2] == ([], [])


async def test_an_edit_is_seen_however_long_nobody_read(stage: Stage) -> None:
    remote_id = stage.server.someone_mentions(stage.ana, "frist")
    cursor = await stage.read()
    stage.later(20 * MINUTE_MS)
    stage.world.edit(remote_id, "@acme first")
    stage.later(30 * MINUTE_MS)
    stage.server.someone_mentions(stage.ben, "another")
    stage.later(5 * 24 * 60 * MINUTE_MS)
    texts, _gone, _cursor = await stage.news(cursor)
    assert texts == ["@acme first", "@acme another"]


async def test_a_post_deleted_within_half_an_hour_is_reported_once(stage: Stage) -> None:
    kept, lost = (stage.server.someone_mentions(stage.ana, text) for text in ("kept", "lost"))
    cursor = await stage.read()
    stage.world.delete(lost)
    texts, gone, cursor = await stage.news(cursor)
    assert (texts, gone) == ([], [lost])
    assert (await stage.news(cursor))[:2] == ([], [])
    assert kept in cursor


async def test_an_author_who_hides_behind_a_lock_is_not_shown_any_more(stage: Stage) -> None:
    remote_id = stage.server.someone_mentions(stage.ana, "hello")
    cursor = await stage.read()
    stage.ana.protected = True
    assert (await stage.news(cursor))[1] == [remote_id]


async def test_a_post_that_only_left_the_list_is_not_gone_and_asked_for_once(stage: Stage) -> None:
    stage.server.someone_mentions(stage.ana, "hello")
    cursor = await stage.read()
    stage.world.muted.add(stage.ana.id)
    for _ in range(3):
        _texts, gone, cursor = await stage.news(cursor)
        assert gone == []
    assert len(stage.asked("/2/tweets")) == 1


async def test_what_waits_is_looked_for_by_its_ids_within_the_days_limit(make_stage: type[Stage]) -> None:
    stage = make_stage()
    there, gone = (stage.server.someone_mentions(stage.ana, text) for text in ("still here", "soon gone"))
    await stage.read()
    stage.later(2 * 24 * 3600 * 1000)
    stage.world.delete(gone)
    assert list(await stage.network.vanished([there, gone, "dm/1", "odd"])) == [gone]
    (request,) = stage.asked("/2/tweets")
    assert ("ids", f"{there},{gone}") in request.query
    assert list(await stage.network.vanished(["dm/1"])) == []
    assert len(stage.asked("/2/tweets")) == 1
    poor = make_stage()
    poor.network = poor.connect(calls_per_day=0.0)
    with pytest.raises(TryLater, match="midnight UTC"):
        await poor.network.vanished([there])
    assert poor.asked("/2/tweets") == []


async def test_a_post_that_x_shows_late_is_not_lost(stage: Stage) -> None:
    early = stage.clock
    stage.later(10 * MINUTE_MS)
    stage.server.someone_mentions(stage.ana, "in time")
    cursor = await stage.read()
    stage.server.someone_mentions(stage.ben, "late", at=early)
    assert (await stage.news(cursor))[0] == ["@acme late"]


async def test_a_crowd_within_half_an_hour_arrives_once(make_stage: type[Stage]) -> None:
    stage = make_stage(rules=Rules(largest_page=100))
    for number in range(790):
        stage.server.someone_mentions(stage.ana, f"number {number}")
    first = await stage.read()
    for number in range(300):
        stage.server.someone_mentions(stage.ben, f"more {number}")
    texts, _gone, cursor = await stage.news(first)
    assert texts == [f"@acme more {number}" for number in range(300)]
    assert (await stage.news(cursor))[0] == []
    assert len(cursor) < 20_000


async def test_withheld_posts_say_so(stage: Stage) -> None:
    remote_id = stage.server.someone_mentions(stage.ana, "secret")
    stage.world.find(remote_id).withheld = ("DE", "FR")
    (message,) = await stage.messages()
    assert message.text == "[withheld DE FR]"


async def test_addresses_are_written_out_and_pictures_attached(stage: Stage) -> None:
    remote_id = stage.server.someone_mentions(stage.ana, "see https://shop.example.com/very/long?x=1&y=2 &amp; <b>")
    stage.world.find(remote_id).photo = "https://pbs.twimg.com/media/1.jpg"
    (message,) = await stage.messages()
    assert message.text == "@acme see https://shop.example.com/very/long?x=1&y=2 &amp; <b>"
    (attachment,) = message.attachments
    assert (attachment.url, attachment.alt) == ("https://pbs.twimg.com/media/1.jpg", "A cup")


async def test_what_others_share_is_no_message(stage: Stage) -> None:
    shared = stage.world.post(stage.ana, "RT @acme: We are open again")
    shared.shares = stage.server.root.id
    assert await stage.messages() == []


async def test_private_messages_of_two_and_of_groups_keep_apart(stage: Stage) -> None:
    one = stage.server.someone_writes(stage.ana, "just us")
    two = stage.world.write(stage.ben, "all of us", "1582103724607971328").id
    ours = stage.world.write(stage.server.brand, "yes?", between(stage.ana, stage.server.brand)).id
    found = {message.remote_id: message for message in await stage.messages()}
    assert found[f"dm/{one}"].conversation == found[f"dm/{ours}"].conversation == f"with/{stage.ana.id}"
    assert found[f"dm/{two}"].conversation == "1582103724607971328"
    assert (found[f"dm/{ours}"].ours, found[f"dm/{one}"].ours) == (True, False)


async def test_private_messages_are_read_to_where_one_was(stage: Stage) -> None:
    for number in range(45):
        stage.server.someone_writes(stage.ana, f"number {number}")
    stage.later(60 * MINUTE_MS)
    stage.server.someone_writes(stage.ana, "the last")
    cursor = await stage.read()
    stage.later(60 * MINUTE_MS)
    stage.server.someone_writes(stage.ana, "one more")
    before = len(stage.asked(DMS))
    assert (await stage.news(cursor))[0] == ["one more"]
    assert len(stage.asked(DMS)) == before + 1


async def test_private_messages_may_be_left_alone(make_stage: type[Stage]) -> None:
    stage = make_stage(read_dms=False)
    stage.server.someone_writes(stage.ana, "psst")
    assert await stage.messages() == []
    assert stage.asked(DMS) == []


async def test_a_place_that_expires_in_the_middle_of_a_list_starts_it_anew(stage: Stage) -> None:
    for number in range(25):
        stage.server.someone_mentions(stage.ana, f"number {number}")

    def expire(request: Request, response: Response) -> Response:
        if request.path == MENTIONS and request.first("pagination_token") is None:
            stage.server.expire_places()
        return response

    stage.intercept(expire)
    with pytest.raises(TryLater, match="lost the place"):
        await stage.pages()
    del stage.server.__dict__["answer"]
    assert len(await stage.messages()) == 25


async def test_items_that_come_twice_are_one(make_stage: type[Stage]) -> None:
    stage = make_stage(rules=Rules(largest_page=10, repeats=True))
    for number in range(25):
        stage.server.someone_mentions(stage.ana, f"number {number}")
        stage.server.someone_writes(stage.ana, f"private {number}")
    messages = await stage.messages()
    assert len(messages) == len({message.remote_id for message in messages}) == 50


async def test_a_list_whose_allowance_is_used_up_is_not_asked_for_until_it_is_renewed(
    make_stage: type[Stage],
) -> None:
    stage = make_stage(rules=Rules(limits={DMS: 2}))
    stage.server.someone_writes(stage.ana, "one")
    cursor = await stage.read()
    cursor = (await stage.news(cursor))[2]
    stage.server.someone_writes(stage.ana, "two")
    stage.server.someone_mentions(stage.ana, "meanwhile")
    texts, _gone, cursor = await stage.news(cursor)
    assert texts == ["@acme meanwhile"]
    assert len(stage.asked(DMS)) == 2
    stage.later(15 * MINUTE_MS)
    assert (await stage.news(cursor))[0] == ["two"]


async def test_mentions_without_an_allowance_are_waited_for(make_stage: type[Stage]) -> None:
    stage = make_stage(rules=Rules(limits={MENTIONS: 1}))
    await stage.read()
    with pytest.raises(TryLater) as caught:
        await stage.pages()
    assert caught.value.rate_limited
    assert caught.value.after is not None
    assert 800 < caught.value.after <= 900


async def test_a_rate_limit_says_when_it_ends(stage: Stage) -> None:
    stage.wire.fail_next(Fault.RATE_LIMIT)
    with pytest.raises(TryLater) as caught:
        await stage.pages()
    assert caught.value.rate_limited
    assert caught.value.after == pytest.approx(900, abs=2)


async def test_mentions_arrive_even_where_messages_may_not_be_read(make_stage: type[Stage]) -> None:
    stage = make_stage(application=Application(level="read-write"))
    stage.server.someone_mentions(stage.ana, "hello")
    seen: list[str] = []

    async def read() -> None:
        async for page in stage.network.fetch(None, 0):
            seen.extend(message.text for message in page.messages)

    with pytest.raises(SignInAgain) as caught:
        await read()
    assert seen == ["@acme hello"]
    assert caught.value.missing_scope == "Read and write and Direct message"


@pytest.mark.parametrize("cursor", ["", "x", "{}", '{"p":1}', json.dumps({"p": ["x", "", "0"], "m": ["", "", "0"]})])
async def test_a_cursor_that_is_none_is_named(stage: Stage, cursor: str) -> None:
    with pytest.raises(CursorExpired):
        await stage.pages(cursor)


async def test_a_thread_shows_what_leads_to_a_post_and_what_answers_it(stage: Stage) -> None:
    question = stage.server.someone_replies(stage.ana, "how much?")
    ours = stage.server.we_post("twelve", question)
    thanks = stage.server.someone_replies(stage.ana, "thanks", ours)
    stage.server.someone_replies(stage.ben, "beside it")
    thread = await stage.network.thread(question)
    assert [one.remote_id for one in thread.above] == [stage.server.root.id]
    assert [(one.remote_id, one.ours) for one in thread.below] == [(ours, True), (thanks, False)]
    inner = await stage.network.thread(thanks)
    assert [one.remote_id for one in inner.above] == [stage.server.root.id, question, ours]


async def test_a_thread_is_not_searched_for_beyond_seven_days(stage: Stage) -> None:
    question = stage.server.someone_replies(stage.ana, "how much?")
    stage.later(8 * 24 * 60 * MINUTE_MS)
    thread = await stage.network.thread(question)
    assert (len(thread.above), thread.below) == (1, ())
    assert stage.asked("/2/tweets/search/recent") == []


async def test_a_thread_shows_the_newest_words_of_an_edited_post(stage: Stage) -> None:
    remote_id = stage.server.someone_mentions(stage.ana, "frist")
    stage.world.edit(remote_id, "@acme first")
    thread = await stage.network.thread(remote_id)
    assert (thread.message.remote_id, thread.message.text) == (remote_id, "@acme first")


async def test_a_private_exchange_has_a_thread(stage: Stage) -> None:
    first, second, third = (stage.server.someone_writes(stage.ana, text) for text in "abc")
    stage.server.someone_writes(stage.ben, "elsewhere")
    thread = await stage.network.thread(f"dm/{second}")
    assert [one.remote_id for one in thread.above] == [f"dm/{first}"]
    assert [one.remote_id for one in thread.below] == [f"dm/{third}"]


def test_ids_hold_their_instant() -> None:
    moment = 1_790_000_000_123
    assert instant_of(str(first_at(moment))) == moment
    assert instant_of("20") is None
    assert instant_of("no id") is None
