"""R7: two to four agents answer the same question at the same moment, at screens and by command."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.domain.problem import Answered
from cminbox.inbox.acting import Acting
from cminbox.inbox.reading import Reading
from cminbox.tui.answering import Answering
from rig import actors, processes
from rig.judge import Verdict, judge
from rig.report import Family, Order
from rig.spoiling import Style
from rig.stage import Promise, Stage, open_workspace

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.synchronize import Barrier
    from pathlib import Path
    from random import Random

AGENTS = ("ana", "bob", "cleo", "dan")
_FEWEST = 2
_LONGEST_PAUSE = 0.004
_START_SECONDS = 60.0
_KEPT, _SENT, _GAVE_WAY = "kept", "sent", "gave way"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one agent does in one race: how, with which words, after which pauses (seconds)."""

    conversation: int
    text: str
    takes_part: bool
    at_screen: bool
    before: float
    between: float


def run(order: Order) -> Verdict:
    """Let agents race, while a process sends what they decide; then count."""
    chance = order.chance("R7")
    amount = order.amount(500, 20)
    with Stage(order.folder / "r07", chance) as stage:
        stage.questions(-(-amount // len(Style)))
        stage.sync()
        stage.clock.run(1.0)
        wanted = [(style, one) for style in Style for one in stage.conversations(style)][:amount]
        races = [_race(stage, chance, style, conversation) for style, conversation in wanted]
        verdict = Verdict()
        said = _run(stage, races, verdict)
        stage.sync()
        verdict.add(judge(stage, _promises(stage, wanted)))
        for (_, conversation), turns, words in zip(wanted, races, said, strict=True):
            _hold_to(stage, conversation, turns, words, verdict)
        answered = stage.rows("SELECT count(DISTINCT conversation_id) FROM replies WHERE state = 'sent'")
    verdict.amount = amount
    verdict.figures = {"agents": sum(turn.takes_part for turns in races for turn in turns), "answered": answered[0][0]}
    return verdict


def _race(stage: Stage, chance: Random, style: Style, conversation: int) -> list[Turn]:
    taking_part = chance.sample(AGENTS, chance.randint(_FEWEST, len(AGENTS)))
    return [
        Turn(
            conversation,
            f"{agent} says {stage.text(style)}",
            agent in taking_part,
            chance.random() < 1 / 2,
            chance.uniform(0.0, _LONGEST_PAUSE),
            chance.uniform(0.0, _LONGEST_PAUSE),
        )
        for agent in AGENTS
    ]


def _run(stage: Stage, races: list[list[Turn]], verdict: Verdict) -> list[tuple[str, ...]]:
    barrier = processes.context().Barrier(len(AGENTS))
    racing = [
        processes.Actor(_agent, stage.home, stage.clock.path, agent, [turns[place] for turns in races], barrier)
        for place, agent in enumerate(AGENTS)
    ]
    while any(actor.running for actor in racing):
        sender = processes.Actor(actors.decide_and_send, stage.home, stage.clock.path, [], (None, 1), 0.0)
        sender.end()
        if sender.said() != [actors.ENDED]:
            verdict.say(f"the sending process said {sender.said()}")
            break
    for agent, actor in zip(AGENTS, racing, strict=True):
        code = actor.end()
        verdict.expect(code == 0 and len(actor.said()) == len(races), f"{agent} ended with {code}: {actor.said()[-1:]}")
    return list(zip(*(actor.said() for actor in racing), strict=True))


def _agent(folder: Path, clock: Path, name: str, turns: list[Turn], barrier: Barrier, line: Connection) -> None:
    """Be an agent in one race after the other."""
    try:
        workspace = open_workspace(folder, clock, name)
        reading, acting = Reading(workspace), Acting(workspace)
        for turn in turns:
            barrier.wait(_START_SECONDS)
            if not turn.takes_part:
                line.send("")
            elif turn.at_screen:
                line.send(_at_screen(Answering(reading, acting), turn, workspace.now()))
            else:
                line.send(_by_command(acting, turn))
        workspace.close()
    except Exception:  # noqa: BLE001 - told to whoever started this
        line.send(traceback.format_exc())
        barrier.abort()


def _at_screen(answering: Answering, turn: Turn, now: int) -> str:
    """Do as the composer does: claim, keep the draft, look for news, send. Warned of anything, he leaves it."""
    time.sleep(turn.before)
    if answering.begin(turn.conversation, now) is not None:
        return _GAVE_WAY
    if answering.view is not None and any(one.ours for one in answering.view.messages):
        # He sees that it was answered before he has begun.
        answering.end()
        return _GAVE_WAY
    answering.draft()
    answering.keep(turn.text, len(turn.text))
    time.sleep(turn.between)
    try:
        if answering.news():
            return _KEPT
        answering.send(turn.text, len(turn.text))
    except Answered:
        return _KEPT
    else:
        return _SENT
    finally:
        answering.end()


def _by_command(acting: Acting, turn: Turn) -> str:
    """Do as `cminbox reply` does."""
    time.sleep(turn.before)
    try:
        acting.reply(turn.conversation, turn.text, now=True, released_by_sync=True)
    except Answered:
        acting.keep_text(turn.conversation, turn.text)
        return _KEPT
    return _SENT


def _promises(stage: Stage, wanted: list[tuple[Style, int]]) -> list[Promise]:
    styles = {conversation: style for style, conversation in wanted}
    rows = stage.rows("SELECT id, conversation_id, text FROM replies WHERE state <> 'draft'")
    return [Promise(int(str(row[0])), styles[int(str(row[1]))], int(str(row[1])), str(row[2])) for row in rows]


def _hold_to(stage: Stage, conversation: int, turns: list[Turn], said: tuple[str, ...], verdict: Verdict) -> None:
    rows = stage.rows("SELECT state, text FROM replies WHERE conversation_id = ?", conversation)
    sent = [text for state, text in rows if state != "draft"]
    drafts = [text for state, text in rows if state == "draft"]
    verdict.doubled += max(0, len(sent) - 1)
    verdict.expect(
        len(sent) <= 1, f"conversation {conversation}: {said} at a screen: {[one.at_screen for one in turns]}"
    )
    verdict.expect(len(sent) == said.count(_SENT), f"{said.count(_SENT)} agents were told that {sent} was decided")
    verdict.expect(sent or _SENT not in said, f"nobody answered conversation {conversation}: {said}")
    for turn, word in zip(turns, said, strict=True):
        verdict.lost += word == _KEPT and turn.text not in drafts


FAMILY = Family("R7", "agents race for one question", run)
