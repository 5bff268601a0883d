"""Guest book adapters that each break one promise while sending or moderating; the suite has to catch every one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from cminbox.domain.message import Kind
from cminbox.domain.network import TextLimit, Unit
from cminbox.domain.reply import Receipt, Reply
from cminbox.domain.saying import say
from cminbox.network_kit.answers import Answer, Question
from cminbox.network_kit.failures import Gone, NetworkFailure, Refused, SendOutcomeUnknown
from toy.guestbook import Guestbook

if TYPE_CHECKING:
    from cminbox.domain.network import Manifest


class Sending(Guestbook):
    """Base: changes the publishing request on its way."""

    async def _ask(self, question: Question) -> Answer:
        return await super()._ask(self.bent(question) if question.publishes else question)

    def bent(self, question: Question) -> Question:
        return question


class TellsTheWorld(Sending):
    def bent(self, question: Question) -> Question:
        return replace(question, json=question.json | {"private": False})


class NewKeyEachTime(Sending):
    tries: ClassVar[list[str]] = []

    def bent(self, question: Question) -> Question:
        self.tries.append("again")
        return replace(question, json=question.json | {"key": f"key-{len(self.tries)}"})


class OneKeyForAll(Sending):
    def bent(self, question: Question) -> Question:
        return replace(question, json=question.json | {"key": "the-only-key"})


class EscapesText(Sending):
    def bent(self, question: Question) -> Question:
        return replace(question, json=question.json | {"text": question.json["text"].replace("&", "&amp;")})


class ShortensText(Sending):
    def bent(self, question: Question) -> Question:
        return replace(question, json=question.json | {"text": question.json["text"][:279]})


class BlindTimeout(Sending):
    def bent(self, question: Question) -> Question:
        return replace(question, publishes=False)


class SendsTwice(Guestbook):
    async def reply(self, reply: Reply) -> Receipt:
        await super().reply(reply)
        return await super().reply(reply)


class SendsAgainWhenInDoubt(Guestbook):
    async def reply(self, reply: Reply) -> Receipt:
        try:
            return await super().reply(reply)
        except SendOutcomeUnknown:
            return await super().reply(reply)


class TakesAnyAnswer(Guestbook):
    async def reply(self, reply: Reply) -> Receipt:
        try:
            return await super().reply(reply)
        except SendOutcomeUnknown as failure:
            if "name it" in str(failure):
                return Receipt(reply.send_key)
            raise


class TrustsTheAnswer(Guestbook):
    async def reply(self, reply: Reply) -> Receipt:
        receipt = await super().reply(reply)
        answer = await self._get(f"/api/entries/{reply.to}/answers")
        return replace(receipt, permalink=answer.body[-1]["text"].strip())


class SendsAgainWhenUnreadable(Guestbook):
    async def reply(self, reply: Reply) -> Receipt:
        try:
            return await super().reply(reply)
        except SendOutcomeUnknown:
            return await super().reply(replace(reply, send_key=f"{reply.send_key}-again"))


class CancelledIsUnknown(Guestbook):
    async def reply(self, reply: Reply) -> Receipt:
        try:
            return await super().reply(reply)
        except asyncio.CancelledError:
            raise SendOutcomeUnknown(say("stopped")) from None


class GoneIsRefused(Guestbook):
    async def reply(self, reply: Reply) -> Receipt:
        try:
            return await super().reply(reply)
        except Gone as failure:
            raise Refused(failure.saying) from None


class _Limited(Guestbook):
    """Base: checks its replies against another limit than the manifest says."""

    checked: TextLimit

    async def reply(self, reply: Reply) -> Receipt:
        honest = self.manifest
        loose = replace(honest, limits=dict.fromkeys(Kind, (self.checked,)))
        self.__dict__["manifest"] = loose
        try:
            return await super().reply(reply)
        finally:
            del self.__dict__["manifest"]


class NeverCounts(_Limited):
    checked = TextLimit(Unit.CODE_POINTS, 1_000_000, minimum=0)


class CountsOneTooFew(_Limited):
    checked = TextLimit(Unit.CODE_POINTS, 279)


class CountsOneTooMany(_Limited):
    checked = TextLimit(Unit.CODE_POINTS, 281)


class CountsUnits(_Limited):
    checked = TextLimit(Unit.UTF16, 280)


class SendsNothing(_Limited):
    checked = TextLimit(Unit.CODE_POINTS, 280, minimum=0)


class LimitsForNothing(Guestbook):
    manifest: ClassVar[Manifest] = replace(Guestbook.manifest, limits={Kind.COMMENT: (TextLimit(Unit.BYTES, 0),)})


class FindsAnyWords(Guestbook):
    async def find_sent(self, reply: Reply) -> Receipt | None:
        return await super().find_sent(replace(reply, decided_at=0))


class FindsNothing(Guestbook):
    async def find_sent(self, reply: Reply) -> Receipt | None:
        del reply
        return None


class FindsByMemory(Guestbook):
    sent: Receipt | None = None

    async def reply(self, reply: Reply) -> Receipt:
        self.sent = await super().reply(reply)
        return self.sent

    async def find_sent(self, reply: Reply) -> Receipt | None:
        del reply
        return self.sent


class HideIsAToggle(Guestbook):
    hidden: ClassVar[set[str]] = set()

    async def hide(self, remote_id: str) -> None:
        if remote_id in self.hidden:
            await super().unhide(remote_id)
        else:
            self.hidden.add(remote_id)
            await super().hide(remote_id)


class UnhideDoesNothing(Guestbook):
    async def unhide(self, remote_id: str) -> None:
        del remote_id


class HidesTheNext(Guestbook):
    async def hide(self, remote_id: str) -> None:
        await super().hide(remote_id)
        try:
            await super().hide(str(int(remote_id) + 1))
        except NetworkFailure:
            return


class HidingIsPublishing(Guestbook):
    async def hide(self, remote_id: str) -> None:
        await self._ask(Question("PUT", self._url(f"/api/entries/{remote_id}/hidden"), publishes=True))
