"""Keys of other layouts: what stands on the key that the registry means, where the layout has another sign there.

Keys are tried as they were typed first, so no layout takes a sign away from an action that somebody has bound to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,./"
_SHIFTED = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?'


def _pairs(typed: str, meant: str) -> dict[str, str]:
    return {one: other for one, other in zip(typed, meant, strict=True) if one != other and not one.isascii()}


def _azerty() -> dict[str, str]:
    return dict(zip("&é\"'(-è_çà", "1234567890", strict=True))


LAYOUTS: Mapping[str, Mapping[str, str]] = {
    "azerty": _azerty(),
    "russian": _pairs("йцукенгшщзхъфывапролджэячсмитьбю.", _LATIN)
    | _pairs("ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,", _SHIFTED),
    "ukrainian": _pairs("йцукенгшщзхїфівапролджєячсмитьбю.", _LATIN)
    | _pairs("ЙЦУКЕНГШЩЗХЇФІВАПРОЛДЖЄЯЧСМИТЬБЮ,", _SHIFTED),
    "greek": _pairs("ςερτυθιοπασδφγηξκλζχψωβνμ", "wertyuiopasdfghjklzxcvbnm")
    | _pairs("ΕΡΤΥΘΙΟΠΑΣΔΦΓΗΞΚΛΖΧΨΩΒΝΜ", "ERTYUIOPASDFGHJKLZXCVBNM"),
    "hebrew": _pairs("/'קראטוןםפ][שדגכעיחלךף,זסבהנמצתץ.", _LATIN),
}
"""What is meant by each sign, by the name of the layout. Signs of ASCII stay what they are, except AZERTY's digits."""
AUTOMATIC = "auto"


def meanings(layout: str, own: Mapping[str, str]) -> dict[str, str]:
    """Return what each sign means under a layout, `auto` for all of them; a person's own signs win."""
    found: dict[str, str] = {}
    for name, signs in LAYOUTS.items():
        if layout in {AUTOMATIC, name}:
            found = {**signs, **found}
    return {**found, **own}
