"""Compile the catalogues of translations into the wheel; the checkout stays as it is.

An editable installation needs nothing compiled: the program reads the `.po` files of the checkout itself.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CATALOGUES = "src/cminbox/i18n/catalogues"
INSIDE_THE_WHEEL = "cminbox/i18n/catalogues"


class CompiledCatalogues(BuildHookInterface[Any]):
    """Adds one `.mo` per `.po` to a wheel."""

    PLUGIN_NAME = "custom"
    folder: Path | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile into a temporary folder and have it put in the wheel."""
        if version == "editable":
            return
        self.folder = Path(tempfile.mkdtemp(prefix="cminbox-catalogues-"))
        for source in sorted((Path(self.root) / CATALOGUES).glob("*.po")):
            compiled = self.folder / f"{source.stem}.mo"
            compile_catalogue(source, compiled)
            build_data["force_include"][str(compiled)] = f"{INSIDE_THE_WHEEL}/{compiled.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - given by the interface
        """Remove the temporary folder."""
        if self.folder is not None:
            shutil.rmtree(self.folder)


def compile_catalogue(source: Path, compiled: Path) -> None:
    """Write the `.mo` of one `.po`."""
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.stem)
    with compiled.open("wb") as file:
        write_mo(file, catalogue)
