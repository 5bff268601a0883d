"""A stage for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rehearsal.service import Service
from rehearsal.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path / "brand")
    yield made
    made.close()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service(tmp_path / "brand")
    yield made
    made.stage.close()
