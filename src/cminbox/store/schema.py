"""The number of the newest schema, apart from the migrations so that opening an up-to-date file loads nothing else."""

from __future__ import annotations

LATEST = 11
