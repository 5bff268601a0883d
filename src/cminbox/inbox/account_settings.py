"""What a network asks to know of an account: its settings and secrets, and whether what was given is right."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr, ValidationError

from cminbox.domain.problem import UsageProblem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.i18n import _
from cminbox.networks import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic.fields import FieldInfo

    from cminbox.network_kit.contract import AccountSettings, Network


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that a person fills in to connect an account. `meaning` says what it is and how to obtain it."""

    name: str
    secret: bool
    required: bool
    default: str
    meaning: str


def entries(network: str) -> list[Entry]:
    """Return what has to be filled in to connect an account, in the order to ask for it. Raises NotFound."""
    return [_entry(name, field) for name, field in load(network).Account.model_fields.items()]


def _entry(name: str, field: FieldInfo) -> Entry:
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    shown = "" if default is None else str(default)
    return Entry(name, field.annotation is SecretStr, field.is_required(), shown, _meaning(field))


def _meaning(field: FieldInfo) -> str:
    description = field.description or ""
    return _(description)


def validated(kind: type[Network], given: Mapping[str, Any]) -> AccountSettings:
    """Return an account's settings, checked by the network's own model. Raises UsageProblem without any value."""
    known = list(kind.Account.model_fields)
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            raise UsageProblem(
                say(
                    "{network} accounts have no “{name}”; did you mean {near}?",
                    network=kind.manifest.title,
                    name=safe(name, limit=60),
                    near=near[0] if near else ", ".join(known),
                )
            )
    try:
        return kind.Account.model_validate(dict(given))
    except ValidationError as error:
        raise _not_valid(kind, error) from None


def _not_valid(kind: type[Network], error: ValidationError) -> UsageProblem:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    field = kind.Account.model_fields.get(name)
    meaning = "" if field is None else _meaning(field)
    if first["type"] == "missing":
        secret = field is not None and field.annotation is SecretStr
        option = f"--secret {name}=FILE" if secret else f"--set {name}=VALUE"
        return UsageProblem(say("{option} is missing: {meaning}", option=option, meaning=meaning))
    why = first["msg"].removeprefix("Value error, ")
    return UsageProblem(
        say("{name} is not acceptable ({why}): {meaning}", name=name, why=safe(why, limit=200), meaning=meaning)
    )


def parts(settings: AccountSettings) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the settings without secrets, fit for JSON, and the secrets apart."""
    hidden = {name: value for name, value in settings if isinstance(value, SecretStr)}
    public = settings.model_dump(mode="json", exclude=set(hidden))
    return public, {name: value.get_secret_value() for name, value in hidden.items()}
