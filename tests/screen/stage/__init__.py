"""A stage for the screen: furnished workspaces, a pseudo-terminal, and the program that plays on it."""
