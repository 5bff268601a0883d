"""Addresses in settings are checked where they are typed, and kept in one form."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from cminbox.network_kit.addresses import Base, Site, checked
from cminbox.network_kit.contract import AccountSettings


class Addressed(AccountSettings):
    """An account with one address of each kind."""

    site: Site = "https://api.example.com"
    base: Base = "https://api.example.com"


@pytest.mark.parametrize(
    ("typed", "site", "base"),
    [
        ("https://api.example.com", "https://api.example.com", "https://api.example.com"),
        ("https://api.example.com/", "https://api.example.com", "https://api.example.com"),
        (
            "https://api.example.com:8443/v2/?x=1",
            "https://api.example.com:8443",
            "https://api.example.com:8443/v2/?x=1",
        ),
        ("http://127.0.0.1:9000/graph/", "http://127.0.0.1:9000", "http://127.0.0.1:9000/graph"),
    ],
)
def test_a_site_loses_its_path_and_a_base_only_its_last_slash(typed: str, site: str, base: str) -> None:
    account = Addressed(site=typed, base=typed)
    assert (account.site, account.base) == (site, base)


@pytest.mark.parametrize(
    "typed", ["http://api.example.com", "ftp://x", "https://me:secret@x.org", "x.org", "", "https://["]
)
def test_where_no_credentials_may_be_sent_is_no_address(typed: str) -> None:
    for field in ("site", "base"):
        with pytest.raises(ValidationError) as refused:
            Addressed.model_validate({field: typed})
        assert "secret" not in str(refused.value)


def test_the_reason_is_the_one_that_asking_would_give() -> None:
    with pytest.raises(ValueError, match=r"api\.example\.com must be addressed with https"):
        checked("http://api.example.com/v1")
