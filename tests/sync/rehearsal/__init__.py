"""A network, a clock and a workspace that do what a test tells them."""
