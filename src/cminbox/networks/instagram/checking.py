"""What a token is good for, and what can be seen with it: lacking a permission, Instagram often shows empty lists."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.domain.saying import say
from cminbox.i18n import N_
from cminbox.network_kit.contract import AccountReport
from cminbox.network_kit.failures import Gone, Refused, SignInAgain
from cminbox.network_kit.graph.checking import ends, lacking, note, of_the_version
from cminbox.network_kit.graph.client import node, slice_of
from cminbox.network_kit.graph.private_messages import HUMAN_SECONDS
from cminbox.network_kit.graph.readings import barred
from cminbox.network_kit.reading import Reader, Shape
from cminbox.networks.instagram.account import ALSO, Login
from cminbox.networks.instagram.exchanges import PLATFORM

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying
    from cminbox.network_kit.graph.client import Graph
    from cminbox.networks.instagram.account import InstagramAccount
    from cminbox.networks.instagram.brand import Brand

_FIELDS = "id,timestamp,comments_count,comments.limit(10){id,timestamp,username}"
_PERSONAL = "PERSONAL"
_DAY = 10


async def report_on(graph: Graph, brand: Brand, account: InstagramAccount, expires_at: int | None) -> AccountReport:
    """Return who we are, what the token may not do, when it ends, and what can be seen. Raises NetworkFailure.

    `expires_at` (UTC milliseconds) is what is known of a token that is renewed here.
    """
    missing: list[str] = []
    remarks: list[Saying] = []
    if brand.kind == _PERSONAL:
        remarks.append(say("This is a personal account; Instagram gives programs those of businesses and creators"))
    if brand.login is Login.FACEBOOK:
        expires_at = await _of_the_token(graph, brand, missing, remarks)
    sample = _Sample()
    try:
        listed = await graph.page(node(brand.identifier, "media"), _FIELDS, scope=brand.comments, limit="10")
        for item in listed.items:
            sample.look_at(item, graph.host)
    except SignInAgain as failure:
        note(failure, missing)
    if sample.withheld:
        missing.append(brand.comments)
    remarks += sample.remarks()
    remarks += await _probe(graph, node(brand.identifier, "tags"), brand.comments, missing)
    remarks += await _probe(graph, node(brand.desk, "conversations"), brand.messages, missing, platform=PLATFORM)
    if not account.mentions_folder:
        remarks.append(
            say("Mentions elsewhere do not arrive: Instagram tells web servers of them alone; see mentions_folder"),
        )
    remarks += of_the_version(graph)
    return AccountReport(
        me=brand.person,
        missing_scopes=tuple(dict.fromkeys(missing)),
        expires_at=expires_at,
        remarks=tuple(remarks),
        windows={Kind.DM: HUMAN_SECONDS} if account.human_agent else {},
        facts={
            "api_version": graph.version,
            "allowance_used": f"{graph.usage.percent:.0f} %",
            "account_id": brand.identifier,
        },
    )


async def _of_the_token(graph: Graph, brand: Brand, missing: list[str], remarks: list[Saying]) -> int | None:
    """Add what Meta tells of a Page's token; return when it ends (UTC milliseconds), None where that is not known."""
    facts = await graph.token_facts()
    if facts is None:
        return None
    missing += lacking(facts, (brand.basic, brand.comments, brand.messages, *ALSO[brand.login]))
    seen_until = ends(facts, "data_access_expires_at")
    if seen_until is not None:
        day = datetime.fromtimestamp(seen_until / 1000, UTC).date()
        remarks.append(say("What people write can be read until {day}; make a new token before that", day=day))
    return ends(facts, "expires_at")


class _Sample:
    """What the newest posts and their comments show."""

    def __init__(self) -> None:
        self.posts = 0
        self.comments = 0
        self.newest = ""
        self.withheld = False

    def look_at(self, item: Any, host: str) -> None:  # noqa: ANN401 - foreign JSON
        """Count a post and its comments; comments that are counted and not shown, or all nameless, are kept back."""
        try:
            post = Reader(item, "media")
            self.posts += 1
            counted = post.number("comments_count", 0)
            block = post.raw("comments")
            shown = () if block is None else slice_of(block, host).items
            comments = [Reader(one, "comment") for one in shown]
            for comment in comments:
                self.comments += 1
                self.newest = max(self.newest, comment.text("timestamp", "")[:_DAY])
        except Shape:
            return
        nameless = bool(comments) and not any(comment.has("username") for comment in comments)
        self.withheld = self.withheld or (counted > 0 and not comments) or nameless

    def remarks(self) -> list[Saying]:
        """Return what a person should know of it."""
        seen = {"posts": self.posts, "comments": self.comments}
        if not self.newest:
            return [say("Newest posts that can be seen: {posts}, with {comments} comments", **seen)]
        pattern = N_("Newest posts that can be seen: {posts}, with {comments} comments, the newest from {day}")
        return [say(pattern, **seen, day=self.newest)]


async def _probe(graph: Graph, edge: str, scope: str, missing: list[str], **params: str) -> list[Saying]:
    """Look into a list; return what a person should know when it is closed."""
    try:
        await graph.page(edge, "id", scope=scope, limit="1", **params)
    except SignInAgain as failure:
        note(failure, missing)
    except (Gone, Refused) as failure:
        return [barred(failure)]
    return []
