"""The manifest is honest, and a person who reads only the descriptions can fill in the account's settings."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cminbox.domain.message import Kind
from cminbox.domain.network import PROFILES, READS, WORDS, Capability
from cminbox.domain.reply import Reply
from cminbox.network_kit.contract import AccountSettings, Network
from cminbox.network_kit.failures import NotSupported
from cminbox.network_kit.testing.suite_ground import Ground, failure_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

READ_OF_KIND = {
    Kind.COMMENT: Capability.COMMENTS,
    Kind.MENTION: Capability.MENTIONS,
    Kind.DM: Capability.DMS,
    Kind.REVIEW: Capability.REVIEWS,
}
_UNDOES = {
    Capability.UNHIDE: Capability.HIDE,
    Capability.UNLIKE: Capability.LIKE,
    Capability.UNBOOST: Capability.BOOST,
    Capability.UNMUTE: Capability.MUTE,
}
_SECRET_NAME = re.compile(r"token|secret|password|passphrase|private|api_?key", re.IGNORECASE)
_SHORT_LENGTH = 2
_FEWEST_WORDS = 3


class ManifestTests(Ground):
    """The manifest says what is so."""

    def test_a_capability_is_declared_exactly_when_its_method_is_written(self) -> None:
        """A screen offers what is declared; a method nobody can find is as wrong as a promise without a method."""
        network = self.bench().network
        for capability in set(Capability) - READS:
            own = getattr(network, capability.value, None)
            written = own is not None and own is not getattr(Network, capability.value, None)
            assert written == network.manifest.can(capability), f"{capability} declared and written differ"

    def test_the_kinds_that_arrive_are_the_declared_ones(self) -> None:
        """Comments, mentions, DMs and reviews are declared exactly when people can write them here."""
        bench = self.bench()
        assert {READ_OF_KIND[kind] for kind in bench.kinds} == bench.network.manifest.capabilities & READS

    def test_what_undoes_comes_with_what_it_undoes(self) -> None:
        """There is no unhide without hide, no unlike without like, no unboost without boost."""
        manifest = self.bench().network.manifest
        for undo, act in _UNDOES.items():
            assert not manifest.can(undo) or manifest.can(act), f"{undo} without {act}"

    def test_missing_capabilities_have_a_reason_and_are_not_declared(self) -> None:
        """What users look for and do not find is explained in a sentence, and it is really missing."""
        manifest = self.bench().network.manifest
        assert not manifest.capabilities & manifest.missing.keys()
        for capability, reason in manifest.missing.items():
            assert len(reason.split()) >= _FEWEST_WORDS, f"no sentence explains why {capability} is missing"

    def test_limits_make_sense(self) -> None:
        """Limits exist for kinds that arrive, and only where a reply can be sent; each has room."""
        bench = self.bench()
        manifest = bench.network.manifest
        assert manifest.limits.keys() <= set(bench.kinds)
        assert manifest.can(Capability.REPLY) == bool(manifest.limits), "a reply needs limits for each kind it answers"
        for limit in (limit for limits in manifest.limits.values() for limit in limits):
            assert 0 <= limit.minimum <= limit.maximum
            assert limit.maximum > 0
            assert limit.url_length is None or limit.url_length > 0

    def test_windows_prices_and_memory_make_sense(self) -> None:
        """Reply windows are for kinds that arrive; figures are positive."""
        bench = self.bench()
        manifest = bench.network.manifest
        assert manifest.windows.keys() <= set(bench.kinds)
        assert all(seconds > 0 for seconds in manifest.windows.values())
        assert all(price >= 0 for price in manifest.prices.values())
        assert manifest.idempotent_for.keys() <= manifest.limits.keys()
        assert set(manifest.names_people) <= manifest.limits.keys()
        assert set(manifest.replaces) <= manifest.limits.keys()
        assert not manifest.replaces or manifest.can(Capability.THREAD), "what is replaced has to be looked at first"
        assert set(manifest.begins_private_at) <= {kind for kind in manifest.limits if kind.public}
        assert manifest.bounds.keys() <= manifest.capabilities
        bounds = manifest.bounds.values()
        assert all(set(bound.kinds) < set(bench.kinds) or bound.own != bound.theirs for bound in bounds)
        assert all(bound.why.endswith(".") for bound in manifest.bounds.values())
        assert all(seconds > 0 for seconds in manifest.idempotent_for.values())
        assert manifest.kept_for.keys() <= {WORDS, PROFILES}
        assert all(seconds > 0 for seconds in manifest.kept_for.values())

    def test_names_and_references_are_complete(self) -> None:
        """A lower-case name, a title, two letters, a documentation address, a version and its end."""
        manifest = self.bench().network.manifest
        assert re.fullmatch(r"[a-z][a-z0-9_]*", manifest.name)
        assert manifest.title.strip()
        assert len(manifest.short) == _SHORT_LENGTH
        assert urlsplit(manifest.documentation).scheme == "https"
        assert urlsplit(manifest.documentation).hostname
        assert manifest.api_version.strip()
        if manifest.api_ends is not None:
            assert date.fromisoformat(manifest.api_ends).isoformat() == manifest.api_ends

    def test_every_account_setting_is_described(self) -> None:
        """The person who fills a field in reads what it is and how to obtain it."""
        account = self.bench().network.Account
        assert issubclass(account, AccountSettings)
        assert account.model_config.get("extra") == "forbid"
        for name, field in account.model_fields.items():
            assert len((field.description or "").split()) >= _FEWEST_WORDS, f"{name} has no description"

    async def test_secrets_are_secret(self) -> None:
        """Passwords and tokens are SecretStr; no planted secret is in the repr of an adapter or its settings."""
        async with self.opened() as bench:
            for name, schema in bench.network.Account.model_json_schema()["properties"].items():
                hidden = "writeOnly" in str(schema)
                assert hidden or not _SECRET_NAME.search(name), f"{name} is not a SecretStr"
            network = bench.connect()
            for text in (repr(network), str(network), repr(network.account), str(network.account)):
                assert not any(secret in text for secret in bench.secrets)

    async def test_what_is_not_declared_is_not_supported_and_sends_nothing(self) -> None:
        """Calling a missing capability raises NotSupported before any request."""
        async with self.opened() as bench:
            reply = Reply("k", Kind.COMMENT, "1", "1", "hello", bench.now())
            for capability in set(Capability) - READS - bench.network.manifest.capabilities:
                method: Callable[..., Awaitable[object]] | None = getattr(bench.connect(), capability.value, None)
                if method is None:
                    continue
                arguments: dict[Capability, tuple[object, ...]] = {
                    Capability.REPORT: ("1", "spam"),
                    Capability.REPLY: (reply,),
                    Capability.FIND_SENT: (reply,),
                    Capability.STREAM: (),
                }
                failure = await failure_of(method(*arguments.get(capability, ("1",))), bench)
                assert isinstance(failure, NotSupported), f"{capability}: {type(failure).__name__}"
                assert bench.requests_seen() == []
