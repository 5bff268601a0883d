"""`cminbox sla explain`: why an answer is due when it is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.cli import forms, moments, policy_words
from cminbox.cli.numbers import positive
from cminbox.cli.words import word
from cminbox.domain.text import row as one_row
from cminbox.i18n import N_, _, ngettext
from cminbox.i18n.durations import exact
from cminbox.inbox.clock import ClockState
from cminbox.inbox.explaining import explain

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator, Sequence

    from cminbox.cli.context import Context
    from cminbox.inbox.explaining import Explained, Explanation, Part

HELP = N_("Tell which policy, hours and pauses gave a conversation its due time")
_FIRST, _LAST = 6, 5
"""So many parts of a long clock are told from its beginning and its end."""


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("id", type=positive, metavar="ID", help=_("the conversation, as in cminbox queue"))
    parser.add_argument("--json", action="store_true", help=_("print it as one JSON object"))


def run(context: Context) -> int:
    """Print which policy holds for a conversation, its opening hours, and how each clock came to where it is."""
    found = explain(context.workspace, context.arguments.id)
    now = context.workspace.now()
    if context.arguments.json:
        context.out.json(_form(found, now))
        return 0
    for line in (*_policy(found), *_window(context, found, now)):
        context.out.line(line)
    for one in found.clocks:
        context.out.line()
        for line in _clock(one):
            context.out.line(line)
    if not found.clocks:
        context.out.line(_("No response-time clock has run in this conversation."))
    return 0


def _policy(found: Explanation) -> Iterator[str]:
    for change in found.changes:
        before, after = (
            one_row(str((values or {}).get("name") or _("none"))) for values in (change.before, change.after)
        )
        yield _("{moment}  the policy {before} gave way to {after}; the time used so far was kept").format(
            moment=moments.shown(change.at), before=before, after=after
        )
    if found.policy is None:
        yield _("No policy fits this conversation, so nothing is due.")
        return
    yield _("Policy {name} {fits}: {targets}").format(
        name=one_row(found.policy["name"]),
        fits=policy_words.fits(found.policy),
        targets=policy_words.targets(found.policy),
    )
    if found.policy["schedule"] is None:
        yield _("It counts around the clock.")
    else:
        yield from policy_words.hours(found.policy["schedule"])


def _window(context: Context, found: Explanation, now: int) -> Iterator[str]:
    until = context.reading.reply_until(found.row)
    if until is not None:
        said = (
            _("{network} takes replies until {moment}") if until >= now else _("{network} took replies until {moment}")
        )
        yield said.format(network=found.row.network, moment=moments.shown(until))


def _clock(one: Explained) -> Iterator[str]:
    yield _("{target}, target {limit}: {verdict}").format(
        target=word(one.clock.target), limit=exact(one.clock.limit / 1000), verdict=_verdict(one)
    )
    yield "  " + _("{moment}  it starts, because a message waits").format(moment=moments.shown(one.clock.reading.start))
    parts = list(one.parts)
    middle = parts[_FIRST : len(parts) - _LAST]
    if len(middle) <= 1:
        yield from (_part(part) for part in parts)
        return
    yield from (_part(part) for part in parts[:_FIRST])
    yield "  " + ngettext(
        "… {count} more stretch of time, {counted} counted",
        "… {count} more stretches of time, {counted} counted",
        len(middle),
    ).format(count=len(middle), counted=exact(sum(part.counted for part in middle) / 1000))
    yield from (_part(part) for part in parts[len(parts) - _LAST :])


def _part(part: Part) -> str:
    values = {
        "start": moments.shown(part.start),
        "end": moments.shown(part.end),
        "counted": exact(part.counted / 1000),
    }
    if part.paused_in is not None:
        return "  " + _("{start} to {end}  stands still while {status}").format(**values, status=word(part.paused_in))
    if part.to_come:
        return "  " + _("{start} to {end}  {counted} to come").format(**values)
    return "  " + _("{start} to {end}  {counted} counted").format(**values)


def _verdict(one: Explained) -> str:
    reading = one.clock.reading
    used, left = exact(reading.elapsed / 1000), exact(reading.remaining / 1000)
    match reading.state:
        case ClockState.MET:
            return _("met after {used}").format(used=used)
        case ClockState.CANCELLED:
            return _("cancelled after {used}, because it was closed or deleted without an answer").format(used=used)
        case ClockState.PAUSED:
            return _("paused, {left} left").format(left=left)
        case ClockState.BREACHED:
            return _("late since {moment}, {used} used").format(
                moment=moments.shown(reading.breached_at or reading.start), used=used
            )
        case _ if reading.due is None:
            return _("running; its working hours never come to an end of it")
        case _:
            return _("due {moment}, {left} left").format(moment=moments.shown(reading.due), left=left)


def _form(found: Explanation, now: int) -> dict[str, Any]:
    return {
        "id": found.row.id,
        "policy": None if found.policy is None else dict(found.policy),
        "changes": [forms.event(change) for change in found.changes],
        "targets": [forms.target(one.clock, now) | {"parts": _parts(one.parts)} for one in found.clocks],
    }


def _parts(parts: Sequence[Part]) -> list[dict[str, Any]]:
    return [
        {
            "start": forms.instant(part.start),
            "end": forms.instant(part.end),
            "counted_s": forms.seconds(part.counted),
            "paused_in": None if part.paused_in is None else part.paused_in.value,
            "to_come": part.to_come,
        }
        for part in parts
    ]
