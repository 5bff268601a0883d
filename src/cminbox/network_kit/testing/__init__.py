"""The contract suite that every network has to pass, for our own networks and for those of others.

A test module names its bench and inherits the tests (pytest-asyncio in its auto mode runs them):

    class TestExample(HttpContractSuite):
        def bench(self) -> Bench:
            return ExampleBench()
"""

from __future__ import annotations

from pkgutil import iter_modules

import pytest

pytest.register_assert_rewrite(*(f"{__name__}.{module.name}" for module in iter_modules(__path__)))
