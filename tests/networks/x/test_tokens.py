"""Tokens that rotate: the new one is on disk before the old one is gone, one process renews, a lost answer is told."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from cminbox.network_kit.failures import SignInAgain, TryLater, Unreadable
from cminbox.simulators.wire import Fault
from cminbox.simulators.x import Application

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.networks.x.conftest import Stage

    from cminbox.simulators.wire import Request, Response

TOKEN = "/2/oauth2/token"
TWO_HOURS_MS = 7200 * 1000


@pytest.fixture
def stage(make_stage: type[Stage]) -> Stage:
    return make_stage(sign_in="browser")


async def test_the_new_refresh_token_is_on_disk_before_it_is_used(stage: Stage) -> None:
    await stage.check()
    kept = stage.kept.values["refresh"]
    assert kept in stage.server.sign_ins.refresh_tokens
    assert kept != "stage-refresh"
    assert "asked_at" not in stage.kept.values


async def test_each_renewal_uses_the_token_of_the_one_before(stage: Stage) -> None:
    for _ in range(3):
        await stage.check()
        stage.later(TWO_HOURS_MS)
    shown = [request.form()["refresh_token"] for request in stage.asked(TOKEN, "POST")]
    assert len(set(shown)) == len(shown) == 3
    assert stage.server.sign_ins.refresh_tokens == {stage.kept.values["refresh"]}


async def test_a_living_token_is_used_on_after_a_restart(stage: Stage) -> None:
    await stage.check()
    stage.network = stage.connect()
    await stage.check()
    assert len(stage.asked(TOKEN, "POST")) == 1


async def test_two_processes_renew_once_between_them(stage: Stage) -> None:
    networks = [stage.connect() for _ in range(4)]
    await asyncio.gather(*(network.check() for network in networks))
    assert len(stage.asked(TOKEN, "POST")) == 1
    stage.server.sign_ins.expire()
    await asyncio.gather(*(network.check() for network in networks))
    assert len(stage.asked(TOKEN, "POST")) == 2
    assert len(stage.server.sign_ins.refresh_tokens) == 1


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (Fault.TIMEOUT, TryLater),
        (Fault.SERVER_ERROR, TryLater),
        (Fault.CUT, TryLater),
        (Fault.HTML, Unreadable),
        (Fault.CONNECT, TryLater),
    ],
)
async def test_an_answer_that_never_came_is_told_and_the_same_token_tried_again(
    stage: Stage, fault: Fault, failure: type[Exception]
) -> None:
    stage.wire.fail_next(fault)
    with pytest.raises(failure, match="not known whether X has renewed the sign-in"):
        await stage.check()
    assert stage.kept.values["asked_at"]
    await stage.check()
    assert "asked_at" not in stage.kept.values


async def test_a_sign_in_that_was_lost_with_the_answer_says_when_and_why(stage: Stage) -> None:
    stage.wire.fail_next(Fault.TIMEOUT_AFTER_WRITE)
    with pytest.raises(TryLater):
        await stage.check()
    stage.network = stage.connect()
    with pytest.raises(SignInAgain, match=r"at 2026-09-21 .* UTC and its answer never arrived.*sign in again"):
        await stage.check()


async def test_a_crash_between_the_answer_and_the_disk_is_told_alike(stage: Stage) -> None:
    honest = stage.kept.write

    def crash(values: Mapping[str, str]) -> None:
        if "refresh" in values:
            raise OSError("no space left")
        honest(values)

    stage.kept.write = crash  # type: ignore[method-assign]
    with pytest.raises(OSError, match="no space"):
        await stage.check()
    stage.kept.write = honest  # type: ignore[method-assign]
    stage.network = stage.connect()
    with pytest.raises(SignInAgain, match="its answer never arrived"):
        await stage.check()


async def test_a_token_that_could_not_be_written_down_is_used_and_written_later(stage: Stage) -> None:
    honest = stage.kept.write

    def full(values: Mapping[str, str]) -> None:
        if "refresh" in values:
            raise OSError("no space left")
        honest(values)

    stage.kept.write = full  # type: ignore[method-assign]
    with pytest.raises(OSError, match="no space"):
        await stage.check()
    stage.kept.write = honest  # type: ignore[method-assign]
    await stage.check()
    assert stage.kept.values["refresh"] in stage.server.sign_ins.refresh_tokens
    assert len(stage.asked(TOKEN, "POST")) == 1


async def test_a_plain_refusal_is_no_lost_answer(stage: Stage) -> None:
    stage.server.sign_ins.revoke()
    with pytest.raises(SignInAgain, match="no longer accepts this sign-in"):
        await stage.check()
    assert stage.kept.values == {}


async def test_a_rate_limit_leaves_no_doubt(stage: Stage) -> None:
    stage.wire.fail_next(Fault.RATE_LIMIT)
    with pytest.raises(TryLater, match="rate limit"):
        await stage.check()
    assert stage.kept.values == {}


async def test_a_token_that_arrives_while_one_quits_is_kept(stage: Stage) -> None:
    task = asyncio.ensure_future(stage.check())
    for _ in range(100):
        if stage.asked(TOKEN, "POST"):
            break
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert stage.kept.values["refresh"] in stage.server.sign_ins.refresh_tokens


async def test_a_new_sign_in_makes_the_kept_tokens_void(stage: Stage) -> None:
    await stage.check()
    stage.server.sign_ins.refresh_tokens.add("another")
    stage.network = stage.connect(token="another")
    await stage.check()
    assert [request.form()["refresh_token"] for request in stage.asked(TOKEN, "POST")] == ["stage-refresh", "another"]


async def test_an_answer_without_a_new_refresh_token_keeps_the_old(stage: Stage) -> None:
    def without(request: Request, response: Response) -> Response:
        if request.path != TOKEN:
            return response
        return type(response).of({"access_token": "simulated-access-1", "token_type": "bearer"})

    stage.intercept(without)
    await stage.check()
    assert stage.kept.values["refresh"] == "stage-refresh"


async def test_a_wrong_application_is_named(make_stage: type[Stage]) -> None:
    stage = make_stage(sign_in="browser")
    stage.network = stage.connect(app_secret="wrong")
    with pytest.raises(SignInAgain, match="app_key and app_secret"):
        await stage.check()


async def test_permissions_that_were_not_granted_are_named(make_stage: type[Stage]) -> None:
    scopes = ("tweet.read", "users.read", "tweet.write", "offline.access")
    stage = make_stage(sign_in="browser", application=Application(scopes=scopes))
    report = await stage.check()
    assert set(report.missing_scopes) == {"tweet.moderate.write", "mute.write", "dm.read", "dm.write"}


async def test_without_offline_access_the_end_is_told(make_stage: type[Stage]) -> None:
    everything = tuple(scope for scope in Application().scopes if scope != "offline.access")
    report = await make_stage(sign_in="browser", application=Application(scopes=everything)).check()
    assert report.missing_scopes == ("offline.access",)
    assert any("ends after two hours" in str(remark) for remark in report.remarks)
