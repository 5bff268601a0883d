"""Acts that one request of a network can carry out for several messages: hiding fifty costs as much as hiding one."""

from __future__ import annotations

import logging
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

from cminbox.domain.problem import StoreProblem
from cminbox.domain.text import safe
from cminbox.network_kit.failures import NetworkFailure, SignInAgain, TryLater
from cminbox.outbox.acts import carry_out
from cminbox.outbox.recording import record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.domain.account import Account
    from cminbox.network_kit.contract import Network
    from cminbox.outbox.attempts import Desk
    from cminbox.store.acts import Act, Acts

_LOG = logging.getLogger(__name__)


def alike(due: Sequence[Act]) -> list[Act]:
    """Return the first act of one account with those right behind it that ask for the same.

    What asks for something else in between ends it: hiding, showing and hiding again must not become one hiding.
    """
    first = due[0]
    return list(takewhile(lambda act: act.capability is first.capability and act.detail == first.detail, due))


async def carry_out_alike(desk: Desk, acts: Acts, account: Account, due: Sequence[Act]) -> float:
    """Do the first act, and as many of those behind it as the network does with the same request.

    Returns the seconds for which the account has to pause, 0 for none. Raises StoreProblem as `carry_out` does.
    """
    if len(due) > 1:
        try:
            batch = await _together(await desk.network_of(account), due)
        except (TryLater, SignInAgain):
            # The one by itself says to whom it matters, and how long to wait.
            batch = []
        except NetworkFailure as failure:
            _LOG.info("%s: not together, thus one by one: %s", safe(account.name), failure)
            return await _one_by_one(desk, acts, account, due)
        except StoreProblem:
            raise
        except Exception:  # noqa: BLE001 - what a network's module cannot do for several may do for each
            _LOG.exception("%s: a fault while doing %s for several", safe(account.name), due[0].capability.value)
            return await _one_by_one(desk, acts, account, due)
        if batch:
            for act in batch:
                await record(partial(acts.done, act, now=desk.now()))
                desk.tally.acts_done += 1
            return 0.0
    return await carry_out(desk, acts, account, due[0])


async def _together(network: Network, due: Sequence[Act]) -> Sequence[Act]:
    """Do as many acts as one request can; return them, none where it is one at a time. Raises NetworkFailure."""
    capability = due[0].capability
    most = network.together.get(capability, 1) if network.manifest.can(capability) else 1
    batch = due[:most] if most > 1 else []
    if batch:
        await network.act_together(capability, list(dict.fromkeys(act.subject for act in batch)))
    return batch


async def _one_by_one(desk: Desk, acts: Acts, account: Account, due: Sequence[Act]) -> float:
    """Do acts each by itself: one of them spoils it for the others."""
    for act in due:
        pause = await carry_out(desk, acts, account, act)
        if pause > 0:
            return pause
    return 0.0
