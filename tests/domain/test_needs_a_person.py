"""When nothing happens to a reply unless a person decides."""

from __future__ import annotations

import pytest

from cminbox.domain.reply import HOLD_GRACE, ReplyState, StoredReply, needs_a_person

NOW = 1_790_000_000_000


def reply(
    state: ReplyState, *, hold_until: int | None = None, interrupted: bool = False, next_try_at: int | None = None
) -> StoredReply:
    return StoredReply(
        id=1,
        conversation_id=1,
        account_id=1,
        state=state,
        text="text",
        cursor=0,
        agent="ana",
        terminal="tty",
        send_key="key",
        decided_at=NOW,
        hold_until=hold_until,
        interrupted=interrupted,
        attempt=0,
        next_try_at=next_try_at,
        reason=None,
        remote_id=None,
        permalink=None,
        created_at=NOW,
        updated_at=NOW,
    )


@pytest.mark.parametrize(
    ("given", "needed"),
    [
        (reply(ReplyState.REFUSED), True),
        (reply(ReplyState.UNKNOWN), True),
        (reply(ReplyState.UNKNOWN, next_try_at=NOW + 1), False),
        (reply(ReplyState.HELD, hold_until=NOW + 1), False),
        (reply(ReplyState.HELD, hold_until=NOW - HOLD_GRACE), False),
        (reply(ReplyState.HELD, hold_until=NOW - HOLD_GRACE - 1), True),
        (reply(ReplyState.HELD, hold_until=NOW + 1, interrupted=True), True),
        (reply(ReplyState.QUEUED, next_try_at=NOW), False),
        (reply(ReplyState.SENDING), False),
        (reply(ReplyState.SENT), False),
        (reply(ReplyState.CANCELLED), False),
        (reply(ReplyState.DRAFT), False),
    ],
)
def test_it_is_known_which_replies_wait_for_a_person(given: StoredReply, needed: object) -> None:
    assert needs_a_person(given, NOW) is needed
