"""What is said is said in the language in use."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cminbox import i18n
from cminbox.domain.problem import UsageProblem
from cminbox.domain.saying import say
from cminbox.i18n import LANGUAGES, N_, NP_, _, catalogue, choice, ngettext, pgettext, render, use

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def french_of_our_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a catalogue of three texts in the place of the real one."""
    header = 'msgid ""\nmsgstr "Language: fr\\nPlural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
    texts = (
        'msgid "Good morning"\nmsgstr "Bonjour"\n\n'
        'msgid "{count} message"\nmsgid_plural "{count} messages"\n'
        'msgstr[0] "{count} courrier"\nmsgstr[1] "{count} courriers"\n\n'
        'msgctxt "status"\nmsgid "open"\nmsgstr "à traiter"\n\n'
        'msgid "open"\nmsgstr "ouvrir"\n\n'
        'msgid "{who} wrote {what}"\nmsgstr "{what}, écrit par {who}"\n\n'
        'msgid "The file says {content}"\nmsgstr "Le fichier dit {content}"\n'
    )
    (tmp_path / "fr.po").write_text(header + texts)
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    use("fr")


def test_english_is_the_source_and_comes_back_as_it_is() -> None:
    assert i18n.language() == "en"
    assert _("Good morning") == "Good morning"
    assert ngettext("{count} message", "{count} messages", 1) == "{count} message"
    assert ngettext("{count} message", "{count} messages", 0) == "{count} messages"
    assert pgettext("status", "open") == "open"
    assert N_("Later") == "Later"
    assert _(NP_("status", "open")) == "open"


@pytest.mark.usefixtures("french_of_our_own")
def test_every_kind_of_text_is_looked_up() -> None:
    assert i18n.language() == "fr"
    assert _("Good morning") == "Bonjour"
    assert (_("open"), pgettext("status", "open")) == ("ouvrir", "à traiter")
    assert (_(N_("open")), _(NP_("status", "open"))) == ("ouvrir", "à traiter")
    assert _("nobody translated this") == "nobody translated this"
    assert _(NP_("nowhere", "nobody translated this")) == "nobody translated this"


@pytest.mark.usefixtures("french_of_our_own")
def test_the_empty_text_stays_empty_and_shows_no_catalogue_header() -> None:
    assert _("") == ""


@pytest.mark.usefixtures("french_of_our_own")
@pytest.mark.parametrize(("count", "form"), [(0, "courrier"), (1, "courrier"), (2, "courriers"), (1000, "courriers")])
def test_french_counts_zero_as_one_thing(count: int, form: str) -> None:
    assert ngettext("{count} message", "{count} messages", count).format(count=count) == f"{count} {form}"


@pytest.mark.usefixtures("french_of_our_own")
def test_a_saying_may_have_its_values_in_another_order() -> None:
    assert render(say("{who} wrote {what}", who="Ana", what="a letter")) == "a letter, écrit par Ana"


@pytest.mark.usefixtures("french_of_our_own")
def test_braces_in_a_value_are_not_filled_again() -> None:
    assert render(say("The file says {content}", content="{content} {who}")) == "Le fichier dit {content} {who}"


def test_a_language_can_be_left_again() -> None:
    use("fr")
    use("en")
    assert i18n.language() == "en"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="de"):
        use("de")


def test_a_language_without_a_catalogue_shows_the_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    use("fr")
    assert _("Good morning") == "Good morning"


def test_speaking_english_loads_no_catalogue_code() -> None:
    program = (
        "import sys; from cminbox.i18n import _, render, use; from cminbox.domain.saying import say\n"
        "use('en'); _('x'); render(say('x'))\n"
        "print(sorted(sys.modules.keys() & {'gettext', 'babel', 'cminbox.i18n.catalogue'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("asked", "environ", "setting", "expected"),
    [
        (None, {}, "auto", "en"),
        ("fr", {"CMINBOX_LANG": "en"}, "en", "fr"),
        (None, {"CMINBOX_LANG": "fr", "LANG": "en_US.UTF-8"}, "en", "fr"),
        (None, {"LANG": "en_US.UTF-8"}, "fr", "fr"),
        (None, {"LANG": "fr_CA.UTF-8"}, "auto", "fr"),
        (None, {"LANG": "fr_FR@euro"}, "auto", "fr"),
        (None, {"LC_MESSAGES": "fr_FR", "LANG": "en_US"}, "auto", "fr"),
        (None, {"LC_ALL": "C", "LC_MESSAGES": "fr_FR", "LANG": "fr_FR"}, "auto", "en"),
        (None, {"LC_ALL": "", "LANG": "fr_FR"}, "auto", "fr"),
        (None, {"LANG": "de_DE.UTF-8"}, "auto", "en"),
        (None, {"LANG": "POSIX"}, "auto", "en"),
        ("auto", {"CMINBOX_LANG": "auto", "LANG": "fr"}, "auto", "fr"),
        ("FR", {}, "auto", "fr"),
        ("fr-FR", {}, "auto", "fr"),
    ],
)
def test_the_nearest_wish_decides_the_language(
    asked: str | None, environ: dict[str, str], setting: str, expected: str
) -> None:
    assert choice.choose(asked, environ, setting) == expected


@pytest.mark.parametrize(("asked", "environ"), [("xx", {}), (None, {"CMINBOX_LANG": "xx"})])
def test_asking_for_a_language_that_is_not_there_names_the_place_and_the_choice(
    asked: str | None, environ: dict[str, str]
) -> None:
    with pytest.raises(UsageProblem) as caught:
        choice.choose(asked, environ)
    sentence = str(caught.value)
    assert ("--lang" if asked else "CMINBOX_LANG") in sentence
    assert "xx" in sentence
    assert all(language in sentence for language in LANGUAGES)


def test_a_hostile_language_name_is_shown_harmless() -> None:
    with pytest.raises(UsageProblem) as caught:
        choice.choose("\x1b]0;x\x07", {})
    assert "\x1b" not in str(caught.value)
