"""What replies cost where a network takes money for each: asked before anything goes out without a look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.spending import amount
from cminbox.domain.text import safe
from cminbox.i18n import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.inbox.acting import Acting
    from cminbox.inbox.composing import Appraisal
    from cminbox.inbox.reading import ConversationView
    from cminbox.inbox.together import Plan

_NAME = 40


def costs(acting: Acting, view: ConversationView, text: str) -> bool:
    """Whether a reply costs money, so that it is not sent by one key."""
    return acting.appraise(view, text).price > 0


def sums(acting: Acting, plan: Plan) -> Iterator[str]:
    """Yield what replies to many cost together, a sentence for each account that pays; nothing where all is free."""
    by_account: dict[str, list[Appraisal]] = {}
    for part in plan.parts:
        appraisal = acting.appraise(part.view, part.option.text)
        if appraisal.price:
            by_account.setdefault(part.view.account.name, []).append(appraisal)
    for account, paid in by_account.items():
        yield _said(account, paid)


def _said(account: str, paid: list[Appraisal]) -> str:
    count, price = len(paid), sum(one.price for one in paid)
    spent, budget = paid[0].spent, paid[0].budget
    many = ngettext(
        "{account} pays {price} for {count} reply; {spent} were spent today",
        "{account} pays {price} for {count} replies together; {spent} were spent today",
        count,
    )
    said = many.format(account=safe(account, limit=_NAME), price=amount(price), count=count, spent=amount(spent))
    if budget is None:
        return said
    limit = _("no more than {budget} may be") if spent + price <= budget else _("what goes beyond {budget} is not sent")
    return f"{said}; {limit.format(budget=amount(budget))}"
