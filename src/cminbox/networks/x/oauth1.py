"""Signing requests with OAuth 1.0a (RFC 5849), whose tokens live until they are taken back."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Keys:
    """An application's key and secret, and those of the account; the account's are empty while it signs in."""

    consumer: str
    consumer_secret: str = field(repr=False)
    token: str = field(default="", repr=False)
    token_secret: str = field(default="", repr=False)


def authorization(keys: Keys, method: str, url: str, params: Iterable[tuple[str, str]], now: int, **more: str) -> str:
    """Return the header that signs a request. `params` are those of its query; `now` is UTC milliseconds."""
    given = {
        "oauth_consumer_key": keys.consumer,
        "oauth_nonce": secrets.token_hex(16),
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(now // 1000),
        "oauth_version": "1.0",
        **more,
    }
    if keys.token:
        given["oauth_token"] = keys.token
    given["oauth_signature"] = signature(keys, method, url, [*params, *given.items()])
    return "OAuth " + ", ".join(f'{_encoded(name)}="{_encoded(value)}"' for name, value in sorted(given.items()))


def signature(keys: Keys, method: str, url: str, params: Iterable[tuple[str, str]]) -> str:
    """Return the signature over a request's method, address and parameters."""
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in params)
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join(_encoded(part) for part in (method.upper(), url, joined))
    key = f"{_encoded(keys.consumer_secret)}&{_encoded(keys.token_secret)}"
    return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()).decode()


def _encoded(text: str) -> str:
    return quote(text, safe="-._~")
