"""Write the README's table of what each network can do from the networks' own manifests.

Usage: python .ci/network_table.py [check]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cminbox import networks
from cminbox.domain.network import Capability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.domain.network import Manifest

README = Path(__file__).resolve().parent.parent / "README.md"
START = "<!-- networks: made by .ci/network_table.py -->\n"
END = "<!-- networks end -->"
ROWS = (
    ("comments", Capability.COMMENTS),
    ("mentions", Capability.MENTIONS),
    ("direct messages", Capability.DMS),
    ("reviews", Capability.REVIEWS),
    ("reply", Capability.REPLY),
    ("find a reply whose answer was lost", Capability.FIND_SENT),
    ("thread around a message", Capability.THREAD),
    ("like", Capability.LIKE),
    ("share", Capability.BOOST),
    ("hide", Capability.HIDE),
    ("delete", Capability.DELETE),
    ("mute", Capability.MUTE),
    ("block", Capability.BLOCK),
    ("report", Capability.REPORT),
    ("mark as read", Capability.MARK_READ),
)


def table(manifests: Sequence[Manifest]) -> str:
    """Return the table, one column a network, and beneath it the reasons for what is missing."""
    lines = [
        "| | " + " | ".join(manifest.title for manifest in manifests) + " |",
        "| --- |" + " --- |" * len(manifests),
    ]
    for label, capability in ROWS:
        cells = ["yes" if manifest.can(capability) else "-" for manifest in manifests]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    lines.append("| length of a reply | " + " | ".join(_limits(manifest) for manifest in manifests) + " |")
    return "\n".join([*lines, "", *(reason for manifest in manifests for reason in _reasons(manifest))]) + "\n"


def _limits(manifest: Manifest) -> str:
    kinds: dict[str, list[str]] = {}
    for kind, limits in manifest.limits.items():
        bounds = " and ".join(f"{limit.maximum} {limit.unit.value}" for limit in limits)
        kinds.setdefault(bounds, []).append(kind.value)
    if len(kinds) == 1:
        return next(iter(kinds))
    return "; ".join(f"{', '.join(names)}: {bounds}" for bounds, names in kinds.items()) or "-"


def _reasons(manifest: Manifest) -> list[str]:
    sentences: dict[str, list[str]] = {}
    for capability, sentence in manifest.missing.items():
        sentences.setdefault(sentence, []).append(capability.value.replace("_", " "))
    return [f"- {manifest.title}, {', '.join(names)}: {sentence}" for sentence, names in sentences.items()]


def wanted(readme: str) -> str:
    """Return the README with the table as it should be."""
    before, _, rest = readme.partition(START)
    _, _, after = rest.partition(END)
    return (
        before + START + "\n" + table([networks.load(name).manifest for name in networks.names()]) + "\n" + END + after
    )


def main(arguments: Sequence[str]) -> int:
    """Write the table, or with "check" say whether it is up to date."""
    text = README.read_text()
    new = wanted(text)
    if list(arguments) == ["check"]:
        return 0 if text == new else 1
    README.write_text(new)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
