"""Columns stand upright in a real terminal, whatever emoji and scripts people have in their names and texts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from stage.opening import Clock, open_workspace
from stage.scenery import Said, connect, deliver, messages
from wcwidth import wcswidth

from cminbox.domain.message import Kind

ROOT = Path(__file__).parents[2]
COLUMNS, LINES, PATIENCE_SECONDS = 80, 40, 30.0
CLUSTERS = (
    *("❤️", "☺️", "⚠️", "1️⃣", "#️⃣", "👍🏽", "👩🏿", "👨‍👩‍👧‍👦", "🏴‍☠️", "👩‍🚀", "🫠", "🪿", "🇫🇷", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🧑🏻‍❤️‍💋‍🧑🏿"),
    *("健二", "한국어", "日本", "\uff46\uff55", "ไทย", "हिन्दी", "العربية", "עברית", "é", "Z̵̡҉", "ﷺ", "½", "…", "—", "Ω"),
)
TIME = re.compile(r" -?\d+(?::\d\d|h|d)$")


def tmux(*words: str) -> str:
    """Run tmux with a server of our own and return what it says."""
    command = ["tmux", "-L", f"cminbox-{os.getpid()}", "-f", os.devnull, "-u", *words]
    return subprocess.run(command, capture_output=True, check=False, text=True).stdout


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_the_column_of_times_is_upright_in_tmux_beside_every_cluster(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "stage", Clock())
    ids = connect(workspace)
    for number, cluster in enumerate(CLUSTERS):
        said = Said("brand", f"{number:02}{cluster}x", cluster, Kind.MENTION, 60 - number, f"says {cluster} here")
        deliver(workspace, ids["brand"], messages(said, workspace.now()))
    workspace.close()
    paths = os.pathsep.join((str(ROOT / "src"), str(ROOT / "tests" / "screen")))
    program = ["env", f"PYTHONPATH={paths}", sys.executable, "-m", "stage.play", str(tmp_path / "stage")]
    tmux("new-session", "-d", "-x", str(COLUMNS), "-y", str(LINES), *program)
    try:
        seen: dict[str, str] = {}
        end = time.monotonic() + PATIENCE_SECONDS
        while len(seen) < len(CLUSTERS) and time.monotonic() < end:
            lines = tmux("capture-pane", "-p").splitlines()
            rows = {found[1]: line for line in lines if (found := re.match(r"\S+ +Ma @(\d\d)", line))}
            seen |= {number: line for number, line in rows.items() if TIME.search(line) or number not in seen}
            if rows:
                tmux("send-keys", "NPage")
            time.sleep(0.3)
    finally:
        tmux("kill-server")
    assert sorted(seen) == [f"{number:02}" for number in range(len(CLUSTERS))]
    crooked = {number: line for number, line in seen.items() if not TIME.search(line) or wcswidth(line) != COLUMNS}
    assert crooked == {}


def test_the_clusters_are_those_about_which_terminals_disagree() -> None:
    assert len(CLUSTERS) >= 30
    assert len(set(CLUSTERS)) == len(CLUSTERS)
