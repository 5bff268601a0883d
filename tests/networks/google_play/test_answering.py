"""An answer takes the place of the one before it, and never of one that nobody here has seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.networks.google_play.conftest import HOUR_MS

from cminbox.domain.network import Unit
from cminbox.network_kit.failures import Gone, NotSupported, Refused, SendOutcomeUnknown
from cminbox.network_kit.limits import count
from cminbox.networks.google_play import NETWORK
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from tests.networks.google_play.conftest import Stage

    from cminbox.simulators.wire import Request


def standing(stage: Stage, identifier: str) -> str:
    return stage.server.reviews.all[identifier].reply


async def test_an_answer_that_was_seen_is_replaced(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("ana", "bad")
    stage.server.we_answer(identifier, "sorry")
    stage.later(HOUR_MS)
    receipt = await stage.network.reply(stage.answer(identifier, "mended"))
    assert standing(stage, identifier) == "mended"
    (answer,) = [message for message in await stage.messages() if message.ours]
    assert answer.remote_id == receipt.remote_id


async def test_a_newer_answer_of_a_colleague_is_never_overwritten(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("ana", "bad")
    reply = stage.answer(identifier, "mine")
    stage.server.we_answer(identifier, "a colleague's")
    with pytest.raises(Refused, match="answered from another program"):
        await stage.network.reply(reply)
    assert standing(stage, identifier) == "a colleague's"
    assert stage.asked(f"{_address(identifier)}:reply", "POST") == []


async def test_what_the_thread_showed_may_be_replaced_what_came_after_it_may_not(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("ana", "bad")
    reply = stage.answer(identifier, "mine")
    stage.server.we_answer(identifier, "a colleague's")
    await stage.network.thread(identifier)
    stage.server.we_answer(identifier, "another colleague's")
    with pytest.raises(Refused):
        await stage.network.reply(reply)
    await stage.network.thread(identifier)
    await stage.network.reply(reply)
    assert standing(stage, identifier) == "mine"


async def test_the_same_words_are_not_sent_twice(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("ana", "bad")
    reply = stage.answer(identifier, "sorry")
    first = await stage.network.reply(reply)
    second = await stage.connect().reply(reply)
    assert first.remote_id == second.remote_id
    assert len(stage.asked(f"{_address(identifier)}:reply", "POST")) == 1


async def test_the_thread_is_the_review_with_its_answer(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("ana", "bad")
    stage.server.we_answer(identifier, "sorry")
    thread = await stage.network.thread(identifier)
    (answer,) = thread.below
    assert (thread.message.text, answer.text, answer.ours) == ("bad", "sorry", True)
    from_below = await stage.network.thread(answer.remote_id)
    assert [message.remote_id for message in from_below.above] == [identifier]
    stage.server.we_answer(identifier, "other words")
    with pytest.raises(Gone):
        await stage.network.thread(answer.remote_id)


@pytest.mark.parametrize(
    "text", ["<b>bold</b>", "a <br/> b", "see <https://acme.example>", "<!-- hidden -->", "1 < 2, 3 > 2"]
)
async def test_what_google_would_take_out_is_refused(stage: Stage, text: str) -> None:
    identifier = stage.server.someone_reviews("ana", "bad")
    with pytest.raises(Refused, match="takes out"):
        await stage.network.reply(stage.answer(identifier, text))
    assert standing(stage, identifier) == ""


async def test_signs_that_are_no_tags_pass(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("ana", "bad")
    await stage.network.reply(stage.answer(identifier, "1 < 2 & <3"))
    assert standing(stage, identifier) == "1 < 2 & <3"


async def test_a_receipt_names_what_was_applied(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("ana", "bad")

    def shorten(request: Request, response: Response) -> Response:
        if request.method == "POST" and request.path.endswith(":reply"):
            stage.server.reviews.all[identifier].reply = "sorr"
            return Response.of({"result": {"replyText": "sorr"}})
        return response

    stage.intercept(shorten)
    receipt = await stage.network.reply(stage.answer(identifier, "sorry"))
    (answer,) = [message for message in await stage.messages() if message.ours]
    assert answer.remote_id == receipt.remote_id


@pytest.mark.parametrize("body", [{}, {"result": {}}, {"result": None}, {"result": {"replyText": None}}, [], "ok"])
async def test_an_answer_that_names_nothing_is_unknown(stage: Stage, body: object) -> None:
    identifier = stage.server.someone_reviews("ana", "bad")
    stage.intercept(lambda request, old: Response.of(body) if request.path.endswith(":reply") else old)
    with pytest.raises(SendOutcomeUnknown):
        await stage.network.reply(stage.answer(identifier, "sorry"))


async def test_an_answer_cannot_be_deleted_here(stage: Stage) -> None:
    with pytest.raises(NotSupported):
        await stage.network.delete("r/reply/0123")


@pytest.mark.parametrize(("text", "used"), [("é" * 350, 350), ("\U0001f44d" * 175, 350), ("\U0001f44d" * 176, 352)])
def test_characters_are_counted_in_utf16(text: str, used: int) -> None:
    ((limit,),) = NETWORK.manifest.limits.values()
    assert limit.unit is Unit.UTF16
    assert count(text, limit) == used


def _address(identifier: str) -> str:
    return f"/androidpublisher/v3/applications/com.acme.parcels/reviews/{identifier}"
