"""Service accounts: a key file instead of a person. What it says is signed with its key, for an hour, and then anew."""

from __future__ import annotations

import base64
import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.failures import SignInAgain
from cminbox.network_kit.google.tokens import Grant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCE = "https://oauth2.googleapis.com/token"
LIFE_SECONDS = 3600
_LARGEST_FILE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a service account. `email` is the name under which it is given permissions."""

    email: str
    key_id: str
    private_key: str = field(repr=False)


def service_grant(site: str, scope: str, file: str, now: Callable[[], int]) -> Grant:
    """Return the grant of a service account, whose key is read from a file each time a token is needed."""

    def form() -> Mapping[str, str]:
        return {"grant_type": JWT_GRANT, "assertion": assertion(read_key(file), scope, now())}

    refused = say(
        "Google no longer accepts the key of this service account: it was deleted or replaced, or the clock of this "
        "machine is wrong"
    )
    return Grant(site, scope, f"{site} {file}", form, refused)


def read_key(name: str) -> Key:
    """Return the key in a file that nobody else may read. Raises SignInAgain with what is to be mended."""
    path = Path(name).expanduser()
    shown = safe(str(path), limit=300)
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise SignInAgain(say("The key file {file} cannot be read ({reason})", file=shown, reason=reason)) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SignInAgain(
            say("The key file {file} can be read by others; make it private: chmod 600 {file}", file=shown)
        )
    return _key_in(text, shown)


def _key_in(text: bytes, shown: str) -> Key:
    try:
        data = json.loads(text) if len(text) <= _LARGEST_FILE else None
    except (ValueError, RecursionError):
        data = None
    data = data if isinstance(data, dict) else {}
    email, private_key = data.get("client_email"), data.get("private_key")
    fits = data.get("type") == "service_account" and isinstance(email, str) and isinstance(private_key, str)
    if not fits or not email or not private_key:
        raise SignInAgain(
            say("{file} is not the key of a service account; make a new key of the type JSON at Google", file=shown)
        )
    key_id = data.get("private_key_id")
    return Key(safe(str(email), limit=300), key_id if isinstance(key_id, str) else "", str(private_key))


def assertion(key: Key, scope: str, now: int) -> str:
    """Return what a service account says of itself, signed (RFC 7523, RS256); `now` is UTC milliseconds.

    Raises SignInAgain when the key cannot be used.
    """
    # Ten megabytes of code, needed once an hour by accounts of this kind alone.
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415 - as above

    try:
        private_key = serialization.load_pem_private_key(key.private_key.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        private_key = None
    if not isinstance(private_key, rsa.RSAPrivateKey):
        raise SignInAgain(say("The private key of the service account {email} cannot be used", email=key.email))
    seconds = now // 1000
    header = {"alg": "RS256", "typ": "JWT"} | ({"kid": key.key_id} if key.key_id else {})
    claims = {"iss": key.email, "scope": scope, "aud": AUDIENCE, "iat": seconds, "exp": seconds + LIFE_SECONDS}
    said = b".".join(_packed(json.dumps(part).encode()) for part in (header, claims))
    signature = private_key.sign(said, padding.PKCS1v15(), hashes.SHA256())
    return b".".join((said, _packed(signature))).decode()


def _packed(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
