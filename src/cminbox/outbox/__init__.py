"""From the store to the networks: replies and other acts, each done once, and what to do after a crash."""
