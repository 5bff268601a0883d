"""`cminbox demo`: the inbox on simulated networks, as a screen or, where there is none, as a proof."""

from __future__ import annotations

from argparse import ArgumentTypeError
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cminbox.cli import listing
from cminbox.cli.context import Context
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import first_line, safe
from cminbox.i18n import N_, _, ngettext, render
from cminbox.inbox.demo import PER_HOUR, SEED, answer_one, demo
from cminbox.inbox.syncing import run_once

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable, Iterator

    from cminbox.domain.account import Account
    from cminbox.inbox.demo import Demo, Proof
    from cminbox.inbox.workplace import Workplace

HELP = N_("Try the inbox on simulated networks, in a workspace that is thrown away")
_FASTEST = 36_000
_SEED_DIGITS = 9
_LIMIT = 1000
_HANDLE, _TEXT = 60, 200


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--seed", type=_seed, default=SEED, metavar="N", help=_("another number, another community"))
    parser.add_argument("--rate", type=_rate, metavar="N/h", help=_("how many messages come in an hour, such as 90/h"))
    parser.add_argument(
        "--once", action="store_true", help=_("no screen: read all, print the queue, answer one message, prove it")
    )


def run(context: Context) -> int:
    """Open the inbox on simulated networks; without a screen prove that it works: 0, else 1."""
    if context.draw is not None and not context.arguments.once:
        return _screen(context, context.draw)
    try:
        _prove(context)
    except Problem as problem:
        context.out.line(f"demo: failed ({render(problem.saying)})")
        return 1
    return 0


def _screen(context: Context, draw: Callable[[Workplace], int]) -> int:
    given = context.arguments
    rate = PER_HOUR if given.rate is None else given.rate
    with demo(context.workplace, seed=given.seed, per_hour=rate) as running:
        with _inside(context, running) as inside:
            list(running.connect(inside.workspace))
            # Read once before the screen opens, so that it opens on a full queue.
            run_once(inside.workspace)
        return draw(running.where)


def _prove(context: Context) -> None:
    given = context.arguments
    # What came meanwhile would make one proof differ from the next: it has to be asked for.
    with demo(context.workplace, seed=given.seed, per_hour=given.rate or 0.0) as running:
        with _inside(context, running) as inside:
            # One account after the other, so that the same seed gives the same numbers to conversations.
            read = sum(_read(inside, account) for account in running.connect(inside.workspace))
            waiting = _print_queue(inside)
            proof = answer_one(running, inside.workspace)
        _print_proof(context, proof)
    said = _("messages read: {read}, conversations waiting: {waiting}, answered: 1").format(read=read, waiting=waiting)
    # Scripts look for how the line begins, so that part stands in no language.
    context.out.line(f"demo: ok ({said})")


@contextmanager
def _inside(context: Context, running: Demo) -> Iterator[Context]:
    """Give the same command in the demo's own workspace, which is closed afterwards."""
    inside = Context(context.arguments, running.where, context.out, interactive=context.interactive)
    try:
        yield inside
    finally:
        inside.close()


def _read(context: Context, account: Account) -> int:
    """Read an account to its end; return how many messages came. Raises Problem when it cannot be read."""
    one = next(one for one in run_once(context.workspace).accounts if one.account == account.name)
    if not one.complete:
        raise Problem(one.reason or say("{account} could not be read", account=one.account))
    for why in one.skipped:
        context.out.line("  " + render(why))
    said = ngettext("{network}: {count} message", "{network}: {count} messages", one.new)
    context.out.line(said.format(network=one.network, count=one.new))
    return one.new


def _print_queue(context: Context) -> int:
    """Print the queue, the most pressing first; return how many conversations wait."""
    rows = [placed.row for placed in context.reading.page(limit=_LIMIT)]
    now = context.workspace.now()
    context.out.line()
    context.out.table([listing.line(row, context.reading.time_left(row, now)) for row in rows])
    context.out.line()
    return len(rows)


def _print_proof(context: Context, proof: Proof) -> None:
    row, seen = proof.row, proof.seen
    values = {
        "id": row.id,
        "network": row.network,
        "handle": first_line(seen.to, _HANDLE),
        "said": first_line(seen.said, _TEXT),
        "text": first_line(seen.text, _TEXT),
    }
    context.out.line(_("Answered conversation {id} and sent it. Now on {network}:").format(**values))
    context.out.line("  @{handle}: {said}".format(**values))
    context.out.line(_("    we: {text}").format(**values))


def _seed(word: str) -> int:
    if word.isascii() and word.isdecimal() and len(word) <= _SEED_DIGITS:
        return int(word)
    raise ArgumentTypeError(_("“{word}” is not a whole number").format(word=safe(word)))


def _rate(word: str) -> float:
    number = word.removesuffix("/h")
    if number.isascii() and number.isdecimal() and len(number) <= _SEED_DIGITS and int(number) <= _FASTEST:
        return float(number)
    raise ArgumentTypeError(
        _("“{word}” is not a number of messages an hour, such as 90/h; at most {most}/h").format(
            word=safe(word), most=_FASTEST
        )
    )
