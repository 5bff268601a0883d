"""Draw the picture of the inbox that the README shows: always the same one.

python tests/benchmarks/screenshot.py [FILE]        .github/screenshot.svg by default
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "screen")]

from stage.opening import Clock, open_workspace, session  # noqa: E402 - as above
from stage.scenery import furnish  # noqa: E402 - as above
from stage.showing import picture, until  # noqa: E402 - as above

from cminbox.tui.app import InboxApp  # noqa: E402 - found through the line above

SIZE = (110, 26)
TEXT = "Hello Sam, sorry about that. Here is a new link, it works for one hour:"


async def draw() -> str:
    """Return the picture."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(Path(folder) / "stage", Clock())
        furnish(workspace)
        app = InboxApp(session(workspace))
        async with app.run_test(size=SIZE) as pilot:
            await pilot.press("j", "e", "r", *TEXT)
            await until(pilot, lambda: f"{len(TEXT)}/500" in picture(pilot), "the reply is written")
            drawn = app.export_screenshot(title="cminbox")
        workspace.close()
    return drawn


def main() -> None:
    """Write the picture."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".github" / "screenshot.svg"
    target.parent.mkdir(exist_ok=True)
    target.write_text(asyncio.run(draw()), encoding="utf-8")
    print(target)


if __name__ == "__main__":
    main()
