"""The judge: what the program says of each promised reply, held against the servers' own list of posts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from cminbox.domain.reply import ReplyState
from rig.markers import leaks
from rig.spoiling import Style

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rig.stage import Promise, Stage

_SETTLED = frozenset({ReplyState.SENT, ReplyState.REFUSED, ReplyState.UNKNOWN, ReplyState.HELD})
_NOT_SENT = frozenset({ReplyState.REFUSED, ReplyState.CANCELLED, ReplyState.DRAFT, ReplyState.HELD})
_MOST_REMARKS = 20


@dataclass
class Verdict:
    """What came of `amount` cases. `wrong` names what else does not hold; `figures` are measured, never judged."""

    amount: int = 0
    lost: int = 0
    doubled: int = 0
    false: int = 0
    wrong: list[str] = field(default_factory=list)
    figures: dict[str, object] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether everything is as promised."""
        return not (self.lost or self.doubled or self.false or self.wrong)

    def expect(self, true: object, what: str) -> None:
        """Note what does not hold."""
        if not true:
            self.say(what)

    def say(self, what: str) -> None:
        """Note something that is wrong; a flood of the same is cut."""
        if len(self.wrong) < _MOST_REMARKS:
            self.wrong.append(what)

    def add(self, other: Verdict) -> Self:
        """Count another verdict's cases in."""
        self.amount += other.amount
        self.lost += other.lost
        self.doubled += other.doubled
        self.false += other.false
        for what in other.wrong:
            self.say(what)
        return self


def judge(stage: Stage, promises: Iterable[Promise], *, by_person: frozenset[int] = frozenset()) -> Verdict:
    """Hold the program's word against the servers'. `by_person` are replies that a person wanted sent once more."""
    verdict = Verdict()
    posts = Counter(word for post in stage.town("posts") for word in post.text.split()[-1:])
    requests = [body for style, body in stage.town("requests") if style is Style.NO_KEY]
    shown = Counter(str(text).split()[-1] for (text,) in stage.rows("SELECT text FROM messages WHERE ours"))
    for one in promises:
        verdict.amount += 1
        made = posts[one.mark]
        verdict.doubled += max(0, made - 1)
        rows = stage.rows("SELECT state, text FROM replies WHERE id = ?", one.id)
        if not rows or rows[0][1] != one.text:
            verdict.lost += 1
            continue
        state = ReplyState(str(rows[0][0]))
        verdict.false += state is ReplyState.SENT and made == 0
        verdict.expect(state in _SETTLED, f"reply {one.id} ({one.style}) is {state} in the end")
        verdict.expect(not (state in _NOT_SENT and made), f"reply {one.id} ({one.style}) is {state} and was posted")
        verdict.expect(shown[one.mark] <= 1, f"reply {one.id} ({one.style}) stands twice in its conversation")
        if one.style is Style.NO_KEY and one.id not in by_person:
            asked = sum(one.mark in body for body in requests)
            verdict.expect(asked <= 1, f"reply {one.id} went out {asked} times where no key protects it")
    for leak in leaks(stage):
        verdict.say(leak)
    for violation in stage.town("violations"):
        verdict.say(f"not in the network's specification: {violation}")
    return verdict
