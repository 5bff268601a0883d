"""The simulated networks and one community on them, within the process."""

from __future__ import annotations

import heapq
from dataclasses import replace
from typing import TYPE_CHECKING

from cminbox.simulators.community import NETWORKS, Community
from cminbox.simulators.town.bluesky_stage import BlueskyStage
from cminbox.simulators.town.mastodon_stage import MastodonStage
from cminbox.simulators.town.relay_stage import RelayStage

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from cminbox.simulators.community import Event
    from cminbox.simulators.town.stage import Answer, Stage

_REMEMBERED_REQUESTS = 100


class SimulatedTown:
    """The simulated networks with the brand's accounts and one community on them.

    `now` gives UTC milliseconds; `spool` is the folder through which the relay takes part; what happens on networks
    other than `networks` is left out. The town does nothing by itself: `settle` plays the days before, `tick` what has
    come due since, once `live` has said at which pace.
    """

    def __init__(self, seed: int, now: Callable[[], int], spool: Path, networks: Collection[str] = NETWORKS) -> None:
        self._clock = now
        self._past: int | None = None
        self._community = Community(seed)
        stages: tuple[Stage, ...] = (MastodonStage(self.now), BlueskyStage(self.now), RelayStage(self.now, spool))
        self.stages = {stage.network: stage for stage in stages if stage.network in networks}
        self.events: dict[tuple[str, str], Event] = {}
        """What happened, by network and remote id."""
        self._remote_ids: dict[str, str] = {}
        self._arrivals: Iterator[Event] | None = None
        self._next: Event | None = None
        self._reactions: list[tuple[int, str, Event, str]] = []

    def now(self) -> int:
        """Return the town's time (UTC milliseconds): the clock's, or that of the past while it is played."""
        return self._clock() if self._past is None else self._past

    def settle(self) -> None:
        """Play the days before now. Do it once."""
        for event in self._community.backlog(self._clock()):
            self._past = event.at
            self._play(event, self._remote_ids.get(event.under or ""))
        self._past = None

    def live(self, per_hour: float) -> None:
        """Let about `per_hour` messages an hour come from now on; 0 lets none come. Answers are reacted to anyway."""
        self._arrivals = self._community.arrivals(self._clock(), per_hour) if per_hour > 0 else None
        self._next = next(self._arrivals) if self._arrivals else None

    def tick(self) -> int:
        """Play what has come due and notice what the brand has answered; return how many messages were played."""
        for stage in self.stages.values():
            stage.work()
            if stage.wire is not None:
                del stage.wire.seen[:-_REMEMBERED_REQUESTS]
            for answer in stage.answers():
                if (stage.network, answer.remote_id) not in self.events:
                    self._notice(stage.network, answer)
        now = self._clock()
        played = 0
        while self._reactions and self._reactions[0][0] <= now:
            _, _, event, under = heapq.heappop(self._reactions)
            self._play(event, under)
            played += 1
        while self._arrivals is not None and self._next is not None and self._next.at <= now:
            self._play(self._next, self._remote_ids.get(self._next.under or ""))
            self._next = next(self._arrivals)
            played += 1
        return played

    def find(self, network: str, remote_id: str) -> tuple[Answer, Event | None] | None:
        """Return what the brand said under a remote id and what it said it to; None when it does not exist."""
        for answer in self.stages[network].answers():
            if answer.remote_id == remote_id:
                return answer, self.events.get((network, answer.under))
        return None

    def _play(self, event: Event, under: str | None) -> None:
        if event.network not in self.stages:
            return
        remote_id = self.stages[event.network].play(event, under)
        self._remote_ids[event.key] = remote_id
        self.events[event.network, remote_id] = event

    def _notice(self, network: str, answer: Answer) -> None:
        """Let the community hear an answer of the brand; whoever was answered may say something to it."""
        answered = self.events.get((network, answer.under))
        if answered is None:
            return
        key = f"answer-{network}-{answer.remote_id}"
        ours = replace(answered, key=key, at=self.now(), author=None, text=answer.text, under=answered.key)
        self.events[network, answer.remote_id] = ours
        reaction = self._community.reaction(answered.talk, self.now())
        if reaction is not None:
            heapq.heappush(self._reactions, (reaction.at, reaction.key, reaction, answer.remote_id))
