"""What has to be known of one mailbox, and the manifest of e-mail."""

from __future__ import annotations

import ipaddress
import re
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import Field, SecretStr, field_validator, model_validator

from cminbox.domain.message import Kind
from cminbox.domain.network import Bound, Capability, Judged, Manifest, TextLimit, Unit
from cminbox.i18n import N_
from cminbox.network_kit.contract import AccountSettings

if TYPE_CHECKING:
    from typing import Self

GMAIL = "smtp.gmail.com"
FILES_WHAT_IS_SENT = frozenset(
    {GMAIL, "smtp.googlemail.com", "smtp.office365.com", "smtp-mail.outlook.com", "smtp.mail.me.com"},
)
"""Servers that put what they send into Sent themselves."""
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9.:-]{1,253}", re.ASCII)
NOT_CALLED_BACK = N_("What was sent by e-mail cannot be called back; it lies in its reader's mailbox.")
_NOBODY_DOES = N_("An e-mail is between its writer and its reader: there is nothing to like, share or hide.")
_FILTERS = N_(
    "Mail has no such thing as blocking somebody; a rule on the mail server, or reporting as spam, is what there is."
)

MANIFEST = Manifest(
    name="email",
    title="E-mail",
    short="Em",
    documentation="https://www.rfc-editor.org/rfc/rfc9051",
    judged=Judged.REAL_SERVER,
    api_version="IMAP4rev1 and SMTP submission",
    api_ends=None,
    capabilities=frozenset(
        {
            Capability.DMS,
            Capability.THREAD,
            Capability.REPLY,
            Capability.FIND_SENT,
            Capability.DELETE,
            Capability.REPORT,
            Capability.MARK_READ,
            Capability.STREAM,
        },
    ),
    bounds={Capability.DELETE: Bound(NOT_CALLED_BACK, theirs=True)},
    limits={Kind.DM: (TextLimit(Unit.CODE_POINTS, 50_000),)},
    missing={
        Capability.HIDE: _NOBODY_DOES,
        Capability.UNHIDE: _NOBODY_DOES,
        Capability.LIKE: _NOBODY_DOES,
        Capability.UNLIKE: _NOBODY_DOES,
        Capability.BOOST: _NOBODY_DOES,
        Capability.UNBOOST: _NOBODY_DOES,
        Capability.BLOCK: _FILTERS,
        Capability.MUTE: _FILTERS,
        Capability.APPROVE: N_("Mail reaches the mailbox without anybody's approval."),
        Capability.COMMENTS: N_("A mailbox has private messages only."),
        Capability.MENTIONS: N_("A mailbox has private messages only."),
        Capability.REVIEWS: N_("A mailbox has private messages only."),
    },
    http=False,
)


class Security(StrEnum):
    """How a connection to a mail server is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class Copies(StrEnum):
    """Who puts a copy of what was sent into the folder Sent."""

    AUTO = "auto"
    SERVER = "server"
    CMINBOX = "cminbox"


class EmailAccount(AccountSettings):
    """The settings of one mailbox: where mail is read, where it is handed in, and who we are."""

    address: str = Field(
        description=N_("The address that customers write to and that answers come from, such as help@shop.example"),
    )
    name: str = Field(default="", max_length=200, description=N_("The name that stands before the address in answers"))
    imap_host: str = Field(description=N_("The server on which mail is read (IMAP), such as imap.shop.example"))
    imap_port: int = Field(default=993, ge=1, le=65535, description=N_("The port of the IMAP server, mostly 993"))
    imap_security: Security = Field(
        default=Security.TLS,
        description=N_("How reading is protected: tls, starttls, or none on this machine alone"),
    )
    smtp_host: str = Field(description=N_("The server that takes mail to be sent (SMTP), such as smtp.shop.example"))
    smtp_port: int = Field(default=465, ge=1, le=65535, description=N_("The port for sending, mostly 465 or 587"))
    smtp_security: Security = Field(
        default=Security.TLS,
        description=N_("How sending is protected: tls (port 465), starttls (port 587), or none on this machine alone"),
    )
    user: str = Field(default="", description=N_("The name to sign in with, where it is not the address"))
    password: SecretStr = Field(
        default=SecretStr(""),
        description=N_(
            "The password of the mailbox; with two-step sign-in an app password, made in the provider's settings "
            "(cminbox guide connecting-email). Empty when signing in with OAuth"
        ),
    )
    oauth_token: SecretStr = Field(
        default=SecretStr(""),
        description=N_("An OAuth access token, which lasts an hour; better a refresh token, or an app password"),
    )
    refresh_token: SecretStr = Field(
        default=SecretStr(""),
        description=N_("An OAuth refresh token of your own application, with which access tokens are got"),
    )
    client_id: str = Field(default="", description=N_("The id of your own OAuth application, with a refresh token"))
    client_secret: SecretStr = Field(
        default=SecretStr(""),
        description=N_("The secret of your own OAuth application, where it has one"),
    )
    oauth_site: str = Field(
        default="https://oauth2.googleapis.com",
        description=N_(
            "Where access tokens are got, without the last /token; for Microsoft 365 "
            "https://login.microsoftonline.com/common/oauth2/v2.0"
        ),
    )
    inbox: str = Field(default="INBOX", description=N_("The folder that customers' mail arrives in"))
    sent: str = Field(default="", description=N_("The folder of sent mail, where the server does not name it itself"))
    trash: str = Field(default="", description=N_("The folder for deleted mail, where the server does not name it"))
    junk: str = Field(default="", description=N_("The folder for spam, where the server does not name it itself"))
    copies: Copies = Field(
        default=Copies.AUTO,
        description=N_("Who puts answers into the sent mail: server, cminbox, or auto to look first"),
    )

    @field_validator("address")
    @classmethod
    def _one_address(cls, value: str) -> str:
        if not _ADDRESS.fullmatch(value.strip()):
            raise ValueError("it has to be one plain address, name@host")
        return value.strip()

    @field_validator("imap_host", "smtp_host")
    @classmethod
    def _host_only(cls, value: str) -> str:
        if not _HOST.fullmatch(value.strip()):
            raise ValueError("it has to be the bare name of a host")
        return value.strip().lower()

    @field_validator("name", "user", "inbox", "sent", "trash", "junk")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if any(not char.isprintable() for char in value):
            raise ValueError("it may not hold control characters")
        return value.strip()

    @field_validator("password", "oauth_token")
    @classmethod
    def _one_line_secret(cls, value: SecretStr) -> SecretStr:
        # A file mostly ends with a line end, which is no part of the password.
        secret = value.get_secret_value().strip("\r\n")
        if any(not char.isprintable() for char in secret):
            raise ValueError("it may not hold control characters")
        return SecretStr(secret)

    @model_validator(mode="after")
    def _protected(self) -> Self:
        for host, security in ((self.imap_host, self.imap_security), (self.smtp_host, self.smtp_security)):
            if security is Security.NONE and not _is_here(host):
                raise ValueError(f"a password never travels unprotected to {host}; only to this machine itself")
        if not any(one.get_secret_value() for one in (self.password, self.oauth_token, self.refresh_token)):
            raise ValueError("a password or an OAuth token is needed")
        return self

    @property
    def login(self) -> str:
        """The name to sign in with."""
        return self.user or self.address

    @property
    def server_files_copies(self) -> bool:
        """Whether the server surely puts what it sends into Sent."""
        if self.copies is Copies.AUTO:
            return self.smtp_host in FILES_WHAT_IS_SENT
        return self.copies is Copies.SERVER

    def is_own(self, address: str) -> bool:
        """Whether an address is the account's."""
        return address.casefold() == self.address.casefold()


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
