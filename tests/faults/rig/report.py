"""What a family of faults is asked, what it answers, and the table of all answers."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from rig.judge import Verdict

HEAD = ("", "fault", "amount", "lost", "doubled", "false", "rest", "seed", "s")


@dataclass(frozen=True, slots=True)
class Order:
    """How a family is run: in which folder, from which seed, in full or as the quick set of the same code."""

    folder: Path
    seed: int
    full: bool

    def amount(self, full: int, quick: int) -> int:
        """Return how many cases to run."""
        return full if self.full else quick

    def chance(self, salt: object = "") -> Random:
        """Return chance that is the same for the same seed."""
        return Random(f"{self.seed} {salt}")


@dataclass(frozen=True, slots=True)
class Family:
    """Faults of one kind. `run` does what an order says."""

    name: str
    title: str
    run: Callable[[Order], Verdict]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    family: Family
    verdict: Verdict
    seed: int
    seconds: float

    def cells(self) -> tuple[str, ...]:
        """Return what stands in the line."""
        found = self.verdict
        rest = "ok" if not found.wrong else f"{len(found.wrong)} wrong"
        counts = (found.amount, found.lost, found.doubled, found.false)
        return (
            self.family.name,
            self.family.title,
            *(str(count) for count in counts),
            rest,
            str(self.seed),
            f"{self.seconds:.0f}",
        )


def table(lines: Iterable[Line]) -> str:
    """Return the table as Markdown, with what is wrong and the figures below it."""
    lines = list(lines)
    rows = [HEAD, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    out = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows]
    out.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    for line in lines:
        out += [f"{line.family.name} WRONG: {what}" for what in line.verdict.wrong]
    for line in lines:
        if line.verdict.figures:
            figures = ", ".join(f"{name} {value}" for name, value in line.verdict.figures.items())
            out.append(f"{line.family.name}: {figures}")
    return "\n".join(out)
