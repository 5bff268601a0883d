"""What the screen costs beside its bars: bytes and processor time per key, silence, start and memory.

    python tests/benchmarks/screen.py [--conversations 100000] [--runs 9] [--idle 60] [--million] [--figures-alone]

Everything is measured at a pseudo-terminal. Prints one table; nothing is asserted: a busy machine is no failure. What
is no figure but a promise stands in it as the number of its tests that fail; `--figures-alone` leaves those out.

Bars in milliseconds were set on a machine where a bare Textual program needs 187 ms of processor time until its first
line. The same program is started around each measurement: what it needs now, divided by 187 ms, is the pace, and a bar
in milliseconds holds for what was measured divided by the pace. Both are printed.
Stores are built once, beside the system's temporary files, and used again by later runs; a million conversations
(`--million`) take some minutes to build.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "screen")]

from stage.opening import Clock, open_workspace  # noqa: E402 - found through the line above
from stage.scenery import crowd  # noqa: E402 - as above
from stage.terminal import Terminal  # noqa: E402 - as above

from cminbox.inbox.workspace import clock  # noqa: E402 - as above
from cminbox.store.leases import SYNC  # noqa: E402 - as above
from cminbox.sync.lease_keeper import Holder  # noqa: E402 - as above

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SIZES = ((80, 24), (120, 40), (200, 50))
BYTES: dict[str, tuple[int, int, int]] = {
    "first picture": (12_000, 27_000, 50_000),
    "j": (1_500, 2_000, 2_800),
    "e": (1_700, 2_200, 3_100),
    "page down": (12_000, 27_000, 50_000),
    "palette": (2_500, 4_700, 4_700),
    "letter in it": (1_100, 2_000, 2_000),
}
"""Bars in bytes at each of the sizes. A page is at most a first picture, with the conversation and its suggestions."""
FIRST_BYTE_P50, FIRST_BYTE_P95, CPU_OF_A_KEY = 15.0, 40.0, 10.0
FIFTY_CPU, IDLE_BYTES_A_MINUTE, IDLE_CPU = 25.0, 200, 0.2
START_RATIO, START_CPU, START_WALL = 1.25, 450, 800
BARE_CPU = 187.0
"""Processor time (ms) until the first line of a bare Textual program, where the bars were set."""
BARE_STARTS = 3
MEMORY_RATIO, MEMORY, MILLION_RATIO = 2.0, 80, 1.05
FIRST = "user0"
REPEATS, BURSTS = 15, 5
SETTLED = 10.0
SMALL, LARGE = 10_000, 1_000_000
PROMISES = {
    "hostile texts on every screen": ("tui/test_hostile.py", "tui/test_hostile_screens.py", "pty/test_hostile.py"),
    "hang-up, signals, kill": ("pty/test_hanging_up.py", "pty/test_coming_back.py"),
    "bytes that are no text": ("pty/test_bytes_in.py",),
    "stalled and slow lines": ("pty/test_stalled.py", "pty/test_slow_line.py"),
    "no double send": ("journeys/test_killed_while_sending.py",),
    "no secret in a crash": ("pty/test_hanging_up.py::test_a_fault_shows_no_value_and_keeps_the_draft",),
    "16 colours, NO_COLOR, ASCII, 60x15": (
        "pty/test_terminals.py",
        "pty/test_bytes_out.py",
        "tui/test_themes.py",
        "tui/test_layout.py",
    ),
    "canned reply in 2 keys, express 1, alike 4": ("journeys/test_key_counts.py",),
    "columns upright beside every cluster": ("pty/test_width.py",),
}
"""What is promised beside figures, and the tests that show it."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--idle", type=float, default=60.0, help="seconds")
    parser.add_argument("--million", action="store_true", help="compare a million conversations with ten thousand")
    parser.add_argument("--figures-alone", action="store_true", help="leave out what tests show")
    given = parser.parse_args()
    folder = store(given.conversations)
    with tempfile.TemporaryDirectory() as cache:
        # What an installed program has: its modules as they were compiled before.
        os.environ["PYTHONPYCACHEPREFIX"] = cache
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        where = [str(ROOT / "src"), str(ROOT / "tests" / "screen")]
        subprocess.run([sys.executable, "-m", "compileall", "-q", *where], check=True)
        print(f"{given.conversations} conversations; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors\n")
        print(f"{'':44}{'measured':>12}{'paced':>12}{'bar':>12}")
        # Conversations are done here, which the next run is to find as they were.
        keys(Path(shutil.copytree(folder, Path(cache) / "worn")))
        idle(folder, given.idle)
        starts(folder, given.runs)
        if given.million:
            million(given.runs)
    if not given.figures_alone:
        promises()


def line(what: str, measured: float, bar: float | None = None, unit: str = "", digits: int = 0) -> None:
    """Print one row of the table."""
    _row(f"{what} {unit}", measured, measured, bar, digits)


def timed(what: str, measured: float, bar: float, unit: str, pace: float) -> None:
    """Print one row of a time in milliseconds, and what it is at the pace of the machine where bars were set."""
    _row(f"{what} {unit}", measured, measured / pace, bar, 1)


def _row(what: str, measured: float, judged: float, bar: float | None, digits: int) -> None:
    paced = "" if judged == measured else f"{judged:,.{digits}f}"
    beside = "" if bar is None else f"{bar:>12,.{digits}f}"
    kept = "" if bar is None else "   ok" if judged <= bar else "   OVER"
    print(f"{what.strip():44}{measured:>12,.{digits}f}{paced:>12}{beside}{kept}", flush=True)


def bare_starts() -> list[float]:
    """Return the processor time (ms) of some starts of a bare Textual program."""
    return [start("stage.bare")[0] for _ in range(BARE_STARTS)]


def store(count: int) -> Path:
    """Return a workspace with so many conversations, made when there is none."""
    folder = Path(tempfile.gettempdir()) / f"cminbox-benchmark-{os.getuid()}-{count}"
    if not (folder / "complete").exists():
        workspace = open_workspace(folder, Clock())
        crowd(workspace, count)
        workspace.close()
        (folder / "complete").touch()
    return folder


@contextmanager
def playing(module: str, *options: str, columns: int = 120, lines: int = 40) -> Iterator[Terminal]:
    """Start a program in a terminal."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT / "tests" / "screen"))),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "CMINBOX_AGENT": "kim",
        "LANG": "C.UTF-8",
    }
    with Terminal([sys.executable, "-m", module, *options], environment, columns=columns, lines=lines) as terminal:
        yield terminal


def keys(folder: Path) -> None:
    """Print what each key costs at each size, with the conversation and its suggestions beside the list."""
    firsts: list[float] = []
    used: list[float] = []
    paces: list[float] = []
    for at, (columns, lines) in enumerate(SIZES):
        size = f"at {columns}x{lines}"
        bare = bare_starts()
        with playing("stage.play", str(folder), "--suggest", columns=columns, lines=lines) as terminal:
            terminal.shows(FIRST)
            line(f"first picture {size}", len(terminal.written), BYTES["first picture"][at], "bytes")
            terminal.read(2.0)
            cpus = []
            for name, key in (("j", "j"), ("e", "e"), ("page down", "\x1b[6~")):
                sizes, first, cpu = pressed(terminal, key)
                firsts += first
                cpus.append((f"{name} {size}", cpu))
                line(f"{name} {size}", statistics.median(sizes), BYTES[name][at], "bytes")
            strip(terminal, size, at)
            written, fifty = bursts(terminal)
            line(f"50 j in one write {size}", written, 2 * BYTES["first picture"][at], "bytes")
            line(f"memory after all that {size}", terminal.peak_bytes() / 1e6, MEMORY, "MB", 1)
            terminal.type("gg")
            terminal.read(0.3)
            terminal.type("q")
            terminal.wait()
        pace = statistics.median([*bare, *bare_starts()]) / BARE_CPU
        paces.append(pace)
        line(f"pace {size}", pace, None, "times the processor time", 2)
        for what, cpu in cpus:
            used += [one / pace for one in cpu]
            timed(what, statistics.median(cpu), CPU_OF_A_KEY, "CPU ms", pace)
        timed(f"50 j in one write {size}", fifty, FIFTY_CPU, "CPU ms", pace)
    pace = statistics.median(paces)
    timed("key to first byte, median", statistics.median(firsts), FIRST_BYTE_P50, "ms", pace)
    timed("key to first byte, 95 of 100", statistics.quantiles(firsts, n=20)[-1], FIRST_BYTE_P95, "ms", pace)
    line("a key, median, paced", statistics.median(used), CPU_OF_A_KEY, "CPU ms", 1)


def bursts(terminal: Terminal) -> tuple[float, float]:
    """Return bytes and processor time (ms) of fifty keys that come at once, the medians of some times."""
    found = []
    for _ in range(BURSTS):
        terminal.read(0.4)
        before = terminal.cpu_seconds()
        terminal.type("j" * 50)
        found.append((len(terminal.read(0.4)), (terminal.cpu_seconds() - before) * 1000))
    sizes, used = zip(*found, strict=True)
    return statistics.median(sizes), statistics.median(used)


def strip(terminal: Terminal, size: str, at: int) -> None:
    """Print what the palette costs: to open it, and for each letter."""
    terminal.read(0.2)
    terminal.type(":")
    line(f"palette {size}", len(terminal.read(0.4)), BYTES["palette"][at], "bytes")
    sizes = []
    for letter in "snooze":
        terminal.type(letter)
        sizes.append(len(terminal.read(0.2)))
    line(f"letter in the palette {size}", statistics.median(sizes), BYTES["letter in it"][at], "bytes")
    terminal.type("\x1b")
    terminal.read(0.4)


def pressed(terminal: Terminal, key: str) -> tuple[Sequence[int], list[float], list[float]]:
    """Press a key several times; return bytes, milliseconds to the first one, and processor time of each.

    The time is of the thread that answers keys; another one looks for suggestions where a conversation is new.
    """
    sizes, firsts, used = [], [], []
    for _ in range(REPEATS):
        terminal.read(0.15)
        before, start = terminal.cpu_seconds(beside=False), time.perf_counter()
        terminal.type(key)
        written = terminal.read_first()
        firsts.append((time.perf_counter() - start) * 1000)
        written += terminal.read(0.2)
        sizes.append(len(written))
        used.append((terminal.cpu_seconds(beside=False) - before) * 1000)
    return sizes, firsts, used


def idle(folder: Path, seconds: float) -> None:
    """Print what an idle screen writes and uses while its clocks go on."""
    with playing("stage.play", str(folder), "--clock", "--suggest", columns=80, lines=24) as terminal:
        terminal.shows(FIRST)
        # What is looked up once after a start is no idleness.
        terminal.read(SETTLED)
        before, start = terminal.cpu_seconds(), time.monotonic()
        written = 0
        while (left := start + seconds - time.monotonic()) > 0:
            written += len(terminal.read(left))
        share = (terminal.cpu_seconds() - before) / seconds * 100
        line(f"idle for {seconds:.0f} s", written, IDLE_BYTES_A_MINUTE * max(1.0, seconds / 60), "bytes")
        line(f"idle for {seconds:.0f} s", share, IDLE_CPU, "% of a processor", 2)


@contextmanager
def attended(*folders: Path) -> Iterator[None]:
    """Stand in for the process that fetches and sends, so that no start brings one along."""
    holder = Holder.of_this_process()
    with ExitStack() as stack:
        for folder in folders:
            workspace = open_workspace(folder, clock)
            stack.callback(workspace.close)
            taken = partial(workspace.leases.take, SYNC, holder=holder.name, host=holder.host, pid=holder.pid)
            taken(now=clock(), seconds=3600)
            stack.callback(workspace.leases.give_back, SYNC, holder=holder.name)
        yield


def starts(folder: Path, runs: int) -> None:
    """Print the start of the program beside that of a bare Textual program, in alternating runs."""
    with attended(folder):
        ours, bare = alternating(runs, ("cminbox", "--workspace", str(folder)), ("stage.bare",))
    pace = bare[0] / BARE_CPU
    line("pace", pace, None, "times the processor time", 2)
    timed("start to the first rows", ours[0], START_CPU, "CPU ms", pace)
    timed("start to the first rows", ours[1], START_WALL, "ms", pace)
    line("start, beside bare Textual", ours[0] / bare[0], START_RATIO, "times its CPU", 2)
    line("start, beside bare Textual", ours[1] / bare[1], None, "times its time", 2)
    line("memory at the first rows", ours[2], MEMORY, "MB", 1)
    line("memory, beside bare Textual", ours[2] / bare[2], MEMORY_RATIO, "times its memory", 2)


def promises() -> None:
    """Print how many tests fail of those that show what is promised."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    for what, paths in PROMISES.items():
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-m",
            "not server",
            *(str(ROOT / "tests" / path) for path in paths),
        ]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        summary = done.stdout.strip().rpartition("\n")[2]
        failed = sum(int(count) for count in re.findall(r"(\d+) (?:failed|error)", summary))
        line(what, failed or done.returncode, 0, "tests failed")


def million(runs: int) -> None:
    """Print what a hundred times as many conversations cost."""
    folders = [store(count) for count in (LARGE, SMALL)]
    with attended(*folders):
        large, small = alternating(runs, *(("cminbox", "--workspace", str(folder)) for folder in folders))
    line("start with a million, beside ten thousand", large[0] / small[0], MILLION_RATIO, "times the CPU", 2)
    line("memory with a million, beside ten thousand", large[2] / small[2], MILLION_RATIO, "times", 2)


def alternating(runs: int, *programs: tuple[str, ...]) -> list[tuple[float, float, float]]:
    """Return the medians of processor time, time to the first row and peak memory of each program."""
    found: list[list[tuple[float, float, float]]] = [[] for _ in programs]
    for _ in range(runs + 1):
        for kept, (module, *options) in zip(found, programs, strict=True):
            kept.append(start(module, *options))
    # The first of each has filled the system's caches.
    columns = [zip(*kept[1:], strict=True) for kept in found]
    return [tuple(statistics.median(column) for column in one) for one in columns]


def start(module: str, *options: str) -> tuple[float, float, float]:
    """Return processor time and time until the first row is seen, and the memory that was taken until then."""
    began = time.perf_counter()
    with playing(module, *options) as terminal:
        while FIRST not in terminal.text:
            terminal.read_first()
        seen = time.perf_counter() - began
        measured = terminal.cpu_seconds() * 1000, seen * 1000, terminal.peak_bytes() / 1e6
        # Leaves as a person does, so that the next one has nothing to go on with.
        terminal.type("q" if module == "cminbox" else "\x11")
        terminal.wait()
        return measured


if __name__ == "__main__":
    main()
