"""The use cases: all that the screen and the command line can do, and the only thing both know."""
