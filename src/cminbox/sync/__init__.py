"""From the networks into the store: when to ask, how to store what comes, and how each account is doing."""
