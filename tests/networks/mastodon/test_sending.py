"""What an answer looks like on the server, whom it reaches, and how it is found again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import Gone, Refused, SendOutcomeUnknown, SignInAgain
from cminbox.networks.mastodon.sending import WIDEST_FIRST, handles_in, length
from cminbox.simulators.mastodon import Flavour, markup
from cminbox.simulators.mastodon.server import SCOPES
from cminbox.simulators.wire import Fault, Request, Response

if TYPE_CHECKING:
    from tests.networks.mastodon.conftest import Stage

STATUSES = "/api/v1/statuses"


@pytest.mark.parametrize("visibility", WIDEST_FIRST)
async def test_an_answer_keeps_the_visibility_of_what_it_answers(stage: Stage, visibility: str) -> None:
    stage.server.world.publish(stage.ana, "@acme hello", visibility=visibility)
    (message,) = await stage.messages()
    receipt = await stage.network.reply(stage.answer(message, "hello Ana"))
    assert stage.server.post(receipt.remote_id).visibility == visibility


@pytest.mark.parametrize("strange", ["local", "mutuals_only", "limited", "list", "PUBLIC"])
async def test_a_visibility_of_other_servers_becomes_the_narrowest(stage: Stage, strange: str) -> None:
    stage.server.world.publish(stage.ana, "@acme hello", visibility=strange)
    (message,) = await stage.messages()
    receipt = await stage.network.reply(stage.answer(message, "hello Ana"))
    assert stage.server.post(receipt.remote_id).visibility == "direct"


async def test_a_message_that_became_public_is_still_answered_in_private(stage: Stage) -> None:
    """The agent wrote a private answer; whatever the server says now, it does not go to everybody."""
    remote_id = stage.writes(Kind.DM, "between us")
    message = await stage.message(remote_id)
    stage.server.post(remote_id).visibility = "public"
    receipt = await stage.network.reply(stage.answer(message, "only you"))
    assert stage.server.post(receipt.remote_id).visibility == "direct"


async def test_everybody_who_takes_part_is_mentioned_once(stage: Stage) -> None:
    stage.server.add_person("eva@third.example")
    stage.writes(Kind.DM, "@acme @ben @eva@third.example the four of us")
    (message,) = await stage.messages()
    receipt = await stage.network.reply(stage.answer(message, "with @ben@social.example as well"))
    post = stage.server.post(receipt.remote_id)
    assert post.text == "@ana@remote.example @eva@third.example with @ben@social.example as well"


async def test_a_handle_of_another_server_is_not_taken_for_ours(stage: Stage) -> None:
    stage.server.world.publish(stage.ben, "@acme hello")
    (message,) = await stage.messages()
    receipt = await stage.network.reply(stage.answer(message, "like @ben@remote.example"))
    assert stage.server.post(receipt.remote_id).text == "@ben like @ben@remote.example"


async def test_a_content_warning_covers_the_answer_too(stage: Stage) -> None:
    stage.server.world.publish(stage.ana, "@acme it hurts", spoiler="Accident")
    (message,) = await stage.messages()
    receipt = await stage.network.reply(stage.answer(message, "we are sorry"))
    assert stage.server.post(receipt.remote_id).spoiler == "Accident"


@pytest.mark.parametrize(
    ("lang", "sent"), [("fr", "fr"), ("fr-CA", "fr"), ("EN_gb", "en"), (None, None), ("?", None), ("français", None)]
)
async def test_the_language_goes_along_as_a_plain_code(stage: Stage, lang: str | None, sent: str | None) -> None:
    message = await stage.message(stage.writes(Kind.MENTION, "hello"))
    reply = stage.answer(message, "bonjour")
    receipt = await stage.network.reply(replace(reply, lang=lang))
    assert stage.server.post(receipt.remote_id).language == sent


async def test_the_send_key_goes_along_and_nothing_else_publishes(stage: Stage) -> None:
    message = await stage.message(stage.writes(Kind.MENTION, "hello"))
    await stage.network.reply(stage.answer(message, "hello", "key-7"))
    (request,) = [request for request in stage.wire.seen if stage.server.publishes(request)]
    assert request.headers["idempotency-key"] == "key-7"


@pytest.mark.parametrize("flavour", list(Flavour))
async def test_the_limit_is_the_servers_own(make_stage: type[Stage], flavour: Flavour) -> None:
    stage = make_stage(flavour, max_characters=40)
    message = await stage.message(stage.writes(Kind.MENTION, "hello"))
    room = 40 - len("@ana ")
    await stage.network.reply(stage.answer(message, "x" * room, "k-fits"))
    with pytest.raises(Refused, match="41 of at most 40"):
        await stage.network.reply(stage.answer(message, "x" * (room + 1), "k-long"))
    assert len(stage.server.published()) == 1


async def test_a_link_counts_the_same_however_long_it_is(stage: Stage) -> None:
    message = await stage.message(stage.writes(Kind.MENTION, "hello"))
    link = "https://example.org/" + "x" * 600
    receipt = await stage.network.reply(stage.answer(message, f"see {link}"))
    assert link in stage.server.post(receipt.remote_id).text


@given(st.text(alphabet="ab_é\n @.-=:/#\U0001f1eb\U0001f1f7\u200d👩", max_size=40), st.booleans())
def test_the_adapter_counts_as_the_simulated_server_does(text: str, link: bool) -> None:  # noqa: FBT001 - hypothesis draws it
    whole = f"{text} https://example.org/{text.strip() or 'x'} @ana@remote.example" if link else text
    assert length(whole, "cw", markup.URL_LENGTH) == markup.length(whole, "cw")


def test_handles_are_found_where_they_are_and_nowhere_else() -> None:
    text = "@ana, hello @Ben@Other.Example! not a@mail.example, not https://x.example/@carl; @dora@social.example."
    assert handles_in(text, "social.example") == {"ana", "Ben@Other.Example", "dora"}


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
async def test_an_empty_answer_is_refused_before_anything_is_asked(stage: Stage, text: str) -> None:
    message = await stage.message(stage.writes(Kind.MENTION, "hello"))
    before = len(stage.wire.seen)
    with pytest.raises(Refused):
        await stage.network.reply(stage.answer(message, text))
    assert len(stage.wire.seen) == before


async def test_a_server_that_finds_it_too_long_all_the_same_is_quoted(stage: Stage) -> None:
    message = await stage.message(stage.writes(Kind.MENTION, "hello"))
    stage.server.rules.max_characters = 30
    with pytest.raises(Refused, match="character limit of 30"):
        await stage.network.reply(stage.answer(message, "x" * 40))


async def test_a_missing_permission_is_named(make_stage: type[Stage]) -> None:
    stage = make_stage(scopes=tuple(scope for scope in SCOPES if not scope.startswith("write")))
    message = await stage.message(stage.writes(Kind.MENTION, "hello"))
    with pytest.raises(SignInAgain) as caught:
        await stage.network.reply(stage.answer(message, "hello"))
    assert caught.value.missing_scope == "write:statuses"


async def test_a_deleted_message_gets_no_answer(stage: Stage) -> None:
    remote_id = stage.writes(Kind.DM, "between us")
    message = await stage.message(remote_id)
    stage.server.delete(remote_id)
    with pytest.raises(Gone):
        await stage.network.reply(stage.answer(message, "too late"))
    assert stage.server.published() == []


async def test_a_repeated_key_that_the_server_answers_with_an_error_is_found(make_stage: type[Stage]) -> None:
    stage = make_stage(repeated_keys_fail=True)
    message = await stage.message(stage.writes(Kind.MENTION, "hello"))
    reply = stage.answer(message, "hello")
    stage.wire.fail_next(Fault.TIMEOUT_AFTER_WRITE, publishing=True)
    for _ in range(2):
        with pytest.raises(SendOutcomeUnknown):
            await stage.network.reply(reply)
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert [stage.server.to_id(post.id) for post in stage.server.published()] == [found.remote_id]


async def test_a_key_is_forgotten_after_an_hour_and_the_reply_is_still_found(stage: Stage) -> None:
    message = await stage.message(stage.writes(Kind.MENTION, "hello"))
    reply = stage.answer(message, "hello")
    first = await stage.network.reply(reply)
    stage.clock += 3600 * 1000
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == first.remote_id


SPELLINGS = (
    "Merci beaucoup, à bientôt !",
    "one\ntwo\n\nthree",
    "see https://example.org/a/very/long/path/that/is/shown/short?and=more#x",
    "a  b   c",
    '<b>5 > 3</b> & "so on"',
    "@ben and @eva@third.example know",
    "#bikes 🚲 👩‍👩‍👧",
)


@pytest.mark.parametrize("flavour", list(Flavour))
@pytest.mark.parametrize("kind", [Kind.COMMENT, Kind.DM])
@pytest.mark.parametrize("text", SPELLINGS)
async def test_a_reply_is_found_by_its_words(make_stage: type[Stage], flavour: Flavour, kind: Kind, text: str) -> None:
    stage = make_stage(flavour)
    stage.server.add_person("eva@third.example")
    message = await stage.message(stage.writes(kind, "hello"))
    reply = stage.answer(message, text)
    receipt = await stage.network.reply(reply)
    found = await stage.connect().find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id
    other = stage.answer(message, text + " not")
    assert await stage.network.find_sent(other) is None


async def test_a_reply_that_the_server_formats_is_found_by_what_was_typed(stage: Stage) -> None:
    message = await stage.message(stage.writes(Kind.MENTION, "hello"))
    reply = stage.answer(message, "this is **very** good")
    receipt = await stage.network.reply(reply)

    def formatting(_request: Request, answer: Response) -> Response:
        return Response(answer.status, answer.body.replace(b"**very**", b"<b>very</b>"), answer.headers)

    def only_html(request: Request, answer: Response) -> Response:
        return answer if request.path.endswith("/source") else formatting(request, answer)

    stage.intercept(only_html)
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id


async def test_a_private_reply_is_found_below_the_message_where_our_list_lacks_it(stage: Stage) -> None:
    message = await stage.message(stage.writes(Kind.DM, "between us"))
    reply = stage.answer(message, "yes")
    receipt = await stage.network.reply(reply)

    def without_private(request: Request, answer: Response) -> Response:
        if not request.path.startswith("/api/v1/accounts/") or not request.path.endswith("/statuses"):
            return answer
        kept = [status for status in json.loads(answer.body) if status["visibility"] != "direct"]
        return Response.of(kept, headers=answer.headers)

    stage.intercept(without_private)
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id


async def test_a_reply_is_found_although_the_message_was_deleted_since(stage: Stage) -> None:
    message = await stage.message(stage.writes(Kind.MENTION, "hello"))
    reply = stage.answer(message, "hello")
    receipt = await stage.network.reply(reply)
    stage.server.delete(message.remote_id)
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id


async def test_a_clock_that_differs_a_little_hides_no_reply(stage: Stage) -> None:
    message = await stage.message(stage.writes(Kind.MENTION, "hello"))
    reply = stage.answer(message, "hello")
    ahead = replace(reply, decided_at=reply.decided_at + 4 * 60 * 1000)
    await stage.network.reply(ahead)
    assert await stage.network.find_sent(ahead) is not None


async def test_our_own_busy_day_does_not_hide_a_reply(stage: Stage) -> None:
    message = await stage.message(stage.writes(Kind.MENTION, "hello"))
    reply = stage.answer(message, "hello")
    receipt = await stage.network.reply(reply)
    for number in range(35):
        stage.server.we_write(f"news {number}")
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id


async def test_a_private_word_about_a_public_message_reaches_its_author_alone(stage: Stage) -> None:
    stage.server.add_person("eva@third.example")
    stage.server.world.publish(stage.ana, "@acme @ben @eva@third.example do you deliver here?")
    (message,) = await stage.messages()
    key = stage.network.manifest.begins_private.format(person=message.author.remote_id)
    private = replace(stage.answer(message, "your address, please"), kind=Kind.DM, conversation=key)
    receipt = await stage.network.reply(private)
    post = stage.server.post(receipt.remote_id)
    assert (post.text, post.visibility) == ("@ana@remote.example your address, please", "direct")


async def test_what_is_answered_to_a_private_word_joins_the_exchange_that_was_named(stage: Stage) -> None:
    stage.server.world.publish(stage.ana, "@acme do you deliver here?")
    (message,) = await stage.messages()
    key = stage.network.manifest.begins_private.format(person=message.author.remote_id)
    await stage.network.reply(replace(stage.answer(message, "your address?"), kind=Kind.DM, conversation=key))
    remote_id = stage.writes(Kind.DM, "@acme 5 Elm Road")
    assert (await stage.message(remote_id)).conversation == key
