"""The contract suite that every network has to pass, for our own networks and for those of others."""
