"""What the commands have in common that wait for a network."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cminbox.cli.numbers import positive
from cminbox.i18n import _, render

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.domain.saying import Saying

_SECONDS = 300


def add_arguments(parser: ArgumentParser, meaning: str) -> None:
    """Add --wait, whose meaning is given, and --timeout."""
    parser.add_argument("--wait", action="store_true", help=meaning)
    parser.add_argument(
        "--timeout",
        type=positive,
        default=_SECONDS,
        metavar=_("SECONDS"),
        help=_("how long --wait waits at most; what was asked for goes on after it (default: {default})").format(
            default=_SECONDS
        ),
    )


def tell(saying: Saying) -> None:
    """Say what is waited for, apart from the output."""
    print(render(saying), file=sys.stderr, flush=True)
