"""Asking the Graph API as one account: addresses, the token, errors wherever they hide, lists page by page."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from json import loads
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.answers import Answer, Question, ask
from cminbox.network_kit.failures import (
    Gone,
    NetworkFailure,
    Refused,
    SendOutcomeUnknown,
    SignInAgain,
    Unreadable,
)
from cminbox.network_kit.graph.errors import UNDERSTOOD, Asked, error_in, meaning
from cminbox.network_kit.graph.usage import Usage, read_usage
from cminbox.network_kit.reading import Reader, Shape, mapping, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx
    from pydantic import SecretStr

WORDS_OF_A_NODE = frozenset({"message", "text", "comment"})
"""Sent to a bare node these would overwrite what somebody wrote there; an answer goes to an edge of the node."""
_EDGE = re.compile(r"[a-z_]+")
_VERSION_HEADER = "facebook-api-version"


@dataclass(frozen=True, slots=True)
class Slice:
    """Some items of a list, and where the list goes on, None at its end."""

    items: tuple[Any, ...]
    after: str | None


class Graph:
    """The Graph API at one address, in one version, as the owner of one token. All methods raise NetworkFailure.

    The `token` travels in a header alone: addresses are logged. `usage` and `served_version` are
    those of the last answer.
    """

    def __init__(
        self,
        title: str,
        base_url: str,
        version: str,
        token: SecretStr,
        http: httpx.AsyncClient,
        now: Callable[[], int],
    ) -> None:
        self.title = title
        self.version = version
        self.now = now
        self.usage = Usage()
        self.served_version: str | None = None
        self._address = f"{base_url.rstrip('/')}/{version}"
        self.token = token
        self._http = http

    @property
    def host(self) -> str:
        """The server's name for a sentence."""
        return safe(urlsplit(self._address).hostname or "")

    async def read(self, path: str, fields: str, *, scope: str | None = None, **params: str) -> Reader:
        """Return a node, or an answer that is an object."""
        return mapping(await self._get(path, fields, scope, params), self.host)

    async def page(self, path: str, fields: str, *, scope: str | None = None, **params: str) -> Slice:
        """Return one page of a list; `after` among the params goes on behind an earlier one."""
        return slice_of(await self._get(path, fields, scope, params), self.host)

    async def publish(self, path: str, json: Mapping[str, Any], *, scope: str | None = None) -> Any:  # noqa: ANN401 - JSON
        """Publish at an edge of a node: the one request whose lost answer means that nobody knows."""
        return await self._send("POST", path, json, Asked(self.title, scope, publishes=True))

    async def act(self, path: str, json: Mapping[str, Any], *, scope: str | None = None) -> Any:  # noqa: ANN401 - JSON
        """Change something that may be changed twice without harm."""
        return await self._send("POST", path, json, Asked(self.title, scope))

    async def remove(self, path: str, *, scope: str | None = None) -> None:
        """Delete something."""
        await self._send("DELETE", path, None, Asked(self.title, scope))

    async def token_facts(self) -> Reader | None:
        """Return what Meta says of the token itself (type, scopes, expires_at); None where it does not tell.

        Asked inside a batch, because the token to be looked at would otherwise stand in the address.
        """
        token = quote(self.token.get_secret_value(), safe="")
        batch = [{"method": "GET", "relative_url": f"debug_token?input_token={token}"}]
        try:
            body = await self._send("POST", "", {"batch": batch, "include_headers": False}, Asked(self.title))
        except (Gone, Refused, SignInAgain, Unreadable):
            # Whether a token may be asked about itself depends on the application; whether it is good does not.
            return None
        return _batched(body)

    async def _get(self, path: str, fields: str, scope: str | None, params: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
        given = (("fields", fields), *params.items()) if fields else tuple(params.items())
        question = Question("GET", self._url(path), given)
        return await self._ask(question, Asked(self.title, scope, paged="after" in params))

    async def _send(self, method: str, path: str, json: Mapping[str, Any] | None, asked: Asked) -> Any:  # noqa: ANN401 - JSON
        if json is not None and WORDS_OF_A_NODE & json.keys() and not _is_edge(path):
            raise Refused(say("A text was to be sent to a place where it would overwrite another; nothing was sent"))
        question = Question(method, self._url(path), json=json, publishes=asked.publishes)
        return await self._ask(question, asked)

    async def _ask(self, question: Question, asked: Asked) -> Any:  # noqa: ANN401 - foreign JSON
        headers = {"authorization": f"Bearer {self.token.get_secret_value()}"}

        def explain(answer: Answer) -> NetworkFailure | None:
            self._notice(answer)
            error = error_in(answer.body)
            return None if error is None else meaning(error, answer.status, answer.headers, asked, self.now())

        answer = await ask(self._http, replace(question, headers=headers), explain=explain, now=self.now)
        self._notice(answer)
        hidden = error_in(answer.body, quote=False)
        if hidden is not None:
            if asked.publishes and hidden.code not in UNDERSTOOD:
                raise SendOutcomeUnknown(
                    say("{network} answered with an error of no known meaning", network=self.title)
                )
            raise meaning(hidden, answer.status, answer.headers, asked, self.now())
        return answer.body

    def _notice(self, answer: Answer) -> None:
        self.usage = read_usage(answer.headers)
        self.served_version = answer.headers.get(_VERSION_HEADER)

    def _url(self, path: str) -> str:
        return f"{self._address}/{path}"


def node(identifier: str, edge: str = "") -> str:
    """Return the path of a node, or of an edge of it, whatever is in its id."""
    path = quote(identifier, safe="")
    return f"{path}/{edge}" if edge else path


def going_on(after: str) -> dict[str, str]:
    """Return the parameter that asks for a list from a place on; "" asks for its beginning."""
    return {"after": after} if after else {}


def slice_of(body: object, where: str) -> Slice:
    """Return a page of a list, also one that came inside of a node. Raises Unreadable."""
    reader = mapping(body, where)
    try:
        return Slice(tuple(_data(reader)), _after(reader.maybe_object("paging")))
    except Shape as shape:
        raise unreadable(shape) from None


def named(body: object, field: str, title: str) -> str:
    """Return the id that the answer to a publishing request gives. Raises SendOutcomeUnknown when it gives none."""
    try:
        return Reader(body, title).identifier(field)
    except Shape:
        raise SendOutcomeUnknown(say("{network} took the message but did not name it", network=title)) from None


def _data(reader: Reader) -> list[Any]:
    if not reader.has("data"):
        raise Shape(f"{reader.where}.data", "a list")
    return reader.items("data")


def _after(paging: Reader | None) -> str | None:
    """Return where a list goes on; without a `next` the cursor only names the last item."""
    if paging is None or not paging.has("next"):
        return None
    cursors = paging.maybe_object("cursors")
    return None if cursors is None else cursors.maybe_identifier("after")


def _is_edge(path: str) -> bool:
    first, slash, last = path.rpartition("/")
    return bool(slash and first and _EDGE.fullmatch(last))


def _batched(body: object) -> Reader | None:
    """Return the data of the one answer within a batch, None when it is an error or unreadable."""
    try:
        first = Reader({"answers": body}, "batch").items("answers")
        inner = Reader(first[0] if first else None, "batch[0]").text("body")
        return Reader(loads(inner), "debug_token").object("data")
    except (Shape, ValueError, RecursionError):
        return None
