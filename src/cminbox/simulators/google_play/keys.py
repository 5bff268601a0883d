"""Service accounts for a simulated Google: a key file as Google hands it out, and the half that Google keeps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cminbox.simulators.google_sign_in import ServiceAccount

if TYPE_CHECKING:
    from pathlib import Path

SCOPE = "https://www.googleapis.com/auth/androidpublisher"
_EMAIL = "inbox@brand-project.iam.gserviceaccount.com"
_BITS = 2048


def new_service_account(file: Path, scopes: tuple[str, ...] = (SCOPE,)) -> ServiceAccount:
    """Write the key file of a new service account, readable by its owner alone; return what Google knows of it."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - large, and for service accounts alone
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - as above

    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    written = {
        "type": "service_account",
        "project_id": "brand-project",
        "private_key_id": "0123456789abcdef",
        "private_key": private.decode(),
        "client_email": _EMAIL,
        "token_uri": "https://oauth2.googleapis.com/token",
    }
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(json.dumps(written))
    return ServiceAccount(_EMAIL, public.decode(), scopes)
