"""The contract between cminbox and one network."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from cminbox.domain.network import Learnt
from cminbox.domain.saying import say
from cminbox.network_kit.failures import NotSupported

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    import httpx

    from cminbox.domain.message import Kind, Message, Person
    from cminbox.domain.network import Capability, Manifest, TextLimit
    from cminbox.domain.reply import Receipt, Reply
    from cminbox.domain.saying import Saying


class AccountSettings(BaseModel):
    """Base of every network's account settings. Secrets are SecretStr; each field has a description.

    A description is shown to the person who fills the field in: what it is, and how to obtain it over SSH.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def asked(self, manifest: Manifest) -> Manifest:
        """Return the network's manifest with the version that these settings ask for (`api_version`), and its end."""
        version = getattr(self, "api_version", manifest.api_version)
        if version == manifest.api_version:
            return manifest
        return replace(manifest, api_version=version, api_ends=self.end_of_version())

    def end_of_version(self) -> str | None:
        """Return the last day of the version that is asked for as ISO 8601 text, None where none is announced."""
        return None


class CredentialSlot(Protocol):
    """The rotating credentials of one account while its lock is held."""

    def read(self) -> Mapping[str, str]:
        """Return what was last written, empty at first."""

    def write(self, values: Mapping[str, str]) -> None:
        """Replace all values; they are on disk when this returns."""


class Credentials(Protocol):
    """A locked store for rotating tokens, so that a new one is on disk before it is used and one process refreshes."""

    def locked(self) -> AbstractAsyncContextManager[CredentialSlot]:
        """Hold the account's lock across processes and give access to its values."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some messages, oldest first, and where to go on after them.

    `cursor` is opaque and of the network's own making; given back to `fetch` it resumes right after this page.
    `deleted` are remote ids that the network says are gone.
    """

    messages: tuple[Message, ...]
    cursor: str
    deleted: tuple[str, ...] = ()
    skipped: tuple[Saying, ...] = ()
    """One saying per item that could not be read; the rest of the page lives on."""


@dataclass(frozen=True, slots=True)
class Thread:
    """The context of a message: what stands above it and below it, oldest first, the message itself in between."""

    above: tuple[Message, ...]
    message: Message
    below: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class AccountReport:
    """What an account's credentials are good for. Times are UTC milliseconds.

    `missing_scopes` are permissions that declared capabilities need and the credentials lack; `limits` are facts read
    from the server that replace the manifest's own, and so are `windows` (seconds) and `prices`; `remarks` are for the
    person who connects the account, among them what can be seen ("3 mentions; the newest is from today").
    """

    me: Person
    missing_scopes: tuple[str, ...] = ()
    expires_at: int | None = None
    remarks: tuple[Saying, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[Kind, tuple[TextLimit, ...]] = field(default_factory=dict)
    windows: Mapping[Kind, int] = field(default_factory=dict)
    prices: Mapping[str, float] = field(default_factory=dict)

    @property
    def learnt(self) -> Learnt:
        """What the server said that goes before the manifest; its `on` gives the manifest as it holds there."""
        return Learnt(self.limits, self.windows, self.prices)


class SigningIn(Protocol):
    """A sign-in that has begun: a person opens `address` in a browser, anywhere, and brings back a code."""

    @property
    def address(self) -> str:
        """The https address that a person opens in a browser, on any machine."""

    async def finish(self, code: str) -> Mapping[str, str]:
        """Turn the code into the secrets of the `Account` model, by field name. Raises NetworkFailure."""


@runtime_checkable
class CodeTyped(SigningIn, Protocol):
    """A sign-in the other way round: a person types `user_code` at the address and brings nothing back.

    `finish` is asked again and again with an empty code. It raises TryLater, with the seconds to wait, until the person
    has agreed.
    """

    @property
    def user_code(self) -> str:
        """The code that a person types at `address`, as it is to be shown."""


class Network(ABC):
    """One account on one network.

    A network turns that network's API into messages, and our replies into its API. It does nothing else: it does
    not store, wait, retry, log secrets or know the screen.

    States    `manifest`; `Account`, the pydantic model of one account's settings.
    Is given  `account` (validated); `http`, an httpx.AsyncClient owned by the caller; `credentials`, a locked store in
              which a rotated token is on disk before it is used; `now`, the clock (UTC milliseconds).
    Promises  Capability  a method is written if and only if its capability is declared; else NotSupported.
              Cursor      opaque; given back, it resumes right after the page that carried it.
              Order       pages oldest first; never past something not yet yielded.
              Identity    remote_id unique and stable per account, edited or not.
              Text        plain text, no markup, no control characters; times in UTC.
              Own words   what this account wrote is marked `ours`.
              Failures    only NetworkFailure leaves a network; a timeout while publishing is SendOutcomeUnknown.
              Secrets     never in a failure, a log line or a repr.
              Stopping    cancellation passes straight through.
    """

    manifest: ClassVar[Manifest]
    Account: ClassVar[type[AccountSettings]]
    needed_to_sign_in: ClassVar[tuple[str, ...]] = ()
    """The secrets that have to be known before a sign-in with a code can begin: those of one's own application."""
    together: ClassVar[Mapping[Capability, int]] = {}
    """The acts that one request carries out for several messages, with how many at most, see `act_together`."""
    looks_again_at: ClassVar[int] = 0
    """How many messages that wait for an answer `vanished` is asked of at once; 0 where `fetch` notices what goes."""

    def __init__(
        self,
        account: Any,  # noqa: ANN401 - each subclass narrows it to its own Account
        http: httpx.AsyncClient,
        credentials: Credentials,
        now: Callable[[], int],
    ) -> None:
        self.account = account
        self.http = http
        self.credentials = credentials
        self.now = now

    def __repr__(self) -> str:
        """Name the network only: an account's settings hold secrets."""
        return f"<{type(self).__name__}>"

    @classmethod
    async def begin_sign_in(cls, settings: Mapping[str, str], http: httpx.AsyncClient) -> SigningIn | None:
        """Begin a sign-in with a code for an account with these settings and secrets of `needed_to_sign_in`.

        None where the network has no such way, so that a person has to bring the secrets. Raises NetworkFailure.
        """
        del settings, http
        return None

    @abstractmethod
    def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        """Yield what is new after `cursor`, oldest first, until all is read.

        With `cursor` None it is the first time: read back to `since` (UTC milliseconds) where the network allows it.
        Every page may be the last one that the caller consumes. Raises NetworkFailure.
        """

    @abstractmethod
    async def check(self) -> AccountReport:
        """Say who we are here, which scopes are missing and when the credentials end. Raises NetworkFailure."""

    async def vanished(self, remote_ids: Sequence[str]) -> Sequence[str]:
        """Return which of some messages, at most `looks_again_at`, the network shows to nobody any more.

        Asked now and then about what waits for an answer longer than `fetch` looks back. Raises NetworkFailure.
        """
        del remote_ids
        raise self.unsupported("vanished")

    async def thread(self, remote_id: str) -> Thread:
        """Return the context above and below a message. Raises Gone when it no longer exists."""
        raise self.unsupported("thread")

    async def reply(self, reply: Reply) -> Receipt:
        """Publish `reply` with exactly one publishing request; reads before it are free.

        The visibility of the answered message is never widened. Raises SendOutcomeUnknown whenever the request may
        have been carried out. A network that prepares something first keeps it in `reply.steps`, and says there that
        it has begun before the publishing request leaves: what was not begun is taken up where it stopped.
        """
        raise self.unsupported("reply")

    async def find_sent(self, reply: Reply) -> Receipt | None:
        """Look for `reply` among what this account published; None when it is surely not there (yet)."""
        raise self.unsupported("find_sent")

    async def hide(self, remote_id: str) -> None:
        """Hide another person's message where it stands under ours. Doing it twice is fine."""
        raise self.unsupported("hide")

    async def unhide(self, remote_id: str) -> None:
        """Undo `hide`. Doing it twice is fine."""
        raise self.unsupported("unhide")

    async def delete(self, remote_id: str) -> None:
        """Delete a message, ours or another's, as the network allows. A message already gone is fine."""
        raise self.unsupported("delete")

    async def approve(self, remote_id: str) -> None:
        """Publish a message of somebody that waits for our approval. Doing it twice is fine."""
        raise self.unsupported("approve")

    async def act_together(self, act: Capability, remote_ids: Sequence[str]) -> None:
        """Do one of the acts of `together` to several messages with one request. Doing it twice is fine.

        When it fails, it is as if nothing was done, and each is tried by itself.
        """
        del remote_ids
        raise self.unsupported(act.value)

    async def like(self, remote_id: str) -> None:
        """Like a message as the account. Doing it twice is fine."""
        raise self.unsupported("like")

    async def unlike(self, remote_id: str) -> None:
        """Undo `like`. Doing it twice is fine."""
        raise self.unsupported("unlike")

    async def boost(self, remote_id: str) -> None:
        """Share a public message with the account's own followers, unchanged. Doing it twice is fine.

        What was written in private is never shared: Refused before anything is sent.
        """
        raise self.unsupported("boost")

    async def unboost(self, remote_id: str) -> None:
        """Undo `boost`. Doing it twice is fine."""
        raise self.unsupported("unboost")

    async def block(self, person_id: str) -> None:
        """Block a person. Doing it twice is fine."""
        raise self.unsupported("block")

    async def mute(self, person_id: str) -> None:
        """Stop hearing of a person who does not learn of it. Doing it twice is fine."""
        raise self.unsupported("mute")

    async def unmute(self, person_id: str) -> None:
        """Undo `mute`. Doing it twice is fine."""
        raise self.unsupported("unmute")

    async def report(self, remote_id: str, reason: str) -> None:
        """Report a message to the network's moderators."""
        raise self.unsupported("report")

    async def mark_read(self, remote_id: str) -> None:
        """Tell the network that a message was read. Doing it twice is fine."""
        raise self.unsupported("mark_read")

    async def stream(self) -> None:
        """Wait until the network says that something may be new, then return: a fetch finds it.

        It may return without any news, at the latest when the network wants to be asked anew. Raises NetworkFailure
        where it cannot be waited for now. `fetch` goes on at intervals all the same.
        """
        raise self.unsupported("stream")

    def unsupported(self, what: str) -> NotSupported:
        """Return the failure for a capability that this network lacks."""
        return NotSupported(say("{network} offers no way to do this: {what}", network=self.manifest.title, what=what))
