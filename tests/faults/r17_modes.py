"""R17: under any umask every file is its owner's alone, and nothing is written through a link that somebody planted."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

from cminbox.settings import crash_report
from rig import processes, program
from rig.judge import Verdict
from rig.report import Family, Order
from rig.stage import Stage
from rig.town import APP_PASSWORD, TOKEN

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

UMASKS = (0o000, 0o022, 0o077, 0o027)
LINKED = ("logs/sync-once.log", "screens.lock", "inbox.sqlite3.lock", "secrets/masto.json", "secrets/masto.lock")
"""What the program writes under a name that is known beforehand."""


def run(order: Order) -> Verdict:
    """Let the program make everything that it makes, under each umask; then put links in its way."""
    verdict = Verdict()
    umasks = UMASKS if order.full else UMASKS[:1]
    with Stage(order.folder / "r17", order.chance("R17")) as stage:
        stage.questions(2)
        for umask in umasks:
            _everything(stage, umask, verdict)
        for name in LINKED if order.full else LINKED[:1]:
            _link(stage, name, verdict)
    return verdict


def _everything(stage: Stage, umask: int, verdict: Verdict) -> None:
    home = stage.folder / f"umask-{umask:03o}"
    home.mkdir(mode=0o700)
    folder = home / "brand"
    _connected(stage, folder, umask, verdict)
    commands = (
        ("sync", "--once"),
        ("note", "1", "--text", "a note"),
        ("backup", f"{home}/copy.sqlite3"),
        ("doctor",),
    )
    for words in commands:
        ended = program.run(words, folder, umask=umask, home=home)
        verdict.expect(ended.code == 0, f"{words} under {umask:03o}: {ended.code} {ended.err[-200:]}")
    processes.Actor(_crash, folder / "logs", umask).end()
    found = [folder, *folder.rglob("*"), home / "copy.sqlite3"]
    verdict.expect(any(path.name.startswith("crash-") for path in found), "no crash report was written")
    for path in found:
        verdict.amount += 1
        mode = stat.S_IMODE(path.lstat().st_mode)
        wanted = 0o700 if path.is_dir() else 0o600
        verdict.expect(mode == wanted, f"{path.relative_to(home)} has mode {mode:03o} under umask {umask:03o}")


def _connected(stage: Stage, folder: Path, umask: int, verdict: Verdict) -> None:
    for network, settings, secret, value in (
        ("mastodon", (f"base_url={stage.addresses['mastodon']}",), "access_token", TOKEN),
        ("bluesky", (f"base_url={stage.addresses['bluesky']}", "handle=acme.example"), "app_password", APP_PASSWORD),
    ):
        name = "masto" if network == "mastodon" else "sky"
        options = [part for setting in settings for part in ("--set", setting)]
        words = ("accounts", "add", network, "--name", name, *options, "--secret", f"{secret}=-")
        ended = program.run(words, folder, umask=umask, given=value, home=folder.parent)
        verdict.expect(ended.code == 0, f"{words} under {umask:03o}: {ended.code} {ended.err[-200:]}")


def _crash(folder: Path, umask: int, line: Connection) -> None:
    import os  # noqa: PLC0415 - only in this process
    import sys  # noqa: PLC0415 - as above

    os.umask(umask)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - a device
        crash_report.report(ValueError("planted"), folder, str, nowhere)
    line.send(json.dumps(sys.version_info[:2]))


def _link(stage: Stage, name: str, verdict: Verdict) -> None:
    """Put a link where the program writes, and look whether anything was written behind it."""
    verdict.amount += 1
    home = stage.folder / f"link-{name.replace('/', '-')}"
    home.mkdir(mode=0o700)
    folder = home / "brand"
    _connected(stage, folder, 0o077, verdict)
    victim = home / "somebody-elses-file"
    victim.write_text("precious\n", encoding="utf-8")
    victim.chmod(0o644)
    planted = folder / name
    planted.unlink(missing_ok=True)
    planted.symlink_to(victim)
    ended = program.run(("sync", "--once"), folder, home=home)
    verdict.expect(ended.clear, f"a link at {name}: {ended.code} {ended.err[-300:]}")
    touched = victim.read_text(encoding="utf-8") != "precious\n" or stat.S_IMODE(victim.stat().st_mode) != 0o644
    verdict.expect(not touched, f"a link at {name} was followed, and the file behind it changed")


FAMILY = Family("R17", "modes and planted links", run)
