"""Write what each network can do from the networks' own manifests: a table for the README, the whole for the guide.

Usage: python .ci/network_table.py [check]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cminbox import networks
from cminbox.domain.closed import CLOSED
from cminbox.domain.network import Capability

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cminbox.domain.network import Manifest

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
GUIDE = ROOT / "src" / "cminbox" / "guide" / "networks.md"
START = "<!-- networks: made by .ci/network_table.py -->\n"
END = "<!-- networks end -->"
READS = (
    ("comments", Capability.COMMENTS),
    ("mentions", Capability.MENTIONS),
    ("direct messages", Capability.DMS),
    ("reviews", Capability.REVIEWS),
)
DOES = (
    ("reply", Capability.REPLY),
    ("like", Capability.LIKE),
    ("share", Capability.BOOST),
    ("hide", Capability.HIDE),
    ("delete", Capability.DELETE),
    ("approve", Capability.APPROVE),
    ("mute", Capability.MUTE),
    ("block", Capability.BLOCK),
    ("report", Capability.REPORT),
    ("mark as read", Capability.MARK_READ),
)
BESIDE = (
    ("finds a reply whose answer was lost", Capability.FIND_SENT),
    ("shows the thread around a message", Capability.THREAD),
)
LABELS = {capability: label for label, capability in (*READS, *DOES)}


def table(manifests: Sequence[Manifest]) -> str:
    """Return the table, one row a network."""
    lines = ["| network | reads | can | judged against |", "| --- | --- | --- | --- |"]
    for manifest in manifests:
        reads, does = _names(manifest, READS), _names(manifest, DOES)
        lines.append(f"| {manifest.title} | {reads} | {does} | {manifest.judged.value} |")
    return "\n".join(lines) + "\n"


def guide(manifests: Sequence[Manifest]) -> str:
    """Return the guide's page: each network in full, and those that cannot be connected."""
    return "\n".join([*_introduction(), *(line for manifest in manifests for line in _network(manifest)), *_closed()])


def _introduction() -> Iterator[str]:
    yield "# What each network can do"
    yield ""
    yield "Made from what each network's module declares. “Judged against” says what its requests were held to: a real"
    yield "server (`cminbox guide real-servers`), a simulator that refuses whatever a network's specification does not"
    yield "allow, or one that knows the documentation alone. What is not possible is said where one tries it, with the"
    yield "same reason."
    yield ""


def _network(manifest: Manifest) -> Iterator[str]:
    yield f"## {manifest.title}"
    yield ""
    yield f"- reads: {_names(manifest, READS)}"
    yield f"- can: {_names(manifest, DOES)}"
    beside = _names(manifest, BESIDE)
    if beside != "-":
        yield f"- beside: {beside}"
    yield f"- length of a reply: {_limits(manifest)}"
    yield f"- judged against: {manifest.judged.value}"
    for kind, seconds in manifest.windows.items():
        yield f"- a {kind.value} can be answered for {seconds // 3600} hours after its author wrote last"
    for what, seconds in manifest.kept_for.items():
        yield f"- {what} may be kept for {seconds // 3600} hours without being asked for again"
    yield from _reasons(manifest)
    yield ""


def _closed() -> Iterator[str]:
    yield "## Not to be connected"
    yield ""
    for closed in CLOSED.values():
        yield f"- {closed.title}: {closed.why}."
    yield ""


def _names(manifest: Manifest, wanted: Sequence[tuple[str, Capability]]) -> str:
    return ", ".join(label for label, capability in wanted if manifest.can(capability)) or "-"


def _limits(manifest: Manifest) -> str:
    kinds: dict[str, list[str]] = {}
    for kind, limits in manifest.limits.items():
        bounds = " and ".join(f"{limit.maximum} {limit.unit.value}" for limit in limits)
        kinds.setdefault(bounds, []).append(kind.value)
    if len(kinds) == 1:
        return next(iter(kinds))
    return "; ".join(f"{', '.join(names)}: {bounds}" for bounds, names in kinds.items()) or "-"


def _reasons(manifest: Manifest) -> Iterator[str]:
    sentences: dict[str, list[str]] = {}
    for capability, sentence in manifest.missing.items():
        sentences.setdefault(sentence, []).append(LABELS.get(capability, capability.value.replace("_", " ")))
    for sentence, names in sentences.items():
        yield f"- no {', '.join(names)}: {sentence}"


def wanted() -> dict[Path, str]:
    """Return each file as it should be."""
    manifests = [networks.load(name).manifest for name in networks.names()]
    before, _, rest = README.read_text(encoding="utf-8").partition(START)
    _, _, after = rest.partition(END)
    return {README: before + START + "\n" + table(manifests) + "\n" + END + after, GUIDE: guide(manifests)}


def main(arguments: Sequence[str]) -> int:
    """Write the tables, or with "check" say whether they are up to date."""
    new = wanted()
    if list(arguments) == ["check"]:
        return 0 if all(path.exists() and path.read_text(encoding="utf-8") == text for path, text in new.items()) else 1
    for path, text in new.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
