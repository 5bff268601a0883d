"""Columns stand upright in a real terminal, whatever emoji and scripts people have in their names and texts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace
from stage.scenery import Said, connect, deliver, messages
from stage.terminal import Terminal
from wcwidth import wcswidth

from cminbox.domain.message import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
COLUMNS, LINES, PATIENCE_SECONDS = 80, 40, 30.0
CLUSTERS = (
    *("❤️", "☺️", "⚠️", "1️⃣", "#️⃣", "👍🏽", "👩🏿", "👨‍👩‍👧‍👦", "🏴‍☠️", "👩‍🚀", "🫠", "🪿", "🇫🇷", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🧑🏻‍❤️‍💋‍🧑🏿"),
    *("健二", "한국어", "日本", "\uff46\uff55", "ไทย", "हिन्दी", "العربية", "עברית", "é", "Z̵̡҉", "ﷺ", "½", "…", "—", "Ω"),
    # Newer than most terminals; both directions with figures between; marks below, above and behind; parts of Hangul.
    *("\U0001fae9", "مرحبا 12 أهلا", "שלום 3-4 x", "אָ֑ב", "क्षि", "กำ", "⌚️", "☎️", "👨🏽‍🦰", "ｶﾞ"),
    *("한", "﷽", "ｱ", "☃", "\u00adx"),
)
TIME = re.compile(r" -?\d+(?::\d\d|h|d)$")


def tmux(*words: str) -> str:
    """Run tmux with a server of our own and return what it says."""
    command = ["tmux", "-L", f"cminbox-{os.getpid()}", "-f", os.devnull, "-u", *words]
    return subprocess.run(command, capture_output=True, check=False, text=True).stdout


@pytest.fixture
def program(tmp_path: Path) -> list[str]:
    """Fill a workspace with people who have such names, and return what shows their conversations."""
    workspace = open_workspace(tmp_path / "stage", Clock())
    ids = connect(workspace)
    for number, cluster in enumerate(CLUSTERS):
        said = Said("brand", f"{number:02}{cluster}x", cluster, Kind.MENTION, 60 - number, f"says {cluster} here")
        deliver(workspace, ids["brand"], messages(said, workspace.now()))
    workspace.close()
    paths = os.pathsep.join((str(ROOT / "src"), str(ROOT / "tests" / "screen")))
    return ["env", f"PYTHONPATH={paths}", sys.executable, "-m", "stage.play", str(tmp_path / "stage")]


def walked(lines: Callable[[], list[str]], page_down: Callable[[], object]) -> dict[str, str]:
    """Return the row of each person as the terminal shows it, going through the list page by page."""
    seen: dict[str, str] = {}
    end = time.monotonic() + PATIENCE_SECONDS
    while len(seen) < len(CLUSTERS) and time.monotonic() < end:
        rows = {found[1]: line for line in lines() if (found := re.match(r"\S+ +Ma @(\d\d)", line))}
        seen |= {number: line for number, line in rows.items() if TIME.search(line) or number not in seen}
        if rows:
            page_down()
        time.sleep(0.3)
    assert sorted(seen) == [f"{number:02}" for number in range(len(CLUSTERS))]
    return seen


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_the_column_of_times_is_upright_in_tmux_beside_every_cluster(program: list[str]) -> None:
    tmux("new-session", "-d", "-x", str(COLUMNS), "-y", str(LINES), *program)
    try:
        seen = walked(lambda: tmux("capture-pane", "-p").splitlines(), lambda: tmux("send-keys", "NPage"))
    finally:
        tmux("kill-server")
    crooked = {number: line for number, line in seen.items() if not TIME.search(line) or wcswidth(line) != COLUMNS}
    assert crooked == {}


@pytest.mark.skipif(shutil.which("screen") is None, reason="GNU screen is not installed")
def test_the_column_of_times_is_upright_in_gnu_screen_beside_every_cluster(program: list[str], tmp_path: Path) -> None:
    sockets, copy = tmp_path / "sockets", tmp_path / "hardcopy"
    sockets.mkdir(mode=0o700)
    variables = {**os.environ, "TERM": "xterm-256color", "SCREENDIR": str(sockets)}
    for name in ("TMUX", "STY"):
        variables.pop(name, None)
    command = ["screen", "-U", "-c", os.devnull, "-S", "cminbox", *program]

    screen = shutil.which("screen") or "screen"

    def tell(*words: str) -> None:
        subprocess.run([screen, "-S", "cminbox", "-p", "0", "-X", *words], env=variables, check=False)

    with Terminal(command, variables, columns=COLUMNS, lines=LINES) as terminal:
        terminal.shows("@00")

        def shown() -> list[str]:
            terminal.read(0.1)
            copy.unlink(missing_ok=True)
            tell("hardcopy", str(copy))
            return copy.read_text(encoding="utf-8", errors="replace").splitlines() if copy.exists() else []

        try:
            seen = walked(shown, lambda: terminal.type("\x1b[6~"))
        finally:
            # It would outlive its terminal: that is what it is for.
            tell("quit")
    crooked = {number: line for number, line in seen.items() if not TIME.search(line)}
    assert crooked == {}
