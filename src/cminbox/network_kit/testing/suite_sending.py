"""Sending: one publishing request, no longer than allowed, no more public than asked, found again when in doubt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import Kind
from cminbox.domain.network import Capability
from cminbox.network_kit.failures import Gone, NotSupported, Refused, SendOutcomeUnknown
from cminbox.network_kit.testing.suite_ground import (
    Ground,
    answer_to,
    answerable,
    failure_of,
    fetched,
    publishing,
)

if TYPE_CHECKING:
    from cminbox.domain.message import Message
    from cminbox.network_kit.testing.bench import Bench

AN_HOUR = 3600.0
SENT_TEXTS = ("Merci, c'est réparé !", "two\nlines", 'a < b & "c" <b>', "\U0001f44d\U0001f3fd {name} %s \\")


class SendingTests(Ground):
    """One reply at a time."""

    async def test_a_reply_is_published_once_where_it_belongs(self) -> None:
        """One publishing request makes one post under the right message, and the receipt names it."""
        async with self.opened() as bench:
            for kind in answerable(bench):
                question = await _question(bench, kind)
                reply = answer_to(question, bench, f"Thank you, {kind.value}")
                before = publishing(bench)
                receipt = await bench.connect().reply(reply)
                assert publishing(bench) == before + 1
                (post,) = [post for post in bench.published() if reply.text in post.text]
                assert post.remote_id == receipt.remote_id
                assert post.to in {reply.to, reply.conversation}

    @pytest.mark.parametrize("text", SENT_TEXTS)
    async def test_a_reply_says_what_was_typed(self, text: str) -> None:
        """Nothing is escaped, expanded or lost on the way out; what would be is refused."""
        async with self.opened() as bench:
            for kind in answerable(bench):
                if text in bench.mangled_texts:
                    await _is_refused(bench, kind, text)
                    continue
                receipt = await bench.connect().reply(answer_to(await _question(bench, kind), bench, text))
                (post,) = [post for post in bench.published() if post.remote_id == receipt.remote_id]
                assert text in post.text

    async def test_a_private_message_is_answered_in_private(self) -> None:
        """The visibility of what is answered is never widened."""
        async with self.opened() as bench:
            if Kind.DM not in answerable(bench):
                pytest.skip("no private messages can be answered here")
            question = await _question(bench, Kind.DM)
            receipt = await bench.connect().reply(answer_to(question, bench, "just between us"))
            (post,) = [post for post in bench.published() if post.remote_id == receipt.remote_id]
            assert post.public is False

    async def test_a_public_message_is_answered_in_private_where_that_is_promised(self) -> None:
        """Nobody but its author reads it, and his answer to it joins the exchange that the manifest names."""
        async with self.opened() as bench:
            manifest = bench.network.manifest
            if not manifest.begins_private:
                pytest.skip("only the other side begins a private exchange here")
            for kind in (one for one in answerable(bench) if one.public and manifest.private_key(one)):
                question = await _question(bench, kind)
                key = manifest.begins_private.format(person=question.author.remote_id)
                asked = answer_to(question, bench, f"a private word about a {kind.value}")
                receipt = await bench.connect().reply(replace(asked, kind=Kind.DM, conversation=key))
                (post,) = [post for post in bench.published() if post.remote_id == receipt.remote_id]
                assert post.public is False

    async def test_the_same_send_key_makes_one_post(self) -> None:
        """Where the network recognises a key, every attempt gets the same receipt, also after a restart."""
        async with self.opened() as bench:
            if not bench.network.manifest.idempotent_for:
                pytest.skip("this network does not recognise a repeated send")
            for kind in bench.network.manifest.idempotent_for:
                reply = answer_to(await _question(bench, kind), bench, f"once for {kind.value}")
                first = await bench.connect().reply(reply)
                second = await bench.connect().reply(reply)
                assert first.remote_id == second.remote_id
                assert _count(bench, reply.text) == 1

    async def test_two_send_keys_make_two_posts(self) -> None:
        """Two agents may say the same words; neither reply is swallowed."""
        async with self.opened() as bench:
            for kind in answerable(bench):
                first = await _question(bench, kind)
                second = await _question(bench, kind)
                for question in (first, second):
                    await bench.connect().reply(answer_to(question, bench, f"same {kind.value}"))
                assert _count(bench, f"same {kind.value}") == len((first, second))

    async def test_a_text_is_refused_exactly_beyond_the_limit(self) -> None:
        """At the limit and one below it is sent; one beyond is refused before any publishing request."""
        async with self.opened() as bench:
            for kind in answerable(bench):
                for limit in bench.network.manifest.limits[kind]:
                    for amount in (limit.maximum - 1, limit.maximum):
                        await _is_accepted(bench, kind, bench.text_of(amount, limit))
                    await _is_refused(bench, kind, bench.text_of(limit.maximum + 1, limit))

    async def test_a_text_below_the_minimum_is_refused(self) -> None:
        """An empty reply, or one below the network's own minimum, is refused before any publishing request."""
        async with self.opened() as bench:
            for kind in answerable(bench):
                for limit in bench.network.manifest.limits[kind]:
                    if limit.minimum > 0:
                        await _is_refused(bench, kind, "a" * (limit.minimum - 1))

    async def test_a_reply_to_what_is_gone_is_gone(self) -> None:
        """When the message was deleted meanwhile, the agent learns it and nothing is published."""
        async with self.opened() as bench:
            for kind in answerable(bench):
                if kind is Kind.DM:
                    continue
                question = await _question(bench, kind)
                bench.someone_deletes(question.remote_id)
                reply = answer_to(question, bench, "too late")
                assert isinstance(await failure_of(bench.connect().reply(reply), bench), Gone)
                assert _count(bench, "too late") == 0

    async def test_a_kind_without_limits_cannot_be_answered(self) -> None:
        """What the manifest gives no limits for is refused without a publishing request."""
        async with self.opened() as bench:
            for kind in set(bench.kinds) - set(answerable(bench)):
                before = publishing(bench)
                reply = answer_to(await _question(bench, kind), bench, "hello")
                failure = await failure_of(bench.connect().reply(reply), bench)
                assert isinstance(failure, (NotSupported, Refused))
                assert publishing(bench) == before

    async def test_a_lost_answer_is_unknown_and_then_found(self) -> None:
        """Published, but the answer never said so: unknown, never repeated by itself, and found by looking."""
        for fault in self.bench().lost_answers:
            async with self.opened() as bench:
                for kind in answerable(bench):
                    await _is_unknown_then_found(bench, kind, fault)

    async def test_a_reply_is_found_only_when_it_is_there(self) -> None:
        """Before sending nothing is found, after it exactly our reply, by an adapter that knows nothing of it."""
        async with self.opened() as bench:
            _needs_find_sent(bench)
            for kind in answerable(bench):
                reply = answer_to(await _question(bench, kind), bench, f"find me, {kind.value}")
                assert await bench.connect().find_sent(reply) is None
                receipt = await bench.connect().reply(reply)
                found = await bench.connect().find_sent(reply)
                assert found is not None
                assert found.remote_id == receipt.remote_id

    async def test_the_same_words_elsewhere_are_not_taken_for_the_reply(self) -> None:
        """Neither a stranger's words, nor ours under another message, nor ours of an hour before."""
        async with self.opened() as bench:
            _needs_find_sent(bench)
            for kind in answerable(bench):
                words = f"the very same words, {kind.value}"
                question, other = await _question(bench, kind), await _question(bench, kind)
                bench.we_write_elsewhere(words, under=question.remote_id)
                bench.pass_time(AN_HOUR)
                reply = answer_to(question, bench, words)
                bench.someone_writes(kind, words, under=question.remote_id)
                await bench.connect().reply(answer_to(other, bench, words))
                assert await bench.connect().find_sent(reply) is None


async def _question(bench: Bench, kind: Kind) -> Message:
    remote_id = bench.someone_writes(kind, f"a question as {kind.value}")
    return await fetched(bench.connect(), bench, remote_id)


def _count(bench: Bench, text: str) -> int:
    return sum(1 for post in bench.published() if text in post.text)


def _needs_find_sent(bench: Bench) -> None:
    if not bench.network.manifest.can(Capability.FIND_SENT):
        pytest.skip("sent replies cannot be looked for here")


async def _is_accepted(bench: Bench, kind: Kind, text: str) -> None:
    reply = answer_to(await _question(bench, kind), bench, text)
    receipt = await bench.connect().reply(reply)
    (post,) = [post for post in bench.published() if post.remote_id == receipt.remote_id]
    assert text in post.text, "a text within the limit was changed"


async def _is_refused(bench: Bench, kind: Kind, text: str) -> None:
    reply = answer_to(await _question(bench, kind), bench, text)
    before, posts = publishing(bench), len(bench.published())
    assert isinstance(await failure_of(bench.connect().reply(reply), bench), Refused)
    assert publishing(bench) == before, "asked the network before counting"
    assert len(bench.published()) == posts


async def _is_unknown_then_found(bench: Bench, kind: Kind, fault: str) -> None:
    reply = answer_to(await _question(bench, kind), bench, f"lost, {kind.value}")
    before = publishing(bench)
    bench.fail_next(fault, publishing=True)
    failure = await failure_of(bench.connect().reply(reply), bench)
    assert isinstance(failure, SendOutcomeUnknown), f"{fault}: {type(failure).__name__}"
    assert publishing(bench) == before + 1, "an unclear outcome was sent again blindly"
    (post,) = [post for post in bench.published() if reply.text in post.text]
    if bench.network.manifest.can(Capability.FIND_SENT):
        found = await bench.connect().find_sent(reply)
        assert found is not None
        assert found.remote_id == post.remote_id
    if kind in bench.network.manifest.idempotent_for:
        again = await bench.connect().reply(reply)
        assert again.remote_id == post.remote_id
        assert _count(bench, reply.text) == 1
