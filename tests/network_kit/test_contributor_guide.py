"""The contributor guide's worked example is the one that is tested, and works as it stands in the guide."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

TOY = Path(__file__).parent / "toy"
GUIDE = Path(__file__).parents[2] / ".github" / "adding-a-network.md"
HEADED = re.compile(r"^## [^\n]*`(?P<path>[^`\n]+\.py)`\n.*?^```python\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
PLACES = {
    "src/cminbox/networks/guestbook.py": "guestbook.py",
    "src/cminbox/simulators/guestbook.py": "simulator.py",
    "tests/networks/test_guestbook.py": "test_guestbook.py",
}
AS_IN_THE_PROGRAM = {
    "from toy.guestbook import": "from cminbox.networks.guestbook import",
    "from toy.simulator import": "from cminbox.simulators.guestbook import",
}
FOUND_BESIDE = """
from pathlib import Path

import cminbox.networks
import cminbox.simulators

for package in (cminbox.networks, cminbox.simulators):
    package.__path__.append(str(Path(__file__).parent / "src" / package.__name__.replace(".", "/")))


def test_the_new_network_is_found():
    assert "guestbook" in cminbox.networks.names()
    assert cminbox.networks.load("guestbook").manifest.title == "Guest book"
"""


def shown() -> dict[str, str]:
    return {found["path"]: found["code"] for found in HEADED.finditer(GUIDE.read_text())}


def test_the_guide_shows_the_tested_files() -> None:
    wanted = {}
    for place, name in PLACES.items():
        wanted[place] = (TOY / name).read_text()
        for toy, program in AS_IN_THE_PROGRAM.items():
            wanted[place] = wanted[place].replace(toy, program)
    assert shown() == wanted


def test_the_files_work_as_they_stand_in_the_guide(tmp_path: Path) -> None:
    for place, code in shown().items():
        target = tmp_path / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(code)
    (tmp_path / "conftest.py").write_text(FOUND_BESIDE)
    (tmp_path / "test_found.py").write_text("from conftest import test_the_new_network_is_found\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\nfilterwarnings = error\n")
    path = os.pathsep.join(filter(None, sys.path))
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-1000:]
    assert re.search(r"[1-9]\d\d passed", result.stdout)
