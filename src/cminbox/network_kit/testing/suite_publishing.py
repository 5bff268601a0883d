"""Every way in which the one publishing request of a reply can fail before the server has written anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cminbox.network_kit.failures import (
    Gone,
    NetworkFailure,
    Refused,
    SendOutcomeUnknown,
    SignInAgain,
    TryLater,
)
from cminbox.network_kit.testing.suite_ground import (
    Ground,
    answer_to,
    answerable,
    failure_of,
    fetched,
    publishing,
)

if TYPE_CHECKING:
    from cminbox.domain.message import Kind
    from cminbox.network_kit.testing.bench import Bench

SURELY_NOT: dict[str, tuple[type[NetworkFailure], ...]] = {
    "403": (Refused, SignInAgain),
    "404": (Gone, Refused),
    "429": (TryLater,),
    "connect error": (TryLater,),
}
"""Nothing was published, and the failure says so."""
PERHAPS: tuple[str, ...] = (
    "500",
    "503",
    "html",
    "not json",
    "wrong shape",
    "cut body",
    "huge body",
    "gzip bomb",
    "read timeout",
    "redirect loop",
    "redirect to another host",
)
"""The request left and no readable answer came: the outcome is unknown, whatever it was."""

EVERY_REQUEST = 10


class PublishingFailureTests(Ground):
    """A failed send never lies: not "try later" when it may exist, and never a second request."""

    @pytest.mark.parametrize("fault", SURELY_NOT)
    async def test_a_send_that_surely_failed_says_so(self, fault: str) -> None:
        """The outbox may send it again or ask the agent; nothing stands on the server."""
        async with self.opened() as bench:
            for kind in answerable(bench):
                failure = await _send_with(fault, bench, kind)
                assert isinstance(failure, SURELY_NOT[fault]), f"{fault}: {type(failure).__name__}"

    @pytest.mark.parametrize("fault", PERHAPS)
    async def test_a_send_in_doubt_is_unknown(self, fault: str) -> None:
        """No answer, or none that names the post, is SendOutcomeUnknown."""
        async with self.opened() as bench:
            for kind in answerable(bench):
                failure = await _send_with(fault, bench, kind)
                assert isinstance(failure, SendOutcomeUnknown), f"{fault}: {type(failure).__name__}"
            assert not any(path.endswith("/steal") for _method, path, _publishes in bench.requests_seen())

    async def test_a_dead_token_while_sending_asks_to_sign_in(self) -> None:
        """A token may be renewed and the send repeated once, for a 401 publishes nothing; then a person has to help."""
        async with self.opened() as bench:
            for kind in answerable(bench):
                failure = await _send_with("401", bench, kind, times=EVERY_REQUEST, most=2)
                assert isinstance(failure, SignInAgain)


async def _send_with(fault: str, bench: Bench, kind: Kind, *, times: int = 1, most: int = 1) -> NetworkFailure:
    """Send a reply whose publishing request fails before the write; return the failure."""
    question = await fetched(bench.connect(), bench, bench.someone_writes(kind, f"a question as {kind.value}"))
    network = bench.connect()
    await network.check()
    before, posts = publishing(bench), len(bench.published())
    bench.fail_next(fault, publishing=True, times=times)
    reply = answer_to(question, bench, f"never sent, {kind.value}")
    failure = await failure_of(network.reply(reply), bench)
    assert publishing(bench) - before <= most, "a failed send was repeated blindly"
    assert len(bench.published()) == posts
    return failure
