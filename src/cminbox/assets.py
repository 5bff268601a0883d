"""Where the files that are not code are found: styles, the starter library of canned replies, the guide.

Styles and canned replies stand at the top of the checkout, where people look for them, and are copied into the
package as `_assets` when a wheel is built. The guide is part of the package in both.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def styles() -> Path:
    """Return the folder of style sheets, one per screen or widget. Raises FileNotFoundError."""
    return _folder("styles")


def canned_replies() -> Path:
    """Return the folder of the starter library, with one folder per language. Raises FileNotFoundError."""
    return _folder("canned_replies")


def guide() -> Path:
    """Return the folder of the guide's topics, one Markdown file each."""
    return _PACKAGE / "guide"


def _folder(name: str) -> Path:
    for parent in (_PACKAGE / "_assets", _PACKAGE.parent.parent):
        if (parent / name).is_dir():
            return parent / name
    raise FileNotFoundError(f"this installation of cminbox lacks its folder {name}; install it again")
