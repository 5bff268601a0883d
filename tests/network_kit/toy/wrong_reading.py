"""Guest book adapters that each break one promise while reading; the contract suite has to catch every one."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from cminbox.domain.network import Capability
from cminbox.domain.saying import say
from cminbox.network_kit.answers import Answer, Question, ask
from cminbox.network_kit.contract import AccountSettings, Page
from cminbox.network_kit.failures import CursorExpired, NetworkFailure, Refused, SignInAgain, TryLater, Unreadable
from cminbox.network_kit.text import html_to_text
from toy.guestbook import Guestbook, GuestbookAccount

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import AccountReport


class Bent(Guestbook):
    """Base: bends each page, or each message, a little."""

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        async for page in super().fetch(cursor, since):
            yield self.bend(replace(page, messages=tuple(self.bent(message) for message in page.messages)))

    def bend(self, page: Page) -> Page:
        return page

    def bent(self, message: Message) -> Message:
        return message


class DropsAtThePageEdge(Bent):
    def bend(self, page: Page) -> Page:
        return replace(page, messages=page.messages[:4])


class NewestFirst(Bent):
    def bend(self, page: Page) -> Page:
        return replace(page, messages=page.messages[::-1])


class CursorOfThePageBefore(Guestbook):
    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        before = cursor or "0"
        async for page in super().fetch(cursor, since):
            yield replace(page, cursor=before)
            before = page.cursor


class CursorBeyondThePage(Bent):
    def bend(self, page: Page) -> Page:
        return replace(page, cursor=str(int(page.cursor) + 1))


class CursorIsATime(Guestbook):
    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        last = int(cursor or 0)
        async for page in super().fetch(None, since):
            fresh = tuple(message for message in page.messages if message.created_at > last)
            times = [message.created_at for message in fresh]
            yield replace(page, messages=fresh, cursor=str(max([last, *times])))


class CursorHoldsTheToken(Bent):
    def bend(self, page: Page) -> Page:
        return replace(page, cursor=f"{page.cursor}:{self.account.token.get_secret_value()}")


class NeverEnds(Guestbook):
    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        while True:
            async for page in super().fetch(cursor, since):
                yield page


class SharedIds(Bent):
    def bent(self, message: Message) -> Message:
        return replace(message, remote_id=f"{message.author.remote_id}-{int(message.remote_id) % 3}")


class IdsThatChangeWithTheText(Bent):
    def bent(self, message: Message) -> Message:
        return replace(message, remote_id=f"{message.remote_id}-{len(message.text)}")


class NothingIsOurs(Bent):
    def bent(self, message: Message) -> Message:
        return replace(message, ours=False)


class EverythingIsOurs(Bent):
    def bent(self, message: Message) -> Message:
        return replace(message, ours=True)


class NoParents(Bent):
    def bent(self, message: Message) -> Message:
        return replace(message, parent=None)


class ReadsTextAsHtml(Bent):
    def bent(self, message: Message) -> Message:
        return replace(message, text=html_to_text(message.text))


class LeavesControlsIn(Bent):
    def bent(self, message: Message) -> Message:
        return replace(message, text=message.text.replace("clipboard", "\x1b[2J"))


class JoinsLines(Bent):
    def bent(self, message: Message) -> Message:
        return replace(message, text=message.text.replace("\n", " "))


class HandlesWithAnAt(Bent):
    def bent(self, message: Message) -> Message:
        return replace(message, author=replace(message.author, handle=f"@{message.author.handle}"))


class LocalTime(Bent):
    def bent(self, message: Message) -> Message:
        here = datetime.fromtimestamp(message.created_at / 1000).astimezone()
        offset = here.utcoffset()
        assert offset is not None
        return replace(message, created_at=message.created_at - int(offset.total_seconds() * 1000))


class BuriesTheNeighbour(Bent):
    def bend(self, page: Page) -> Page:
        return replace(page, deleted=tuple(message.remote_id for message in page.messages if message.text == "late"))


class StopsAtWhatItDoesNotKnow(Guestbook):
    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        async for page in super().fetch(cursor, since):
            if page.skipped:
                raise Unreadable(page.skipped[0])
            yield page


class ExpiredIsRefused(Guestbook):
    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        try:
            async for page in super().fetch(cursor, since):
                yield page
        except CursorExpired as failure:
            raise Refused(failure.saying) from None


class SilentOnFailure(Guestbook):
    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        try:
            async for page in super().fetch(cursor, since):
                yield page
        except Unreadable:
            return


class MovesOnAfterAFailure(Guestbook):
    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        position = cursor or "0"
        try:
            async for page in super().fetch(cursor, since):
                yield page
                position = page.cursor
        except NetworkFailure:
            yield Page((), str(int(position) + 5))
            raise


class SwallowsCancellation(Guestbook):
    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        try:
            async for page in super().fetch(cursor, since):
                yield page
        except asyncio.CancelledError:
            return


class KeepsTheLockWhenCancelled(Guestbook):
    lock: asyncio.Lock | None = None

    async def check(self) -> AccountReport:
        self.lock = self.lock or asyncio.Lock()
        await self.lock.acquire()
        report = await super().check()
        self.lock.release()
        return report

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        await self.check()
        async for page in super().fetch(cursor, since):
            yield page


class Asking(Guestbook):
    """Base: asks in another way."""

    async def _ask(self, question: Question) -> Answer:
        return await self.another_way(self._signed(question))

    async def another_way(self, signed: Question) -> Answer:
        return await ask(self.http, signed, now=self.now)

    def _signed(self, question: Question) -> Question:
        return replace(question, headers={"authorization": f"Bearer {self.account.token.get_secret_value()}"})


class AsksAgain(Asking):
    async def another_way(self, signed: Question) -> Answer:
        try:
            return await super().another_way(signed)
        except NetworkFailure:
            return await super().another_way(signed)


class RawHttp(Asking):
    async def another_way(self, signed: Question) -> Answer:
        got = await self.http.request(signed.method, signed.url, params=signed.params, headers=signed.headers)
        got.raise_for_status()
        return Answer(got.status_code, got.headers, got.json())


class FollowsRedirects(Asking):
    async def another_way(self, signed: Question) -> Answer:
        if signed.method != "GET":
            return await super().another_way(signed)
        stolen = await self.http.request("GET", signed.url, params=signed.params, headers=signed.headers)
        if stolen.has_redirect_location:
            return await super().another_way(replace(signed, url=stolen.headers["location"]))
        return await super().another_way(signed)


class TokenInTheFailure(Asking):
    async def another_way(self, signed: Question) -> Answer:
        try:
            return await super().another_way(signed)
        except SignInAgain as failure:
            token = self.account.token.get_secret_value()
            raise SignInAgain(say("{said} ({token})", said=str(failure), token=token)) from None


class QuotesTheServer(Asking):
    async def another_way(self, signed: Question) -> Answer:
        got = await self.http.request(signed.method, signed.url, params=signed.params, headers=signed.headers)
        if got.is_error:
            raise Refused(say("{said}", said=got.text))
        return await super().another_way(signed)


class TrustsTheShape(Guestbook):
    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        answer = await self._get("/api/entries", ("after", cursor or "0"))
        assert all(entry["author"]["handle"].strip() for entry in answer.body["entries"])
        async for page in super().fetch(cursor, since):
            yield page


class TokenBehindTheFailure(Asking):
    async def another_way(self, signed: Question) -> Answer:
        try:
            return await super().another_way(signed)
        except TryLater as failure:
            hidden = RuntimeError(signed.headers)
            raise type(failure)(failure.saying, failure.after, rate_limited=failure.rate_limited) from hidden


class TokenInTheLog(Asking):
    async def another_way(self, signed: Question) -> Answer:
        logging.getLogger("toy").debug("asking with %s", signed.headers)
        return await super().another_way(signed)


class TokenInTheAddress(Asking):
    async def another_way(self, signed: Question) -> Answer:
        return await super().another_way(replace(signed, url=f"{signed.url}?t={self.account.token.get_secret_value()}"))


class DeadTokenIsTryLater(Asking):
    async def another_way(self, signed: Question) -> Answer:
        try:
            return await super().another_way(signed)
        except SignInAgain as failure:
            raise TryLater(failure.saying) from None


class ForgetsTheWait(Asking):
    async def another_way(self, signed: Question) -> Answer:
        try:
            return await super().another_way(signed)
        except TryLater as failure:
            raise TryLater(failure.saying, rate_limited=failure.rate_limited) from None


class PromisesLikes(Guestbook):
    manifest = replace(Guestbook.manifest, capabilities=Guestbook.manifest.capabilities | {Capability.LIKE}, missing={})


class HidesALike(Guestbook):
    async def like(self, remote_id: str) -> None:
        await self._ask(Question("PUT", self._url(f"/api/entries/{remote_id}/hidden")))


class ForgetsLetters(Guestbook):
    manifest = replace(Guestbook.manifest, capabilities=Guestbook.manifest.capabilities - {Capability.DMS})


class UnhideWithoutHide(Guestbook):
    manifest = replace(Guestbook.manifest, capabilities=Guestbook.manifest.capabilities - {Capability.HIDE})


class MissingYetDeclared(Guestbook):
    manifest = replace(Guestbook.manifest, missing={Capability.HIDE: "Nobody can hide an entry here."})


class RefusesWhatItLacks(Guestbook):
    def unsupported(self, what: str) -> NetworkFailure:  # type: ignore[override]  # it is wrong on purpose
        return Refused(say("no {what}", what=what))


class OpenAccount(GuestbookAccount):
    token: str = Field(description="The owner's token, as shown by the web server.")  # type: ignore[assignment]  # wrong


class TokenIsPlainText(Guestbook):
    Account: ClassVar[type[AccountSettings]] = OpenAccount


class SilentAccount(GuestbookAccount):
    base_url: str = Field(description="Address.")


class SettingsWithoutWords(Guestbook):
    Account: ClassVar[type[AccountSettings]] = SilentAccount
