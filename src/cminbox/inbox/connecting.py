"""Connecting an account, checking it, and letting it go."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cminbox.domain.account import Health, HealthState
from cminbox.domain.problem import Problem, UsageProblem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.domain.versions import ending
from cminbox.inbox.account_settings import Entry, entries, parts, validated
from cminbox.network_kit.client import new_client
from cminbox.network_kit.contract import CodeTyped
from cminbox.network_kit.failures import NetworkFailure, SignInAgain, TryLater
from cminbox.networks import load, names
from cminbox.settings import redaction
from cminbox.settings.secrets import SecretStore, open_secrets

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from cminbox.domain.account import Account
    from cminbox.domain.network import Manifest
    from cminbox.domain.saying import Saying
    from cminbox.inbox.workspace import Workspace
    from cminbox.network_kit.contract import AccountReport, AccountSettings, Credentials, CredentialSlot, Network

__all__ = [
    "Connected",
    "Entry",
    "Unhealthy",
    "add",
    "check",
    "entries",
    "kept_to_sign_in",
    "missing_scopes",
    "names",
    "needed_to_sign_in",
    "remove",
    "renew",
    "secret_store",
    "settings_of",
    "sign_in",
    "title",
]

_NAME_LIMIT = 60
_AGREEING_SECONDS = 30 * 60.0
_AGAIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Connected:
    """An account that was connected or checked, and what its network says of it."""

    account: Account
    report: AccountReport


class _InMemory:
    """Credentials of an account that is not connected yet: nothing is written before the network has said yes."""

    def __init__(self) -> None:
        self._values: Mapping[str, str] = {}

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[CredentialSlot]:
        """Give access to the values."""
        yield self

    def read(self) -> Mapping[str, str]:
        """Return what was last written."""
        return self._values

    def write(self, values: Mapping[str, str]) -> None:
        """Replace all values."""
        self._values = dict(values)


def _keep(secrets: SecretStore, name: str, renewed: _InMemory) -> None:
    """Keep what a network renewed while it was asked who we are: the token it was renewed from may work no more."""
    values = renewed.read()
    if not values:
        return

    async def write() -> None:
        async with secrets.credentials(name).locked() as slot:
            slot.write(values)

    asyncio.run(write())


def title(network: str) -> str:
    """Return the network's name as people write it. Raises NotFound."""
    return load(network).manifest.title


def add(workspace: Workspace, network: str, given: Mapping[str, str], name: str | None = None) -> Connected:
    """Connect an account: its settings are checked, its network is asked who we are, then all of it is stored.

    `given` holds settings and secrets by their names. Nothing is stored unless the network accepts them. Raises
    UsageProblem for what was given, Problem for what the network says.
    """
    kind = load(network)
    settings = validated(kind, given)
    chosen = None if name is None else _checked_name(name)
    if chosen is not None:
        _check_free(workspace, chosen)
    renewed = _InMemory()
    report = _answer(kind, settings, renewed, workspace)
    account_name = chosen or _free_name(workspace, kind.manifest, report)
    public, hidden = parts(settings)
    report = _known_once(workspace, kind.manifest, report, public)
    secrets = secret_store(workspace)
    secrets.write(account_name, hidden)
    _keep(secrets, account_name, renewed)
    try:
        workspace.accounts.add(
            account_name,
            settings.asked(kind.manifest),
            public,
            handle=safe(report.me.handle, limit=200),
            agent=workspace.agent.name,
            now=workspace.now(),
            learnt=report.learnt,
        )
    except Problem:
        secrets.remove(account_name)
        raise
    return _healthy(workspace, workspace.accounts.get(account_name), settings.asked(kind.manifest), report)


def check(workspace: Workspace, name: str) -> Connected:
    """Ask an account's network who we are and what we may do, and store the answer as its health.

    Raises Problem with what the network says, NotFound for an account that is none.
    """
    account = workspace.accounts.get(name)
    if account.connected_at is None:
        raise Problem(say("{account} only holds imported messages; there is nothing to check", account=safe(name)))
    kind = load(account.network)
    secrets = secret_store(workspace)
    settings = validated(kind, {**workspace.accounts.settings(account.id), **secrets.read(name)})
    try:
        report = _answer(kind, settings, secrets.credentials(name), workspace)
    except Unhealthy as unhealthy:
        health = replace(account.health, state=unhealthy.state, reason=unhealthy.saying.to_json())
        workspace.accounts.set_health(account.id, health, next_fetch_at=workspace.now())
        raise
    return _healthy(workspace, account, settings.asked(kind.manifest), report)


def settings_of(workspace: Workspace, name: str) -> tuple[str, dict[str, str]]:
    """Return the network of an account and its settings without secrets. Raises NotFound."""
    account = workspace.accounts.get(name)
    return account.network, {key: str(value) for key, value in workspace.accounts.settings(account.id).items()}


def remove(workspace: Workspace, name: str) -> Account:
    """Let an account go: its secrets are forgotten, its conversations stay. Raises NotFound."""
    workspace.accounts.get(name)
    secret_store(workspace).remove(name)
    return workspace.accounts.remove(name, agent=workspace.agent.name, now=workspace.now())


def secret_store(workspace: Workspace) -> SecretStore:
    """Return where the secrets of the workspace's accounts are kept. Raises Problem."""
    keyring = workspace.settings.secrets.store == "keyring"
    return open_secrets(workspace.locations.secrets, "keyring" if keyring else "files")


def needed_to_sign_in(network: str) -> tuple[str, ...]:
    """Return the secrets that a person has to give before a sign-in with a code can begin. Raises NotFound."""
    return load(network).needed_to_sign_in


def kept_to_sign_in(workspace: Workspace, name: str) -> dict[str, str]:
    """Return those of an account's secrets that its next sign-in needs as well. Raises NotFound, Problem."""
    needed = needed_to_sign_in(workspace.accounts.get(name).network)
    kept = secret_store(workspace).read(name) if needed else {}
    return {key: value for key, value in kept.items() if key in needed}


def sign_in(
    network: str,
    settings: Mapping[str, str],
    bring_code: Callable[[str], str],
    show_code: Callable[[str, str], None],
) -> dict[str, str]:
    """Sign a person in with a code and return the secrets; empty where the network has no such way.

    `bring_code` is given the address to open, in any browser, and returns the code, empty to give up; `show_code` is
    given the address and the code to type there, where it is that way round. `settings` are those of the account, with
    the secrets that the sign-in needs. Raises NotFound, Problem.
    """

    async def flow() -> dict[str, str]:
        async with new_client() as http:
            begun = await load(network).begin_sign_in(settings, http)
            if isinstance(begun, CodeTyped):
                show_code(begun.address, begun.user_code)
                return dict(await _agreed(begun))
            code = "" if begun is None else bring_code(begun.address).strip()
            return {} if begun is None or not code else dict(await begun.finish(code))

    try:
        return asyncio.run(flow())
    except NetworkFailure as failure:
        raise Problem(failure.saying) from None


async def _agreed(begun: CodeTyped) -> Mapping[str, str]:
    """Wait until the person has agreed in the browser. Raises NetworkFailure, that of the last look after half an hour.

    A lost connection in between is waited out as well.
    """
    waited = 0.0
    while True:
        try:
            return await begun.finish("")
        except TryLater as waiting:
            seconds = waiting.after or _AGAIN_SECONDS
            waited += seconds
            if waited > _AGREEING_SECONDS:
                raise
        await asyncio.sleep(seconds)


def renew(workspace: Workspace, name: str, secrets: Mapping[str, str]) -> Connected:
    """Give an account new secrets, when the network accepts them for the same identity. Raises Problem."""
    account = workspace.accounts.get(name)
    kind = load(account.network)
    settings = validated(kind, {**workspace.accounts.settings(account.id), **secrets})
    renewed = _InMemory()
    report = _answer(kind, settings, renewed, workspace)
    if not _is_same(account, report):
        raise Problem(
            say(
                "These are the secrets of @{other}, but {account} is @{handle}; connect the other with "
                "cminbox accounts add",
                other=safe(report.me.handle, limit=200),
                account=safe(name),
                handle=safe(account.handle),
            )
        )
    kept = secret_store(workspace)
    kept.write(name, parts(settings)[1])
    _keep(kept, name, renewed)
    return _healthy(workspace, account, settings.asked(kind.manifest), report)


def change(workspace: Workspace, name: str, changes: Mapping[str, str]) -> Connected:
    """Change settings of an account, when the network accepts them for the same identity. Raises Problem.

    Its secrets, and what was renewed from them, stay as they are.
    """
    account = workspace.accounts.get(name)
    if account.connected_at is None:
        raise Problem(say("{account} only holds imported messages; it has no settings", account=safe(name)))
    kind = load(account.network)
    secrets = secret_store(workspace)
    settings = validated(kind, {**workspace.accounts.settings(account.id), **changes, **secrets.read(name)})
    report = _answer(kind, settings, secrets.credentials(name), workspace)
    if not _is_same(account, report):
        raise Problem(
            say(
                "With these settings {account} would be @{other}, not @{handle}; connect the other with "
                "cminbox accounts add",
                other=safe(report.me.handle, limit=200),
                account=safe(name),
                handle=safe(account.handle),
            )
        )
    workspace.accounts.change_settings(account.id, parts(settings)[0], agent=workspace.agent.name, now=workspace.now())
    return _healthy(workspace, account, settings.asked(kind.manifest), report)


def _is_same(account: Account, report: AccountReport) -> bool:
    return report.me.handle.casefold() == account.handle.casefold()


def _healthy(workspace: Workspace, account: Account, manifest: Manifest, report: AccountReport) -> Connected:
    handle = safe(report.me.handle, limit=200)
    workspace.accounts.refresh_facts(account.id, manifest, handle, report.learnt)
    state = HealthState.MISSING_SCOPE if report.missing_scopes else HealthState.OK
    reason = missing_scopes(report)
    health = Health(state, "" if reason is None else reason.to_json())
    workspace.accounts.set_health(account.id, health, next_fetch_at=workspace.now())
    ends = ending(manifest, workspace.now())
    said = report if ends is None else replace(report, remarks=(*report.remarks, ends))
    return Connected(workspace.accounts.get(account.name), said)


def missing_scopes(report: AccountReport) -> Saying | None:
    """Return what an account may not do, None when it may do all that is needed."""
    if not report.missing_scopes:
        return None
    scopes = ", ".join(safe(scope, limit=60) for scope in report.missing_scopes)
    return say("These permissions are missing: {scopes}; give them to the account, then sign in again", scopes=scopes)


def _answer(
    kind: type[Network], settings: AccountSettings, credentials: Credentials, workspace: Workspace
) -> AccountReport:
    """Return what the network says of an account. Raises Problem with its reason."""
    for secret in parts(settings)[1].values():
        redaction.remember(secret)

    async def ask() -> AccountReport:
        async with new_client() as http:
            return await kind(settings, http, credentials, workspace.now).check()

    try:
        return asyncio.run(ask())
    except NetworkFailure as failure:
        raise Unhealthy(failure) from None


class Unhealthy(Problem):
    """A network did not say that all is well with an account; `state` is what the account needs."""

    def __init__(self, failure: NetworkFailure) -> None:
        super().__init__(failure.saying)
        match failure:
            case SignInAgain(missing_scope=scope):
                self.state = HealthState.SIGN_IN if scope is None else HealthState.MISSING_SCOPE
            case TryLater(rate_limited=limited):
                self.state = HealthState.RATE_LIMITED if limited else HealthState.OFFLINE
            case _:
                self.state = HealthState.UNREADABLE


def _checked_name(name: str) -> str:
    """Return the name that a person chose for an account. Raises UsageProblem."""
    fine = 0 < len(name) <= _NAME_LIMIT and name == safe(name).strip() and not name.startswith("-")
    if fine:
        return name
    raise UsageProblem(
        say("“{name}” cannot name an account; use at most {limit} plain characters", name=safe(name), limit=_NAME_LIMIT)
    )


def _check_free(workspace: Workspace, name: str) -> None:
    if any(account.name == name for account in workspace.accounts.all()):
        raise Problem(
            say(
                "There is an account called {name} already; choose another --name, or give it new secrets with "
                "cminbox accounts sign-in {name}",
                name=safe(name),
            )
        )


def _known_once(
    workspace: Workspace, manifest: Manifest, report: AccountReport, public: Mapping[str, Any]
) -> AccountReport:
    """Return the report, with a remark where another account may be the same identity. Raises Problem where it is.

    Connected twice, every message would stand in the queue twice, and be answered twice.
    """
    for account in workspace.accounts.connected():
        if account.network != manifest.name or account.handle.casefold() != report.me.handle.casefold():
            continue
        known = {"handle": safe(report.me.handle, limit=200), "network": manifest.title, "account": safe(account.name)}
        if workspace.accounts.settings(account.id) == dict(public):
            raise Problem(
                say(
                    "@{handle} on {network} is connected already, as {account}; give it new secrets with "
                    "cminbox accounts sign-in {account}",
                    **known,
                )
            )
        remark = say(
            "{account} is @{handle} on {network} as well; if it is the same one, remove one of them, or each message "
            "comes twice",
            **known,
        )
        report = replace(report, remarks=(*report.remarks, remark))
    return report


def _free_name(workspace: Workspace, manifest: Manifest, report: AccountReport) -> str:
    """Return a name for an account that nobody named: its handle, with the network's name where that is taken."""
    handle = safe(report.me.handle, limit=_NAME_LIMIT).strip() or manifest.name
    taken = {account.name: account for account in workspace.accounts.all()}
    own = taken.get(handle)
    if own is not None and own.network == manifest.name:
        _check_free(workspace, handle)
    return handle if own is None else f"{manifest.name}:{handle}"
