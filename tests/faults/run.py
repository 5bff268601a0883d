"""The proof: faults, amounts and results in one table, judged by servers that keep their own list of posts.

python tests/faults/run.py [--full] [--seed N] [R1 R2 ...]
"""

from __future__ import annotations

import argparse
import logging
import platform
import sqlite3
import sys
import tempfile
import time
import traceback
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / name) for name in ("screen", "sync")), str(HERE.parents[1] / "src")]

from rig.judge import Verdict  # noqa: E402 - the path comes first
from rig.report import Family, Line, Order, table  # noqa: E402 - as above

WRONG = 1


def families() -> list[Family]:
    """Return every family of faults, in the order of the table."""
    import crowd  # noqa: PLC0415 - only the families' own process needs them
    import model  # noqa: PLC0415 - as above
    import r01_kills  # noqa: PLC0415 - as above
    import r02_lost_answers  # noqa: PLC0415 - as above
    import r02_twins  # noqa: PLC0415 - as above
    import r04_interruptions  # noqa: PLC0415 - as above
    import r05_full_disk  # noqa: PLC0415 - as above
    import r06_locked  # noqa: PLC0415 - as above
    import r07_races  # noqa: PLC0415 - as above
    import r08_flapping  # noqa: PLC0415 - as above
    import r09_credentials  # noqa: PLC0415 - as above
    import r10_clocks  # noqa: PLC0415 - as above
    import r14_damage  # noqa: PLC0415 - as above
    import r16_secrets  # noqa: PLC0415 - as above
    import r17_modes  # noqa: PLC0415 - as above
    import r18_upgrades  # noqa: PLC0415 - as above

    first = [r01_kills.FAMILY, r02_lost_answers.FAMILY, r02_twins.FAMILY, r02_lost_answers.KEYS]
    modules = (r04_interruptions, r05_full_disk, r06_locked, r07_races, r08_flapping, r09_credentials, r10_clocks)
    last = (r14_damage, r16_secrets, r17_modes, r18_upgrades, crowd, model)
    return [*first, *(module.FAMILY for module in (*modules, *last))]


def run(family: Family, folder: Path, seed: int, *, full: bool) -> Line:
    """Run a family; one that breaks down is as wrong as one that finds something."""
    begun = time.monotonic()
    folder.mkdir()
    try:
        verdict = family.run(Order(folder, seed, full))
    except Exception:  # noqa: BLE001 - the other families still have to run
        verdict = Verdict(wrong=[f"it broke down: {traceback.format_exc()}"])
    return Line(family, verdict, seed, time.monotonic() - begun)


def main() -> int:
    """Run what was asked for and print the table; 0 when everything holds."""
    parser = argparse.ArgumentParser(description="Faults, amounts and results in one table.")
    parser.add_argument("--full", action="store_true", help="the full amounts; without it a few of each kind")
    parser.add_argument("--seed", type=int, help="chance of another run; a new one each time by default")
    parser.add_argument("families", nargs="*", metavar="R1", help="only these; all by default")
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else time.time_ns() % 100_000
    known = {family.name: family for family in families()}
    unknown = [name for name in asked.families if name not in known]
    if unknown:
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(known)}")
    lines = []
    with tempfile.TemporaryDirectory(prefix="cminbox-faults-") as scratch:
        logging.basicConfig(filename=f"{scratch}/log", level=logging.INFO)
        for name in asked.families or known:
            line = run(known[name], Path(scratch) / name, seed, full=asked.full)
            lines.append(line)
            print("  ".join(line.cells()), file=sys.stderr, flush=True)
    print(table(lines))
    print(_circumstances(full=asked.full))
    return 0 if all(line.verdict.holds for line in lines) else WRONG


def _circumstances(*, full: bool) -> str:
    amounts = "full amounts" if full else "quick amounts"
    day = datetime.now(UTC).date()
    return (
        f"{day}, cminbox {version('cminbox') if _installed() else 'from its sources'}, Python "
        f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}, Textual {version('textual')}, "
        f"{platform.system()} {platform.release()}, {amounts}"
    )


def _installed() -> bool:
    try:
        version("cminbox")
    except ModuleNotFoundError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
