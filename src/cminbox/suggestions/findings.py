"""What is to be mended in a library, one finding at a time."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from pathlib import Path

    from cminbox.domain.canned import CannedReply, Fault, FaultKind
    from cminbox.domain.saying import Saying

__all__ = ["Finding", "Rule", "of_fault", "of_reply"]


class Rule(StrEnum):
    """What a file that can be read may still lack or do wrong."""

    NO_TWIN = "no-twin"
    DEAD_PLACEHOLDER = "dead-placeholder"
    TOO_LONG = "too-long"
    SAME_SHORTCUT = "same-shortcut"
    FORBIDDEN_WORD = "forbidden-word"
    NO_EXAMPLES = "no-examples"
    NEAR_DUPLICATE = "near-duplicate"
    NEVER_PICKED = "never-picked"
    EXPIRED = "expired"
    NO_ATTACHMENT = "no-attachment"
    FILES_BY_HAND = "files-by-hand"
    UNKNOWN_NETWORK = "unknown-network"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: which rule, in which file and line (from 1, None for the whole), the sentence and the mend.

    `key` is that of the reply, None where the file holds none.
    """

    rule: Rule | FaultKind
    file: Path
    line: int | None
    sentence: Saying
    mend: Saying
    key: str | None = None

    @property
    def advice(self) -> bool:
        """Whether it is to be known rather than to be mended."""
        return self.rule is Rule.FILES_BY_HAND


def of_fault(fault: Fault) -> Finding:
    """Return what keeps a file from being used, or was ignored in it, as a finding."""
    return Finding(fault.kind, fault.file, fault.line, fault.sentence, fault.mend)


def of_reply(rule: Rule, reply: CannedReply, sentence: Saying, mend: Saying, *, at: str | None = None) -> Finding:
    """Return a finding about a reply, on the first line of its file that holds `at`."""
    return Finding(rule, reply.file, None if at is None else _line_with(reply.file, at), sentence, mend, reply.key)


def _line_with(file: Path, text: str) -> int | None:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    wanted = text.casefold()
    return next((number for number, line in enumerate(lines, 1) if wanted in line.casefold()), None)
