"""The whole contract suite, assembled: one class for every network, one more for those spoken to over HTTP."""

from __future__ import annotations

from cminbox.network_kit.testing.suite_cancelling import CancellingTests
from cminbox.network_kit.testing.suite_failing import FailingTests
from cminbox.network_kit.testing.suite_fetching import FetchingTests
from cminbox.network_kit.testing.suite_manifest import ManifestTests
from cminbox.network_kit.testing.suite_moderating import ModeratingFailureTests, ModeratingTests
from cminbox.network_kit.testing.suite_paging import PagingTests
from cminbox.network_kit.testing.suite_publishing import PublishingFailureTests
from cminbox.network_kit.testing.suite_sending import SendingTests
from cminbox.network_kit.testing.suite_spoiling import SpoilingTests


class ContractSuite(ManifestTests, FetchingTests, PagingTests, SendingTests, ModeratingTests):
    """Every promise of the contract that does not depend on HTTP. Subclass it and write `bench`."""


class HttpContractSuite(
    ContractSuite,
    FailingTests,
    PublishingFailureTests,
    ModeratingFailureTests,
    SpoilingTests,
    CancellingTests,
):
    """The suite of a network that is spoken to over HTTP (`manifest.http`)."""
