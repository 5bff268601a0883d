"""The worked example passes the whole contract suite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toy.bench import GuestbookBench

from cminbox.network_kit.testing.suite import HttpContractSuite

if TYPE_CHECKING:
    from cminbox.network_kit.testing.bench import Bench


class TestGuestbook(HttpContractSuite):
    def bench(self) -> Bench:
        return GuestbookBench()
