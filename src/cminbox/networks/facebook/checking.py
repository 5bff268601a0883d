"""What a token is good for, and what can be seen with it: with a wrong one Facebook answers with empty lists."""

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
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.networks.facebook.account import MESSAGING, READ, READ_PEOPLE, SCOPES
from cminbox.networks.facebook.entities import read_person

if TYPE_CHECKING:
    from cminbox.domain.message import Person
    from cminbox.domain.saying import Saying
    from cminbox.network_kit.graph.client import Graph

_SAMPLE = "comments.filter(stream).order(reverse_chronological).limit(10).summary(true)"
_FIELDS = f"id,created_time,{_SAMPLE}{{id,from{{id}},created_time,can_hide,can_remove}}"
_DAY = 10


async def who(graph: Graph, page: str) -> Person:
    """Return the Page. Raises SignInAgain when the token belongs to somebody else, NetworkFailure."""
    me = await graph.read("me", "id,name", scope=READ)
    try:
        person = read_person(me)
    except Shape as shape:
        raise unreadable(shape) from None
    if person.remote_id != page:
        raise SignInAgain(
            say(
                "This token belongs to {name} ({id}), not to the Page {page}; with it Facebook shows empty lists",
                name=person.handle,
                id=person.remote_id,
                page=page,
            ),
        )
    return person


async def report_on(graph: Graph, page: str, *, human_agent: bool) -> AccountReport:
    """Return who we are, what the token may not do, when it ends, and what can be seen. Raises NetworkFailure."""
    me = await who(graph, page)
    missing: list[str] = []
    remarks: list[Saying] = []
    expires_at = None
    facts = await graph.token_facts()
    if facts is not None:
        missing, expires_at = lacking(facts, SCOPES), ends(facts, "expires_at")
        seen_until = ends(facts, "data_access_expires_at")
        if seen_until is not None:
            day = datetime.fromtimestamp(seen_until / 1000, UTC).date()
            remarks.append(say("What people write can be read until {day}; make a new token before that", day=day))
    sample = _Sample(me.remote_id)
    try:
        listed = await graph.page(node(page, "published_posts"), _FIELDS, scope=READ, limit="10")
        for item in listed.items:
            sample.look_at(item, graph.host)
    except SignInAgain as failure:
        note(failure, missing)
    if sample.withheld:
        missing.append(READ_PEOPLE)
    remarks += sample.remarks()
    for edge, scope in (("visitor_posts", READ_PEOPLE), ("ratings", READ_PEOPLE), ("conversations", MESSAGING)):
        remarks += await _probe(graph, node(page, edge), scope, missing)
    remarks += of_the_version(graph)
    return AccountReport(
        me=me,
        missing_scopes=tuple(dict.fromkeys(missing)),
        expires_at=expires_at,
        remarks=tuple(remarks),
        windows={Kind.DM: HUMAN_SECONDS} if human_agent else {},
        facts={"api_version": graph.version, "allowance_used": f"{graph.usage.percent:.0f} %"},
    )


class _Sample:
    """What the newest posts and their comments show."""

    def __init__(self, me: str) -> None:
        self.me = me
        self.posts = 0
        self.comments = 0
        self.newest = ""
        self.withheld = False
        self._strangers = 0
        self._in_hand = 0

    def look_at(self, item: Any, host: str) -> None:  # noqa: ANN401 - foreign JSON
        """Count a post and its comments; a count without comments means that they are kept back."""
        try:
            post = Reader(item, "post")
            self.posts += 1
            block = post.maybe_object("comments")
            if block is None:
                return
            summary = block.maybe_object("summary")
            counted = 0 if summary is None else summary.number("total_count", 0)
            comments = [Reader(one, "comment") for one in slice_of(item["comments"], host).items]
            for comment in comments:
                self._count(comment)
        except Shape:
            return
        self.withheld = self.withheld or (counted > 0 and not comments)

    def _count(self, comment: Reader) -> None:
        self.comments += 1
        self.newest = max(self.newest, comment.text("created_time", "")[:_DAY])
        author = comment.maybe_object("from")
        if author is None or author.maybe_identifier("id") != self.me:
            self._strangers += 1
            self._in_hand += comment.flag("can_hide", default=True) or comment.flag("can_remove", default=True)

    def remarks(self) -> list[Saying]:
        """Return what a person should know of it."""
        seen = {"posts": self.posts, "comments": self.comments}
        said = [say("Newest posts that can be seen: {posts}, with {comments} comments", **seen)]
        if self.newest:
            pattern = N_("Newest posts that can be seen: {posts}, with {comments} comments, the newest from {day}")
            said = [say(pattern, **seen, day=self.newest)]
        if self._strangers and not self._in_hand:
            said.append(say("Facebook lets this token hide or delete no comment; does its owner moderate the Page?"))
        return said


async def _probe(graph: Graph, edge: str, scope: str, missing: list[str]) -> list[Saying]:
    """Look into a list; return what a person should know when it is closed."""
    params = {"platform": "messenger"} if scope == MESSAGING else {}
    try:
        await graph.page(edge, "", scope=scope, limit="1", **params)
    except SignInAgain as failure:
        note(failure, missing)
    except (Gone, Refused) as failure:
        return [barred(failure)]
    return []
