"""Sign-in over SSH: a person opens an address in any browser and pastes what the forum shows there.

The forum makes a key for the account and encrypts it for us alone: the private half of the pair that we make never
leaves this process.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from cminbox.domain.saying import say
from cminbox.network_kit.failures import Refused
from cminbox.networks.discourse.account import address_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

APPLICATION = "cminbox"
SCOPES = "read,write"
_BITS, _EXPONENT = 2048, 65537
_SHORTEST_KEY = 16


@dataclass(frozen=True, slots=True)
class KeySignIn:
    """A sign-in under way: `address` is what the person opens."""

    address: str
    nonce: str = field(repr=False)
    private: RSAPrivateKey = field(repr=False)

    async def finish(self, code: str) -> Mapping[str, str]:
        """Decrypt what was pasted into the account's secrets, by field name. Raises Refused."""
        given = opened("".join(code.split()), self.private)
        nonce, key = given.get("nonce"), given.get("key")
        if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), self.nonce.encode()):
            raise Refused(say("This key was made for another sign-in; open the newest address and copy what it shows"))
        if not isinstance(key, str) or len(key) < _SHORTEST_KEY:
            raise Refused(say("There is no key in what was pasted; open the newest address and copy what it shows"))
        return {"api_key": key}


async def begin(base_url: str) -> KeySignIn:
    """Return the sign-in whose address a person opens. Raises NetworkFailure."""
    site = address_of(base_url)
    private = await asyncio.to_thread(_pair)
    nonce = secrets.token_urlsafe(16)
    asked = {
        "application_name": APPLICATION,
        "client_id": secrets.token_urlsafe(16),
        "scopes": SCOPES,
        "nonce": nonce,
        "padding": "oaep",
        "public_key": _public(private),
    }
    return KeySignIn(f"{site}/user-api-key/new?{urlencode(asked)}", nonce, private)


def opened(pasted: str, private: RSAPrivateKey) -> Mapping[str, object]:
    """Return what the forum encrypted: in the newer way, or as it did before 2026. Raises Refused."""
    # Large, and for signing in alone.
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415 - as above

    try:
        sealed = base64.b64decode(pasted, validate=True)
    except (binascii.Error, ValueError):
        raise _mistyped() from None
    sha1 = hashes.SHA1()  # noqa: S303 - what OpenSSL's OAEP uses unless told otherwise; no signature rests on it
    for way in (padding.OAEP(padding.MGF1(sha1), sha1, None), padding.PKCS1v15()):
        try:
            given = json.loads(private.decrypt(sealed, way))
        except ValueError:
            continue
        if isinstance(given, dict):
            return given
    raise _mistyped()


def _mistyped() -> Refused:
    return Refused(say("What was pasted cannot be read; copy the whole of what the page shows, from this very address"))


def _pair() -> RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - large, and for signing in alone

    return rsa.generate_private_key(public_exponent=_EXPONENT, key_size=_BITS)


def _public(private: RSAPrivateKey) -> str:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - large, and for signing in alone

    form, way = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.Encoding.PEM
    return private.public_key().public_bytes(way, form).decode()
