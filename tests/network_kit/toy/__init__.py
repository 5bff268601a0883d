"""The worked example of a network: a website's guest book with public entries and private letters."""
