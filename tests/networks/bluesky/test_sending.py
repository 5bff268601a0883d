"""Replies: the right thread, one key for all attempts, and what is marked in their text."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.domain.message import Kind
from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, Refused, SendOutcomeUnknown, TryLater
from cminbox.networks.bluesky import tid
from cminbox.networks.bluesky.facets import facets_for, shown_with_targets
from cminbox.simulators.bluesky.world import POST
from cminbox.simulators.wire import Fault, Response

if TYPE_CHECKING:
    from tests.networks.bluesky.conftest import Stage

    from cminbox.simulators.wire import Request

PUT = "com.atproto.repo.putRecord"


async def test_a_reply_stands_under_the_root_of_what_it_answers(stage: Stage) -> None:
    root = stage.server.we_write("New stock")
    asked = stage.writes(Kind.COMMENT, "where?", under=root)
    deeper = stage.server.someone_writes(Kind.COMMENT, stage.ben, "me too", asked)
    reply = replace(stage.answer(await stage.message(deeper), "in Nantes"), lang="fr")
    receipt = await stage.network.reply(reply)
    record = stage.record(receipt.remote_id)
    assert record["reply"]["root"] == {"uri": root, "cid": stage.server.world.records[root].cid}
    assert record["reply"]["parent"] == {"uri": deeper, "cid": stage.server.world.records[deeper].cid}
    assert record["langs"] == ["fr"]
    assert receipt.created_at == reply.decided_at
    assert receipt.permalink is not None
    assert receipt.permalink.startswith("https://bsky.app/profile/")


async def test_every_attempt_writes_the_same_record_under_the_same_key(stage: Stage) -> None:
    reply = stage.answer(await stage.message(stage.writes(Kind.COMMENT, "where?")), "in Nantes")
    await stage.network.reply(reply)
    stage.later(600)
    await stage.connect().reply(reply)
    first, second = (request.json() for request in stage.asked(PUT))
    assert first == second
    assert first["swapRecord"] is None
    assert tid.milliseconds(first["rkey"]) == reply.decided_at


async def test_a_reply_that_stands_already_is_found_even_if_a_handle_has_moved(stage: Stage) -> None:
    question = await stage.message(stage.writes(Kind.COMMENT, "where?"))
    reply = stage.answer(question, "ask @ben.example")
    first = await stage.network.reply(reply)
    del stage.server.world.people[stage.ben.did]
    assert (await stage.network.reply(reply)).remote_id == first.remote_id
    assert len([one for one in stage.server.published() if one.text == reply.text]) == 1


async def test_a_strange_post_under_our_key_is_not_taken_for_the_reply(stage: Stage) -> None:
    question = await stage.message(stage.writes(Kind.COMMENT, "where?"))
    reply = stage.answer(question, "in Nantes")
    value = {"$type": POST, "text": "another post", "createdAt": "2026-09-21T12:00:00.000Z"}
    stage.server.world.publish(stage.server.brand.did, POST, value, tid.of_key(reply.send_key, reply.decided_at))
    assert await stage.network.find_sent(reply) is None
    with pytest.raises(Refused):
        await stage.network.reply(reply)
    assert stage.server.published() == []


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.TIMEOUT, Fault.RATE_LIMIT, Fault.CONNECT])
async def test_a_failure_before_the_post_publishes_nothing_and_says_so(stage: Stage, fault: Fault) -> None:
    question = await stage.message(stage.writes(Kind.COMMENT, "where?"))
    stage.wire.fail_next(fault)
    with pytest.raises(TryLater):
        await stage.network.reply(stage.answer(question, "ask @ben.example"))
    assert stage.asked(PUT) == []


async def test_a_handle_that_cannot_be_looked_up_now_delays_the_reply(stage: Stage) -> None:
    question = await stage.message(stage.writes(Kind.COMMENT, "where?"))

    def down(request: Request, answer: Response) -> Response:
        resolving = request.path.endswith("resolveHandle")
        return stage.server.error(Fault.UNAVAILABLE) if resolving else answer

    stage.intercept(down)
    with pytest.raises(TryLater):
        await stage.network.reply(stage.answer(question, "ask @ben.example"))
    assert stage.server.published() == []


async def test_an_expired_token_while_publishing_is_renewed_and_one_post_made(stage: Stage) -> None:
    question = await stage.message(stage.writes(Kind.COMMENT, "where?"))
    refused: list[Request] = []

    def once(request: Request, answer: Response) -> Response:
        if request.path.endswith("refreshSession") or not stage.server.publishes(request) or refused:
            return answer
        refused.append(request)
        stage.server.world.remove(json.loads(answer.body)["uri"])
        return Response.of({"error": "ExpiredToken", "message": "Token has expired"}, 400)

    stage.intercept(once)
    await stage.network.reply(stage.answer(question, "in Nantes"))
    assert len(stage.server.published()) == 1


async def test_an_answer_that_names_no_post_is_unknown_and_found(stage: Stage) -> None:
    question = await stage.message(stage.writes(Kind.COMMENT, "where?"))
    reply = stage.answer(question, "in Nantes")

    def nameless(request: Request, answer: Response) -> Response:
        return Response.of({"uri": 17}) if request.path.endswith(PUT) else answer

    stage.intercept(nameless)
    with pytest.raises(SendOutcomeUnknown):
        await stage.network.reply(reply)
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == stage.server.published()[0].remote_id


async def test_what_a_block_hides_cannot_be_answered(stage: Stage) -> None:
    question = await stage.message(stage.writes(Kind.COMMENT, "where?"))
    await stage.network.block(stage.ana.did)
    with pytest.raises(Gone):
        await stage.network.reply(stage.answer(question, "in Nantes"))


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40), st.integers(0, 2**43))
def test_keys_of_one_instant_differ_and_each_is_always_the_same(one: str, other: str, instant: int) -> None:
    first, second = tid.of_key(one, instant), tid.of_key(other, instant)
    assert first == tid.of_key(one, instant)
    assert (first == second) == (one == other)
    assert tid.milliseconds(first) == instant
    assert len(first) == 13
    assert first[0] in "234567abcdefghij"


@given(st.integers(0, 2**53 - 1), st.integers(0, 2**53 - 1))
def test_keys_sort_as_their_instants(one: int, other: int) -> None:
    assert (tid.encode(one, 0) < tid.encode(other, 0)) == (one < other)


@pytest.mark.parametrize("text", ["", "short", "0000000000000", "ABCDEFGHIJKLM", "3k" * 20])
def test_what_is_no_key_stands_for_no_instant(text: str) -> None:
    assert tid.milliseconds(text) is None


_SAYING = say("nobody has it")


async def _did(handle: str) -> str:
    if handle.startswith("nobody"):
        raise Refused(_SAYING)
    return f"did:plc:{handle.replace('.', '')}"


async def _marked(text: str) -> list[tuple[str, str]]:
    """Return (what is marked, as what) of a text, read by its UTF-8 bytes as a server does."""
    raw = text.encode()
    found = []
    for facet in await facets_for(text, _did):
        (feature,) = facet["features"]
        value = str(feature.get("did") or feature.get("uri") or feature.get("tag"))
        found.append((raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(), value))
    return found


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Été: @ana.example!", [("@ana.example", "did:plc:anaexample")]),
        ("(@ana.example)", [("@ana.example", "did:plc:anaexample")]),
        ("@Ana.Example", [("@Ana.Example", "did:plc:anaexample")]),
        ("@nobody.example and mail a@b.example", []),
        ("@acme", []),
        (
            "\U0001f468\u200d\U0001f469\u200d\U0001f467 https://a.example/x",
            [("https://a.example/x", "https://a.example/x")],
        ),
        ("see https://a.example/x.", [("https://a.example/x", "https://a.example/x")]),
        ("(https://a.example/x)", [("https://a.example/x", "https://a.example/x")]),
        ("https://a.example/x_(y)", [("https://a.example/x_(y)", "https://a.example/x_(y)")]),
        ("« https://a.example/x »,", [("https://a.example/x", "https://a.example/x")]),
        ("https://a.example/@ana.example", [("https://a.example/@ana.example", "https://a.example/@ana.example")]),
        ("https:// and http://", []),
        ("#vélo, #été2026! #2026 #!", [("#vélo", "vélo"), ("#été2026", "été2026")]),
        ("a#b ##c", []),
        ("#tag,https://a.example", [("https://a.example", "https://a.example")]),
        ("#" + "x" * 64, [("#" + "x" * 64, "x" * 64)]),
        ("#" + "x" * 65, []),
    ],
)
async def test_mentions_links_and_tags_are_marked(text: str, marked: list[tuple[str, str]]) -> None:
    assert await _marked(text) == marked


@given(
    st.lists(
        st.sampled_from(["@ana.example", "https://a.example/é", "#tag", "é", "\U0001f468\u200d\U0001f469", " ", "\n"])
    )
)
async def test_every_mark_stands_on_whole_characters_in_order(parts: list[str]) -> None:
    text = "".join(parts)
    facets = await facets_for(text, _did)
    places = [(one["index"]["byteStart"], one["index"]["byteEnd"]) for one in facets]
    assert places == sorted(places)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(places))
    assert all(marked in text for marked, _ in await _marked(text))
    assert shown_with_targets(text, facets) == text


_PLACES = st.integers(-3, 40) | st.none() | st.text(max_size=2)
_INDEX = st.fixed_dictionaries({"byteStart": _PLACES, "byteEnd": _PLACES}) | st.integers()
_FEATURE = st.fixed_dictionaries({"$type": st.just("app.bsky.richtext.facet#link"), "uri": st.text() | st.none()})
_FACET = st.fixed_dictionaries({"index": _INDEX, "features": st.lists(_FEATURE | st.integers()) | st.text()})


@given(st.text(max_size=30), st.lists(_FACET | st.integers() | st.none()))
def test_facets_from_outside_never_take_anything_away(text: str, facets: list[Any]) -> None:
    clean = text.encode("utf-8", "replace").decode()
    rest = iter(shown_with_targets(clean, facets))
    assert all(char in rest for char in clean), "the text is still there, in its order"
