from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_table_of_networks_is_what_their_manifests_say() -> None:
    check = subprocess.run(
        [sys.executable, ".ci/network_table.py", "check"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "src")},
        check=False,
    )
    assert check.returncode == 0, "run: python .ci/network_table.py"
