"""`cminbox accounts add`: connect an account, asking at the terminal for what was not given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli import given
from cminbox.cli.account_report import say_connected
from cminbox.domain.problem import UsageProblem
from cminbox.domain.saying import say
from cminbox.domain.titles import called, in_order
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context
    from cminbox.inbox.connecting import Entry

_LONGEST = 9
HELP = N_("Connect an account; what is missing is asked at the terminal")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    network = _("the network's name, such as mastodon or bluesky; without one they are listed")
    parser.add_argument("network", nargs="?", metavar=_("NETWORK"), help=network)
    parser.add_argument("--name", metavar=_("NAME"), help=_("what you call the account; its handle by default"))
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help=_("a setting of the account"))
    given.add_secret_argument(parser)
    parser.add_argument("--json", action="store_true", help=_("print the account as JSON"))


def run(context: Context) -> int:
    """Connect the account; nothing is stored unless the network accepts it."""
    from cminbox.inbox import connecting  # noqa: PLC0415 - brings the networks, which `--help` does not need

    network = context.arguments.network or ask_network(interactive=context.interactive)
    entries = connecting.entries(network)
    values = given.pairs(context.arguments.set, "--set")
    refuse_open_secrets(entries, values)
    secrets = given.read_secrets(context.arguments.secret)
    if context.interactive:
        values |= ask_settings(entries, values | secrets)
        secrets |= ask_secrets(network, entries, values, secrets)
    connected = connecting.add(context.workspace, network, {**values, **secrets}, context.arguments.name)
    say_connected(context, connected)
    return 0


def ask_network(*, interactive: bool) -> str:
    """Ask which network, by its number or name. Raises UsageProblem that names them all where nobody answers."""
    from cminbox.inbox import connecting  # noqa: PLC0415 - as above

    offered = in_order(connecting.names())
    if interactive:
        for number, name in enumerate(offered, 1):
            print(f"{number:>3}  {called(name)}")
        answer = given.ask(_("Number or name of the network:"))
        if answer.isdecimal() and 0 < int(answer[:_LONGEST]) <= len(offered):
            return offered[int(answer[:_LONGEST]) - 1]
        if answer:
            found = {called(name).casefold(): name for name in offered}
            return found.get(answer.casefold(), answer)
    raise UsageProblem(say("Name the network to connect; there are: {names}", names=", ".join(offered)))


def refuse_open_secrets(entries: list[Entry], values: dict[str, str]) -> None:
    """Refuse a secret in an argument, where every user of the machine can read it."""
    for entry in entries:
        if entry.secret and entry.name in values:
            raise UsageProblem(
                say(
                    "{name} is a secret, and arguments are seen by others on this machine; use --secret {name}=FILE",
                    name=entry.name,
                )
            )


def ask_settings(entries: list[Entry], known: dict[str, str]) -> dict[str, str]:
    """Ask for the settings that are missing and have no default."""
    found: dict[str, str] = {}
    for entry in entries:
        if entry.required and not entry.secret and entry.name not in known:
            print(entry.meaning)
            answer = given.ask(f"{entry.name}:")
            if answer:
                found[entry.name] = answer
    return found


def ask_secrets(network: str, entries: list[Entry], settings: dict[str, str], known: dict[str, str]) -> dict[str, str]:
    """Ask for the secrets that are missing: by a sign-in in a browser where there is one, else one by one.

    `known` are the secrets already given. What the sign-in itself needs is asked first.
    """
    from cminbox.inbox import connecting  # noqa: PLC0415 - as above

    missing = [entry for entry in entries if entry.secret and entry.required and entry.name not in known]
    if not missing:
        return {}
    needed = connecting.needed_to_sign_in(network)
    found = _typed([entry for entry in missing if entry.name in needed])
    before = {**settings, **known, **found}
    if all(name in before for name in needed):
        found |= connecting.sign_in(network, before, _bring_code, _show_code)
    return found | _typed([entry for entry in missing if entry.name not in found and entry.name not in needed])


def _typed(entries: list[Entry]) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in entries:
        print(entry.meaning)
        answer = given.ask_secret(f"{entry.name}:")
        if answer:
            found[entry.name] = answer
    return found


def _bring_code(address: str) -> str:
    print(_("Open this address in a browser, on any machine, and allow cminbox to act for the account:"))
    print(f"\n  {address}\n")
    return given.ask_pasted(_("Paste the code that is shown there (or press Enter to type a token instead):"))


def _show_code(address: str, code: str) -> None:
    print(_("Open this address in a browser, on any machine, and type the code there:"))
    print(f"\n  {address}\n\n  {code}\n")
    print(_("Then allow cminbox to act for the account. This goes on by itself; Ctrl+C gives up."), flush=True)
