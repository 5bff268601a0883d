"""An account in words: how it is doing, what Enter does about that, what it costs, what its network cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.account import HealthState
from cminbox.domain.network import Capability
from cminbox.domain.spending import (
    MILLION,
    PRIVATE_REPLY,
    REPLY,
    REPLY_WITH_LINK,
    UNITS_A_DAY,
    UNITS_FOR_REPLY,
    amount,
)
from cminbox.domain.text import safe
from cminbox.domain.versions import ending
from cminbox.i18n import N_, _, render
from cminbox.i18n.durations import exact, span
from cminbox.tui import wording
from cminbox.tui.ink import EMPTY, Ink, Line, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.domain.account import Account
    from cminbox.domain.network import Manifest
    from cminbox.inbox.tending import Spent

_NAME, _STATE = 24, 18
_CANNOT = {
    Capability.COMMENTS: N_("comments"),
    Capability.MENTIONS: N_("mentions"),
    Capability.DMS: N_("direct messages"),
    Capability.REVIEWS: N_("reviews"),
    Capability.REPLY: N_("answering"),
    Capability.HIDE: N_("hiding"),
    Capability.DELETE: N_("deleting"),
    Capability.LIKE: N_("liking"),
    Capability.BOOST: N_("sharing"),
    Capability.BLOCK: N_("blocking"),
    Capability.MUTE: N_("muting"),
    Capability.REPORT: N_("reporting"),
    Capability.MARK_READ: N_("marking as read"),
    Capability.APPROVE: N_("approving"),
}


needs_sign_in = wording.needs_sign_in


def account_line(account: Account, width: int, now: int, ink: Ink) -> Line:
    """Return an account as one line: its name, how it is doing, who it is. `now` is UTC milliseconds."""
    line = Line().column(wording.short_network(account), 3, ink).column(account.name, min(_NAME, width // 3), ink)
    calm = account.health.state is HealthState.OK
    state = standing(account, now)
    line.column("", 1, ink).column(state, _STATE, ink if ink is Ink.MARKED else Ink.CALM if calm else Ink.SOON)
    return line.column(wording.speaker(account), max(1, width - line.width), ink)


def about(account: Account, spent: Spent, width: int, now: int) -> list[Line]:
    """Return all that is known of an account. `now` is UTC milliseconds."""
    title = f"{account.name} {wording.DOT} {wording.network_of(account)} {wording.DOT} {wording.speaker(account)}"
    head = Line(f"{wording.RULE} ", Ink.FAINT).add(title, Ink.STRONG).add(" ")
    lines = [head.fill(width, Ink.FAINT, character=wording.RULE)]
    reason = wording.kept(account.health.reason)
    state = Line(standing(account, now), Ink.CALM if account.health.state is HealthState.OK else Ink.SOON)
    lines += [state.add(f" {wording.DOT} {_last_read(account, now)}")]
    lines += wrapped(reason, width, ink=Ink.LATE) if reason else []
    lines += [line for said in _ends_soon(account, now) for line in wrapped(said, width, ink=Ink.SOON)]
    if account.connected_at is not None:
        lines += [Line(_("Enter"), Ink.KEY).add(f" {enter_does(account)}")]
    for part in _known(account, spent):
        said = [line for sentence in part for line in wrapped(sentence, width)]
        lines += [EMPTY, *said] if said else []
    return lines


def facts_of(account: Account, spent: Spent, now: int, *, key: str) -> Iterator[str]:
    """Yield all that is known of an account as sentences; `key` is what is typed to do what it needs.

    `now` is UTC milliseconds.
    """
    reason = wording.kept(account.health.reason)
    if reason:
        yield reason
    yield from _ends_soon(account, now)
    yield _last_read(account, now)
    if account.connected_at is not None:
        yield f"{key} {enter_does(account)}"
    for part in _known(account, spent):
        yield from part


def _known(account: Account, spent: Spent) -> Iterator[Iterator[str]]:
    """Yield what its network costs, allows and lacks, subject by subject."""
    manifest = account.manifest
    if manifest is not None:
        yield from (_money(manifest, spent), _units(manifest), _windows(manifest), _missing(manifest))
        yield _version(manifest)


def enter_does(account: Account) -> str:
    """Return what Enter does about an account as it stands."""
    if wording.needs_sign_in(account):
        return _("signs in again; replies wait until then")
    if account.health.state is HealthState.PAUSED:
        return _("lets it go on; replies wait until then")
    if account.health.state is HealthState.RATE_LIMITED:
        return _("asks again once its network allows it; replies wait until then")
    if account.health.state is HealthState.OFFLINE:
        return _("tries again now; replies wait until then")
    return _("looks at it now")


def standing(account: Account, now: int) -> str:
    """Return how an account is doing, in a word or two. `now` is UTC milliseconds."""
    return wording.health(account, now) if account.connected_at is not None else _("imported, not connected")


def _last_read(account: Account, now: int) -> str:
    read_at = account.health.last_complete_fetch
    if read_at is None:
        return _("not read to its end yet")
    return _("read to its end {time} ago").format(time=span(max(0, now - read_at) / 1000))


def _money(manifest: Manifest, spent: Spent) -> Iterator[str]:
    plain = manifest.prices.get(REPLY, 0.0)
    link = manifest.prices.get(REPLY_WITH_LINK, plain)
    if not plain and not link:
        return
    costs = _("A reply costs {price}, one with a link {link}.")
    yield costs.format(price=amount(round(plain * MILLION)), link=amount(round(link * MILLION)))
    if PRIVATE_REPLY in manifest.prices:
        yield _("A private reply costs {price}.").format(price=amount(round(manifest.prices[PRIVATE_REPLY] * MILLION)))
    if spent.limit is None:
        yield _("{spent} were spent today; there is no limit (spending.per_day).").format(spent=amount(spent.today))
    else:
        told = _("{spent} of {limit} were spent today.")
        yield told.format(spent=amount(spent.today), limit=amount(spent.limit))


def _units(manifest: Manifest) -> Iterator[str]:
    reply, day = (round(manifest.prices.get(name, 0.0)) for name in (UNITS_FOR_REPLY, UNITS_A_DAY))
    if reply and day:
        said = _("A reply takes {units} of the {day} units that are granted in a day; reading takes some as well.")
        yield said.format(units=reply, day=day)


def _windows(manifest: Manifest) -> Iterator[str]:
    for kind, seconds in manifest.windows.items():
        yield _("{kind}: replies are taken for {time} after the customer's last message.").format(
            kind=wording.kind_of(kind).capitalize(), time=exact(seconds)
        )


def _missing(manifest: Manifest) -> Iterator[str]:
    whys: dict[str, list[str]] = {}
    for capability, label in _CANNOT.items():
        if not manifest.can(capability) and capability in manifest.missing:
            whys.setdefault(manifest.missing[capability], []).append(_(label))
    for why, labels in whys.items():
        yield _("Not possible: {what}. {why}").format(what=", ".join(labels), why=safe(_(why)))
    for why in dict.fromkeys(bound.why for bound in manifest.bounds.values()):
        yield safe(_(why))


def _version(manifest: Manifest) -> Iterator[str]:
    version = safe(manifest.api_version)
    if manifest.api_ends is None:
        yield _("Version of its interface: {version}; no end of it is announced.").format(version=version)
    else:
        told = _("Version of its interface: {version}; it ends on {day}.")
        yield told.format(version=version, day=safe(manifest.api_ends))


def _ends_soon(account: Account, now: int) -> Iterator[str]:
    """Yield what a person should know of a version that ends soon or has ended."""
    said = None if account.manifest is None else ending(account.manifest, now)
    if said is not None:
        yield render(said)
