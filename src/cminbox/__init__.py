"""One keyboard-driven inbox for everything that people write to a brand."""

__version__ = "0.1.0"
