"""What argparse says about wrong words, as a sentence that can be translated."""

from __future__ import annotations

import re

from cminbox.domain.problem import UsageProblem
from cminbox.domain.saying import Saying, say
from cminbox.domain.text import safe

_LIMIT = 300


def usage_problem(message: str, program: str) -> UsageProblem:
    """Return the problem for a message of argparse about the words given to `program`."""
    for expression, sentence in _SENTENCES:
        found = re.fullmatch(expression, message, re.DOTALL)
        if found is not None:
            values = {name: safe(value or "", limit=_LIMIT) for name, value in found.groupdict().items()}
            return UsageProblem(Saying(sentence.pattern, values | {"program": program}))
    return UsageProblem(say("{message}; see {program} --help", message=safe(message, limit=_LIMIT), program=program))


_SENTENCES = (
    (
        r"the following arguments are required: (?P<names>.*)",
        say("Something is missing: {names}; see {program} --help"),
    ),
    (
        r"one of the arguments (?P<names>.*) is required",
        say("One of these is needed: {names}; see {program} --help"),
    ),
    (
        r"unrecognized arguments: (?P<words>.*)",
        say("{program} does not know: {words}; see {program} --help"),
    ),
    (
        r"argument (?P<name>.*): invalid choice: (?P<value>.*) \(choose from (?P<choices>.*)\)",
        say("{name}: {value} is none of {choices}; see {program} --help"),
    ),
    (
        r"argument (?P<name>.*): invalid int value: (?P<value>.*)",
        say("{name}: {value} is not a whole number; see {program} --help"),
    ),
    (
        r"argument (?P<name>.*): expected (one argument|at least one argument|\d+ arguments)",
        say("{name} needs a value; one that begins with a hyphen is written {name}=VALUE"),
    ),
    (
        r"argument (?P<name>.*): not allowed with argument (?P<other>.*)",
        say("{name} and {other} cannot be combined"),
    ),
    (
        r"argument (?P<name>.*): ignored explicit argument (?P<value>.*)",
        say("{name} takes no value"),
    ),
    (
        r"argument (?P<name>[^:]*): (?P<message>.*)",
        say("{name}: {message}"),
    ),
)
