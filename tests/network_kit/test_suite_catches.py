"""The contract suite fails every deliberately wrong adapter, in the test that is meant for it."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cminbox.network_kit.failures import NetworkFailure
from cminbox.network_kit.testing.suite import HttpContractSuite
from toy import wrong_reading as reading
from toy import wrong_sending as sending
from toy.guestbook import Guestbook
from toy.test_guestbook import GuestbookBench

if TYPE_CHECKING:
    from cminbox.network_kit.testing.bench import Bench

CAUGHT: list[tuple[type[Guestbook], str, dict[str, Any]]] = [
    (reading.DropsAtThePageEdge, "test_many_messages_arrive_each_once_oldest_first", {}),
    (reading.NewestFirst, "test_many_messages_arrive_each_once_oldest_first", {}),
    (reading.CursorOfThePageBefore, "test_the_cursor_of_every_page_resumes_right_after_it", {}),
    (reading.CursorBeyondThePage, "test_the_cursor_of_every_page_resumes_right_after_it", {}),
    (reading.CursorBeyondThePage, "test_nothing_new_brings_nothing_and_news_come_alone", {}),
    (reading.CursorIsATime, "test_messages_that_share_a_time_are_all_there", {}),
    (reading.CursorIsATime, "test_a_late_message_of_the_same_time_is_not_lost", {}),
    (reading.CursorHoldsTheToken, "test_cursors_are_text_without_secrets", {}),
    (reading.NeverEnds, "test_two_readers_see_the_same", {}),
    (reading.SharedIds, "test_many_messages_arrive_each_once_oldest_first", {}),
    (reading.IdsThatChangeWithTheText, "test_an_edited_message_keeps_its_id", {}),
    (reading.NothingIsOurs, "test_what_we_wrote_is_ours_and_nothing_else_is", {}),
    (reading.EverythingIsOurs, "test_what_we_wrote_is_ours_and_nothing_else_is", {}),
    (reading.NoParents, "test_a_message_under_another_hangs_on_it", {}),
    (reading.ReadsTextAsHtml, "test_text_arrives_as_it_was_typed", {"typed": "1 < 2, <b>not bold</b> &amp;"}),
    (reading.JoinsLines, "test_text_arrives_as_it_was_typed", {"typed": "first line\nsecond line"}),
    (reading.LeavesControlsIn, "test_text_is_free_of_control_characters", {"hostile": "clipboard"}),
    (reading.HandlesWithAnAt, "test_every_kind_arrives_with_its_kind_text_and_author", {}),
    (reading.LocalTime, "test_times_are_utc_whatever_the_machine_thinks", {}),
    (reading.BuriesTheNeighbour, "test_a_deleted_message_is_reported_or_just_gone", {}),
    (reading.StopsAtWhatItDoesNotKnow, "test_an_item_of_unknown_type_harms_nobody", {}),
    (reading.ExpiredIsRefused, "test_an_expired_cursor_is_named_and_a_fresh_start_works", {}),
    (reading.SilentOnFailure, "test_a_failed_request_is_named_and_not_repeated", {"fault": "html", "act": "fetch"}),
    (reading.MovesOnAfterAFailure, "test_after_a_failure_everything_still_arrives", {"fault": "500"}),
    (reading.SwallowsCancellation, "test_a_cancelled_reader_stops_at_once", {"act": "fetch"}),
    (reading.KeepsTheLockWhenCancelled, "test_a_cancelled_reader_stops_at_once", {"act": "check"}),
    (reading.AsksAgain, "test_a_failed_request_is_named_and_not_repeated", {"fault": "500", "act": "check"}),
    (reading.RawHttp, "test_a_failed_request_is_named_and_not_repeated", {"fault": "read timeout", "act": "fetch"}),
    (reading.RawHttp, "test_a_huge_answer_is_given_up_early", {"fault": "gzip bomb"}),
    (reading.RawHttp, "test_a_huge_answer_is_given_up_early", {"fault": "huge body"}),
    (reading.FollowsRedirects, "test_a_redirect_to_another_host_is_not_followed", {}),
    (reading.TokenInTheFailure, "test_a_lasting_failure_is_named_in_the_end", {"fault": "401", "act": "fetch"}),
    (reading.QuotesTheServer, "test_a_server_that_quotes_our_credentials_is_not_repeated", {}),
    (reading.TrustsTheShape, "test_no_spoilt_answer_breaks_a_fetch", {}),
    (reading.TokenBehindTheFailure, "test_a_server_error_is_no_rate_limit", {}),
    (reading.TokenInTheLog, "test_nothing_written_is_an_empty_fetch", {}),
    (reading.TokenInTheAddress, "test_the_check_says_who_we_are", {}),
    (reading.DeadTokenIsTryLater, "test_a_lasting_failure_is_named_in_the_end", {"fault": "401", "act": "check"}),
    (reading.ForgetsTheWait, "test_a_rate_limit_says_how_long", {}),
    (reading.PromisesLikes, "test_a_capability_is_declared_exactly_when_its_method_is_written", {}),
    (reading.HidesALike, "test_a_capability_is_declared_exactly_when_its_method_is_written", {}),
    (reading.HidesALike, "test_what_is_not_declared_is_not_supported_and_sends_nothing", {}),
    (reading.ForgetsLetters, "test_the_kinds_that_arrive_are_the_declared_ones", {}),
    (reading.UnhideWithoutHide, "test_what_undoes_comes_with_what_it_undoes", {}),
    (reading.MissingYetDeclared, "test_missing_capabilities_have_a_reason_and_are_not_declared", {}),
    (reading.RefusesWhatItLacks, "test_what_is_not_declared_is_not_supported_and_sends_nothing", {}),
    (reading.TokenIsPlainText, "test_secrets_are_secret", {}),
    (reading.SettingsWithoutWords, "test_every_account_setting_is_described", {}),
    (sending.TellsTheWorld, "test_a_private_message_is_answered_in_private", {}),
    (sending.NewKeyEachTime, "test_the_same_send_key_makes_one_post", {}),
    (sending.NewKeyEachTime, "test_a_lost_answer_is_unknown_and_then_found", {}),
    (sending.OneKeyForAll, "test_two_send_keys_make_two_posts", {}),
    (sending.EscapesText, "test_a_reply_says_what_was_typed", {"text": "a & b"}),
    (sending.ShortensText, "test_a_text_is_refused_exactly_beyond_the_limit", {}),
    (sending.BlindTimeout, "test_a_lost_answer_is_unknown_and_then_found", {}),
    (sending.BlindTimeout, "test_a_send_in_doubt_is_unknown", {"fault": "read timeout"}),
    (sending.SendsTwice, "test_a_reply_is_published_once_where_it_belongs", {}),
    (sending.SendsAgainWhenInDoubt, "test_a_lost_answer_is_unknown_and_then_found", {}),
    (sending.TakesAnyAnswer, "test_a_lost_answer_is_unknown_and_then_found", {}),
    (sending.TrustsTheAnswer, "test_no_spoilt_answer_makes_a_send_lie", {}),
    (sending.SendsAgainWhenUnreadable, "test_no_spoilt_answer_makes_a_send_lie", {}),
    (sending.CancelledIsUnknown, "test_a_cancelled_send_stops_at_once", {}),
    (sending.GoneIsRefused, "test_a_reply_to_what_is_gone_is_gone", {}),
    (sending.NeverCounts, "test_a_text_is_refused_exactly_beyond_the_limit", {}),
    (sending.CountsOneTooFew, "test_a_text_is_refused_exactly_beyond_the_limit", {}),
    (sending.CountsOneTooMany, "test_a_text_is_refused_exactly_beyond_the_limit", {}),
    (sending.CountsUnits, "test_a_text_is_refused_exactly_beyond_the_limit", {}),
    (sending.SendsNothing, "test_a_text_below_the_minimum_is_refused", {}),
    (sending.LimitsForNothing, "test_limits_make_sense", {}),
    (sending.FindsAnyWords, "test_the_same_words_elsewhere_are_not_taken_for_the_reply", {}),
    (sending.FindsNothing, "test_a_reply_is_found_only_when_it_is_there", {}),
    (sending.FindsByMemory, "test_a_lost_answer_is_unknown_and_then_found", {}),
    (sending.HideIsAToggle, "test_an_act_shows_on_the_server_and_may_be_repeated", {}),
    (sending.UnhideDoesNothing, "test_an_undone_act_is_undone", {}),
    (sending.HidesTheNext, "test_an_act_touches_nothing_else", {}),
    (sending.HidingIsPublishing, "test_a_failed_act_may_be_tried_later", {"fault": "500"}),
]
CATCHES = (
    AssertionError,
    AttributeError,
    KeyError,
    TypeError,
    TimeoutError,
    NetworkFailure,
    httpx.HTTPError,
    pytest.fail.Exception,
)
NAMES = [f"{wrong.__name__}-{test}" for wrong, test, _ in CAUGHT]


def suite_of(network: type[Guestbook]) -> HttpContractSuite:
    class WrongBench(GuestbookBench):
        pass

    class Suite(HttpContractSuite):
        patience = 2.0

        def bench(self) -> Bench:
            return WrongBench()

    WrongBench.network = network
    return Suite()


async def run(network: type[Guestbook], test: str, arguments: dict[str, Any]) -> None:
    outcome = getattr(suite_of(network), test)(**arguments)
    if inspect.isawaitable(outcome):
        await outcome


@pytest.mark.parametrize(("wrong", "test", "arguments"), CAUGHT, ids=NAMES)
async def test_a_wrong_adapter_is_caught_where_the_right_one_passes(
    wrong: type[Guestbook], test: str, arguments: dict[str, Any]
) -> None:
    await run(Guestbook, test, arguments)
    with pytest.raises(CATCHES):
        await run(wrong, test, arguments)


def test_no_wrong_adapter_is_forgotten() -> None:
    tried = {wrong for wrong, _, _ in CAUGHT}
    bases = {reading.Bent, reading.Asking, sending.Sending, sending._Limited, Guestbook}
    written = {
        value
        for module in (reading, sending)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Guestbook)
    }
    assert written - bases == tried
