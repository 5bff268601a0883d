"""`accounts add` without a network: they are offered as people call them, and a number or a name is enough."""

from __future__ import annotations

import pytest

from cminbox.cli.commands.accounts.add import ask_network
from cminbox.domain.problem import UsageProblem


@pytest.mark.parametrize(
    ("answer", "network"),
    [
        ("1", "facebook"),
        ("7", "mastodon"),
        ("hacker news", "hackernews"),
        ("Google Business Profile", "google_business"),
        ("email", "email"),
        ("nowhere", "nowhere"),
    ],
)
def test_a_number_or_a_name_says_which_network(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: str, network: str
) -> None:
    monkeypatch.setattr("builtins.input", lambda _question: answer)
    assert ask_network(interactive=True) == network
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "  1  Facebook"
    assert "  7  Mastodon" in lines


@pytest.mark.parametrize("interactive", [True, False])
def test_without_an_answer_every_network_is_named(monkeypatch: pytest.MonkeyPatch, *, interactive: bool) -> None:
    monkeypatch.setattr("builtins.input", lambda _question: "")
    with pytest.raises(UsageProblem, match=r"facebook, instagram.*relay"):
        ask_network(interactive=interactive)
