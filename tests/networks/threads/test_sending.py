"""Two steps to publish: whoever stops between them, or after them, never publishes twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import Kind
from cminbox.domain.reply import Progress, Reply, Steps
from cminbox.network_kit.failures import (
    Gone,
    Refused,
    SendOutcomeUnknown,
    SignInAgain,
    TryLater,
)
from cminbox.simulators.wire import Fault, Response

if TYPE_CHECKING:
    from tests.networks.threads.conftest import Stage

    from cminbox.simulators.wire import Request

DAY_SECONDS = 24 * 3600


class Dying(Steps):
    """The process dies as soon as so many steps are kept."""

    def __init__(self, after: int, *, before: bool = False) -> None:
        super().__init__()
        self.after = after
        self.before = before

    async def keep(self, progress: Progress) -> None:
        self.after -= 1
        if self.after == 0 and self.before:
            raise Died
        await super().keep(progress)
        if self.after == 0:
            raise Died


class Died(BaseException):
    """The process is gone."""


def after_a_restart(reply: Reply, steps: Steps) -> Reply:
    """Return the reply as it is read back from disk, with what was kept of its progress."""
    return replace(reply, steps=Steps(steps.progress))


def dying(stage: Stage, to: str, steps: Steps) -> Reply:
    return Reply("k-1", Kind.COMMENT, to, to, "an answer", stage.now(), steps=steps)


async def test_a_reply_takes_a_container_and_one_publishing_request(stage: Stage) -> None:
    question = stage.writes(Kind.COMMENT, "a question")
    receipt = await stage.network.reply(stage.answer(question, "an answer"))
    post = stage.server.world.posts[receipt.remote_id]
    assert post.above is stage.server.world.posts[question]
    assert receipt.permalink is not None
    assert (len(stage.server.world.containers), stage.publishing(), stage.published()) == (1, 1, ["an answer"])


async def test_whoever_dies_between_the_steps_goes_on_with_the_same_container(stage: Stage) -> None:
    question = stage.writes(Kind.COMMENT, "a question")
    steps = Dying(2)
    reply = dying(stage, question, steps)
    with pytest.raises(Died):
        await stage.network.reply(reply)
    assert (stage.published(), steps.progress is not None and steps.progress.begun) == ([], False)
    again = after_a_restart(reply, steps)
    assert await stage.connect().find_sent(again) is None
    await stage.connect().reply(again)
    assert (stage.published(), len(stage.server.world.containers)) == (["an answer"], 1)


async def test_whoever_dies_before_the_container_is_kept_prepares_another(stage: Stage) -> None:
    question = stage.writes(Kind.COMMENT, "a question")
    steps = Dying(2, before=True)
    reply = dying(stage, question, steps)
    with pytest.raises(Died):
        await stage.network.reply(reply)
    assert steps.progress == Progress("")
    await stage.connect().reply(after_a_restart(reply, steps))
    assert (stage.published(), len(stage.server.world.containers)) == (["an answer"], 2)


async def test_nothing_is_published_before_it_is_on_disk_that_it_begins(stage: Stage) -> None:
    question = stage.writes(Kind.COMMENT, "a question")
    steps = Dying(3, before=True)
    with pytest.raises(Died):
        await stage.network.reply(dying(stage, question, steps))
    assert (len(stage.server.world.containers), stage.publishing()) == (1, 0)


async def test_whoever_dies_while_publishing_finds_out_and_never_doubles(stage: Stage) -> None:
    question = stage.writes(Kind.COMMENT, "a question")
    reply = stage.answer(question, "an answer")
    for fault in (Fault.TIMEOUT_AFTER_WRITE, Fault.TIMEOUT):
        before = len(stage.published())
        asked = Reply("k", reply.kind, question, question, f"an answer {fault}", stage.now())
        stage.wire.fail_next(fault, publishing=True)
        with pytest.raises(SendOutcomeUnknown):
            await stage.network.reply(asked)
        again = after_a_restart(asked, asked.steps)
        found = await stage.connect().find_sent(again)
        assert (found is not None) == (fault is Fault.TIMEOUT_AFTER_WRITE)
        # A person wants it sent in any case.
        receipt = await stage.connect().reply(again)
        assert found is None or found.remote_id == receipt.remote_id
        assert len(stage.published()) == before + 1
        assert len({post.id for post in stage.server.published() if post.text == asked.text}) == 1


async def test_what_threads_says_is_published_is_never_said_to_be_absent(stage: Stage) -> None:
    question = stage.writes(Kind.COMMENT, "a question")
    reply = stage.answer(question, "an answer")
    stage.wire.fail_next(Fault.TIMEOUT_AFTER_WRITE, publishing=True)
    with pytest.raises(SendOutcomeUnknown):
        await stage.network.reply(reply)
    stage.spoil("/replies", lambda body: body | {"data": []})
    with pytest.raises(TryLater, match="does not list it yet"):
        await stage.network.find_sent(reply)
    before = stage.publishing()
    with pytest.raises(SendOutcomeUnknown, match="does not list it yet"):
        await stage.network.reply(reply)
    assert stage.publishing() == before


async def test_a_container_that_ran_out_is_prepared_anew(stage: Stage) -> None:
    question = stage.writes(Kind.COMMENT, "a question")
    steps = Dying(2)
    reply = dying(stage, question, steps)
    with pytest.raises(Died):
        await stage.network.reply(reply)
    stage.pass_time(seconds=DAY_SECONDS)
    await stage.network.reply(after_a_restart(reply, steps))
    assert (stage.published(), len(stage.server.world.containers)) == (["an answer"], 2)


async def test_a_container_that_threads_has_forgotten_is_prepared_anew(stage: Stage) -> None:
    question = stage.writes(Kind.COMMENT, "a question")
    reply = stage.answer(question, "an answer")
    await reply.steps.keep(Progress("999"))
    await stage.network.reply(reply)
    assert stage.published() == ["an answer"]


async def test_a_container_that_is_not_ready_is_a_pause_and_not_a_failure(make_stage: type[Stage]) -> None:
    stage = make_stage(slow=2)
    question = stage.writes(Kind.COMMENT, "a question")
    reply = stage.answer(question, "an answer")
    with pytest.raises(TryLater, match="preparing") as caught:
        await stage.network.reply(reply)
    assert caught.value.after is not None
    assert caught.value.after > 0
    assert stage.publishing() == 0
    await stage.network.reply(reply)
    assert (stage.published(), len(stage.server.world.containers)) == (["an answer"], 1)


async def test_a_container_of_which_threads_tells_nothing_is_published(stage: Stage) -> None:
    question = stage.writes(Kind.COMMENT, "a question")
    stage.intercept(
        lambda request, response: (
            Response.of({"id": "1", "status": None}) if request.first("fields") == "id,status" else response
        ),
    )
    await stage.network.reply(stage.answer(question, "an answer"))
    assert stage.published() == ["an answer"]


async def test_a_container_that_failed_is_prepared_anew_on_the_next_try(stage: Stage) -> None:
    question = stage.writes(Kind.COMMENT, "a question")
    steps = Dying(2)
    reply = dying(stage, question, steps)
    with pytest.raises(Died):
        await stage.network.reply(reply)
    (container,) = stage.server.world.containers.values()
    container.status = "ERROR"
    await stage.network.reply(after_a_restart(reply, steps))
    assert stage.published() == ["an answer"]


async def test_the_thousandth_answer_of_a_day_is_the_last(stage: Stage) -> None:
    question = stage.writes(Kind.COMMENT, "a question")
    for number in range(999):
        stage.server.we_write(f"number {number}", question)
    await stage.network.reply(stage.answer(question, "the thousandth"))
    before = stage.publishing()
    with pytest.raises(TryLater, match="1000") as caught:
        await stage.network.reply(stage.answer(question, "one more"))
    assert caught.value.rate_limited
    assert stage.publishing() == before
    stage.pass_time(days=1)
    await stage.network.reply(stage.answer(question, "on the next day"))


async def test_a_limit_that_is_met_while_publishing_is_a_pause_with_nothing_published(stage: Stage) -> None:
    question = stage.writes(Kind.COMMENT, "a question")
    stage.spoil("/threads_publishing_limit", lambda _body: {"data": []})
    for number in range(1000):
        stage.server.we_write(f"number {number}", question)
    reply = stage.answer(question, "one more")
    with pytest.raises(TryLater):
        await stage.network.reply(reply)
    stage.pass_time(seconds=DAY_SECONDS - 3600)
    for post in stage.server.published():
        post.created_at -= DAY_SECONDS * 1000
    await stage.network.reply(reply)
    assert stage.published().count("one more") == 1
    assert len(stage.server.world.containers) == 1


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("é" * 499, True),
        ("é" * 500, True),
        ("é" * 501, False),
        ("\U0001f44d" * 125, True),
        ("\U0001f44d" * 125 + "a", False),
        ("日" * 500, True),
    ],
)
async def test_characters_are_counted_and_emoji_in_bytes(stage: Stage, text: str, *, fits: bool) -> None:
    question = stage.writes(Kind.COMMENT, "a question")
    if fits:
        await stage.network.reply(stage.answer(question, text))
        return
    with pytest.raises(Refused, match="501 of at most 500"):
        await stage.network.reply(stage.answer(question, text))
    assert stage.server.world.containers == {}


async def test_an_answer_that_stands_elsewhere_is_in_doubt(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "first")
    second = stage.writes(Kind.COMMENT, "second", first)
    stage.server.desk.astray = True
    with pytest.raises(SendOutcomeUnknown, match="not below"):
        await stage.network.reply(stage.answer(second, "an answer"))


async def test_an_answer_that_was_named_and_cannot_be_read_yet_is_sent(stage: Stage) -> None:
    question = stage.writes(Kind.COMMENT, "a question")

    def closed(request: Request, response: Response) -> Response:
        reading_back = (request.first("fields") or "").startswith("id,permalink")
        return Response.of({"error": {"code": 100, "error_subcode": 33}}, 400) if reading_back else response

    stage.intercept(closed)
    receipt = await stage.network.reply(stage.answer(question, "an answer"))
    assert (receipt.remote_id in stage.server.world.posts, receipt.permalink) == (True, None)


async def test_what_is_gone_is_noticed_before_anything_is_prepared(stage: Stage) -> None:
    question = stage.writes(Kind.COMMENT, "a question")
    stage.server.world.remove(stage.server.world.posts[question])
    with pytest.raises(Gone):
        await stage.network.reply(stage.answer(question, "too late"))
    assert (stage.server.world.containers, stage.publishing()) == ({}, 0)


async def test_a_missing_permission_is_named(make_stage: type[Stage]) -> None:
    stage = make_stage(scopes=("threads_basic", "threads_read_replies"))
    question = stage.writes(Kind.COMMENT, "a question")
    with pytest.raises(SignInAgain) as caught:
        await stage.network.reply(stage.answer(question, "an answer"))
    assert caught.value.missing_scope == "threads_content_publish"


async def test_where_there_are_too_many_answers_nobody_says_that_it_is_absent(make_stage: type[Stage]) -> None:
    stage = make_stage(largest_page=2)
    question = stage.writes(Kind.COMMENT, "a question")
    reply = stage.answer(question, "an answer")
    for number in range(30):
        stage.server.we_write(f"number {number}", question)
    with pytest.raises(Refused, match="too many"):
        await stage.network.find_sent(reply)
