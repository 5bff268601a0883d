"""The command line: the same use cases as the screen, for scripts and for terminals that can do no more."""
