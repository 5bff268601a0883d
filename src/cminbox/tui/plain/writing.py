"""Writing a reply or a note line by line. What was typed is on disk after every line, as a draft like any other."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.i18n import _, render
from cminbox.tui import wording
from cminbox.tui.answering import Answering
from cminbox.tui.canned_text import unfilled
from cminbox.tui.canned_words import does, not_attached
from cminbox.tui.composing import warning_lines
from cminbox.tui.harmless import harmless
from cminbox.tui.keeping import Keeping
from cminbox.tui.plain.elsewhere import hand_over
from cminbox.tui.plain.lines import InputEndedError
from cminbox.tui.plain.telling import spoken
from cminbox.tui.suggesting import still_there
from cminbox.tui.verbs import elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cminbox.inbox.options import Option
    from cminbox.tui.plain.inbox import PlainInbox

END, LEAVE, ANEW, EDITOR, CANNED = ".", ".q", ".n", ".e", ".c"
"""What is typed alone on a line of a text to do something with the text."""
_WIDTH = 400


class _LeftError(Exception):
    """Nobody goes on with the text for now."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Writing:
    """What is being written at this terminal, if anything."""

    def __init__(self, inbox: PlainInbox) -> None:
        self._inbox = inbox
        self._answering = Answering(inbox.session.reading, inbox.session.acting)
        self._keeping: Keeping | None = None
        self._said = ""
        """The text as it was read out last."""
        self._used: dict[str, Option] = {}
        """What was put in of canned replies, by their keys."""

    @property
    def conversation(self) -> int | None:
        """The conversation that is answered, None while none is."""
        return None if self._answering.row is None else self._answering.row.id

    def tick(self, now: int) -> None:
        """Keep the claim, and what was typed on its way to the disk."""
        self._answering.look(now)
        if self._keeping is not None:
            self._keeping.look(now)

    def end(self) -> None:
        """Stop writing; the draft stays."""
        self._answering.end()

    # A reply

    def reply(self, conversation_id: int, option: Option | None = None) -> None:
        """Write a reply, going on with the draft or beginning with a canned reply. Raises Problem."""
        if not self._may_write(conversation_id):
            return
        try:
            self._write_reply(option)
        finally:
            self._answering.end()

    def _may_write(self, conversation_id: int) -> bool:
        claim = self._answering.begin(conversation_id, self._inbox.desk.now)
        if claim is not None and self._inbox.company.is_free(claim.agent, claim.terminal, self._inbox.session.agent):
            claim = self._answering.begin(conversation_id, self._inbox.desk.now, take_over=True)
        if claim is None:
            return True
        question = _("{agent} is writing an answer. t takes it over, Enter leaves it:").format(agent=claim.agent)
        if self._inbox.ask(question) != "t":
            return False
        self._answering.begin(conversation_id, self._inbox.desk.now, take_over=True)
        return True

    def _write_reply(self, option: Option | None) -> None:
        inbox, answering = self._inbox, self._answering
        assert answering.row is not None
        self._used = {}
        person = wording.person(answering.row.person)
        text = answering.draft()[0]
        if elsewhere.is_due(answering.account):
            inbox.tell(_("A draft for {person}, to be copied; it is not sent from here").format(person=person))
        else:
            inbox.tell(_("Reply to {person} {voice}").format(person=person, voice=answering.voice()))
        self._said = ""
        if option is None and text:
            self._read_out(text)
        while True:
            try:
                if option is not None:
                    text = self._with_canned(text, option)
                if option is None or unfilled(text):
                    text = self._typed(text, self._keep)
            except _LeftError as left:
                text, answer = left.text, ""
            else:
                answer = self._last_look(text, person)
            option = None
            if answer == "y":
                self._end_with(text, person)
                return
            if answer != "e":
                inbox.tell(_("Kept as a draft; r goes on with it") if text.strip() else _("Nothing was written"))
                return
            self._read_out(text)

    def _end_with(self, text: str, person: str) -> None:
        """Send a text; where its network takes none, it was copied, and the conversation is done."""
        row = self._answering.row
        if row is not None and elsewhere.is_due(self._answering.account):
            self._keep("")
            self._answering.end()
            self._inbox.do(self._inbox.acts.done(), [row.id])
        else:
            self._send(text, person)

    def _with_canned(self, text: str, option: Option) -> str:
        """Return a text with a canned reply on lines of its own at its end, its blanks filled in."""
        self._used[option.reply.key] = option
        text = f"{text}\n{option.text}".strip()
        self._keep(text)
        self._read_out(text)
        return self._filled(text)

    def _filled(self, text: str) -> str:
        """Return a text with what a person says for each of its blanks; what he leaves open stays one."""
        left_open = 0
        while len(blanks := unfilled(text)) > left_open:
            name, start, end = blanks[left_open]
            question = _("{name}? Enter leaves it open, {leave} leaves the text:")
            answer = self._inbox.ask(question.format(name=name, leave=LEAVE))
            if answer == LEAVE:
                raise _LeftError(text)
            if answer:
                text = text[:start] + answer + text[end:]
                self._keep(text)
            else:
                left_open += 1
        return text

    def _keep(self, text: str) -> None:
        self._answering.keep(text, len(text))

    def _typed(self, text: str, keep: Callable[[str], None], *, canned: bool = True) -> str:
        """Return a text with the lines that a person adds, each of which is kept at once. Raises _LeftError."""
        said = _(
            "Type lines. A full stop alone, “{end}”, ends the text; “{anew}” begins anew, “{leave}” leaves, "
            "“{editor}” opens your editor"
        )
        self._inbox.tell(said.format(end=END, anew=ANEW, leave=LEAVE, editor=EDITOR))
        if canned and self._inbox.session.suggestions is not None:
            self._inbox.tell(_("“{canned} words” puts a canned reply in").format(canned=CANNED))
        while True:
            try:
                line = self._inbox.terminal.ask("|")
            except (KeyboardInterrupt, InputEndedError):
                return text
            word, _blank, rest = line.strip().partition(" ")
            if word == END and not rest:
                return text
            if word == LEAVE and not rest:
                raise _LeftError(text)
            try:
                text = self._changed(text, line, word, rest, canned=canned)
                keep(text)
            except Problem as problem:
                self._inbox.tell(_("Not kept on disk yet: {what}").format(what=render(problem.saying)))

    def _changed(self, text: str, line: str, word: str, rest: str, *, canned: bool) -> str:
        """Return a text after a line was typed: a word of ours, or one line more."""
        if word == ANEW and not rest:
            return ""
        if word == EDITOR and not rest:
            return self._edited(text)
        if word == CANNED and canned:
            return self._searched(text, rest)
        return f"{text}\n{line}".removeprefix("\n")

    def _searched(self, text: str, rest: str) -> str:
        from cminbox.tui.plain.answers import search  # noqa: PLC0415 - it knows this module

        try:
            option = search(self._inbox, self._answering.view, rest)
        except Problem as problem:
            self._inbox.tell(render(problem.saying))
            return text
        return text if option is None else self._with_canned(text, option)

    def _edited(self, text: str) -> str:
        """Return what the person's own editor makes of a text; where that fails, it is as it was."""
        from cminbox.tui.editor import Sheet, command_of  # noqa: PLC0415 - seldom needed
        from cminbox.tui.plain.lending import lend  # noqa: PLC0415 - as above

        try:
            command = command_of(os.environ)
            with Sheet(text) as sheet:
                code = lend(self._inbox, [*command, str(sheet.file)])
                found = harmless(sheet.read())
        except Problem as problem:
            self._inbox.tell(render(problem.saying))
            return text
        if code:
            self._inbox.tell(_("The editor ended with an error; the text is as it was"))
            return text
        self._read_out(found)
        return found

    def _read_out(self, text: str) -> None:
        """Say a text as it is by now."""
        self._said = text
        self._inbox.tell(_("So far:"), spoken(text))

    def _last_look(self, text: str, person: str) -> str:
        """Say what a person has to know before he sends, and return his answer, empty where nothing can be sent."""
        inbox, answering = self._inbox, self._answering
        if not text.strip():
            return ""
        if text != self._said:
            # Nothing goes out that was not heard as it is.
            self._read_out(text)
        news = answering.news()
        if news:
            inbox.tell(answering.overtaken or _("A new message has come."))
        due_elsewhere = elsewhere.is_due(answering.account)
        appraisal = None if due_elsewhere else answering.appraise(text)
        if appraisal is not None:
            lines = warning_lines(appraisal, text, answering.left(inbox.desk.now), _WIDTH)
            # What these signs mean is said behind them.
            inbox.tell(*(str(line).removeprefix("x ").removeprefix("! ") for line in lines))
            if appraisal.maximum:
                inbox.tell(_("{used} of {most} used").format(used=appraisal.used, most=appraisal.maximum))
        inbox.tell(*(() if due_elsewhere else self._besides(text)))
        blanks = unfilled(text)
        if blanks:
            names = ", ".join(name for name, _start, _end in blanks)
            question = _("Still to be filled in: {names}. e edits, Enter keeps the draft:").format(names=names)
            answer = inbox.ask(question)
            return answer if answer == "e" else ""
        if due_elsewhere and answering.row is not None:
            return hand_over(inbox, answering.row.id, text)
        if appraisal is not None and appraisal.fits is not None:
            answer = inbox.ask(_("It is too long. e goes on, Enter keeps the draft:"))
            return answer if answer == "e" else ""
        voice = answering.voice()
        question = _("Send to {person} {voice}? y sends, e goes on, Enter keeps the draft:")
        return inbox.ask(question.format(person=person, voice=voice))

    def _kept(self, text: str) -> list[Option]:
        """Return the canned replies that are still in a text."""
        return [one for one in self._used.values() if still_there(one.text, text)]

    def _besides(self, text: str) -> Iterator[str]:
        """Yield what happens besides when a text is sent, and what does not."""
        kept = self._kept(text)
        acts = "; ".join(does(one.reply.macro) for one in kept if one.reply.macro)
        if acts:
            yield _("Besides: {acts}").format(acts=acts)
        files = [name for one in kept for name in one.reply.attachments]
        if files:
            yield not_attached(files)

    def _send(self, text: str, person: str) -> None:
        inbox, answering = self._inbox, self._answering
        view, kept = answering.view, self._kept(text)
        try:
            sent = answering.send(text, len(text))
        except Problem as problem:
            inbox.tell(render(problem.saying), _("Kept as a draft; r goes on with it"))
            return
        events: list[int] = []
        refused = None
        for option in kept:
            if option.reply.macro:
                applied = inbox.session.acting.do_besides((sent.conversation_id,), option.reply.macro)
                events += applied.events
                refused = next(iter(applied.refused.values()), refused)
            if view is not None and inbox.session.suggestions is not None:
                inbox.session.suggestions.picked(view, option.reply.key, sent_as=sent.id)
        inbox.finish(inbox.acts.sent(sent, person, events))
        if refused is not None:
            inbox.tell(render(refused))

    # A note

    def note(self, conversation_id: int, typed: str, add: Callable[[str], None]) -> None:
        """Write an internal note and add it; what was begun and not added is there the next time. Raises Problem."""
        acting = self._inbox.session.acting
        begun = acting.begin_note(conversation_id)
        self._keeping = Keeping(partial(acting.save_note_soon, conversation_id), begun, begun)
        keeping = self._keeping
        try:
            text = typed
            if not typed:
                self._inbox.tell(_("INTERNAL NOTE — is never sent"), *([begun[0]] if begun[0] else []))
                text = self._typed(begun[0], lambda written: keeping.finish((written, len(written))), canned=False)
            if not text.strip():
                raise Problem(say("The note is empty"))
            add(text)
        except _LeftError as left:
            self._inbox.tell(
                _("The note is kept; n goes on with it") if left.text.strip() else _("Nothing was written")
            )
        finally:
            self._keeping = None
