"""Addresses of APIs in the settings of accounts: checked where they are typed, and kept in one form."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from cminbox.network_kit.answers import check_url
from cminbox.network_kit.failures import Refused


def checked(value: str) -> str:
    """Return an address as it is when credentials may be sent there. Raises ValueError with the reason otherwise."""
    try:
        check_url(value)
    except Refused as refused:
        raise ValueError(str(refused)) from None
    return value


def site(value: str) -> str:
    """Return the scheme and the host of an address alone. Raises ValueError as `checked` does."""
    parts = urlsplit(checked(value))
    return f"{parts.scheme}://{parts.netloc}"


def base(value: str) -> str:
    """Return an address with its path, without a slash at its end. Raises ValueError as `checked` does."""
    return checked(value).rstrip("/")


Site = Annotated[str, AfterValidator(site)]
"""A setting that keeps only the scheme and the host of what was typed."""
Base = Annotated[str, AfterValidator(base)]
"""A setting that keeps a path too, without a slash at its end."""
