"""Who we are on Instagram: the account under its several ids, and whether a token is really its own.

With Instagram's login the first id that is given belongs to the app alone: under it every list is empty, without an
error. The one that counts is `user_id`. With Facebook's login the token has to be the Page's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.domain.message import Person
from cminbox.domain.saying import say
from cminbox.network_kit.failures import SignInAgain
from cminbox.network_kit.reading import Shape, unreadable
from cminbox.network_kit.text import plain
from cminbox.networks.instagram.account import BASIC, COMMENTS, MESSAGES, Login

if TYPE_CHECKING:
    from cminbox.network_kit.graph.client import Graph
    from cminbox.network_kit.reading import Reader
    from cminbox.networks.instagram.account import InstagramAccount

_LINKED = "instagram_business_account"
_PEOPLES, _PROFESSIONAL = "EAA", "IG"
"""How tokens of the two logins begin."""


@dataclass(frozen=True, slots=True)
class Brand:
    """The account. `desk` is the node whose edges hold the private messages; `ids` are all by which it is known."""

    identifier: str
    username: str
    name: str
    desk: str
    ids: frozenset[str]
    login: Login
    kind: str = ""

    @property
    def person(self) -> Person:
        """The account as a person."""
        return Person(self.identifier, self.username, self.name)

    @property
    def basic(self) -> str:
        """The permission to see one's own posts."""
        return BASIC[self.login]

    @property
    def comments(self) -> str:
        """The permission for comments and mentions."""
        return COMMENTS[self.login]

    @property
    def messages(self) -> str:
        """The permission for private messages."""
        return MESSAGES[self.login]

    def is_us(self, identifier: str | None, username: str) -> bool:
        """Whether somebody with this id, or without one of this name, is the account."""
        return identifier in self.ids or (username != "" and username.lower() == self.username)


async def who(graph: Graph, account: InstagramAccount) -> Brand:
    """Return the account that the token belongs to. Raises SignInAgain for another one's, NetworkFailure."""
    try:
        through_page = account.login is Login.FACEBOOK
        found = await (_through_page(graph, account) if through_page else _by_itself(graph))
    except Shape as shape:
        raise unreadable(shape) from None
    except SignInAgain as failure:
        raise _of_the_other_login(account) or failure from None
    if found.username != account.username:
        raise SignInAgain(
            say(
                "This token belongs to {name}, not to {wanted}; if the account was renamed, set username anew",
                name=found.username,
                wanted=account.username,
            ),
        )
    return found


async def _by_itself(graph: Graph) -> Brand:
    scope = BASIC[Login.INSTAGRAM]
    me = await graph.read("me", "id,user_id,username,name,account_type", scope=scope)
    identifier = me.identifier("user_id")
    ids = frozenset({identifier, me.maybe_identifier("id") or identifier})
    return _brand(me, identifier, identifier, ids, Login.INSTAGRAM)


async def _through_page(graph: Graph, account: InstagramAccount) -> Brand:
    scope = BASIC[Login.FACEBOOK]
    me = await graph.read("me", "id,name", scope=scope)
    if me.identifier("id") != account.page_id:
        raise SignInAgain(
            say(
                "This token belongs to {name} ({id}), not to the Page {page} on which the account hangs",
                name=plain(me.text("name", "")),
                id=me.identifier("id"),
                page=account.page_id,
            ),
        )
    page = await graph.read(account.page_id, f"id,{_LINKED}{{id,username,name}}", scope=scope)
    linked = page.maybe_object(_LINKED)
    if linked is None:
        raise SignInAgain(
            say("No professional Instagram account hangs on this Page, or the token's owner may not see it"),
            missing_scope=scope,
        )
    identifier = linked.identifier("id")
    return _brand(linked, identifier, account.page_id, frozenset({identifier, account.page_id}), Login.FACEBOOK)


def _brand(of: Reader, identifier: str, desk: str, ids: frozenset[str], login: Login) -> Brand:
    username = plain(of.text("username")).strip().lstrip("@").lower()
    if not username:
        raise Shape(f"{of.where}.username", "a name")
    name = " ".join(plain(of.text("name", "")).split())
    return Brand(identifier, username, name, desk, ids, login, of.text("account_type", ""))


def _of_the_other_login(account: InstagramAccount) -> SignInAgain | None:
    token = account.access_token.get_secret_value()
    if account.login is Login.INSTAGRAM and token.startswith(_PEOPLES):
        return SignInAgain(say("This is a token of Facebook's login; set login=facebook and page_id, or make another"))
    if account.login is Login.FACEBOOK and token.startswith(_PROFESSIONAL):
        return SignInAgain(say("This is a token of Instagram's own login; set login=instagram, or make another"))
    return None
