"""The replies that are on their way or were not sent, and what a person decides about them."""
