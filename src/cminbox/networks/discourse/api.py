"""Asking one forum as one account: addresses, the key, and what its refusals mean, by their codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.answers import Answer, Question, ask
from cminbox.network_kit.failures import Gone, Refused, SignInAgain, TryLater
from cminbox.network_kit.reading import Reader, Shape, mapping, unreadable
from cminbox.network_kit.waits import LONGEST_SECONDS, wait_from_headers
from cminbox.networks.discourse.account import MAX_POST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.domain.saying import Saying
    from cminbox.network_kit.failures import NetworkFailure
    from cminbox.networks.discourse.account import DiscourseAccount

Params = tuple[tuple[str, str], ...]

_WORDS = 300
_MOST_ERRORS = 3
_LONGEST_POST = 10_000_000
_MUTED_MS = 15 * 60 * 1000


class Forbidden(Refused):
    """The forum said no to the key, or to what was asked with it: only another question tells which."""


@dataclass(frozen=True, slots=True)
class Me:
    """The account that the key belongs to, with the JSON in which the forum described it."""

    id: str
    username: str
    admin: bool
    reviews: bool
    """Whether the review queue may be open to it."""
    source: Reader


@dataclass(frozen=True, slots=True)
class Facts:
    """What a forum says of itself: lengths in code points."""

    public: int = 1
    private: int = 1
    maximum: int = MAX_POST
    known: bool = False


class Api:
    """One forum, asked as one account. All methods raise NetworkFailure."""

    def __init__(self, account: DiscourseAccount, http: httpx.AsyncClient, now: Callable[[], int]) -> None:
        self.base_url = account.base_url
        self.username = account.username
        self.now = now
        self._account = account
        self._http = http
        self._me: Me | None = None
        self._facts: Facts | None = None
        self._muted: tuple[int, frozenset[str]] | None = None

    @property
    def host(self) -> str:
        """The forum's name for a sentence."""
        return safe(httpx.URL(self.base_url).host)

    async def get(self, path: str, params: Params = ()) -> Reader:
        """Read an object."""
        answer = await self._ask(Question("GET", self.base_url + path, params, headers=self._headers()))
        return mapping(answer.body, self.host)

    async def items(self, path: str, key: str, params: Params = ()) -> list[Any]:
        """Read the list that an object holds under a name."""
        found = (await self.get(path, params)).raw(key)
        if not isinstance(found, list):
            raise unreadable(Shape(key, "a list"))
        return found

    async def act(self, method: str, path: str, json: Mapping[str, Any] | None = None, params: Params = ()) -> None:
        """Change something that may be changed twice without harm."""
        await self._ask(Question(method, self.base_url + path, params, json=json, headers=self._headers()))

    async def publish(self, json: Mapping[str, Any]) -> Any:  # noqa: ANN401 - foreign JSON
        """Publish a post: the one request whose lost answer means that nobody knows."""
        question = Question("POST", f"{self.base_url}/posts.json", json=json, headers=self._headers(), publishes=True)
        return (await self._ask(question)).body

    async def me(self, *, fresh: bool = False) -> Me:
        """Return who we are; asked once, and again when `fresh`. A forum that knows nobody has to be told anew.

        Raises SignInAgain for a key that is no longer accepted, NetworkFailure.
        """
        if self._me is None or fresh:
            self._me = None
            question = Question("GET", f"{self.base_url}/session/current.json", headers=self._headers())
            try:
                answer = await ask(self._http, question, explain=self._stranger, now=self.now)
            except Forbidden:
                raise SignInAgain(
                    say(
                        "{host} no longer accepts this key: it was revoked, or not used for half a year", host=self.host
                    )
                ) from None
            self._me = self._read_me(mapping(answer.body, self.host))
        return self._me

    async def facts(self, *, fresh: bool = False) -> Facts:
        """Return the forum's settings; asked once, and again when `fresh`."""
        if self._facts is None or fresh:
            try:
                self._facts = _facts(await self.get("/site/settings.json"))
            except (Gone, Refused):
                self._facts = Facts()
        return self._facts

    async def muted(self) -> frozenset[str]:
        """Return the names, in lower case, of those whom the account mutes or ignores; asked now and then."""
        if self._muted is None or not 0 <= self.now() - self._muted[0] < _MUTED_MS:
            names: frozenset[str] = frozenset()
            try:
                profile = await self.get(f"/u/{segment((await self.me()).username)}.json")
                user = profile.maybe_object("user")
                names = frozenset() if user is None else _names(user, "muted_usernames", "ignored_usernames")
            except (Gone, Refused, Shape):
                names = frozenset()
            self._muted = (self.now(), names)
        return self._muted[1]

    def forget_muted(self) -> None:
        """Ask anew whom the account mutes: it has just changed."""
        self._muted = None

    def _read_me(self, body: Reader) -> Me:
        try:
            user = body.maybe_object("current_user")
            if user is None:
                raise SignInAgain(self._nobody())
            moderates = user.flag("admin") or user.flag("moderator")
            reviews = moderates or user.flag("can_review")
            return Me(user.identifier("id"), user.text("username"), user.flag("admin"), reviews, user)
        except Shape as shape:
            raise unreadable(shape) from None

    def _nobody(self) -> Saying:
        return say(
            "{host} answers as if nobody had signed in: the key is wrong, or the account is suspended or not active",
            host=self.host,
        )

    def _headers(self) -> dict[str, str]:
        key = self._account.api_key.get_secret_value()
        return {"api-key": key, "api-username": self.username} if self.username else {"user-api-key": key}

    async def _ask(self, question: Question) -> Answer:
        try:
            return await ask(self._http, question, explain=self._explain, now=self.now)
        except Forbidden as forbidden:
            # The same answer means "not you" and "not this": whether the key still stands is asked apart.
            await self.me(fresh=True)
            raise Refused(forbidden.saying) from None

    def _stranger(self, answer: Answer) -> NetworkFailure | None:
        if answer.status == httpx.codes.NOT_FOUND:
            if answer.body is None:
                return SignInAgain(self._nobody())
            return Refused(say("{host} does not answer as a Discourse forum does; check the address", host=self.host))
        return self._explain(answer)

    def _explain(self, answer: Answer) -> NetworkFailure | None:
        """Return what a refusal means: by its code and status, its words are in the language of the site."""
        body = answer.body if isinstance(answer.body, dict) else {}
        code = body.get("error_type")
        if answer.status == httpx.codes.TOO_MANY_REQUESTS or code == "rate_limit":
            said = say("{host} asks for a pause (rate limit)", host=self.host)
            return TryLater(said, _wait(body, answer, self.now()), rate_limited=True)
        if code == "not_logged_in":
            return SignInAgain(self._nobody())
        if answer.status == httpx.codes.FORBIDDEN:
            return Forbidden(self._refusal(body))
        if httpx.codes.is_client_error(answer.status) and answer.status not in _COMMON and words_of(body):
            return Refused(self._refusal(body))
        return None

    def _refusal(self, body: Mapping[str, Any]) -> Saying:
        said = words_of(body)
        if not said:
            return say("{host} does not allow it", host=self.host)
        return say("{host} refused: {said}", host=self.host, said=said)


_COMMON = frozenset({401, 404, 408, 410})


def words_of(body: Mapping[str, Any]) -> str:
    """Return the forum's own reasons, cleaned and bounded."""
    errors = body.get("errors")
    many = errors if isinstance(errors, list) else [errors]
    found = [safe(one.strip(), limit=_WORDS) for one in many if isinstance(one, str) and one.strip()]
    return " ".join(found[:_MOST_ERRORS])


def segment(text: str) -> str:
    """Return a name as one segment of a path, whatever is in it."""
    return quote(text, safe="")


def _names(user: Reader, *keys: str) -> frozenset[str]:
    """Return the names in fields that are lists, or in older forums one text with commas."""
    found: list[str] = []
    for key in keys:
        value = user.raw(key)
        many = value.split(",") if isinstance(value, str) else value
        found += [one for one in many if isinstance(one, str) and one] if isinstance(many, list) else []
    return frozenset(one.casefold() for one in found)


def _wait(body: Mapping[str, Any], answer: Answer, now: int) -> float | None:
    extras = body.get("extras")
    seconds = extras.get("wait_seconds") if isinstance(extras, dict) else None
    if isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and 0 < seconds <= LONGEST_SECONDS:
        return float(seconds)
    return wait_from_headers(answer.headers, now)


def _facts(settings: Reader) -> Facts:
    """Read a forum's settings; what is missing or odd keeps a value that forbids nothing."""
    public, private = _whole(settings, "min_post_length"), _whole(settings, "min_personal_message_post_length")
    maximum = _whole(settings, "max_post_length") or MAX_POST
    return Facts(
        min(public or 1, maximum),
        min(private or 1, maximum),
        maximum,
        known=public is not None,
    )


def _whole(settings: Reader, key: str) -> int | None:
    value = settings.raw(key)
    fits = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _LONGEST_POST
    return value if fits else None
