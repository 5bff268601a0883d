"""What the keys of the inbox do, in groups."""
